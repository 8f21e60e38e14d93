//! Paying inside of WeChat: its own browser has a bridge to the wallet. What the bridge says afterwards proves nothing, so it
//! only leads to a question: the signed status alone says "paid". Browsers that only look like WeChat's have no bridge, or one that
//! refuses.

use std::cell::Cell;
use std::rc::Rc;

use checkout::Action;
use protocol::json::{self, Value};
use wasm_bindgen::prelude::*;
use yew::Callback;

use super::clock::later;
use super::plain::{plain, text_member};

/// How long the bridge may take to be there, milliseconds.
const PATIENCE_MS: i64 = 4_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = WeixinJSBridge, catch)]
    fn invoke(name: &str, call: &JsValue, done: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = document, js_name = addEventListener)]
    fn on_document(event: &str, heard: &JsValue);
}

/// Opens the wallet with that call, JSON text, at once or as soon as the bridge is there. A shopper who paid or turned back has it
/// checked; where the wallet does not open, another way is needed.
pub fn ask_wechat(call: &str, dispatch: Callback<Action>) {
    let failed = dispatch.clone();
    let done = Closure::once_into_js(move |result: JsValue| {
        let said = text_member(&result, "err_msg").unwrap_or_default();
        let is_known = said.ends_with(":ok") || said.ends_with(":cancel");
        dispatch.emit(if is_known { Action::CheckNow } else { Action::BridgeFailed });
    });
    let call = plain(&json::parse(call.as_bytes()).unwrap_or(Value::Null));
    let ask = move || invoke("getBrandWCPayRequest", &call, &done).is_ok();
    if ask() {
        return;
    }
    let is_asked = Rc::new(Cell::new(false));
    let asked = Rc::clone(&is_asked);
    on_document("WeixinJSBridgeReady", &Closure::once_into_js(move || asked.set(asked.get() || ask())));
    later(PATIENCE_MS, move || {
        // Asked now, the wallet would open behind another screen.
        if !is_asked.replace(true) {
            failed.emit(Action::BridgeFailed);
        }
    });
}
