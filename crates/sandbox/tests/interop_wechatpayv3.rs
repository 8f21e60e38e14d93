//! The independent judge: PyPI `wechatpayv3` drives the sandbox from prepay to notification, and signs
//! what our gateway signs. Both ends of ours share code, so only an outsider can tell a misreading.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

use gateway::wechat_pay::{Config, WechatPay};
use gateway::{Gateway as _, HttpRequest, Moment, PaymentRequest};
use serde_json::{Value, json};

mod judges;

const PAYMENT: &str = "pay_0123456789abcdefghijAB";

#[tokio::test(flavor = "multi_thread")]
async fn an_independent_merchant_is_served_from_prepay_to_notification() {
    judges::drive("wechat_pay/judge.py").await;
}

#[test]
fn an_independent_merchant_signs_our_requests_to_the_same_bytes() {
    let settings = judges::account().merchant_settings("http://127.0.0.1:1");
    let gateway = WechatPay::new(Config::parse(&settings).unwrap());
    let at = Moment { now: 1_767_225_600, nonce: *b"sixteen bytes ok" };
    let payment = PaymentRequest {
        payment_id: PAYMENT,
        description: "茉莉花茶 \"100 g\" \\ / \u{1F375}",
        amount: 1250,
        currency: "CNY",
        expires_at: at.now + 900,
        notify_url: "https://shop.example/notify/wechat_pay",
    };
    let requests = [gateway.create(&payment, &at), gateway.query(PAYMENT, &at), gateway.close(PAYMENT, &at)];
    let job = json!({
        "mchid": settings.mchid,
        "merchant_serial": settings.merchant_serial,
        "merchant_key": settings.merchant_key,
        "requests": requests.iter().map(|request| described(request, &at, &settings.base_url)).collect::<Vec<_>>(),
    });
    judges::judge("wechat_pay/judge.py", &["compare"], &job.to_string());
}

fn described(request: &HttpRequest, at: &Moment, base_url: &str) -> Value {
    let authorization = &request.headers.iter().find(|(name, _)| *name == "authorization").unwrap().1;
    let nonce: String = at.nonce.iter().map(|byte| format!("{byte:02X}")).collect();
    json!({
        "method": request.method,
        "target": request.url.strip_prefix(base_url).unwrap(),
        "body": String::from_utf8(request.body.clone()).unwrap(),
        "timestamp": at.now,
        "nonce": nonce,
        "authorization": authorization,
    })
}
