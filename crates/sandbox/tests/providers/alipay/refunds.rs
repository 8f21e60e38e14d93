//! Refunds: in parts, repeated, too much, too soon, too late.

use gateway::{GatewayError, RefundRequest, RefundStatus};

use crate::stage::{PAYMENT, START, Stage};

const PART: RefundRequest<'static> = RefundRequest {
    payment: gateway::PaymentRef::ours(PAYMENT),
    refund_id: "ref_1",
    amount: 250,
    total: 1250,
    currency: "CNY",
    reason: None,
    notify_url: "http://127.0.0.1:1/",
};

async fn refund(stage: &Stage, refund: &RefundRequest<'_>) -> Result<RefundStatus, String> {
    stage.ask(stage.gateway.refund(refund, &stage.at())).await.map_err(code)
}

async fn query_refund(stage: &Stage, refund: &RefundRequest<'_>) -> Result<RefundStatus, String> {
    stage.ask(stage.gateway.query_refund(refund, &stage.at())).await.map_err(code)
}

fn code(error: GatewayError) -> String {
    match error {
        GatewayError::Refused { code, .. } | GatewayError::Busy { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refund_is_done_once_however_often_it_is_sent() {
    let stage = super::open().await;
    assert_eq!(refund(&stage, &PART).await, Err("ACQ.TRADE_NOT_EXIST".to_owned()));
    stage.pay().await;
    assert_eq!(query_refund(&stage, &PART).await, Ok(RefundStatus::Unknown));
    assert_eq!(refund(&stage, &PART).await, Ok(RefundStatus::Done { amount: 250, at: None }));
    // The repetition moves nothing and says so; the query tells the rest.
    assert_eq!(refund(&stage, &PART).await, Ok(RefundStatus::Pending));
    assert_eq!(query_refund(&stage, &PART).await, Ok(RefundStatus::Done { amount: 250, at: Some(START) }));
    let other = RefundRequest { amount: 251, ..PART };
    assert_eq!(refund(&stage, &other).await, Err("ACQ.DISCORDANT_REPEAT_REQUEST".to_owned()));
}

#[tokio::test]
async fn parts_add_up_to_the_whole_and_not_beyond() {
    let stage = super::open().await;
    stage.pay().await;
    refund(&stage, &PART).await.unwrap();
    let rest = RefundRequest { refund_id: "ref_2", amount: 1000, ..PART };
    assert_eq!(refund(&stage, &rest).await, Err("ACQ.SYSTEM_ERROR".to_owned()), "within three seconds");
    stage.advance(3);
    let more = RefundRequest { amount: 1001, ..rest };
    assert_eq!(refund(&stage, &more).await, Err("ACQ.REASON_TRADE_REFUND_FEE_ERR".to_owned()));
    assert_eq!(refund(&stage, &rest).await, Ok(RefundStatus::Done { amount: 1000, at: None }));
    assert_eq!(query_refund(&stage, &rest).await, Ok(RefundStatus::Done { amount: 1000, at: Some(START + 3) }));
}

#[tokio::test]
async fn a_year_later_the_trade_is_finished() {
    let stage = super::open().await;
    stage.pay().await;
    stage.advance(365 * 24 * 3600);
    assert_eq!(refund(&stage, &PART).await, Err("ACQ.TRADE_HAS_FINISHED".to_owned()));
    assert!(matches!(stage.query(PAYMENT).await, Ok(gateway::ProviderStatus::Paid(_))));
}
