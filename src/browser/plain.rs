//! Values that cross between page and widget: plain, frozen objects outwards, strings inwards.

use js_sys::{Object, Reflect};
use protocol::json::Value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The browser's own reader of JSON: building objects from here, member by member, weighs more than a text and this call.
    #[wasm_bindgen(js_namespace = JSON)]
    pub(super) fn parse(json: &str) -> JsValue;
}

/// A plain object that the page can read and not change.
pub(crate) fn to_page(value: &Value) -> JsValue {
    let plain = parse(&value.to_text());
    freeze(&plain);
    plain
}

/// An object with one member.
pub(super) fn member(name: &str, value: &JsValue) -> JsValue {
    let object = Object::new();
    _ = Reflect::set(&object, &name.into(), value);
    object.into()
}

/// A string member of an object of the page. Deserializing the attributes by serde would cost 5 kB brotli, most of it for
/// wording errors that nobody reads.
pub(crate) fn text_member(object: &JsValue, name: &str) -> Option<String> {
    Reflect::get(object, &name.into()).ok()?.as_string()
}

fn freeze(value: &JsValue) {
    let Some(object) = Object::try_from(value) else { return };
    for member in Object::values(object) {
        freeze(&member);
    }
    Object::freeze(object);
}
