//! What the host page hears: the loader fires it as a bubbling, composed `CustomEvent`, and adds a developer's advice to a fault.

use js_sys::Function;
use protocol::json::Value;
use wasm_bindgen::JsValue;

use super::plain::to_page;

/// The host page, as the loader lets it be told.
pub(crate) struct Page {
    tell: Function,
}

impl Page {
    /// `tell` takes the name of an event and its detail.
    pub(crate) fn new(tell: Function) -> Page {
        Page { tell }
    }

    /// Fires `qr-checkout-<name>` with a plain, frozen detail.
    pub(crate) fn emit(&self, name: &str, detail: &Value) {
        _ = self.tell.call2(&JsValue::NULL, &name.into(), &to_page(detail));
    }
}
