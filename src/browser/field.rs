//! What was typed into a field, or chosen from a list.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement, KeyboardEvent};

/// The text of the field that the event is about.
pub fn input_value(event: &Event) -> Option<String> {
    Some(event.target()?.dyn_into::<HtmlInputElement>().ok()?.value())
}

/// The same if the key is Enter, and not one that ends a word of an input method.
pub fn entered(event: &KeyboardEvent) -> Option<String> {
    (event.key() == "Enter" && !event.is_composing()).then(|| input_value(event)).flatten()
}

/// The text of the field before the button that the event is about.
pub fn value_beside(event: &Event) -> Option<String> {
    let field = event.target()?.dyn_into::<Element>().ok()?.previous_element_sibling()?;
    Some(field.dyn_into::<HtmlInputElement>().ok()?.value())
}

/// The value that is chosen in the list that the event is about.
pub fn chosen_value(event: &Event) -> Option<String> {
    Some(event.target()?.dyn_into::<HtmlSelectElement>().ok()?.value())
}
