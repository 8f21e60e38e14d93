//! What was typed into a field, or chosen from a list.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent, MouseEvent, Node, ShadowRoot};

use super::plain::text_member;

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

/// Name and text of the field below which the event happened; of a box, whether it is ticked: "true" or nothing.
pub fn answer_of(event: &Event) -> Option<(String, String)> {
    let field = event.target()?;
    let is_box = text_member(&field, "type")? == "checkbox";
    let text = match field.dyn_ref::<HtmlInputElement>() {
        Some(input) if is_box => if input.checked() { "true" } else { "" }.to_owned(),
        _ => text_member(&field, "value")?,
    };
    Some((text_member(&field, "name")?, text))
}

/// Moves the focus to the field of that id in the same checkout.
pub fn focus_on(click: &MouseEvent, id: &str) {
    let field = || click.target()?.dyn_into::<Node>().ok()?.get_root_node().dyn_into::<ShadowRoot>().ok()?.get_element_by_id(id);
    if let Some(Ok(field)) = field().map(JsCast::dyn_into::<HtmlElement>) {
        _ = field.focus();
    }
}
