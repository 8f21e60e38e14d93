//! Every named fault does at Alipay what it says, and the gateway notices what it can.

use gateway::alipay::server::DOCUMENTED;
use gateway::{Family, NotificationEvent, ProviderStatus};
use sandbox::Faults;

use crate::stage::{PAYMENT, Stage};

async fn stage(faults: Faults) -> Stage {
    let stage = Stage::open().await;
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
    let stage = Stage::open().await;
    for (code, sub_code) in DOCUMENTED {
        stage.sandbox.set_faults(Faults { named_error: 1, named_error_code: sub_code.to_owned(), ..Faults::default() });
        let reply = stage.send(&stage.gateway.create(&stage.payment(), &stage.at())).await;
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
        let reply = stage.send(&stage.gateway.create(&stage.payment(), &stage.at())).await;
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
