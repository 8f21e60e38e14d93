//! What the merchant is told, how often, and when.

use gateway::NotificationEvent;
use sandbox::DeliveryState;

use crate::stage::{PAYMENT, START};

#[tokio::test]
async fn a_payment_is_notified_and_accepted_by_the_gateway() {
    let mut stage = super::open().await;
    stage.pay().await;
    let arrival = stage.arrival().await;
    let notification = stage.judge(&arrival).unwrap();
    let NotificationEvent::Paid(payment) = notification.event else { panic!("not paid") };
    assert_eq!((payment.payment_id.as_str(), payment.amount), (PAYMENT, 1250));
    let views = stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Accepted).await;
    assert_eq!((views.len(), views[0].attempts), (1, 1));
    assert_eq!(views[0].id, notification.id);
}

#[tokio::test]
async fn a_refused_notification_comes_again_under_the_same_id_with_a_new_signature() {
    let mut stage = super::open().await;
    stage.answer_with(500);
    stage.pay().await;
    let first = stage.arrival().await;
    let id = stage.judge(&first).unwrap().id;
    let mut due = START;
    // The beginning of the provider's table of repetitions.
    for (attempt, delay) in [15, 15, 30, 180, 600].into_iter().enumerate() {
        due += delay;
        let views = stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Waiting).await;
        assert_eq!((views[0].attempts, views[0].due), (attempt + 1, Some(due)));
        stage.advance(delay);
        let again = stage.arrival().await;
        assert_eq!(stage.judge(&again).unwrap().id, id);
        assert_ne!((&again.headers, &again.body), (&first.headers, &first.body));
    }
    stage.answer_with(200);
    stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Waiting).await;
    stage.advance(1200);
    stage.arrival().await;
    stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Accepted).await;
}

#[tokio::test]
async fn a_redirect_counts_as_refusal() {
    let mut stage = super::open().await;
    stage.answer_with(302);
    stage.pay().await;
    stage.arrival().await;
    let views = stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Waiting).await;
    assert_eq!(views[0].due, Some(START + 15));
}
