//! Refunds that the shopper's account could not take, sent to a bank card instead; and the provider's test of keys, which encrypts
//! as such cards are encrypted.

use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use gateway::rsa::PublicKey;
use gateway::{HttpResponse, NotificationEvent, RefundRequest, RefundStatus};
use sandbox::Faults;
use serde_json::{Value, json};

use crate::stage::{PAYMENT, START, Stage};

impl Stage {
    /// A refund that got stuck, by the provider's number.
    async fn stuck(&mut self) -> String {
        self.pay().await;
        self.arrival().await;
        self.sandbox.set_faults(Faults { abnormal_refund: true, ..Faults::default() });
        let url = self.payment().notify_url.to_owned();
        let reply = self.send(&self.gateway.refund(&refund(&url), &self.at()).into_request()).await;
        self.advance(5);
        let arrival = self.arrival().await;
        assert_eq!(self.judge(&arrival).unwrap().event, told(RefundStatus::Stuck));
        members(&reply)["refund_id"].as_str().unwrap().to_owned()
    }

    async fn return_anyway(&self, refund_id: &str, body: Value) -> (u16, Value) {
        let target = format!("/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund");
        let reply = self.signed("POST", &target, body.to_string().into_bytes()).await;
        (reply.status.as_u16(), members(&reply))
    }

    /// For the provider's eyes only.
    fn encrypted(&self, text: &str) -> String {
        let settings = self.sandbox.wechat_pay_settings();
        let key = PublicKey::from_pem(&settings.platform_keys[&settings.public_key_id]).unwrap();
        let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&key.to_der()).unwrap()).unwrap();
        let mut sealed = vec![0; key.ciphertext_size()];
        BASE64.encode(key.encrypt(&OAEP_SHA1_MGF1SHA1, text.as_bytes(), &mut sealed, None).unwrap())
    }
}

fn members(reply: &HttpResponse) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

fn refund(notify_url: &str) -> RefundRequest<'_> {
    RefundRequest {
        payment: gateway::PaymentRef::ours(PAYMENT),
        refund_id: "ref_1",
        amount: 250,
        total: 1250,
        currency: "CNY",
        reason: None,
        notify_url,
    }
}

fn told(status: RefundStatus) -> NotificationEvent {
    NotificationEvent::Refund { payment_id: PAYMENT.to_owned(), refund_id: Some("ref_1".to_owned()), status }
}

#[tokio::test]
async fn a_stuck_refund_is_sent_to_a_card_once_and_ends_like_any_other() {
    let mut stage = super::open().await;
    let refund_id = stage.stuck().await;
    let card = json!({
        "out_refund_no": "ref_1", "type": "USER_BANK_CARD", "bank_type": "ICBC_DEBIT",
        "bank_account": stage.encrypted("6222000000000000"), "real_name": stage.encrypted("张三"),
    });
    let (status, accepted) = stage.return_anyway(&refund_id, card.clone()).await;
    assert_eq!((status, &accepted["status"], &accepted["refund_id"]), (200, &json!("PROCESSING"), &json!(refund_id)));
    let (status, again) = stage.return_anyway(&refund_id, card).await;
    assert_eq!((status, &again["code"]), (400, &json!("INVALID_REQUEST")), "it is on its way");
    stage.advance(5);
    let arrival = stage.arrival().await;
    assert_eq!(stage.judge(&arrival).unwrap().event, told(RefundStatus::Done { amount: 250, at: Some(START + 10) }));
    assert_eq!(stage.sandbox.taken()[0].returned, 250);
    let (status, late) = stage.return_anyway(&refund_id, json!({ "out_refund_no": "ref_1", "type": "MERCHANT_BANK_CARD" })).await;
    assert_eq!((status, &late["code"]), (400, &json!("INVALID_REQUEST")), "it has ended");
}

#[tokio::test]
async fn a_card_that_is_not_there_or_not_encrypted_for_the_provider_gets_nothing() {
    let mut stage = super::open().await;
    let refund_id = stage.stuck().await;
    let user = |bank_account: &str| {
        json!({
            "out_refund_no": "ref_1", "type": "USER_BANK_CARD", "bank_type": "ICBC_DEBIT", "bank_account": bank_account, "real_name": "x",
        })
    };
    let merchants = json!({ "out_refund_no": "ref_1", "type": "MERCHANT_BANK_CARD" });
    for (refund_id, body, expected) in [
        (refund_id.as_str(), json!({ "out_refund_no": "ref_1", "type": "USER_BANK_CARD" }), (400, "PARAM_ERROR")),
        (&refund_id, user("6222000000000000"), (400, "PARAM_ERROR")),
        (&refund_id, json!({ "out_refund_no": "ref_1", "type": "CASH" }), (400, "PARAM_ERROR")),
        (&refund_id, json!({ "out_refund_no": "ref_2", "type": "MERCHANT_BANK_CARD" }), (404, "RESOURCE_NOT_EXISTS")),
        ("50300000000000000000", merchants.clone(), (404, "RESOURCE_NOT_EXISTS")),
    ] {
        let (status, refused) = stage.return_anyway(refund_id, body.clone()).await;
        assert_eq!((status, refused["code"].as_str().unwrap()), expected, "{body}");
    }
    assert_eq!(stage.return_anyway(&refund_id, merchants).await.0, 200, "still stuck until then");
}

#[tokio::test]
async fn a_test_of_the_keys_comes_back_and_is_notified() {
    let mut stage = super::open().await;
    let url = stage.payment().notify_url.to_owned();
    let body = json!({ "echo_message": "你好", "encrypted_echo_message": stage.encrypted("secret"), "notify_url": url });
    let reply = stage.signed("POST", "/v3/security/echo", body.to_string().into_bytes()).await;
    assert_eq!((reply.status.as_u16(), &members(&reply)["echo_message"]), (200, &json!("你好")));
    assert!(reply.headers.contains_key("wechatpay-signature"));
    let back = BASE64.decode(members(&reply)["encrypted_echo_message"].as_str().unwrap()).unwrap();
    assert_eq!(back.len(), 256, "as long as the merchant's key, for whom it is encrypted");
    let arrival = stage.arrival().await;
    let kind = "SECURITY_ECHO.SUCCESS".to_owned();
    assert_eq!(stage.judge(&arrival).unwrap().event, NotificationEvent::Other { kind });
    for bad in [json!({}), json!({ "echo_message": "x", "encrypted_echo_message": "x" }), json!({ "echo_message": "x", "extra": 1 })] {
        let reply = stage.signed("POST", "/v3/security/echo", bad.to_string().into_bytes()).await;
        assert_eq!((reply.status.as_u16(), &members(&reply)["code"]), (400, &json!("PARAM_ERROR")), "{bad}");
    }
}
