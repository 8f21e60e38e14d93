//! The independent judges: PyPI `python-alipay-sdk` and the provider's own npm `alipay-sdk`, in both of its
//! dialects, drive the sandbox from precreate to refund, verify what it notifies, and sign what our gateway signs.

use gateway::alipay::{Alipay, Config};
use gateway::{CallContext, Gateway as _, PaymentRequest, RefundRequest, Surface};
use serde_json::{Value, json};
use testing::judges::judge;
use testing::provider::{account, drive};

const PAYMENT: &str = "pay_0123456789abcdefghi-AB";

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_with_the_python_client_is_served_from_precreate_to_refund() {
    drive("alipay/judge.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_with_the_providers_own_client_is_served_in_both_dialects() {
    drive("alipay/judge.mjs").await;
}

#[test]
fn both_clients_sign_our_requests_to_the_same_bytes() {
    let job = requests().to_string();
    judge("alipay/judge.py", &["compare"], &job);
    judge("alipay/judge.mjs", &["compare"], &job);
}

fn requests() -> Value {
    let settings = account().alipay_settings("http://127.0.0.1:1");
    let gateway = Alipay::new(Config::parse(&settings).unwrap());
    let at = CallContext { now: 1_767_225_600, nonce: *b"sixteen bytes ok" };
    let notify_url = "https://shop.example/notify/alipay";
    let payment = PaymentRequest {
        payment_id: PAYMENT,
        method: "alipay",
        description: "茉莉花茶 \"100 g\" \\ / & = + % \u{1F375}".into(),
        amount: 1250,
        currency: "CNY",
        expires_at: at.now + 900,
        notify_url,
        surface: Surface::Code,
    };
    let reason = Some("太多 + 1%");
    let refund = RefundRequest {
        payment: gateway::PaymentRef::ours(PAYMENT),
        refund_id: "ref-1@a|b*c",
        amount: 5,
        total: 1250,
        currency: "CNY",
        reason,
        notify_url,
    };
    let requests = [
        gateway.create(&payment, &at).into_request(),
        gateway.query(gateway::PaymentRef::ours(PAYMENT), &at).into_request(),
        gateway.close(gateway::PaymentRef::ours(PAYMENT), &at).into_request(),
        gateway.cancel(PAYMENT, &at).into_request(),
        gateway.refund(&refund, &at).into_request(),
        gateway.query_refund(&refund, &at).into_request(),
    ];
    let described =
        |request: &gateway::HttpRequest| json!({ "url": request.url, "body": String::from_utf8(request.body.clone()).unwrap() });
    json!({
        "base_url": settings.base_url,
        "app_id": settings.app_id,
        "app_key": settings.app_key,
        "alipay_public_key": settings.alipay_public_key,
        "requests": requests.iter().map(described).collect::<Vec<_>>(),
    })
}
