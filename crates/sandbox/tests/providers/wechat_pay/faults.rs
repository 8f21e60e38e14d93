//! Every named fault does what it says, and the gateway notices what it can.

use gateway::wechat_pay::server::DOCUMENTED;
use gateway::{AccountFault, Family, GatewayError, NotificationEvent, PaymentRequest, ProviderStatus, Surface};
use sandbox::{DeliveryState, Faults, PayProblem, ReleaseOrder};

use crate::stage::{PAYMENT, Stage};

async fn stage(faults: Faults) -> Stage {
    let stage = super::open().await;
    stage.sandbox.set_faults(faults);
    stage
}

#[tokio::test]
async fn a_missing_notification_leaves_only_the_query() {
    let stage = stage(Faults { missing_notification: true, ..Faults::default() }).await;
    stage.pay().await;
    assert!(stage.sandbox.notifications().is_empty());
    assert!(matches!(stage.query(PAYMENT).await, Ok(ProviderStatus::Paid(_))));
}

#[tokio::test]
async fn a_duplicate_arrives_under_the_same_id_after_success() {
    let mut stage = stage(Faults { duplicate_notification: true, ..Faults::default() }).await;
    stage.pay().await;
    let (first, second) = (stage.arrival().await, stage.arrival().await);
    assert_eq!(stage.judge(&first).unwrap(), stage.judge(&second).unwrap());
    stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Accepted).await;
    assert!(stage.nothing_else_arrived());
}

#[tokio::test]
async fn held_notifications_arrive_late_and_in_the_order_of_their_release() {
    let mut stage = stage(Faults { hold_notifications: true, ..Faults::default() }).await;
    for payment_id in ["pay_1st", "pay_2nd"] {
        let payment = gateway::PaymentRequest { payment_id, ..stage.payment() };
        let prepared = stage.create(&payment).await.unwrap();
        stage.sandbox.pay(&prepared.payload).unwrap();
    }
    stage.advance(3600);
    assert!(stage.sandbox.notifications().iter().all(|view| view.state == DeliveryState::Held));
    assert_eq!(stage.sandbox.release(ReleaseOrder::NewestFirst).await, 2);
    for expected in ["pay_2nd", "pay_1st"] {
        let arrival = stage.arrival().await;
        let NotificationEvent::Paid(payment) = stage.judge(&arrival).unwrap().event else { panic!("not paid") };
        assert_eq!(payment.payment_id, expected);
    }
}

#[tokio::test]
async fn notifications_that_prove_nothing_are_refused_and_the_repetition_is_genuine() {
    let faults = [
        (Faults { wrong_signature_notification: true, ..Faults::default() }, "signature does not hold"),
        (Faults { signature_probe_notification: true, ..Faults::default() }, "a signature probe"),
        (Faults { unknown_key_notification: true, ..Faults::default() }, "signed with the unknown key"),
        (Faults { stale_notification: true, ..Faults::default() }, "signed at"),
        (Faults { tampered_notification: true, ..Faults::default() }, "encrypted part does not open"),
    ];
    for (fault, told) in faults {
        let mut stage = stage(fault).await;
        stage.answer_with(500);
        stage.pay().await;
        let arrival = stage.arrival().await;
        let error = stage.judge(&arrival).unwrap_err();
        assert!(error.family() == Family::Forged && error.to_string().starts_with(told), "{error}");
        stage.sandbox.set_faults(Faults::default());
        stage.answer_with(204);
        stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Waiting).await;
        stage.advance(15);
        let arrival = stage.arrival().await;
        assert!(stage.judge(&arrival).is_ok());
    }
}

#[tokio::test]
async fn a_wrong_amount_is_genuine_and_left_to_the_merchant_to_notice() {
    let mut stage = stage(Faults { wrong_amount_notification: true, ..Faults::default() }).await;
    stage.pay().await;
    let arrival = stage.arrival().await;
    let NotificationEvent::Paid(payment) = stage.judge(&arrival).unwrap().event else { panic!("not paid") };
    assert_eq!(payment.amount, 1251);
}

#[tokio::test]
async fn a_server_error_may_come_without_and_with_effect() {
    let stage = stage(Faults { server_error: 1, server_error_after_effect: 1, ..Faults::default() }).await;
    let busy = GatewayError::Busy { status: 500, code: "SYSTEM_ERROR".to_owned() };
    assert_eq!(stage.create(&stage.payment()).await, Err(busy.clone()));
    assert!(stage.sandbox.codes().is_empty());
    assert_eq!(stage.create(&stage.payment()).await, Err(busy));
    assert_eq!(stage.sandbox.codes().len(), 1);
    assert!(stage.create(&stage.payment()).await.is_ok());
}

#[tokio::test]
async fn every_documented_error_can_be_asked_for_and_has_no_effect() {
    let stage = super::open().await;
    let mut seen: Vec<&str> = Vec::new();
    for (status, code) in DOCUMENTED {
        stage.sandbox.set_faults(Faults { named_error: 1, named_error_code: code.to_owned(), ..Faults::default() });
        let reply = stage.send(&stage.gateway.create(&stage.payment(), &stage.at()).into_request()).await;
        let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(body["code"], code);
        // One code stands under two statuses; the first of them is shown.
        assert!(reply.status == status || seen.contains(&code), "{code}");
        let is_signed = reply.headers.contains_key("wechatpay-signature");
        assert_eq!(is_signed, reply.status.is_success(), "{code}");
        seen.push(code);
    }
    assert!(stage.sandbox.codes().is_empty());
    assert!(stage.create(&stage.payment()).await.is_ok(), "the fault is used up");
}

#[tokio::test]
async fn an_answer_that_probes_signatures_is_refused_and_the_next_is_genuine() {
    let stage = stage(Faults { signature_probe_answer: 1, ..Faults::default() }).await;
    assert_eq!(stage.create(&stage.payment()).await, Err(GatewayError::SignatureProbe));
    assert!(stage.create(&stage.payment()).await.is_ok());
}

#[tokio::test]
async fn a_wrongly_signed_answer_is_forged() {
    let stage = stage(Faults { wrong_signature_answer: 1, ..Faults::default() }).await;
    assert_eq!(stage.create(&stage.payment()).await.unwrap_err().family(), Family::Forged);
    assert!(stage.create(&stage.payment()).await.is_ok());
}

#[tokio::test]
async fn a_broken_answer_is_a_failed_transfer_after_the_effect() {
    let stage = stage(Faults { broken_answer: 1, ..Faults::default() }).await;
    let request = stage.gateway.create(&stage.payment(), &stage.at()).into_request();
    let mut builder = stage.http.post(&request.url).body(request.body.clone());
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    let transfer = async { builder.send().await?.bytes().await };
    assert!(transfer.await.is_err());
    assert_eq!(stage.sandbox.codes().len(), 1);
}

#[tokio::test]
async fn a_code_paid_after_its_close_is_late_money() {
    let mut stage = stage(Faults { pay_after_close: true, ..Faults::default() }).await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    stage.close(PAYMENT).await.unwrap();
    stage.sandbox.pay(&prepared.payload).unwrap();
    assert!(matches!(stage.query(PAYMENT).await, Ok(ProviderStatus::Paid(_))));
    let arrival = stage.arrival().await;
    assert!(stage.judge(&arrival).is_ok());
}

#[tokio::test]
async fn a_slow_answer_is_late_and_right() {
    let stage = stage(Faults { slow_milliseconds: 50, ..Faults::default() }).await;
    let before = std::time::Instant::now();
    assert!(stage.create(&stage.payment()).await.is_ok());
    assert!(before.elapsed() >= std::time::Duration::from_millis(50));
}

#[tokio::test]
async fn a_product_that_was_not_granted_is_refused_as_the_accounts_affair_while_the_others_collect() {
    let none = Faults::default();
    let switches = [
        Faults { native_not_granted: true, ..none.clone() },
        Faults { h5_not_granted: true, ..none.clone() },
        Faults { jsapi_not_granted: true, ..none.clone() },
    ];
    for (refused, faults) in switches.into_iter().enumerate() {
        let stage = stage(faults).await;
        let openid = stage.sandbox.official_account().openid;
        let link = Surface::Link { client_ip: "127.0.0.1", return_url: "https://shop.example/" };
        for (at, surface) in [Surface::Code, link, Surface::Inside { payer: &openid }].into_iter().enumerate() {
            let id = format!("pay_granted_{at}");
            match stage.create(&PaymentRequest { payment_id: &id, surface, ..stage.payment() }).await {
                Ok(_) => assert_ne!(at, refused),
                Err(GatewayError::Account { fault, code, message }) => {
                    assert_eq!((at, fault, code.as_str()), (refused, AccountFault::NotGranted, "NO_AUTH"));
                    assert_eq!(message, "商户号该产品权限未开通，请前往商户平台>产品中心检查后重试");
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
    let stage = stage(Faults { account_suspended: true, ..none }).await;
    let error = stage.create(&stage.payment()).await.unwrap_err();
    assert!(matches!(&error, GatewayError::Account { fault: AccountFault::Suspended, .. }), "{error}");
    assert_eq!(error.family(), Family::Account);
}

#[tokio::test]
async fn who_opens_a_code_first_owns_its_number_and_a_new_number_helps() {
    let stage = stage(Faults { opened_by_another: 1, ..Faults::default() }).await;
    let first = stage.create(&stage.payment()).await.unwrap();
    assert_eq!(stage.sandbox.pay(&first.payload), Err(PayProblem::OpenedByAnother));
    let again = stage.create(&stage.payment()).await.unwrap();
    assert_eq!(stage.sandbox.pay(&again.payload), Err(PayProblem::OpenedByAnother), "another code of the same number does not help");
    let other = stage.create(&PaymentRequest { payment_id: "pay_other", ..stage.payment() }).await.unwrap();
    assert_eq!(stage.sandbox.pay(&other.payload), Ok(()));
}
