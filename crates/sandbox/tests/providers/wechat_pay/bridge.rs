//! The bridge inside of WeChat: what it shows to a shopper, what it refuses, and what the page is told.

use gateway::{PaymentRequest, ProviderStatus, Surface};
use sandbox::{Bridge, Faults};
use serde_json::{Value, json};

use crate::stage::{PAYMENT, START, Stage};

impl Stage {
    /// What a page inside of WeChat gives to the bridge.
    async fn bridge_call(&self) -> Value {
        let openid = self.sandbox.official_account().openid;
        let inside = PaymentRequest { surface: Surface::Inside { payer: &openid }, expires_at: START + 86_400, ..self.payment() };
        serde_json::from_str(&self.create(&inside).await.unwrap().payload).unwrap()
    }

    /// What the page is told, and why.
    async fn invoke(&self, call: &Value, answer: &str) -> (String, Value) {
        let url = format!("{}/sandbox/wechat_pay/bridge?answer={answer}", self.sandbox.url());
        let reply = self.http.post(url).body(call.to_string()).send().await.unwrap();
        let told: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
        let word = told["err_msg"].as_str().unwrap().strip_prefix("get_brand_wcpay_request:").unwrap();
        (word.to_owned(), told["problem"].clone())
    }
}

fn failed(problem: &str) -> (String, Value) {
    ("fail".to_owned(), json!(problem))
}

#[tokio::test]
async fn a_shopper_who_is_asked_closes_the_wallet_or_pays_once() {
    let stage = super::open().await;
    let call = stage.bridge_call().await;
    assert_eq!(stage.invoke(&call, "not_now").await, ("cancel".to_owned(), Value::Null));
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting));
    assert_eq!(stage.invoke(&call, "pay").await, ("ok".to_owned(), Value::Null));
    assert!(matches!(stage.query(PAYMENT).await, Ok(ProviderStatus::Paid(_))));
    assert_eq!(stage.invoke(&call, "pay").await, failed("already_paid"));
}

#[tokio::test]
async fn nobody_is_asked_about_a_call_that_the_merchant_did_not_sign_for_this_payment() {
    let stage = super::open().await;
    let call = stage.bridge_call().await;
    let changed = |member: &str, value: Value| {
        let mut call = call.clone();
        call[member] = value;
        call
    };
    for (call, problem) in [
        (changed("paySign", json!("c2ln")), "bad_signature"),
        (changed("timeStamp", json!("1")), "bad_signature"),
        (changed("timeStamp", json!(1)), "malformed"),
        (changed("appId", json!("wx1")), "unknown_account"),
        (changed("signType", json!("MD5")), "unknown_sign_type"),
        (json!({}), "malformed"),
    ] {
        assert_eq!(stage.invoke(&call, "pay").await, failed(problem), "{call}");
    }
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting));
}

#[tokio::test]
async fn a_prepaid_payment_lives_two_hours_and_until_another_replaces_it() {
    let stage = super::open().await;
    let first = stage.bridge_call().await;
    let second = stage.bridge_call().await;
    assert_eq!(stage.invoke(&first, "pay").await, failed("superseded"));
    stage.advance(7199);
    assert_eq!(stage.invoke(&second, "not_now").await.0, "cancel");
    stage.advance(1);
    assert_eq!(stage.invoke(&second, "not_now").await, failed("expired"));
}

#[tokio::test]
async fn a_code_is_nothing_that_the_bridge_opens_though_it_is_signed() {
    let stage = super::open().await;
    let gateway = super::wechat_pay(&stage.sandbox);
    let code = stage.create(&stage.payment()).await.unwrap().payload;
    let call = serde_json::to_value(gateway.bridge_call(code.rsplit('=').next().unwrap(), &stage.at())).unwrap();
    assert_eq!(stage.invoke(&call, "pay").await, failed("unknown_code"));
    assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting));
}

#[tokio::test]
async fn bridges_that_only_look_like_wechats_fail_in_words_of_their_own_and_one_lies() {
    let stage = super::open().await;
    let call = stage.bridge_call().await;
    for (bridge, words) in [
        (Bridge::NoPermission, "getBrandWCPayRequest:fail_nopermission"),
        (Bridge::NotExecuted, "getBrandWCPayRequest:fail _no permission to execute"),
        (Bridge::NoSupport, "getBrandWCPayRequest:fail_nosupport"),
        (Bridge::Liar, "get_brand_wcpay_request:ok"),
    ] {
        stage.sandbox.set_faults(Faults { bridge, ..Faults::default() });
        let url = format!("{}/sandbox/wechat_pay/bridge?answer=pay", stage.sandbox.url());
        let reply = stage.http.post(url).body(call.to_string()).send().await.unwrap();
        let told: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
        assert_eq!(told["err_msg"], words);
        assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting), "{words}");
    }
}
