//! Where pages of the documentation disagree, the sandbox follows either, and a merchant lives with both.

use gateway::{Closed, Family, GatewayError, HttpResponse, PaymentRequest, ProviderStatus, RefundRequest};
use sandbox::{Faults, Pages};

use crate::stage::{PAYMENT, START, Stage};

/// A stage for each reading, with the code of the first and of the second.
async fn both(codes: [&str; 2]) -> Vec<(Stage, &str)> {
    let mut stages = Vec::new();
    for (pages, code) in [Pages::Most, Pages::Others].into_iter().zip(codes) {
        let stage = super::open().await;
        stage.sandbox.set_faults(Faults { pages, ..Faults::default() });
        stages.push((stage, code));
    }
    stages
}

/// The error's code as it stands in the body.
fn code(reply: &HttpResponse) -> String {
    let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    body["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_paid_payment_is_told_so_under_either_code() {
    for (stage, expected) in both(["ORDERPAID", "ORDER_PAID"]).await {
        stage.pay().await;
        let reply = stage.send(&stage.gateway.close(gateway::PaymentRef::ours(PAYMENT), &stage.at()).into_request()).await;
        assert_eq!((reply.status.as_u16(), code(&reply).as_str()), (400, expected));
        assert_eq!(stage.gateway.close(gateway::PaymentRef::ours(PAYMENT), &stage.at()).read(&reply, &stage.at()), Ok(Closed::AlreadyPaid));
    }
    for (stage, expected) in both(["INVALID_REQUEST", "ORDERPAID"]).await {
        stage.pay().await;
        let error = stage.create(&stage.payment()).await.unwrap_err();
        assert_eq!(error, GatewayError::AlreadyPaid { code: expected.to_owned() });
    }
}

#[tokio::test]
async fn a_closed_number_is_refused_under_either_code() {
    for (stage, expected) in both(["ORDER_CLOSED", "OUT_TRADE_NO_USED"]).await {
        stage.create(&stage.payment()).await.unwrap();
        assert_eq!(stage.close(PAYMENT).await, Ok(Closed::Closed));
        let reply = stage.send(&stage.gateway.create(&stage.payment(), &stage.at()).into_request()).await;
        assert_eq!(code(&reply), expected);
        assert_eq!(stage.create(&stage.payment()).await.unwrap_err().family(), Family::Refused);
    }
}

#[tokio::test]
async fn a_code_of_either_form_is_taken_shown_and_paid() {
    for (stage, start) in both(["weixin://wxpay/bizpayurl?pr=", "weixin://wxpay/bizpayurl/up?pr="]).await {
        let prepared = stage.create(&stage.payment()).await.unwrap();
        assert!(prepared.payload.starts_with(start), "{}", prepared.payload);
        assert_eq!(stage.sandbox.codes()[0].payload, prepared.payload);
        assert_eq!(stage.sandbox.pay(&prepared.payload), Ok(()));
        assert!(matches!(stage.query(PAYMENT).await, Ok(ProviderStatus::Paid(_))));
    }
}

#[tokio::test]
async fn a_deadline_is_cut_to_seven_days_or_to_fifteen() {
    for ((stage, _), days) in both(["", ""]).await.into_iter().zip([7, 15]) {
        let long = PaymentRequest { expires_at: START + 30 * 86_400, ..stage.payment() };
        stage.create(&long).await.unwrap();
        stage.advance(days * 86_400 - 1);
        assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Waiting), "{days}");
        stage.advance(1);
        assert_eq!(stage.query(PAYMENT).await, Ok(ProviderStatus::Closed), "{days}");
    }
}

#[tokio::test]
async fn too_many_calls_are_retried_under_either_code() {
    for (stage, expected) in both(["FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED"]).await {
        stage.pay().await;
        let notify_url = stage.payment().notify_url;
        let refund = |refund_id| RefundRequest {
            payment: gateway::PaymentRef::ours(PAYMENT),
            refund_id,
            amount: 1,
            total: 1250,
            currency: "CNY",
            reason: None,
            notify_url,
        };
        stage.send(&stage.gateway.refund(&refund("one"), &stage.at()).into_request()).await;
        let error = stage.ask(stage.gateway.refund(&refund("two"), &stage.at())).await.unwrap_err();
        assert_eq!(error, GatewayError::Busy { status: 429, code: expected.to_owned() });
    }
}
