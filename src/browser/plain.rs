//! Values that cross between page and widget: plain, frozen objects outwards, strings inwards.

use js_sys::{Object, Reflect};
use protocol::json::Value;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use wasm_bindgen::JsValue;

/// A value as the page gets it. One serializer for all of them: a derived one per event would cost a kilobyte each.
struct Plain<'a>(&'a Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(list) => {
                let mut elements = serializer.serialize_seq(Some(list.len()))?;
                for element in list {
                    elements.serialize_element(&Plain(element))?;
                }
                elements.end()
            }
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, &Plain(value))?;
                }
                map.end()
            }
        }
    }
}

/// A plain object that the page can read and not change.
pub(crate) fn to_page(value: &Value) -> JsValue {
    let plain = Plain(value).serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL);
    freeze(&plain);
    plain
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
