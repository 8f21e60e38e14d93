//! Regular expressions by the browser's own: in the wasm they would weigh more than everything else that is asked.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type RegExp;
    #[wasm_bindgen(constructor, catch)]
    fn new(pattern: &str, flags: &str) -> Result<RegExp, JsValue>;
    #[wasm_bindgen(method)]
    fn test(this: &RegExp, text: &str) -> bool;
}

/// Whether the whole of a text matches. What is no expression for this browser is left to the backend, which judges anyway.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    RegExp::new(&["^(?:", pattern, ")$"].concat(), "u").map_or(true, |whole| whole.test(text))
}
