//! Values that cross between page and widget: plain, frozen objects outwards by serde-wasm-bindgen, strings inwards as they are. Reading by it
//! would cost 9.0 kB brotli, most of it for wording errors that nobody reads.

use js_sys::{Object, Reflect};
use protocol::json::Value;
use serde::Serialize as _;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// A plain value.
pub(super) fn plain(value: &Value) -> JsValue {
    // Nothing that a value holds can fail.
    value.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

/// A plain object that the page can read and not change.
pub(crate) fn to_page(value: &Value) -> JsValue {
    let plain = plain(value);
    freeze(&plain);
    plain
}

/// An object with one member.
pub(super) fn member(name: &str, value: &JsValue) -> JsValue {
    let object = Object::new();
    _ = Reflect::set(&object, &name.into(), value);
    object.into()
}

/// A string member of an object of the page.
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
