//! The merchant's calls: what is sent, which texts are signed, and which replies are believed.

use std::collections::BTreeMap;

use gateway::alipay::{Alipay, Canceled, Config, Settings};
use gateway::{
    Closed, Description, Family, Gateway as _, GatewayError, HttpRequest, HttpResponse, PaymentRequest, ProviderStatus, RefundRequest,
    RefundStatus,
};
use serde_json::{Value, json};

use crate::vectors::{Vectors, envelope, load, pem};

pub const PAYMENT: &str = "pay_0123456789abcdefghij-B";
const NUMBER: &str = "pay__0123456789abcdefghij_dB";
pub const PRECREATE: &str = "alipay_trade_precreate";
pub const QUERY: &str = "alipay_trade_query";

pub fn payment() -> PaymentRequest<'static> {
    PaymentRequest {
        payment_id: PAYMENT,
        method: "alipay",
        description: "茉莉花茶 100 g & 1/2 = more".into(),
        amount: 101,
        currency: "CNY",
        expires_at: 1_767_225_600 + 900,
        notify_url: "https://shop.example/notify/alipay",
        surface: gateway::Surface::Code,
    }
}

fn refund() -> RefundRequest<'static> {
    RefundRequest {
        payment: gateway::PaymentRef::ours(PAYMENT),
        refund_id: "ref_1",
        amount: 30,
        total: 101,
        currency: "CNY",
        reason: Some("too much"),
        notify_url: "https://shop.example/notify/alipay",
    }
}

/// The parameters of a request, from query and form together.
fn parameters(request: &HttpRequest) -> BTreeMap<String, String> {
    let (_, query) = request.url.split_once('?').unwrap();
    let form = String::from_utf8(request.body.clone()).unwrap();
    let decoded = |text: &str| {
        let bytes = text.split('%').enumerate().flat_map(|(index, part)| match index {
            0 => part.as_bytes().to_vec(),
            _ => [&[u8::from_str_radix(&part[..2], 16).unwrap()], &part.as_bytes()[2..]].concat(),
        });
        String::from_utf8(bytes.collect()).unwrap()
    };
    let pairs = query.split('&').chain(form.split('&')).map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn content(request: &HttpRequest) -> Value {
    serde_json::from_str(&parameters(request)["biz_content"]).unwrap()
}

#[test]
fn a_request_signs_its_sorted_parameters_as_the_vector_does() {
    let vectors = load();
    assert!(vectors.key().public_key().verifies(vectors.request.text.as_bytes(), &vectors.request.signature));
    let request = vectors.gateway().create(&payment(), &vectors.at()).into_request();
    let sent = parameters(&request);
    assert!(request.url.starts_with("https://alipay.example/gateway.do?app_id=2021000000000000&charset=utf-8&"), "{}", request.url);
    // The vector's text, with our content and our address in the place of its own.
    let text = vectors
        .request
        .text
        .replace(&vectors.request.parameters["biz_content"], &sent["biz_content"])
        .replace("https://shop.example/notify/ali", "https://shop.example/notify/alipay");
    assert_eq!(sent["sign"], vectors.key().sign(text.as_bytes()));
    assert_eq!(
        content(&request),
        json!({
            "out_trade_no": NUMBER, "total_amount": "1.01", "subject": "茉莉花茶 100 g ＆ 1／2 ＝ more",
            "product_code": "QR_CODE_OFFLINE", "time_expire": "2026-01-01 08:15:00",
        })
    );
}

#[test]
fn every_call_names_its_method_and_the_number() {
    let (vectors, at) = (load(), load().at());
    let gateway = vectors.gateway();
    let calls = [
        (
            gateway.query(gateway::PaymentRef::ours(PAYMENT), &at).into_request(),
            "alipay.trade.query",
            json!({ "out_trade_no": NUMBER, "query_options": ["fund_bill_list"] }),
        ),
        (gateway.close(gateway::PaymentRef::ours(PAYMENT), &at).into_request(), "alipay.trade.close", json!({ "out_trade_no": NUMBER })),
        (gateway.cancel(PAYMENT, &at).into_request(), "alipay.trade.cancel", json!({ "out_trade_no": NUMBER })),
        (
            gateway.refund(&refund(), &at).into_request(),
            "alipay.trade.refund",
            json!({ "out_trade_no": NUMBER, "refund_amount": "0.30", "out_request_no": "ref_1", "refund_reason": "too much" }),
        ),
        (
            gateway.query_refund(&refund(), &at).into_request(),
            "alipay.trade.fastpay.refund.query",
            json!({ "out_trade_no": NUMBER, "out_request_no": "ref_1", "query_options": ["gmt_refund_pay"] }),
        ),
    ];
    for (request, method, expected) in calls {
        assert_eq!((parameters(&request)["method"].as_str(), content(&request)), (method, expected));
    }
}

#[test]
fn the_signature_covers_the_node_as_received_with_its_escaped_slashes() {
    let vectors = load();
    let good = envelope(PRECREATE, &vectors.response.node, Some(&vectors.response.signature));
    // The vector is about another payment: so far the signature has been accepted, and the bytes were read.
    let not_ours = vectors.gateway().create(&payment(), &vectors.at()).read(&good, &vectors.at()).unwrap_err();
    assert!(matches!(not_ours, GatewayError::NotOurs { what: "out_trade_no", .. }), "{not_ours}");
    let unescaped = vectors.response.node.replace("\\/", "/");
    let changed = envelope(PRECREATE, &unescaped, Some(&vectors.response.signature));
    let error = vectors.gateway().create(&payment(), &vectors.at()).read(&changed, &vectors.at()).unwrap_err();
    assert_eq!(error, GatewayError::BadSignature { id: "alipay_public_key".to_owned() });
}

fn made(vectors: &Vectors, url: &str) -> HttpResponse {
    let node = json!({ "code": "10000", "msg": "Success", "out_trade_no": NUMBER, "qr_code": url });
    vectors.reply(PRECREATE, &node.to_string())
}

#[test]
fn a_code_lives_two_hours_at_most_and_is_of_alipays_host() {
    let vectors = load();
    let gateway = vectors.gateway();
    let good = made(&vectors, "https://qr.alipay.com/bax1");
    let prepared = gateway.create(&payment(), &vectors.at()).read(&good, &vectors.at()).unwrap();
    assert_eq!((prepared.payload.as_str(), prepared.expires_at), ("https://qr.alipay.com/bax1", vectors.timestamp + 900));
    let patient = PaymentRequest { expires_at: vectors.timestamp + 86_400, ..payment() };
    assert_eq!(gateway.create(&patient, &vectors.at()).read(&good, &vectors.at()).unwrap().expires_at, vectors.timestamp + 7200);
    let elsewhere = made(&vectors, "https://qr.alipay.com.evil.example/bax1");
    assert!(gateway.create(&payment(), &vectors.at()).read(&elsewhere, &vectors.at()).is_err());
    let dollars = PaymentRequest { currency: "USD", ..payment() };
    assert_eq!(gateway.create(&dollars, &vectors.at()).read(&good, &vectors.at()).unwrap_err().family(), Family::Refused);
}

#[test]
fn braces_quotes_and_escapes_inside_of_strings_do_not_end_the_node() {
    let vectors = load();
    let node = r#"{"code":"10000","msg":"}\",\"sign\":\"x{","out_trade_no":"pay__0123456789abcdefghij_dB","qr_code":"https:\/\/qr.alipay.com\/\u0062ax"}"#;
    let prepared = vectors.gateway().create(&payment(), &vectors.at()).read(&vectors.reply(PRECREATE, node), &vectors.at()).unwrap();
    assert_eq!(prepared.payload, "https://qr.alipay.com/bax");
}

pub fn trade(vectors: &Vectors, members: Value) -> HttpResponse {
    let mut node = json!({
        "code": "10000", "msg": "Success", "out_trade_no": NUMBER, "trade_no": "2026010122001400000000000001",
        "total_amount": "1.01", "buyer_user_id": "2088000000000001",
    });
    node.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    vectors.reply(QUERY, &node.to_string())
}

pub fn failed(code: &str, sub_code: &str) -> String {
    json!({ "code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": "text" }).to_string()
}

#[test]
fn every_state_of_a_trade_has_its_meaning() {
    let vectors = load();
    let status = |members: Value| {
        vectors.gateway().query(gateway::PaymentRef::ours(PAYMENT), &vectors.at()).read(&trade(&vectors, members), &vectors.at())
    };
    assert_eq!(status(json!({ "trade_status": "WAIT_BUYER_PAY" })).unwrap(), ProviderStatus::Scanned);
    assert_eq!(status(json!({ "trade_status": "TRADE_CLOSED" })).unwrap(), ProviderStatus::Closed);
    let funds = json!([{ "amount": "1.01", "fund_channel": "ALIPAYACCOUNT" }]);
    for paid in ["TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"] {
        let members =
            json!({ "trade_status": paid, "send_pay_date": "2026-01-01 08:00:05", "receipt_amount": "0.00", "fund_bill_list": funds });
        let ProviderStatus::Paid(payment) = status(members).unwrap() else { panic!("{paid} is paid") };
        assert_eq!(payment.returned, paid == "TRADE_CLOSED", "all of it has gone back where it is closed");
        assert_eq!((payment.payment_id.as_str(), payment.amount, payment.currency.as_str()), (PAYMENT, 101, "CNY"));
        assert_eq!((payment.paid_at, payment.payer.as_deref()), (1_767_225_605, Some("2088000000000001")));
    }
    assert!(status(json!({ "trade_status": "TRADE_SUCCESS" })).is_err(), "paid, but nobody says when");
    let nought = json!({ "trade_status": "TRADE_SUCCESS", "send_pay_date": "2026-01-01 08:00:05", "receipt_amount": "0.00", "buyer_pay_amount": "0.00" });
    assert!(
        matches!(status(nought), Ok(ProviderStatus::Paid(payment)) if payment.amount == 101),
        "amounts of nought are told of paid trades, too"
    );
    assert!(status(json!({ "trade_status": "WAIT_BUYER_PAY", "out_trade_no": "other" })).is_err());
    let before = vectors.reply(QUERY, &failed("40004", "ACQ.TRADE_NOT_EXIST"));
    assert_eq!(
        vectors.gateway().query(gateway::PaymentRef::ours(PAYMENT), &vectors.at()).read(&before, &vectors.at()).unwrap(),
        ProviderStatus::Unknown
    );
}

#[test]
fn a_closed_trade_is_paid_by_its_money_and_never_by_its_date() {
    let vectors = load();
    let dated = |more: Value| {
        let mut members = json!({ "trade_status": "TRADE_CLOSED", "send_pay_date": "2026-01-01 08:00:05" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        vectors.gateway().query(gateway::PaymentRef::ours(PAYMENT), &vectors.at()).read(&trade(&vectors, members), &vectors.at()).unwrap()
    };
    let zeros = json!({ "receipt_amount": "0.00", "buyer_pay_amount": "0.00", "point_amount": "0.00" });
    assert_eq!(dated(zeros.clone()), ProviderStatus::Closed);
    assert_eq!(dated(json!({ "fund_bill_list": [] })), ProviderStatus::Closed);
    assert_eq!(dated(json!({})), ProviderStatus::ClosedInDoubt, "of its money nothing is said");
    assert!(matches!(dated(json!({ "buyer_pay_amount": "1.01" })), ProviderStatus::Paid(payment) if payment.returned));
    let undated = json!({ "trade_status": "TRADE_CLOSED", "buyer_pay_amount": "1.01" });
    assert_eq!(
        vectors.gateway().query(gateway::PaymentRef::ours(PAYMENT), &vectors.at()).read(&trade(&vectors, undated), &vectors.at()),
        Ok(ProviderStatus::ClosedInDoubt)
    );
    let asked = vectors.gateway().query(gateway::PaymentRef::ours(PAYMENT), &vectors.at()).into_request();
    let form = gateway::alipay::server::parse_form(&asked.body).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&form[0].1).unwrap(), json!({ "out_trade_no": NUMBER, "query_options": ["fund_bill_list"] }));
}

#[test]
fn the_product_and_the_time_for_refunds_are_the_contracts() {
    let vectors = load();
    let of = |product_code: &str, refund_days| {
        let settings = Settings { product_code: product_code.to_owned(), refund_days, ..vectors.settings() };
        Config::parse(&settings).map(Alipay::new)
    };
    let gateway = of("FACE_TO_FACE_PAYMENT", 90).unwrap();
    let form = gateway::alipay::server::parse_form(&gateway.create(&payment(), &vectors.at()).into_request().body).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&form[0].1).unwrap()["product_code"], "FACE_TO_FACE_PAYMENT");
    assert_eq!((gateway.product("alipay", &payment().surface), gateway.refund_window()), ("FACE_TO_FACE_PAYMENT", Some(90 * 86_400)));
    assert!(matches!(of("QUICK_WAP_WAY", 365), Err(GatewayError::Configuration { key: "product_code", .. })));
    assert!(matches!(of("QR_CODE_OFFLINE", 0), Err(GatewayError::Configuration { key: "refund_days", .. })));
}

#[test]
fn a_close_of_what_is_not_unpaid_sends_for_a_query() {
    let vectors = load();
    let name = "alipay_trade_close";
    let closed = |node: &str| {
        vectors.gateway().close(gateway::PaymentRef::ours(PAYMENT), &vectors.at()).read(&vectors.reply(name, node), &vectors.at())
    };
    let done = json!({ "code": "10000", "msg": "Success", "out_trade_no": NUMBER, "trade_no": "1" }).to_string();
    assert_eq!(closed(&done).unwrap(), Closed::Closed);
    for illegal in ["ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID", "ACQ.REASON_ILLEGAL_STATUS"] {
        assert_eq!(closed(&failed("40004", illegal)).unwrap(), Closed::AlreadyPaid, "{illegal}");
    }
    assert_eq!(closed(&failed("40004", "ACQ.TRADE_NOT_EXIST")).unwrap_err().family(), Family::Refused);
}

#[test]
fn a_cancel_tells_whether_money_goes_back() {
    let vectors = load();
    let at = gateway::CallContext { now: 0, nonce: [0; 16] };
    let canceled = |node: &str| vectors.gateway().cancel(PAYMENT, &at).read(&vectors.reply("alipay_trade_cancel", node), &at);
    for (flag, action, expected) in [("N", "close", Canceled::Closed), ("N", "refund", Canceled::Refunded), ("Y", "", Canceled::Repeat)] {
        let node = json!({ "code": "10000", "out_trade_no": NUMBER, "retry_flag": flag, "action": action }).to_string();
        assert_eq!(canceled(&node).unwrap(), expected);
    }
    let unscanned = json!({ "code": "10000", "out_trade_no": NUMBER, "retry_flag": "N" }).to_string();
    assert_eq!(canceled(&unscanned).unwrap(), Canceled::Closed);
}

#[test]
fn money_has_gone_back_only_when_it_changed_hands_or_the_query_says_so() {
    let vectors = load();
    let gateway = vectors.gateway();
    let refunded = |change: &str| {
        let node = json!({ "code": "10000", "out_trade_no": NUMBER, "fund_change": change, "refund_fee": "0.90" }).to_string();
        gateway.refund(&refund(), &vectors.at()).read(&vectors.reply("alipay_trade_refund", &node), &vectors.at()).unwrap()
    };
    assert_eq!(refunded("Y"), RefundStatus::Done { amount: 30, at: None });
    assert_eq!(refunded("N"), RefundStatus::Pending);
    let queried = |node: Value| {
        let reply = vectors.reply("alipay_trade_fastpay_refund_query", &node.to_string());
        gateway.query_refund(&refund(), &vectors.at()).read(&reply, &vectors.at())
    };
    let done = json!({
        "code": "10000", "out_trade_no": NUMBER, "out_request_no": "ref_1", "refund_amount": "0.30", "total_amount": "1.01",
        "refund_status": "REFUND_SUCCESS", "gmt_refund_pay": "2026-01-01 08:00:05",
    });
    assert_eq!(queried(done).unwrap(), RefundStatus::Done { amount: 30, at: Some(1_767_225_605) });
    assert_eq!(queried(json!({ "code": "10000", "msg": "Success" })).unwrap(), RefundStatus::Unknown);
    assert!(queried(json!({ "code": "10000", "out_request_no": "ref_2" })).is_err());
}

#[test]
fn settings_at_fault_are_named_and_no_secret_is_shown() {
    let vectors = load();
    let good = vectors.settings();
    let fault = |change: fn(&mut gateway::alipay::Settings)| {
        let mut settings = good.clone();
        change(&mut settings);
        match Config::parse(&settings).unwrap_err() {
            GatewayError::Configuration { key, .. } => key,
            other => panic!("{other}"),
        }
    };
    assert_eq!(fault(|settings| settings.app_id = "2021".to_owned()), "app_id");
    assert_eq!(fault(|settings| settings.seller_id = "shop@example.com".to_owned()), "seller_id");
    assert_eq!(fault(|settings| settings.seller_id = "2087000000000002".to_owned()), "seller_id");
    assert_eq!(fault(|settings| settings.app_key = "MIIE".to_owned()), "app_key");
    assert_eq!(fault(|settings| settings.base_url = "openapi.alipay.com".to_owned()), "base_url");
    // The vectors' one key plays both sides, which is the operator's usual mistake on the live service.
    assert_eq!(fault(|settings| settings.base_url = "https://openapi.alipay.com".to_owned()), "alipay_public_key");
    let shown = format!("{good:?} {:?}", Config::parse(&good).unwrap());
    assert!(!shown.contains(&vectors.private_key_pkcs8[40..60]) && !shown.contains(&pem("PRIVATE KEY", "")[..20]), "{shown}");
}

#[test]
fn a_subject_and_a_reason_are_counted_in_characters_and_hold_none_that_alipay_refuses() {
    let vectors = load();
    let said = |request: &HttpRequest, name: &str| -> String {
        let form = String::from_utf8(request.body.clone()).unwrap();
        let content = gateway::alipay::server::parse_form(form.as_bytes()).unwrap().remove(0).1;
        serde_json::from_str::<Value>(&content).unwrap()[name].as_str().unwrap().to_owned()
    };
    let subject = |shop: &str, item: &str| {
        let payment = PaymentRequest { description: Description { shop, item, more: 3 }, ..payment() };
        said(&vectors.gateway().create(&payment, &vectors.at()).into_request(), "subject")
    };
    assert_eq!(subject("A/B = C & D", "茶\u{1f375}\n1/2"), "A／B ＝ C ＆ D · 茶\u{1f375} 1／2 +3");
    assert_eq!(subject("", "\u{202e}"), PAYMENT, "nothing of it can be said");
    let long = subject(&"山".repeat(300), &"👩‍🍳".repeat(100));
    assert_eq!(long.chars().filter(|character| *character == '山').count(), 124, "{long}");
    assert!(long.chars().count() <= 256 && long.ends_with("👩‍🍳… +3"), "{long}");
    let reason = "x".repeat(257);
    let refund = RefundRequest {
        payment: gateway::PaymentRef::ours(PAYMENT),
        refund_id: "r1",
        amount: 1,
        total: 101,
        currency: "CNY",
        reason: Some(&reason),
        notify_url: "",
    };
    assert_eq!(said(&vectors.gateway().refund(&refund, &vectors.at()).into_request(), "refund_reason").chars().count(), 256);
}
