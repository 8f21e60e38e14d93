//! The style sheet, by `adoptedStyleSheets`: a page with `style-src 'self'` allows it, and all widgets share one.

use std::cell::OnceCell;

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CssStyleSheet, ShadowRoot};

thread_local! {
    static SHEET: OnceCell<Option<CssStyleSheet>> = const { OnceCell::new() };
}

/// Gives the shadow root the widget's styles.
pub(super) fn adopt(root: &ShadowRoot, css: &str) {
    SHEET.with(|sheet| {
        if let Some(sheet) = sheet.get_or_init(|| make(css)) {
            _ = Reflect::set(root, &JsValue::from_str("adoptedStyleSheets"), &Array::of1(sheet));
        }
    });
}

fn make(css: &str) -> Option<CssStyleSheet> {
    let sheet = CssStyleSheet::new().ok()?;
    sheet.replace_sync(css).ok()?;
    Some(sheet)
}
