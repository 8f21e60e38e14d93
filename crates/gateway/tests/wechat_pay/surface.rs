//! Jumps and payments inside of WeChat: what is sent, what is believed, and the bridge's signature.

use gateway::wechat_pay::server::{BridgeDefect, NativeOrder, Surface as Call, bridge_call};
use gateway::wechat_pay::{Config, Product, Settings, WechatPay};
use gateway::{Description, Gateway as _, GatewayError, HttpRequest, HttpResponse, PaymentRequest, Prepared, Surface};
use http::StatusCode;
use serde_json::{Value, json};

use crate::vectors::{Vectors, load};

const PAYMENT: PaymentRequest<'static> = PaymentRequest {
    payment_id: "ORDER-20260101_0001",
    method: "wechat_pay",
    description: Description { shop: "", item: "测试 order", more: 0 },
    amount: 101,
    currency: "CNY",
    expires_at: 1_767_225_600 + 900,
    notify_url: "https://shop.example/notify/wx",
    surface: Surface::Code,
};
const JUMP: PaymentRequest<'static> =
    PaymentRequest { surface: Surface::Link { client_ip: "203.0.113.7", return_url: "https://shop.example/cart?a=1" }, ..PAYMENT };
const INSIDE: PaymentRequest<'static> = PaymentRequest { surface: Surface::Inside { payer: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" }, ..PAYMENT };

fn reply(vectors: &Vectors, body: &Value) -> HttpResponse {
    let body = body.to_string().into_bytes();
    HttpResponse { status: StatusCode::OK, headers: vectors.signed(&body), body }
}

fn created(vectors: &Vectors, payment: &PaymentRequest<'_>, body: &Value) -> Result<Prepared, GatewayError> {
    vectors.gateway().create(payment, &vectors.moment()).read(&reply(vectors, body), &vectors.moment())
}

fn judged(vectors: &Vectors, surface: Call, request: &HttpRequest) -> Result<NativeOrder, Value> {
    NativeOrder::parse_as(surface, &request.body, &vectors.merchant()).map_err(|refusal| refusal.detail.unwrap_or_default())
}

#[test]
fn the_bridge_gets_the_signature_that_independent_clients_made() {
    let vectors = load();
    let call = vectors.gateway().bridge_call(&vectors.bridge.prepay_id, &vectors.moment());
    let expected = json!({
        "appId": vectors.appid, "timeStamp": "1767225600", "nonceStr": vectors.nonce,
        "package": format!("prepay_id={}", vectors.bridge.prepay_id), "signType": "RSA", "paySign": vectors.bridge.signature,
    });
    assert_eq!(serde_json::to_value(&call).unwrap(), expected);
}

#[test]
fn wechat_shows_what_an_independent_client_signed_and_refuses_it_changed_in_any_member() {
    let vectors = load();
    let good = json!({
        "appId": vectors.appid, "timeStamp": "1767225600", "nonceStr": vectors.nonce,
        "package": format!("prepay_id={}", vectors.bridge.prepay_id), "signType": "RSA", "paySign": vectors.bridge.signature,
    });
    let judged = |call: &Value| bridge_call(call.to_string().as_bytes(), &vectors.merchant());
    assert_eq!(judged(&good).as_deref(), Ok(vectors.bridge.prepay_id.as_str()));
    for (member, value, defect) in [
        ("appId", json!("wx1"), BridgeDefect::UnknownAccount),
        ("timeStamp", json!(1_767_225_600), BridgeDefect::Malformed),
        ("timeStamp", json!("1767225601"), BridgeDefect::BadSignature),
        ("nonceStr", json!("other"), BridgeDefect::BadSignature),
        ("nonceStr", json!("n".repeat(33)), BridgeDefect::Malformed),
        ("package", json!(vectors.bridge.prepay_id), BridgeDefect::NoPrepayId),
        ("package", json!("prepay_id=wx1"), BridgeDefect::BadSignature),
        ("signType", json!("MD5"), BridgeDefect::UnknownSignType),
        ("paySign", json!("c2ln"), BridgeDefect::BadSignature),
    ] {
        let mut call = good.clone();
        call[member] = value;
        assert_eq!(judged(&call), Err(defect), "{call}");
    }
    assert_eq!(bridge_call(b"{}", &vectors.merchant()), Err(BridgeDefect::Malformed));
}

#[test]
fn each_surface_sends_what_its_call_wants_and_no_other_call_takes() {
    let vectors = load();
    let gateway = vectors.gateway();
    let jump = gateway.create(&JUMP, &vectors.moment()).into_request();
    assert!(jump.url.ends_with("/v3/pay/transactions/h5"));
    assert_eq!(judged(&vectors, Call::H5, &jump).unwrap().surface.trade_type(), "MWEB");
    assert_eq!(judged(&vectors, Call::Native, &jump).unwrap_err(), json!({ "location": null, "value": ["/body/scene_info/h5_info/type"] }));
    let inside = gateway.create(&INSIDE, &vectors.moment()).into_request();
    assert!(inside.url.ends_with("/v3/pay/transactions/jsapi"));
    assert_eq!(judged(&vectors, Call::Jsapi, &inside).unwrap().openid, "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o");
    assert_eq!(judged(&vectors, Call::Native, &inside).unwrap_err(), json!({ "location": null, "value": ["/body/payer/openid"] }));
    assert!(judged(&vectors, Call::H5, &inside).is_err());
}

#[test]
fn a_jump_leads_to_the_cashier_only_and_lives_five_minutes() {
    let vectors = load();
    let jump = |url: &str| created(&vectors, &JUMP, &json!({ "h5_url": url }));
    let good = jump("https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2").unwrap();
    assert_eq!(good.expires_at, vectors.timestamp + 300);
    assert!(good.payload.ends_with("&package=2&redirect_url=https%3A%2F%2Fshop.example%2Fcart%3Fa%3D1"), "{}", good.payload);
    let led_back = |return_url: &'static str| {
        let jump = PaymentRequest { surface: Surface::Link { client_ip: "203.0.113.7", return_url }, ..PAYMENT };
        created(&vectors, &jump, &json!({ "h5_url": "https://wx.tenpay.com/x?prepay_id=wx1" })).unwrap().payload
    };
    assert!(
        led_back("https://shop.example/#/pay?a=1").ends_with("prepay_id=wx1&redirect_url=https%3A%2F%2Fshop.example%2F%23%2Fpay%3Fa%3D1")
    );
    assert_eq!(led_back(""), "https://wx.tenpay.com/x?prepay_id=wx1", "without a page to come back to none is named");
    for bad in ["https://wx.tenpay.com.evil.example/", "http://wx.tenpay.com/x", "javascript:alert(1)", "https://wx.tenpay.com/ x"] {
        assert_eq!(jump(bad).unwrap_err(), GatewayError::Unreadable { what: "h5_url" }, "{bad}");
    }
}

#[test]
fn a_prepaid_id_that_could_break_the_signed_lines_is_refused() {
    let vectors = load();
    let inside = |id: &str| created(&vectors, &INSIDE, &json!({ "prepay_id": id }));
    assert!(inside("wx1").unwrap().payload.contains(r#""package":"prepay_id=wx1""#));
    for bad in ["", "wx1\n", "wx1&x=2"] {
        assert!(inside(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn only_what_the_account_was_granted_is_served_and_an_account_without_anything_is_refused() {
    let vectors = load();
    let of = |products: Vec<Product>| Config::parse(&Settings { products, ..vectors.settings() }).map(WechatPay::new);
    let surfaces = [PAYMENT, JUMP, INSIDE].map(|payment| payment.surface);
    for granted in [vec![Product::Native], vec![Product::H5, Product::Jsapi], Product::all()] {
        let gateway = of(granted.clone()).unwrap();
        for surface in surfaces {
            let is_granted = granted.iter().any(|product| product.as_str() == gateway.product("wechat_pay", &surface));
            assert_eq!(gateway.serves("wechat_pay", &surface), is_granted, "{granted:?} {surface:?}");
        }
    }
    assert_eq!(surfaces.map(|surface| of(Product::all()).unwrap().product("wechat_pay", &surface).to_owned()), ["native", "h5", "jsapi"]);
    assert!(matches!(of(Vec::new()), Err(GatewayError::Configuration { key: "products", .. })));
}
