//! What was typed into a field, or chosen from a list.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent, MouseEvent, Node, ShadowRoot};

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

/// Name and text of the field that the event is about; of a box, whether it is ticked: "true" or nothing.
pub fn answer_of(event: &Event) -> Option<(String, String)> {
    // Lists and areas of text have the same members as an `input`, by the same names.
    let field: HtmlInputElement = event.target()?.unchecked_into();
    let text = match field.type_().as_str() {
        "checkbox" if field.checked() => "true".to_owned(),
        "checkbox" => String::new(),
        _ => field.value(),
    };
    Some((field.name(), text))
}

/// Moves the focus to the field of that id in the same checkout.
pub fn focus_on(click: &MouseEvent, id: &str) {
    let field = click.target().and_then(|button| {
        // Whatever the widget draws is in its shadow root.
        let root: ShadowRoot = button.unchecked_into::<Node>().get_root_node().unchecked_into();
        root.get_element_by_id(id)
    });
    if let Some(field) = field {
        _ = field.unchecked_into::<HtmlElement>().focus();
    }
}
