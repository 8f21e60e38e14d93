//! The independent judges: PyPI `wechatpayv3` and npm `wechatpay-axios-plugin` drive the sandbox from prepay to the
//! refund's notification, and sign what our gateway signs. Both ends of ours share code, so only outsiders can
//! tell a misreading.

use axum::http::{HeaderName, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use gateway::rsa::PrivateKey;
use gateway::wechat_pay::server::PlatformKey;
use gateway::wechat_pay::{Config, Settings, WechatPay};
use gateway::{BillTicket, Bills as _, CallContext, Gateway as _, HttpRequest, HttpResponse, PaymentRequest, RefundRequest, Surface};
use serde_json::{Value, json};
use testing::judges::judge;
use testing::provider::{account, drive};

const PAYMENT: &str = "pay_0123456789abcdefghijAB";

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_with_the_python_client_is_served_from_prepay_to_refund() {
    drive("wechat_pay/judge.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_with_the_node_client_is_served_from_prepay_to_refund() {
    drive("wechat_pay/judge.mjs").await;
}

#[test]
fn both_clients_sign_our_requests_to_the_same_bytes() {
    let settings = account().merchant_settings("http://127.0.0.1:1");
    let gateway = WechatPay::new(Config::parse(&settings).unwrap());
    let at = CallContext { now: 1_767_225_600, nonce: *b"sixteen bytes ok" };
    let payment = PaymentRequest {
        payment_id: PAYMENT,
        method: "wechat_pay",
        description: "茉莉花茶 \"100 g\" \\ / \u{1F375}".into(),
        amount: 1250,
        currency: "CNY",
        expires_at: at.now + 900,
        notify_url: "https://shop.example/notify/wechat_pay",
        surface: Surface::Code,
    };
    let notify_url = payment.notify_url;
    let (refund_id, reason) = ("ref-1@a|b*c", Some("太多"));
    let refund = RefundRequest {
        payment: gateway::PaymentRef::ours(PAYMENT),
        refund_id,
        amount: 5,
        total: 1250,
        currency: "CNY",
        reason,
        notify_url,
    };
    let jump = Surface::Link { client_ip: "203.0.113.7", return_url: "https://shop.example/cart" };
    let requests = [
        gateway.create(&payment, &at).into_request(),
        gateway.create(&PaymentRequest { surface: jump, ..payment }, &at).into_request(),
        gateway
            .create(&PaymentRequest { surface: Surface::Inside { payer: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" }, ..payment }, &at)
            .into_request(),
        gateway.query(gateway::PaymentRef::ours(PAYMENT), &at).into_request(),
        gateway.close(gateway::PaymentRef::ours(PAYMENT), &at).into_request(),
        gateway.refund(&refund, &at).into_request(),
        gateway.query_refund(&refund, &at).into_request(),
        gateway.certificates(&at).into_request(),
        gateway.trade_bill(at.now, &at).into_request(),
        gateway.download_bill(&offered(&settings, &at), &at).into_request(),
    ];
    let job = json!({
        "mchid": settings.mchid,
        "merchant_serial": settings.merchant_serial,
        "merchant_key": settings.merchant_key,
        "requests": requests.iter().map(|request| described(request, &at, &settings.base_url)).collect::<Vec<_>>(),
        "bridge": gateway.bridge_call("wx201410272009395522657a690389285100", &at),
    });
    judge("wechat_pay/judge.py", &["compare"], &job.to_string());
    judge("wechat_pay/judge.mjs", &["compare"], &job.to_string());
}

/// Leave to download a bill, which only an offer gives that the provider signed: here by a key that is the merchant's as well.
fn offered(settings: &Settings, at: &CallContext) -> BillTicket {
    let key = PrivateKey::from_pem(&settings.merchant_key).unwrap();
    let public = BASE64.encode(key.public_key().to_der());
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----\n");
    let platform_keys = [(settings.public_key_id.clone(), pem)].into();
    let gateway = WechatPay::new(Config::parse(&Settings { platform_keys, ..settings.clone() }).unwrap());
    let url = format!("{}/v3/billdownload/file?token=6XIv5TUPto0pJrb8", settings.base_url);
    let body = json!({ "hash_type": "SHA1", "hash_value": "0".repeat(40), "download_url": url }).to_string().into_bytes();
    let signed = PlatformKey { id: settings.public_key_id.clone(), key }.sign(at.now, "nonce", &body);
    let headers = signed.into_iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect();
    gateway.trade_bill(0, at).read(&HttpResponse { status: StatusCode::OK, headers, body }, at).unwrap().unwrap()
}

fn described(request: &HttpRequest, at: &CallContext, base_url: &str) -> Value {
    let authorization = &request.headers.iter().find(|(name, _)| *name == "authorization").unwrap().1;
    let nonce: String = at.nonce.iter().map(|byte| format!("{byte:02X}")).collect();
    json!({
        "method": request.method.as_str(),
        "target": request.url.strip_prefix(base_url).unwrap(),
        "body": String::from_utf8(request.body.clone()).unwrap(),
        "timestamp": at.now,
        "nonce": nonce,
        "authorization": authorization,
    })
}
