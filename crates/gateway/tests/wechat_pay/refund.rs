//! Refunds: what is sent, which records are believed, and the notification with its other name of the status.

use gateway::{Family, Gateway as _, GatewayError, HttpResponse, NotificationEvent, RefundRequest, RefundStatus};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::vectors::{Vectors, load};

const REFUND: RefundRequest<'static> = RefundRequest {
    payment: gateway::PaymentRef::ours("ORDER-20260101_0001"),
    refund_id: "ref_1@a|b",
    amount: 30,
    total: 101,
    currency: "CNY",
    reason: Some("太多"),
    notify_url: "https://shop.example/notify/wechat_pay",
};

fn record(change: Value) -> Value {
    let mut record = json!({
        "refund_id": "50000000382019052709732678859", "out_refund_no": "ref_1@a|b", "transaction_id": "4200000000202601010000000001",
        "out_trade_no": "ORDER-20260101_0001", "channel": "ORIGINAL", "user_received_account": "支付用户零钱",
        "create_time": "2026-01-01T08:00:00+08:00", "success_time": "2026-01-01T08:00:05+08:00", "status": "SUCCESS",
        "amount": { "total": 101, "refund": 30, "payer_total": 101, "payer_refund": 30, "currency": "CNY" },
    });
    record.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    record
}

fn reply(vectors: &Vectors, record: &Value) -> HttpResponse {
    let body = record.to_string().into_bytes();
    HttpResponse { status: StatusCode::OK, headers: vectors.signed(&body), body }
}

#[test]
fn the_documented_members_are_sent_and_the_number_in_the_path_is_escaped() {
    let vectors = load();
    let request = vectors.gateway().refund(&REFUND, &vectors.moment()).into_request();
    assert_eq!(request.url, "https://api.mch.weixin.qq.com/v3/refund/domestic/refunds");
    let expected = concat!(
        r#"{"out_trade_no":"ORDER-20260101_0001","out_refund_no":"ref_1@a|b","reason":"太多","#,
        r#""notify_url":"https://shop.example/notify/wechat_pay","amount":{"refund":30,"total":101,"currency":"CNY"}}"#
    );
    assert_eq!(String::from_utf8(request.body).unwrap(), expected);
    let query = vectors.gateway().query_refund(&REFUND, &vectors.moment()).into_request();
    assert_eq!(query.url, "https://api.mch.weixin.qq.com/v3/refund/domestic/refunds/ref_1%40a%7Cb");
}

#[test]
fn every_state_of_a_refund_has_its_meaning() {
    let vectors = load();
    let done = RefundStatus::Done { amount: 30, at: Some(1_767_225_605) };
    let table =
        [("PROCESSING", RefundStatus::Pending), ("SUCCESS", done), ("CLOSED", RefundStatus::Failed), ("ABNORMAL", RefundStatus::Stuck)];
    for (status, expected) in table {
        let reply = reply(&vectors, &record(json!({ "status": status })));
        assert_eq!(vectors.gateway().refund(&REFUND, &vectors.moment()).read(&reply, &vectors.moment()).unwrap(), expected);
        assert_eq!(vectors.gateway().query_refund(&REFUND, &vectors.moment()).read(&reply, &vectors.moment()).unwrap(), expected);
    }
    let unknown = HttpResponse {
        status: StatusCode::NOT_FOUND,
        headers: HeaderMap::new(),
        body: br#"{"code":"RESOURCE_NOT_EXISTS","message":""}"#.to_vec(),
    };
    assert_eq!(
        vectors.gateway().query_refund(&REFUND, &vectors.moment()).read(&unknown, &vectors.moment()).unwrap(),
        RefundStatus::Unknown
    );
    assert_eq!(
        vectors.gateway().refund(&REFUND, &vectors.moment()).read(&unknown, &vectors.moment()).unwrap_err().family(),
        Family::Refused
    );
}

#[test]
fn a_record_of_another_refund_payment_or_amount_is_not_ours() {
    let vectors = load();
    for change in [
        json!({ "out_refund_no": "ref_2" }),
        json!({ "out_trade_no": "ORDER-2" }),
        json!({ "amount": { "refund": 31, "total": 101, "currency": "CNY" } }),
        json!({ "amount": { "refund": 30, "total": 101, "currency": "USD" } }),
    ] {
        let reply = reply(&vectors, &record(change));
        let error = vectors.gateway().refund(&REFUND, &vectors.moment()).read(&reply, &vectors.moment()).unwrap_err();
        assert!(matches!(error, GatewayError::NotOurs { .. }), "{error}");
    }
}

fn notified(vectors: &Vectors, event: &str, kind: &str, record: &Value) -> Result<NotificationEvent, GatewayError> {
    let sealed = vectors.apiv3().seal(*b"abcdefghijkl", "refund", record.to_string().as_bytes());
    let body = json!({
        "id": "EV-1", "create_time": "2026-01-01T08:00:06+08:00", "resource_type": "encrypt-resource", "event_type": event, "summary": "",
        "resource": {
            "original_type": kind, "algorithm": "AEAD_AES_256_GCM", "ciphertext": sealed, "associated_data": "refund", "nonce": "abcdefghijkl",
        },
    });
    let body = body.to_string().into_bytes();
    vectors.gateway().notification(&vectors.signed(&body), &body, vectors.timestamp).map(|notification| notification.event)
}

#[test]
fn a_notification_calls_the_status_by_its_other_name_and_is_read() {
    let vectors = load();
    let mut record = record(json!({ "mchid": vectors.mchid, "refund_status": "SUCCESS" }));
    record.as_object_mut().unwrap().remove("status");
    let event = notified(&vectors, "REFUND.SUCCESS", "refund", &record).unwrap();
    let status = RefundStatus::Done { amount: 30, at: Some(1_767_225_605) };
    let expected =
        NotificationEvent::Refund { payment_id: REFUND.payment.id.to_owned(), refund_id: Some(REFUND.refund_id.to_owned()), status };
    assert_eq!(event, expected);
    assert!(notified(&vectors, "REFUND.SUCCESS", "transaction", &record).is_err(), "another kind of record inside");
    record["mchid"] = json!("1900000009");
    assert!(matches!(notified(&vectors, "REFUND.SUCCESS", "refund", &record), Err(GatewayError::NotOurs { what: "mchid", .. })));
}
