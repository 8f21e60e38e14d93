//! The merchant's calls: what is sent, byte for byte, and which replies are believed.

use gateway::wechat_pay::Config;
use gateway::wechat_pay::server::DOCUMENTED;
use gateway::{Closed, Family, Gateway as _, GatewayError, HttpRequest, HttpResponse, PaymentRequest, ProviderStatus};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::vectors::{KEY_ID, Vectors, load, pem, with};

const ORDER: &str = "ORDER-20260101_0001";

fn payment() -> PaymentRequest<'static> {
    PaymentRequest {
        payment_id: ORDER,
        method: "wechat_pay",
        description: "测试 order".into(),
        amount: 101,
        currency: "CNY",
        expires_at: 1_767_225_600 + 900,
        notify_url: "https://shop.example/notify/wx",
        surface: gateway::Surface::Code,
    }
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    &request.headers.iter().find(|(key, _)| *key == name).unwrap().1
}

pub fn reply(vectors: &Vectors, status: u16, body: &[u8]) -> HttpResponse {
    HttpResponse { status: StatusCode::from_u16(status).unwrap(), headers: vectors.signed(body), body: body.to_vec() }
}

fn refused(status: u16, code: &str, message: &str) -> HttpResponse {
    let body = json!({ "code": code, "message": message }).to_string().into_bytes();
    HttpResponse { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body }
}

pub fn transaction() -> Value {
    serde_json::from_str(&load().sealed[0].plaintext).unwrap()
}

fn changed(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut transaction = transaction();
    change(&mut transaction);
    transaction.to_string().into_bytes()
}

#[test]
fn query_and_close_are_the_bytes_that_independent_clients_send() {
    let vectors = load();
    let gateway = vectors.gateway();
    let calls = [
        ("query", gateway.query(gateway::PaymentRef::ours(ORDER), &vectors.moment()).into_request()),
        ("close", gateway.close(gateway::PaymentRef::ours(ORDER), &vectors.moment()).into_request()),
    ];
    for (name, request) in calls {
        let expected = vectors.request(name);
        assert_eq!(request.method.as_str(), expected.method);
        assert_eq!(request.url, format!("https://api.mch.weixin.qq.com{}", expected.path));
        assert_eq!(request.body, expected.body.as_bytes());
        let authorization = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{}\",nonce_str=\"{}\",signature=\"{}\",timestamp=\"{}\",serial_no=\"{}\"",
            vectors.mchid, vectors.nonce, expected.signature, vectors.timestamp, vectors.merchant_serial
        );
        assert_eq!(header(&request, "authorization"), authorization);
        assert_eq!(header(&request, "accept"), "application/json");
        assert_eq!(header(&request, "wechatpay-serial"), KEY_ID);
        assert!(!header(&request, "user-agent").is_empty());
    }
}

#[test]
fn create_sends_the_documented_members_and_a_deadline_in_beijing_time() {
    let vectors = load();
    let request = vectors.gateway().create(&payment(), &vectors.moment()).into_request();
    assert_eq!(request.url, "https://api.mch.weixin.qq.com/v3/pay/transactions/native");
    assert_eq!(header(&request, "content-type"), "application/json");
    let expected = concat!(
        r#"{"appid":"wx8888888888888888","mchid":"1900000001","description":"测试 order","#,
        r#""out_trade_no":"ORDER-20260101_0001","time_expire":"2026-01-01T08:15:00+08:00","#,
        r#""notify_url":"https://shop.example/notify/wx","amount":{"total":101,"currency":"CNY"}}"#
    );
    assert_eq!(String::from_utf8(request.body).unwrap(), expected);
}

#[test]
fn characters_that_url_libraries_disagree_on_are_signed_as_they_are_sent() {
    let vectors = load();
    let request = vectors.gateway().query(gateway::PaymentRef::ours("A|b*c-1_2"), &vectors.moment()).into_request();
    assert!(request.url.ends_with("/out-trade-no/A%7Cb*c-1_2?mchid=1900000001"), "{}", request.url);
}

#[test]
fn a_signed_code_is_accepted_and_dies_with_the_deadline_or_after_two_hours() {
    let vectors = load();
    let code = br#"{"code_url":"weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00"}"#;
    let gateway = vectors.gateway();
    let prepared = gateway.create(&payment(), &vectors.moment()).read(&reply(&vectors, 200, code), &vectors.moment()).unwrap();
    assert_eq!(prepared.payload, "weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00");
    assert_eq!(prepared.expires_at, payment().expires_at);

    let long = PaymentRequest { expires_at: vectors.timestamp + 86_400, ..payment() };
    let prepared = gateway.create(&long, &vectors.moment()).read(&reply(&vectors, 200, code), &vectors.moment()).unwrap();
    assert_eq!(prepared.expires_at, vectors.timestamp + 7200);
}

#[test]
fn a_code_of_another_scheme_is_not_handed_on() {
    let vectors = load();
    let reply = reply(&vectors, 200, br#"{"code_url":"https://evil.example/"}"#);
    let error = vectors.gateway().create(&payment(), &vectors.moment()).read(&reply, &vectors.moment()).unwrap_err();
    assert_eq!(error, GatewayError::Unreadable { what: "code_url" });
    assert_eq!(error.family(), Family::Unsure);
}

#[test]
fn an_unsigned_or_wrongly_signed_success_is_forged_whatever_the_call() {
    let vectors = load();
    let gateway = vectors.gateway();
    let body = br#"{"code_url":"weixin://wxpay/bizpayurl?pr=p4lpSuKzz"}"#;
    let good = reply(&vectors, 200, body);
    let bad = [
        HttpResponse { headers: HeaderMap::new(), ..good.clone() },
        HttpResponse { headers: with(good.headers.clone(), "wechatpay-timestamp", "1767225601"), ..good.clone() },
        HttpResponse { headers: with(good.headers.clone(), "wechatpay-nonce", "other"), ..good.clone() },
        HttpResponse { headers: with(good.headers.clone(), "wechatpay-serial", "PUB_KEY_ID_9"), ..good.clone() },
        HttpResponse { body: b"{}".to_vec(), ..good.clone() },
        HttpResponse { status: StatusCode::NO_CONTENT, body: Vec::new(), ..good },
    ];
    for reply in bad {
        let at = vectors.moment();
        assert_eq!(gateway.create(&payment(), &at).read(&reply, &at).unwrap_err().family(), Family::Forged);
        assert_eq!(gateway.query(gateway::PaymentRef::ours(ORDER), &at).read(&reply, &at).unwrap_err().family(), Family::Forged);
        assert_eq!(gateway.close(gateway::PaymentRef::ours(ORDER), &at).read(&reply, &at).unwrap_err().family(), Family::Forged);
    }
}

#[test]
fn the_signed_204_of_the_vectors_closes_and_an_old_one_does_not() {
    let vectors = load();
    let reply = HttpResponse { status: StatusCode::NO_CONTENT, headers: vectors.headers(&vectors.no_content.signature), body: Vec::new() };
    let gateway = vectors.gateway();
    assert_eq!(gateway.close(gateway::PaymentRef::ours(ORDER), &vectors.moment()).read(&reply, &vectors.moment()), Ok(Closed::Closed));

    let mut late = vectors.moment();
    late.now += 301;
    assert_eq!(
        gateway.close(gateway::PaymentRef::ours(ORDER), &late).read(&reply, &late),
        Err(GatewayError::ClockSkew { theirs: vectors.timestamp, ours: late.now })
    );
}

#[test]
fn every_trade_state_has_its_meaning() {
    let vectors = load();
    let gateway = vectors.gateway();
    let ask = |state: &str| {
        let body = changed(|transaction| transaction["trade_state"] = json!(state));
        gateway.query(gateway::PaymentRef::ours(ORDER), &vectors.moment()).read(&reply(&vectors, 200, &body), &vectors.moment())
    };
    assert_eq!(ask("NOTPAY"), Ok(ProviderStatus::Waiting));
    assert_eq!(ask("USERPAYING"), Ok(ProviderStatus::Scanned));
    assert_eq!(ask("CLOSED"), Ok(ProviderStatus::Closed));
    assert_eq!(ask("PAYERROR"), Ok(ProviderStatus::Refused));
    assert_eq!(ask("NEWSTATE"), Err(GatewayError::Unreadable { what: "trade_state" }));
    for state in ["SUCCESS", "REFUND"] {
        let Ok(ProviderStatus::Paid(payment)) = ask(state) else { panic!("{state} is not paid") };
        assert_eq!(payment.payment_id, ORDER);
        assert_eq!(payment.transaction_id, "4200000000202601010000000001");
        assert_eq!((payment.amount, payment.currency.as_str()), (101, "CNY"));
        assert_eq!(payment.paid_at, 1_767_225_605);
        assert_eq!(payment.payer.as_deref(), Some("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"));
    }
}

#[test]
fn an_unpaid_transaction_needs_no_payer_and_no_amount() {
    let vectors = load();
    let body = changed(|transaction| {
        let members = transaction.as_object_mut().unwrap();
        for member in ["amount", "transaction_id", "success_time", "trade_type", "bank_type"] {
            members.remove(member);
        }
        members.insert("trade_state".to_owned(), json!("NOTPAY"));
        members.insert("payer".to_owned(), json!({}));
    });
    let status =
        vectors.gateway().query(gateway::PaymentRef::ours(ORDER), &vectors.moment()).read(&reply(&vectors, 200, &body), &vectors.moment());
    assert_eq!(status, Ok(ProviderStatus::Waiting));
}

#[test]
fn a_signed_answer_about_somebody_else_is_refused() {
    let vectors = load();
    for (member, value) in [("mchid", "1900000002"), ("appid", "wx1"), ("out_trade_no", "ORDER-2")] {
        let body = changed(|transaction| transaction[member] = json!(value));
        let error = vectors
            .gateway()
            .query(gateway::PaymentRef::ours(ORDER), &vectors.moment())
            .read(&reply(&vectors, 200, &body), &vectors.moment())
            .unwrap_err();
        assert!(matches!(error, GatewayError::NotOurs { what, .. } if what == member), "{error:?}");
        assert_eq!(error.family(), Family::Forged);
    }
}

#[test]
fn a_paid_answer_without_its_facts_is_unsure() {
    let vectors = load();
    for member in ["amount", "transaction_id", "success_time"] {
        let body = changed(|transaction| {
            transaction.as_object_mut().unwrap().remove(member);
        });
        let error = vectors
            .gateway()
            .query(gateway::PaymentRef::ours(ORDER), &vectors.moment())
            .read(&reply(&vectors, 200, &body), &vectors.moment())
            .unwrap_err();
        assert_eq!(error, GatewayError::Unreadable { what: member });
        assert_eq!(error.family(), Family::Unsure);
    }
}

#[test]
fn error_bodies_are_sorted_into_families_and_never_into_states() {
    let vectors = load();
    let gateway = vectors.gateway();
    let table = [
        (refused(401, "SIGN_ERROR", "签名错误"), Family::Account),
        (refused(400, "APPID_MCHID_NOT_MATCH", ""), Family::Account),
        (refused(403, "NO_AUTH", "商户号该产品权限未开通，请前往商户平台>产品中心检查后重试"), Family::Account),
        (refused(403, "NO_AUTH", "此商家的收款功能已被限制"), Family::Account),
        (refused(400, "PARAM_ERROR", ""), Family::Refused),
        (refused(403, "OUT_TRADE_NO_USED", ""), Family::Refused),
        (refused(400, "ORDER_CLOSED", ""), Family::Refused),
        (refused(500, "OPENID_MISMATCH", ""), Family::Refused),
        (refused(400, "INVALID_REQUEST", "该订单已支付"), Family::Unsure),
        (refused(400, "ORDERPAID", ""), Family::Unsure),
        (refused(429, "FREQUENCY_LIMITED", ""), Family::Transient),
        (refused(403, "RATELIMIT_EXCEEDED", ""), Family::Transient),
        (refused(500, "SYSTEM_ERROR", ""), Family::Transient),
        (refused(202, "USER_PAYING", ""), Family::Transient),
        (HttpResponse { status: StatusCode::BAD_GATEWAY, headers: HeaderMap::new(), body: b"<html>".to_vec() }, Family::Transient),
        (HttpResponse { status: StatusCode::NOT_FOUND, headers: HeaderMap::new(), body: Vec::new() }, Family::Refused),
        (HttpResponse { status: StatusCode::FOUND, headers: HeaderMap::new(), body: Vec::new() }, Family::Unsure),
    ];
    for (reply, family) in table {
        let error = gateway.create(&payment(), &vectors.moment()).read(&reply, &vectors.moment()).unwrap_err();
        assert_eq!(error.family(), family, "{error:?}");
    }
    // A state inside an error body is ignored, even a signed-looking one.
    let mut liar = reply(&vectors, 400, transaction().to_string().as_bytes());
    liar.status = StatusCode::BAD_REQUEST;
    assert_eq!(
        gateway.query(gateway::PaymentRef::ours(ORDER), &vectors.moment()).read(&liar, &vectors.moment()).unwrap_err().family(),
        Family::Refused
    );
}

#[test]
fn every_documented_error_is_retried_refused_doubted_or_the_operators() {
    let vectors = load();
    for (status, code) in DOCUMENTED {
        let family = match code {
            "USER_PAYING" | "FREQUENCY_LIMITED" | "FREQUENCY_LIMIT_EXCEED" | "RATELIMIT_EXCEEDED" => Family::Transient,
            "SYSTEM_ERROR" | "BANK_ERROR" | "SERVICE_UNAVAILABLE" => Family::Transient,
            "ORDERPAID" | "ORDER_PAID" => Family::Unsure,
            "SIGN_ERROR" | "NO_AUTH" | "APPID_MCHID_NOT_MATCH" | "MCH_NOT_EXISTS" | "RULE_LIMIT" | "ACCOUNT_ERROR" => Family::Account,
            "PARAM_ERROR" | "INVALID_REQUEST" | "ORDER_CLOSED" | "OUT_TRADE_NO_USED" | "ORDER_NOT_EXIST" => Family::Refused,
            // For refunds: the merchant pays in, and the same call works.
            "NOT_ENOUGH" => Family::Transient,
            "TRADE_ERROR" | "USER_ACCOUNT_ABNORMAL" => Family::Refused,
            "INVALID_TRANSACTIONID" | "OPENID_MISMATCH" | "TRADE_OVERDUE" | "REFUND_FEE_MISMATCH" => Family::Refused,
            "NO_STATEMENT_EXIST" | "STATEMENT_CREATING" | "RESOURCE_NOT_EXISTS" => Family::Refused,
            other => panic!("{other} is in no table of this test"),
        };
        let error =
            vectors.gateway().create(&payment(), &vectors.moment()).read(&refused(status, code, ""), &vectors.moment()).unwrap_err();
        assert_eq!(error.family(), family, "{status} {code}");
    }
    // A shopper's account is not the merchant's.
    let of_shopper = refused(403, "ACCOUNT_ERROR", "用户账号异常");
    assert_eq!(
        vectors.gateway().create(&payment(), &vectors.moment()).read(&of_shopper, &vectors.moment()).unwrap_err().family(),
        Family::Refused
    );
}

#[test]
fn unknown_to_the_provider_and_already_paid_have_answers_of_their_own() {
    let vectors = load();
    let gateway = vectors.gateway();
    let at = vectors.moment();
    assert_eq!(
        gateway.query(gateway::PaymentRef::ours(ORDER), &at).read(&refused(404, "ORDER_NOT_EXIST", ""), &at),
        Ok(ProviderStatus::Unknown)
    );
    assert_eq!(gateway.close(gateway::PaymentRef::ours(ORDER), &at).read(&refused(400, "ORDERPAID", ""), &at), Ok(Closed::AlreadyPaid));
    assert_eq!(gateway.close(gateway::PaymentRef::ours(ORDER), &at).read(&refused(400, "ORDER_PAID", ""), &at), Ok(Closed::AlreadyPaid));
}

#[test]
fn a_long_error_text_is_cut() {
    let vectors = load();
    let reply = refused(400, "PARAM_ERROR", &"长".repeat(10_000));
    match vectors.gateway().create(&payment(), &vectors.moment()).read(&reply, &vectors.moment()) {
        Err(GatewayError::Refused { message, .. }) => assert_eq!(message.chars().count(), 256),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_setting_that_cannot_be_used_is_named() {
    let vectors = load();
    let faulty = |change: fn(&mut gateway::wechat_pay::Settings)| {
        let mut settings = vectors.settings();
        change(&mut settings);
        match Config::parse(&settings) {
            Err(GatewayError::Configuration { key, problem }) => (key, problem),
            other => panic!("accepted: {other:?}"),
        }
    };
    assert_eq!(faulty(|s| s.base_url = "ftp://x".into()).0, "base_url");
    assert_eq!(faulty(|s| s.base_url = "https://x/path".into()).0, "base_url");
    assert_eq!(faulty(|s| s.mchid = String::new()), ("mchid", "is empty".to_owned()));
    assert_eq!(faulty(|s| s.appid = "wx 1".into()).0, "appid");
    assert_eq!(faulty(|s| s.merchant_serial = "xyz".into()).0, "merchant_serial");
    assert_eq!(faulty(|s| s.merchant_key = "hush".into()).0, "merchant_key");
    assert_eq!(faulty(|s| s.apiv3_key = "short".into()), ("apiv3_key", "has 5 bytes instead of 32".to_owned()));
    // The provider's own client tests with keys of AES-128, which no merchant has.
    assert_eq!(faulty(|s| s.apiv3_key = "testAPIv3Key0000".into()), ("apiv3_key", "has 16 bytes instead of 32".to_owned()));
    assert_eq!(faulty(|s| s.public_key_id = "7B2A".into()).0, "public_key_id");
    assert_eq!(faulty(|s| s.platform_keys.clear()).0, "public_key_id");
    let (key, problem) = faulty(|s| {
        let _ = s.platform_keys.insert("7B2A".into(), pem("CERTIFICATE", "AAAA"));
    });
    assert_eq!(key, "platform_keys");
    assert!(problem.contains("\"7B2A\"") && problem.contains("certificate"), "{problem}");
}

#[test]
fn debug_shows_no_secret() {
    let vectors = load();
    let settings = vectors.settings();
    let shown = format!("{settings:?} {:?}", vectors.gateway());
    assert!(shown.contains(&vectors.mchid));
    assert!(!shown.contains(&vectors.apiv3_key) && !shown.contains("PRIVATE KEY"), "{shown}");
    // Neither as numbers: the first bytes of the APIv3 key.
    assert!(!shown.contains("48, 49, 50"), "{shown}");
    let problem = Config::parse(&gateway::wechat_pay::Settings { merchant_key: "hush".into(), ..settings });
    assert!(!format!("{problem:?}").contains("hush"));
}
