//! The outbox, as part of the list: what is to be told is written with what it tells of, and taken by one, an order's events in turn.

use std::collections::BTreeSet;

use merchant::EventKind;
use merchant::store::{Store, Webhook};
use protocol::{Order, OrderStatus};

use super::{NOW, made};

async fn ends(store: &Store, number: u8) -> Order {
    let order = made(store, number, "wechat_pay", NOW).await;
    store.change(&order.id, NOW, merchant::order_record::OrderRecord::expire).await.unwrap();
    order
}

pub async fn the_shop_is_told_by_one_of_many_and_of_each_order_in_turn(store: &Store) {
    let store = store.clone().telling(vec![EventKind::OrderExpired, EventKind::OrderPaid]);
    let first = ends(&store, 1).await;
    ends(&store, 2).await;
    // A second event of the first order.
    store.change(&first.id, NOW + 1, |account| account.order.status = OrderStatus::Paid).await.unwrap();
    let taken = async || store.due_webhooks(NOW + 1, 10).await.unwrap();
    let (here, there) = tokio::join!(taken(), taken());
    let ids: BTreeSet<String> = here.iter().chain(&there).map(|event| event.id.clone()).collect();
    assert_eq!((here.len() + there.len(), ids.len()), (2, 2), "the first of each order, once");
    for id in &ids {
        store.webhook_arrived(id, NOW + 2, "200").await.unwrap();
    }
    let next = store.due_webhooks(NOW + 2, 10).await.unwrap();
    assert_eq!(next.len(), 1, "{next:?}");
    let paid = &next[0];
    assert!(paid.body.contains(r#""type":"order.paid""#) && paid.body.contains(first.id.as_str()));
    // Whoever took it and died holds nobody up for long.
    assert!(store.due_webhooks(NOW + 3, 10).await.unwrap().is_empty());
    assert_eq!(store.due_webhooks(NOW + 60, 10).await.unwrap(), next);
    store.webhook_failed(&paid.id, None, "500").await.unwrap();
    let states: Vec<&str> = store.webhooks(None, i64::MAX, 10).await.unwrap().iter().map(Webhook::state).collect();
    assert_eq!(states, ["failed", "delivered", "delivered"]);
    assert_eq!(store.replay_webhooks(NOW + 1, true, NOW + 61).await.unwrap(), 1);
    assert_eq!(store.replay_webhooks(NOW, false, NOW + 61).await.unwrap(), 3);
    let day = NOW + 86_400;
    assert_eq!(store.standing(day).await.unwrap().oldest_webhook, day - NOW - 61, "since the replay, and not since it happened");
    let again = store.due_webhooks(day, 10).await.unwrap();
    assert_eq!(again.len(), 2);
    store.webhook_failed(&again[0].id, Some(day), "500").await.unwrap();
    assert_eq!(store.standing(day).await.unwrap().oldest_webhook, day - NOW, "it is still not heard");
}

pub async fn nothing_is_kept_for_a_shop_that_nobody_tells(store: &Store) {
    ends(store, 1).await;
    assert!(store.webhooks(None, i64::MAX, 10).await.unwrap().is_empty());
}
