//! Paying inside of WeChat: its own browser has a bridge to the wallet. What the bridge says afterwards proves nothing, so it
//! only leads to a question: the signed status alone says "paid".

use checkout::Action;
use wasm_bindgen::prelude::*;
use yew::Callback;

use super::plain::{parse, text_member};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = WeixinJSBridge, catch)]
    fn invoke(name: &str, call: &JsValue, done: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = document, js_name = addEventListener)]
    fn on_document(event: &str, heard: &JsValue);
}

/// Opens the wallet with that call, JSON text, at once or as soon as the bridge is there. A shopper who paid or turned back has it
/// checked; a call that the wallet refuses, most likely because it is too old, is replaced by a new one.
pub fn ask_wechat(call: &str, dispatch: Callback<Action>) {
    let done = Closure::once_into_js(move |result: JsValue| {
        let said = text_member(&result, "err_msg").unwrap_or_default();
        let failed = said.starts_with("get_brand_wcpay_request:fail");
        dispatch.emit(if failed { Action::NewCode } else { Action::CheckNow });
    });
    let call = parse(call);
    let ask = move || invoke("getBrandWCPayRequest", &call, &done).is_ok();
    if !ask() {
        on_document("WeixinJSBridgeReady", &Closure::once_into_js(move || _ = ask()));
    }
}
