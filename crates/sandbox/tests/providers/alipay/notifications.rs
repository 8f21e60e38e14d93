//! What the merchant is told, how often, and when.

use gateway::{Gateway as _, NotificationEvent, RefundRequest, RefundStatus};
use sandbox::DeliveryState;

use super::alipay;
use crate::stage::{PAYMENT, START};

#[tokio::test]
async fn a_payment_and_its_refund_are_notified() {
    let mut stage = super::open().await;
    stage.pay().await;
    let arrival = stage.arrival().await;
    let NotificationEvent::Paid(payment) = stage.judge(&arrival).unwrap().event else { panic!("not paid") };
    assert_eq!((payment.payment_id.as_str(), payment.amount, payment.paid_at), (PAYMENT, 1250, START));
    assert!(arrival.headers["content-type"].to_str().unwrap().starts_with("application/x-www-form-urlencoded"));

    let refund = RefundRequest {
        payment: gateway::PaymentRef::ours(PAYMENT),
        refund_id: "ref_1",
        amount: 50,
        total: 1250,
        currency: "CNY",
        reason: None,
        notify_url: "http://127.0.0.1:1/",
    };
    stage.send(alipay(&stage.sandbox).refund(&refund, &stage.at()).request()).await;
    let arrival = stage.arrival().await;
    let (payment_id, refund_id) = (PAYMENT.to_owned(), Some("ref_1".to_owned()));
    let expected = NotificationEvent::Refund { payment_id, refund_id, status: RefundStatus::Pending };
    assert_eq!(stage.judge(&arrival).unwrap().event, expected);
    stage.sandbox.notifications_until(|views| views.iter().all(|view| view.state == DeliveryState::Accepted)).await;
    assert!(stage.nothing_else_arrived());
}

#[tokio::test]
async fn a_notification_comes_again_by_the_table_until_the_word_is_said() {
    let mut stage = super::open().await;
    stage.answer_with(500);
    stage.pay().await;
    let id = {
        let arrival = stage.arrival().await;
        stage.judge(&arrival).unwrap().id
    };
    // What is paid face to face is told three times more at once.
    for _ in 0..3 {
        let again = stage.arrival().await;
        assert_eq!(stage.judge(&again).unwrap().id, id);
    }
    let mut due = START;
    for (attempts, delay) in [(4, 3600), (5, 7200)] {
        due += delay;
        let has_failed = |views: &[sandbox::DeliveryView]| views[0].attempts == attempts && views[0].state == DeliveryState::Waiting;
        let views = stage.sandbox.notifications_until(has_failed).await;
        assert_eq!((views[0].due, views[0].provider), (Some(due), "alipay"));
        assert!(stage.nothing_else_arrived());
        stage.advance(delay);
        let again = stage.arrival().await;
        assert_eq!(stage.judge(&again).unwrap().id, id);
    }
    stage.answer_with(200);
    stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Waiting).await;
    stage.advance(21_600);
    stage.arrival().await;
    stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Accepted).await;
}
