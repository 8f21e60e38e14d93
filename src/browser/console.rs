//! What developers read in the console. Never an order, a payload or an address.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    fn console_warn(source: &str, code: &str, advice: &str);
}

/// Writes a code and what to do about it.
pub(crate) fn warn(code: &str, advice: &str) {
    console_warn("qr-checkout", code, advice);
}
