//! The provider's end: which requests it lets in, and with which words it turns others away.

use gateway::Gateway as _;
use gateway::wechat_pay::server::{
    NativeOrder, Payment, RETRY_DELAYS, Request, TradeState, TransactionView, authorize, check_close, check_number, check_query,
    notification_body,
};
use serde_json::{Value, json};

use crate::vectors::{Vectors, load};

fn authorization(vectors: &Vectors, signature: &str) -> String {
    format!(
        "WECHATPAY2-SHA256-RSA2048 timestamp=\"{}\",serial_no=\"{}\",mchid=\"{}\",signature=\"{signature}\",nonce_str=\"{}\"",
        vectors.timestamp, vectors.merchant_serial, vectors.mchid, vectors.nonce
    )
}

/// The message the request of the `native` vector is turned away with, if it is.
fn verdict(vectors: &Vectors, authorization: Option<&str>, now: i64) -> Result<(), String> {
    let vector = vectors.request("native");
    let request = Request { method: &vector.method, target: &vector.path, body: vector.body.as_bytes(), authorization };
    authorize(&request, &vectors.merchant(), now).map_err(|refusal| {
        assert_eq!((refusal.status, refusal.code), (401, "SIGN_ERROR"));
        refusal.message
    })
}

#[test]
fn requests_that_independent_clients_signed_are_let_in() {
    let vectors = load();
    for vector in &vectors.requests {
        let authorization = authorization(&vectors, &vector.signature);
        let request =
            Request { method: &vector.method, target: &vector.path, body: vector.body.as_bytes(), authorization: Some(&authorization) };
        assert_eq!(authorize(&request, &vectors.merchant(), vectors.timestamp - 300), Ok(()), "{}", vector.name);
    }
}

#[test]
fn the_first_defect_of_an_authorization_decides_the_words() {
    let vectors = load();
    let good = authorization(&vectors, &vectors.request("native").signature);
    let now = vectors.timestamp;
    let says = |value: &str, now: i64| verdict(&vectors, Some(value), now).unwrap_err();
    assert_eq!(verdict(&vectors, Some(&good), now), Ok(()));
    assert_eq!(verdict(&vectors, None, now).unwrap_err(), "签名信息错误，验签失败");
    let malformed = says("WECHATPAY2-SHA256-RSA2048", now);
    assert!(malformed.starts_with("Http头Authorization值格式错误"));
    // Elsewhere than at payments, to have none is as bad as to have a broken one.
    let elsewhere = Request { method: "GET", target: "/v3/certificates", body: b"", authorization: None };
    assert_eq!(authorize(&elsewhere, &vectors.merchant(), now).unwrap_err().message, malformed);
    for broken in [
        good.replace("RSA2048 ", "RSA2048  "),
        good.replace("nonce_str", "nonce"),
        good.replace("mchid=\"1900000001\"", "mchid=1900000001"),
        format!("{good},mchid=\"1900000001\""),
        format!("{good},extra=\"1\""),
        good.replace("\"1767225600\"", "\"later\""),
    ] {
        assert_eq!(says(&broken, now), malformed, "{broken}");
    }
    assert_eq!(says(&good.replace("WECHATPAY2", "WECHATPAY3"), now), "Http头Authorization认证类型不正确");
    let skewed = "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟";
    // The clock is judged before the serial and the signature.
    let broken = good.replace(&vectors.merchant_serial, "00").replace("==\"", "\"");
    assert_eq!(says(&broken, now + 301), skewed);
    assert_eq!(says(&good, now - 301), skewed);
    assert!(says(&broken, now).starts_with("商户证书序列号有误"));
    assert!(says(&good.replace("1900000001", "1900000002"), now).starts_with("商户号有误"));
}

#[test]
fn a_bad_signature_is_answered_with_the_string_that_was_verified() {
    let vectors = load();
    let authorization = authorization(&vectors, &vectors.request("query").signature);
    let vector = vectors.request("native");
    let request = Request { method: "POST", target: &vector.path, body: vector.body.as_bytes(), authorization: Some(&authorization) };
    let refusal = authorize(&request, &vectors.merchant(), vectors.timestamp).unwrap_err();
    let body: Value = serde_json::from_slice(&refusal.body()).unwrap();
    assert_eq!(body["message"], "签名错误");
    let information = &body["detail"]["sign_information"];
    assert_eq!(information["sign_message_length"], 281);
    assert_eq!(
        information["truncated_sign_message"],
        format!("POST\n{}\n{}\n{}\n{{\"appid\"\n", vector.path, vectors.timestamp, vectors.nonce)
    );
}

/// Turns a good body into a bad one.
type Change = fn(&mut Value);

fn native() -> Value {
    serde_json::from_str(&load().request("native").body).unwrap()
}

/// The answer to the vector's prepay body after a change.
fn judged(change: impl FnOnce(&mut Value)) -> Result<NativeOrder, Value> {
    let mut body = native();
    change(&mut body);
    NativeOrder::parse(body.to_string().as_bytes(), &load().merchant()).map_err(|refusal| {
        assert_eq!(refusal.status, 400);
        serde_json::from_slice(&refusal.body()).unwrap()
    })
}

#[test]
fn the_prepay_of_the_vectors_passes() {
    let order = judged(|_| {}).unwrap();
    assert_eq!(order.out_trade_no, "ORDER-20260101_0001");
    assert_eq!((order.total, order.currency.as_str()), (101, "CNY"));
    assert_eq!(order.time_expire, None);
}

#[test]
fn a_prepay_with_every_documented_member_passes() {
    let order = judged(|body| {
        body["time_expire"] = json!("2026-01-01T10:34:56+08:00");
        body["attach"] = json!("a");
        body["goods_tag"] = json!("WXG");
        body["support_fapiao"] = json!(true);
        body["detail"] = json!({ "cost_price": 1, "invoice_id": "i", "goods_detail": [
            { "merchant_goods_id": "1", "wechatpay_goods_id": "2", "goods_name": "茶", "quantity": 1, "unit_price": 0 }
        ] });
        body["scene_info"] = json!({ "payer_client_ip": "::1", "device_id": "d",
            "store_info": { "id": "s", "name": "n", "area_code": "440305", "address": "a" } });
        body["settle_info"] = json!({ "profit_sharing": false });
    })
    .unwrap();
    assert_eq!(order.time_expire, Some(1_767_234_896));
    assert_eq!(order.attach, "a");
}

#[test]
fn members_outside_the_documentation_are_refused_by_path() {
    let answer = judged(|body| body["payer"] = json!({ "openid": "o" })).unwrap_err();
    assert_eq!(answer["message"], "请求中含有未在API文档中定义的参数");
    assert_eq!(answer["detail"], json!({ "location": null, "value": ["/body/payer/openid"] }));
    let answer = judged(|body| body["amount"]["tax"] = json!(1)).unwrap_err();
    assert_eq!(answer["detail"]["value"], json!(["/body/amount/tax"]));
    let goods = json!({ "goods_detail": [{ "merchant_goods_id": "1", "quantity": 1, "unit_price": 1, "x": 1 }] });
    let answer = judged(|body| body["detail"] = goods).unwrap_err();
    assert_eq!(answer["detail"]["value"], json!(["/body/detail/goods_detail/0/x"]));
}

#[test]
fn each_limit_of_a_field_is_enforced_in_the_providers_words() {
    let table: [(Change, &str); 18] = [
        (|b| b["amount"]["total"] = json!(0), "输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1"),
        (|b| b["amount"]["total"] = json!(1.5), "“总金额”规则校验失败，值的类型不正确"),
        (|b| b["amount"]["total"] = json!("101"), "“总金额”规则校验失败，值的类型不正确"),
        (|b| b["amount"]["currency"] = json!("USD"), "“货币类型”字符串规则校验失败"),
        (|b| b["amount"] = json!([]), "“订单金额”规则校验失败，值的类型不正确"),
        (|b| drop(b.as_object_mut().unwrap().remove("amount")), "“订单金额”必填性规则校验失败，此字段为必填项"),
        (|b| b["description"] = json!(""), "字符串规则校验失败，字符数 0，小于最小值 1"),
        (|b| b["description"] = json!("茶".repeat(128)), "字节数 384，大于最大值 127"),
        (|b| b["out_trade_no"] = json!("12345"), "字节数 5，小于最小值 6"),
        (|b| b["out_trade_no"] = json!("x".repeat(33)), "字节数 33，大于最大值 32"),
        (|b| b["out_trade_no"] = json!("ORDER 1"), r"“商户订单号”字符串规则校验失败，字符串必须匹配正则表达式“^[0-9a-zA-Z_\-\|\*]+$”"),
        (|b| b["description"] = json!("茶".repeat(43)), "字节数 129，大于最大值 127"),
        (|b| b["detail"] = json!({ "invoice_id": "茶".repeat(11) }), "字节数 33，大于最大值 32"),
        (|b| b["notify_url"] = json!("https://shop.example/n?x=1"), "“通知地址”字符串规则校验失败"),
        (|b| b["notify_url"] = json!("shop.example"), "“通知地址”字符串规则校验失败"),
        (|b| b["time_expire"] = json!("2026-01-01 10:00:00"), "“交易结束时间”字符串规则校验失败"),
        (|b| b["attach"] = json!("a".repeat(129)), "字节数 129，大于最大值 128"),
        (|b| b["support_fapiao"] = json!("yes"), "值的类型不正确"),
    ];
    for (change, words) in table {
        let answer = judged(change).unwrap_err();
        assert_eq!(answer["code"], "PARAM_ERROR");
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}\nlacks {words}");
        assert_eq!(answer["detail"]["location"], "body");
    }
}

#[test]
fn the_measured_length_is_told_and_a_character_of_four_bytes_is_refused_wherever_it_stands() {
    let long = judged(|body| body["attach"] = json!("字".repeat(68))).unwrap_err();
    assert_eq!(long["message"], "输入源“/body/attach”映射到字符串字段“附加数据”字符串规则校验失败，字节数 204，大于最大值 128");
    assert_eq!(long["detail"], json!({ "location": "body", "value": 204 }));
    let empty = judged(|body| body["description"] = json!("")).unwrap_err();
    assert_eq!(empty["detail"], json!({ "location": "body", "value": "" }), "of an empty one the service speaks otherwise");
    assert!(judged(|body| body["description"] = json!("茶".repeat(42))).is_ok());
    let changes: [Change; 3] = [
        |b| b["description"] = json!("tea \u{1f375}"),
        |b| b["attach"] = json!("𠮷"),
        |b| b["detail"] = json!({ "goods_detail": [{ "merchant_goods_id": "\u{1f375}", "quantity": 1, "unit_price": 1 }] }),
    ];
    for change in changes {
        let refused = judged(change).unwrap_err();
        assert_eq!((refused["code"].as_str(), refused["message"].as_str()), (Some("PARAM_ERROR"), Some("请求内容传入了非UTF8参数")));
    }
}

#[test]
fn another_merchant_or_an_unbound_account_is_refused() {
    assert_eq!(judged(|body| body["mchid"] = json!("1900000002")).unwrap_err()["code"], "PARAM_ERROR");
    assert_eq!(judged(|body| body["appid"] = json!("wx1")).unwrap_err()["code"], "APPID_MCHID_NOT_MATCH");
    assert!(NativeOrder::parse(b"[]", &load().merchant()).is_err());
    assert!(NativeOrder::parse(b"{", &load().merchant()).is_err());
}

#[test]
fn close_and_query_insist_on_the_merchant_number_and_nothing_else() {
    let merchant = load().merchant();
    assert!(check_close(br#"{"mchid":"1900000001"}"#, &merchant).is_ok());
    assert!(check_close(b"{}", &merchant).is_err());
    assert!(check_close(br#"{"mchid":"1900000002"}"#, &merchant).is_err());
    assert!(check_close(br#"{"mchid":"1900000001","x":1}"#, &merchant).is_err());
    assert!(check_query(Some("mchid=1900000001"), &merchant).is_ok());
    assert!(check_query(None, &merchant).is_err());
    assert!(check_query(Some("mch%69d=%31900000001"), &merchant).is_ok(), "what is percent-encoded means the same");
    assert!(check_query(Some("mchid=%zz"), &merchant).is_err());
    assert!(check_query(Some("mchid=1900000002"), &merchant).is_err());
    assert!(check_query(Some("mchid=1900000001&x=1"), &merchant).is_err());
    assert!(check_number("A|b*c-1_2").is_ok());
    let short = check_number("short").unwrap_err();
    assert!(short.message.starts_with("输入源“/uri_template/out_trade_no”") && short.message.ends_with("字节数 5，小于最小值 6"));
    assert_eq!(short.detail, Some(json!({ "location": "uri_template", "value": 5 })));
}

#[test]
fn what_the_provider_seals_and_signs_the_merchant_accepts() {
    let vectors = load();
    let state = TradeState::Success(Payment {
        transaction_id: "4200000000202601010000000001".to_owned(),
        paid_at: vectors.timestamp,
        openid: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o".to_owned(),
    });
    let view = TransactionView {
        appid: &vectors.appid,
        mchid: &vectors.mchid,
        out_trade_no: "ORDER-20260101_0001",
        total: 101,
        attach: "",
        state: &state,
    };
    let body = notification_body("EV-1", vectors.timestamp, &view.to_json(), &vectors.apiv3(), *b"abcdefghijkl");
    let headers = vectors.signed(&body);
    let notification = vectors.gateway().notification(&headers, &body, vectors.timestamp).unwrap();
    assert_eq!(notification.id, "EV-1");
}

#[test]
fn notifications_are_repeated_fifteen_times_over_a_day_and_four_minutes() {
    assert_eq!(RETRY_DELAYS.iter().sum::<i64>(), 24 * 3600 + 4 * 60);
}
