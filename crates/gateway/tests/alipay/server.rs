//! The provider's end: what it lets in, what it says of each defect, and that our client reads its answers.

use std::collections::BTreeMap;

use gateway::alipay::server::{
    Application, Content, ErrorReply, Members, Payment, QueryReplyOptions, RestRequest, SlashStyle, TradeState, TradeView, answer, read,
    rest_answer_headers, rest_authorize, rest_method,
};
use gateway::{Gateway as _, HttpRequest, HttpResponse, PaymentRequest, ProviderStatus};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::vectors::{Vectors, form, load};

fn application(vectors: &Vectors) -> Application {
    let settings = vectors.settings();
    Application { app_id: settings.app_id, seller_id: settings.seller_id, key: vectors.key().public_key() }
}

fn split(request: &HttpRequest) -> (String, Vec<u8>) {
    (request.url.split_once('?').unwrap().1.to_owned(), request.body.clone())
}

fn vector(vectors: &Vectors) -> BTreeMap<String, String> {
    let mut parameters = vectors.request.parameters.clone();
    parameters.insert("sign".to_owned(), vectors.request.signature.clone());
    parameters
}

#[test]
fn the_request_of_the_vectors_is_let_in_however_it_is_split() {
    let vectors = load();
    let all = vector(&vectors);
    let (few, rest): (BTreeMap<_, _>, BTreeMap<_, _>) = all.clone().into_iter().partition(|(name, _)| name.len() > 6);
    for (query, body) in [(form(&all), Vec::new()), (Vec::new(), form(&all)), (form(&few), form(&rest))] {
        let call = read(&String::from_utf8(query).unwrap(), &body, &application(&vectors)).unwrap();
        assert_eq!((call.method.as_str(), call.notify_url.as_str()), ("alipay.trade.precreate", "https://shop.example/notify/ali"));
        assert_eq!(call.content["total_amount"], "1.01");
    }
}

#[test]
fn each_defect_has_its_own_unsigned_error_and_the_application_comes_before_the_signature() {
    let vectors = load();
    let judge = |change: &dyn Fn(&mut BTreeMap<String, String>)| {
        let mut parameters = vector(&vectors);
        change(&mut parameters);
        let denied = read("", &form(&parameters), &application(&vectors)).unwrap_err();
        assert!(!denied.refusal.signed, "{denied:?}");
        (denied.method.is_some(), denied.refusal.code, denied.refusal.sub_code)
    };
    let without = |name: &'static str| judge(&move |parameters| drop(parameters.remove(name)));
    let with = |name: &'static str, value: &'static str| judge(&move |parameters| drop(parameters.insert(name.into(), value.into())));
    assert_eq!(without("method"), (false, "40001", "isv.missing-method"));
    assert_eq!(with("method", "alipay.trade.pay"), (false, "40002", "isv.invalid-method"));
    assert_eq!(without("app_id"), (true, "40001", "isv.missing-app-id"));
    assert_eq!(with("app_id", "2021000000000009"), (true, "40002", "isv.invalid-app-id"));
    assert_eq!(without("sign_type"), (true, "40001", "isv.missing-signature-type"));
    assert_eq!(with("sign_type", "RSA"), (true, "40002", "isv.invalid-signature-type"));
    assert_eq!(without("sign"), (true, "40001", "isv.missing-signature"));
    assert_eq!(with("charset", "gbk"), (true, "40002", "isv.invalid-charset"));
    assert_eq!(without("timestamp"), (true, "40001", "isv.missing-timestamp"));
    assert_eq!(with("timestamp", "1767225600"), (true, "40002", "isv.invalid-timestamp"));
    assert_eq!(without("version"), (true, "40001", "isv.missing-version"));
    assert_eq!(with("timestamp", "2026-01-01 08:00:01"), (true, "40002", "isv.invalid-signature"));
    assert_eq!(with("extra", "unsigned"), (true, "40002", "isv.invalid-signature"));
}

fn content(method: &str, content: Value) -> Result<Content, ErrorReply> {
    Content::parse(method, content.as_object().unwrap().clone(), 1_767_225_600)
}

#[test]
fn contents_are_judged_member_by_member() {
    let precreate = |change: Value| {
        let mut members = json!({ "out_trade_no": "A_1", "total_amount": "1.01", "subject": "tea" });
        members.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        content("alipay.trade.precreate", members)
    };
    let deadline = |change| match precreate(change) {
        Ok(Content::Precreate(precreate)) => precreate.deadline - 1_767_225_600,
        other => panic!("{other:?}"),
    };
    assert_eq!(deadline(json!({ "timeout_express": "90m" })), 5400);
    assert_eq!(deadline(json!({ "timeout_express": "1c" })), 16 * 3600);
    assert_eq!(deadline(json!({ "time_expire": "2026-01-01 08:15:00" })), 900);
    assert_eq!(deadline(json!({})), 3 * 3600);
    assert!(precreate(json!({ "total_amount": 1.5 })).is_ok(), "a JSON number is an amount too");
    for bad in [
        json!({ "out_trade_no": "A-1" }),
        json!({ "out_trade_no": "" }),
        json!({ "total_amount": "0.00" }),
        json!({ "total_amount": "1.001" }),
        json!({ "total_amount": "100000000.01" }),
        json!({ "subject": "tea & milk" }),
        json!({ "timeout_express": "16d" }),
        json!({ "timeout_express": "0m" }),
        json!({ "time_expire": "2026-01-01 07:59:00" }),
        json!({ "body": "x".repeat(129) }),
        json!({ "product_code": "FAST_INSTANT_TRADE_PAY" }),
        json!({ "seller_id": "2088" }),
        json!({ "seller_id": "1234567890123456" }),
        json!({ "operator_id": "x".repeat(29) }),
        json!({ "store_id": "x".repeat(33) }),
        json!({ "terminal_id": 7 }),
        json!({ "discountable_amount": "1.02" }),
        json!({ "discountable_amount": "half" }),
        json!({ "goods_detail": "tea" }),
        json!({ "goods_detail": [{ "goods_id": "t", "goods_name": "tea", "quantity": 1 }] }),
        json!({ "goods_detail": [{ "goods_id": "t", "goods_name": "tea", "quantity": 0, "price": "1.01" }] }),
        json!({ "goods_detail": [{ "goods_id": "t", "quantity": 1, "price": "1.01" }] }),
    ] {
        assert_eq!(precreate(bad.clone()).unwrap_err().sub_code, "ACQ.INVALID_PARAMETER", "{bad}");
    }
    let all = json!({
        "product_code": "FACE_TO_FACE_PAYMENT", "seller_id": "2088000000000002", "operator_id": "x".repeat(28), "store_id": "s",
        "terminal_id": "t", "discountable_amount": "1.01",
        "goods_detail": [{ "goods_id": "t", "goods_name": "茶", "quantity": 1, "price": "1.01" }],
    });
    let Ok(Content::Precreate(good)) = precreate(all) else { panic!("refused") };
    assert_eq!(good.seller_id.as_deref(), Some("2088000000000002"));
    let reason =
        |length| content("alipay.trade.refund", json!({ "trade_no": "1", "refund_amount": "1.01", "refund_reason": "茶".repeat(length) }));
    assert!(reason(256).is_ok() && reason(257).is_err());
    let operator = |length| content("alipay.trade.close", json!({ "trade_no": "1", "operator_id": "x".repeat(length) }));
    assert!(operator(28).is_ok() && operator(29).is_err());
    assert!(content("alipay.trade.query", json!({})).is_err());
    assert!(content("alipay.trade.fastpay.refund.query", json!({ "trade_no": "1" })).is_err());
}

#[test]
fn our_client_is_let_in_and_reads_the_answers_in_both_shapes() {
    let vectors = load();
    let gateway = vectors.gateway();
    let payment = PaymentRequest {
        payment_id: "pay_1-2",
        method: "alipay",
        description: "茉莉花茶 & more".into(),
        amount: 101,
        currency: "CNY",
        expires_at: vectors.timestamp + 900,
        notify_url: "https://shop.example/notify/alipay",
        surface: gateway::Surface::Code,
    };
    let (query, body) = split(&gateway.create(&payment, &vectors.at()).into_request());
    let call = read(&query, &body, &application(&vectors)).unwrap();
    let Content::Precreate(precreate) = Content::parse(&call.method, call.content, vectors.timestamp).unwrap() else { panic!() };
    assert_eq!((precreate.out_trade_no.as_str(), precreate.total, precreate.deadline), ("pay__1_d2", 101, payment.expires_at));
    let members: Members = vec![("out_trade_no", json!("pay__1_d2")), ("qr_code", json!("https://qr.alipay.com/bax1"))];
    for shape in [SlashStyle::EscapedSlashes, SlashStyle::PlainSlashes] {
        let body = answer(&vectors.key(), Some(&call.method), &Ok(members.clone()), shape, false);
        let reply = HttpResponse { status: StatusCode::OK, headers: HeaderMap::new(), body };
        assert_eq!(gateway.create(&payment, &vectors.at()).read(&reply, &vectors.at()).unwrap().payload, "https://qr.alipay.com/bax1");
    }
    let spoilt = answer(&vectors.key(), Some(&call.method), &Ok(members), SlashStyle::EscapedSlashes, true);
    let reply = HttpResponse { status: StatusCode::OK, headers: HeaderMap::new(), body: spoilt };
    assert!(gateway.create(&payment, &vectors.at()).read(&reply, &vectors.at()).is_err());
}

#[test]
fn the_text_of_the_vectors_response_is_what_the_envelope_signs() {
    let vectors = load();
    let members: Members =
        vec![("out_trade_no", json!("ORDER-20260101_0001")), ("qr_code", json!("https://qr.alipay.com/bavh4wjlxf12tper3a"))];
    let body = answer(&vectors.key(), Some("alipay.trade.precreate"), &Ok(members), SlashStyle::EscapedSlashes, false);
    let (node, signature) = (&vectors.response.node, &vectors.response.signature);
    let expected = format!("{{\"alipay_trade_precreate_response\":{node},\"sign\":\"{signature}\"}}");
    assert_eq!(String::from_utf8(body).unwrap(), expected);
}

#[test]
fn a_trade_whose_money_went_back_is_closed_but_still_told_as_paid() {
    let vectors = load();
    let payment = Payment { paid_at: vectors.timestamp, buyer_id: "2088000000000001".to_owned() };
    let state = TradeState::Success(payment);
    let refund = gateway::alipay::server::RefundRecord { out_request_no: "r".to_owned(), amount: 101, at: vectors.timestamp };
    let trade = TradeView {
        out_trade_no: "pay__1",
        trade_no: "2026010122001400000000000001",
        total: 101,
        subject: "tea",
        body: "",
        passback_params: "",
        created_at: vectors.timestamp,
        state: &state,
        refunds: &[refund],
    };
    assert_eq!(trade.status(), "TRADE_CLOSED");
    let body = answer(
        &vectors.key(),
        Some("alipay.trade.query"),
        &Ok(trade.query_answer(QueryReplyOptions { fund_bill_list: true, ..QueryReplyOptions::default() })),
        SlashStyle::EscapedSlashes,
        false,
    );
    let reply = HttpResponse { status: StatusCode::OK, headers: HeaderMap::new(), body };
    let status = vectors.gateway().query(gateway::PaymentRef::ours("pay_1"), &vectors.at()).read(&reply, &vectors.at()).unwrap();
    assert!(matches!(status, ProviderStatus::Paid(payment) if payment.amount == 101));
}

#[derive(Deserialize)]
struct Rest {
    rest: Signed,
}

#[derive(Deserialize)]
struct Signed {
    text: String,
    signature: String,
}

#[test]
fn the_rest_dialect_accepts_its_vector_and_nothing_else() {
    let vectors = load();
    let Rest { rest } = serde_json::from_str(include_str!("../../vectors/alipay.json")).unwrap();
    let lines: Vec<_> = rest.text.split('\n').collect();
    let authorization = format!("ALIPAY-SHA256withRSA {},sign={}", lines[0], rest.signature);
    let good = RestRequest {
        method: lines[1],
        target: lines[2],
        body: lines[3].as_bytes(),
        authorization: Some(&authorization),
        auth_token: None,
        request_id: None,
    };
    let judge = |request: &RestRequest<'_>, now| rest_authorize(request, &application(&vectors), now);
    assert_eq!(rest_method("alipay/trade/precreate"), Some("alipay.trade.precreate"));
    assert_eq!(judge(&good, vectors.timestamp + 600), Ok(()));
    let code = |request: &RestRequest<'_>, now| judge(request, now).unwrap_err().rest();
    assert_eq!(code(&good, vectors.timestamp + 601), (400, "invalid-timestamp"));
    assert_eq!(code(&RestRequest { authorization: None, ..good }, vectors.timestamp), (400, "missing-timestamp"));
    assert_eq!(code(&RestRequest { target: "/v3/alipay/trade/query", ..good }, vectors.timestamp), (400, "invalid-signature"));
    assert_eq!(code(&RestRequest { auth_token: Some("x"), ..good }, vectors.timestamp), (400, "invalid-signature"));
    let (longest, longer) = ("r".repeat(32), "r".repeat(33));
    assert_eq!(judge(&RestRequest { request_id: Some(&longest), ..good }, vectors.timestamp), Ok(()));
    assert_eq!(code(&RestRequest { request_id: Some(&longer), ..good }, vectors.timestamp), (400, "invalid-parameter"));
    let stranger = authorization.replace("2021000000000000", "2021000000000009");
    assert_eq!(code(&RestRequest { authorization: Some(&stranger), ..good }, vectors.timestamp), (400, "invalid-app-id"));
    let headers = rest_answer_headers(&vectors.key(), vectors.timestamp, "n", b"{}");
    assert!(vectors.key().public_key().verifies(b"1767225600000\nn\n{}\n", &headers[2].1));
}

#[test]
fn a_client_may_have_its_rest_request_forgotten_sooner_and_no_later() {
    let vectors = load();
    let sent = |seconds: &str, age: i64| {
        let auth = format!("app_id=2021000000000000,nonce=n,timestamp={}000,expired_seconds={seconds}", vectors.timestamp);
        let signature = vectors.key().sign(format!("{auth}\nGET\n/v3/x\n\n").as_bytes());
        let authorization = format!("ALIPAY-SHA256withRSA {auth},sign={signature}");
        let request = RestRequest {
            method: "GET",
            target: "/v3/x",
            body: b"",
            authorization: Some(&authorization),
            auth_token: None,
            request_id: None,
        };
        rest_authorize(&request, &application(&vectors), vectors.timestamp + age).map_err(|refusal| refusal.rest().1)
    };
    assert_eq!((sent("120", 120), sent("120", 121)), (Ok(()), Err("invalid-timestamp")));
    assert_eq!((sent("9999", 600), sent("9999", 601)), (Ok(()), Err("invalid-timestamp")));
    assert_eq!(sent("120", -300), Ok(()), "a clock that is ahead makes nothing older");
    assert_eq!((sent("soon", 0), sent("0", 0)), (Err("invalid-parameter"), Err("invalid-parameter")));
}
