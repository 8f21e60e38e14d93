//! Every named fault does at Alipay what it says, and the gateway notices what it can.

use gateway::alipay::server::DOCUMENTED;
use gateway::{Family, GatewayError, NotificationEvent, ProviderStatus};
use sandbox::Faults;

use crate::stage::{PAYMENT, Stage};

async fn stage(faults: Faults) -> Stage {
    let stage = super::open().await;
    stage.sandbox.set_faults(faults);
    stage
}

#[tokio::test]
async fn answers_of_trouble_prove_nothing_and_the_effect_is_found_by_a_query() {
    let table = [
        (Faults { server_error: 1, ..Faults::default() }, Family::Transient),
        (Faults { server_error_after_effect: 1, ..Faults::default() }, Family::Transient),
        (Faults { unsigned_error: 1, ..Faults::default() }, Family::Forged),
        (Faults { wrong_signature_answer: 1, ..Faults::default() }, Family::Forged),
        (Faults { signature_probe_answer: 1, ..Faults::default() }, Family::Forged),
    ];
    for (fault, family) in table {
        let happened = fault.server_error == 0;
        let stage = stage(fault).await;
        assert_eq!(stage.create(&stage.payment()).await.unwrap_err().family(), family);
        assert_eq!(!stage.sandbox.codes().is_empty(), happened);
        assert!(stage.create(&stage.payment()).await.is_ok(), "the same call again succeeds");
    }
}

#[tokio::test]
async fn every_documented_error_can_be_asked_for_signed_or_not_as_the_real_ones_are() {
    let stage = super::open().await;
    for (code, sub_code) in DOCUMENTED {
        stage.sandbox.set_faults(Faults { named_error: 1, named_error_code: sub_code.to_owned(), ..Faults::default() });
        let reply = stage.send(&stage.gateway.create(&stage.payment(), &stage.at()).into_request()).await;
        let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        let node = &body["alipay_trade_precreate_response"];
        assert_eq!((&node["code"], &node["sub_code"]), (&code.into(), &sub_code.into()));
        assert_eq!(body["sign"].is_string(), !matches!(code, "20001" | "40001" | "40002" | "40003"), "{sub_code}");
    }
    assert!(stage.sandbox.codes().is_empty());
    assert!(stage.create(&stage.payment()).await.is_ok(), "the fault is used up");
}

#[tokio::test]
async fn slashes_may_be_escaped_or_not() {
    for plain_slashes in [false, true] {
        let stage = stage(Faults { plain_slashes, ..Faults::default() }).await;
        let reply = stage.send(&stage.gateway.create(&stage.payment(), &stage.at()).into_request()).await;
        let text = String::from_utf8(reply.body).unwrap();
        assert_eq!(text.contains("https://qr.alipay.com"), plain_slashes, "{text}");
        assert!(stage.create(&stage.payment()).await.is_ok());
    }
}

#[tokio::test]
async fn a_notification_is_spoilt_or_names_another_amount() {
    let mut spoilt = stage(Faults { wrong_signature_notification: true, ..Faults::default() }).await;
    spoilt.pay().await;
    let arrival = spoilt.arrival().await;
    assert_eq!(spoilt.judge(&arrival).unwrap_err().family(), Family::Forged);

    let mut dearer = stage(Faults { wrong_amount_notification: true, ..Faults::default() }).await;
    dearer.pay().await;
    let arrival = dearer.arrival().await;
    let NotificationEvent::Paid(payment) = dearer.judge(&arrival).unwrap().event else { panic!("not paid") };
    assert_eq!(payment.amount, 1251);
}

#[tokio::test]
async fn money_comes_after_the_close_if_the_fault_says_so() {
    let stage = stage(Faults { pay_after_close: true, missing_notification: true, ..Faults::default() }).await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    stage.sandbox.scan(&prepared.payload).unwrap();
    stage.close(PAYMENT).await.unwrap();
    stage.sandbox.pay(&prepared.payload).unwrap();
    assert!(matches!(stage.query(PAYMENT).await, Ok(ProviderStatus::Paid(_))));
    assert!(stage.sandbox.notifications().is_empty());
}

#[tokio::test]
async fn a_second_code_of_one_number_is_refused_where_the_provider_makes_one_only() {
    let stage = stage(Faults { second_precreate_refused: true, ..Faults::default() }).await;
    stage.create(&stage.payment()).await.unwrap();
    let error = stage.create(&stage.payment()).await.unwrap_err();
    assert!(matches!(&error, GatewayError::Refused { code, .. } if code == "ACQ.APPLY_PC_MERCHANT_CODE_ERROR"), "{error}");
    assert!(stage.gateway.wants_another_id(&error));
}

#[tokio::test]
async fn amounts_of_nought_dates_of_closed_trades_and_silence_about_money_are_told_for_what_they_are() {
    let paid = stage(Faults { zero_amounts: true, ..Faults::default() }).await;
    paid.pay().await;
    assert!(matches!(paid.query(PAYMENT).await, Ok(ProviderStatus::Paid(payment)) if payment.amount == 1250 && !payment.returned));
    for (untold_amounts, expected) in [(false, ProviderStatus::Closed), (true, ProviderStatus::ClosedInDoubt)] {
        let stage = stage(Faults { dated_closed_trades: true, untold_amounts, ..Faults::default() }).await;
        let prepared = stage.create(&stage.payment()).await.unwrap();
        stage.sandbox.scan(&prepared.payload).unwrap();
        stage.advance(1_000);
        assert_eq!(stage.query(PAYMENT).await, Ok(expected));
    }
}

#[tokio::test]
async fn notices_of_unpaid_trades_are_genuine_and_pay_nothing() {
    let mut stage = stage(Faults { unpaid_notices: true, ..Faults::default() }).await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    stage.sandbox.scan(&prepared.payload).unwrap();
    let waits = stage.arrival().await;
    assert_eq!(stage.judge(&waits).unwrap().event, NotificationEvent::Other { kind: "WAIT_BUYER_PAY".to_owned() });
    stage.close(PAYMENT).await.unwrap();
    let closed = stage.arrival().await;
    assert_eq!(stage.judge(&closed).unwrap().event, NotificationEvent::Other { kind: "TRADE_CLOSED".to_owned() });
}
