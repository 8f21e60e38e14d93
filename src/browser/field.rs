//! What was typed into a field.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// The text of the field that the event is about.
pub fn input_value(event: &Event) -> Option<String> {
    Some(event.target()?.dyn_into::<HtmlInputElement>().ok()?.value())
}
