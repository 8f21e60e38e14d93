//! The long poll: held while nothing changes, answered at once when something does.

use std::time::{Duration, Instant};

use protocol::OrderStatus;
use testing::backend::{Shop, nonce};

#[tokio::test]
async fn a_held_poll_answers_as_soon_as_the_order_is_paid() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let payment = order.payment.as_ref().unwrap().id.clone();
    let poll = shop.backend.order(&order.id, order.seq, 20, nonce());
    let pay = async {
        shop.provider.pay(payment.as_str());
        assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
        Instant::now()
    };
    let ((_, told), paid) = tokio::join!(shop.order(&poll), pay);
    assert_eq!(told.status, OrderStatus::Paid);
    assert!(told.seq > order.seq);
    assert!(paid.elapsed() < Duration::from_secs(5), "a poll that is not woken lasts 20 seconds");
}

#[tokio::test]
async fn a_poll_whose_time_is_up_answers_the_order_as_it_is() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let (status, told) = shop.order(&shop.backend.order(&order.id, order.seq, 1, nonce())).await;
    assert_eq!((status, told), (200, order));
}

#[tokio::test]
async fn a_poll_that_is_behind_is_answered_at_once() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let before = Instant::now();
    let (_, told) = shop.order(&shop.backend.order(&order.id, order.seq - 1, 25, nonce())).await;
    assert_eq!(told, order);
    assert!(before.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_stopping_server_answers_its_held_polls() {
    let mut shop = Shop::open().await;
    let order = shop.order_tea().await;
    let poll = shop.backend.order(&order.id, order.seq, 25, nonce());
    let client = shop.client.clone();
    let held = tokio::spawn(async move { client.get(poll.url).send().await.unwrap().status().as_u16() });
    // The poll left first; a whole order made and answered after it says that it has arrived.
    shop.order_tea().await;
    let before = Instant::now();
    shop.close().await;
    assert_eq!(held.await.unwrap(), 200);
    assert!(before.elapsed() < Duration::from_secs(9));
}

#[tokio::test]
async fn equal_seq_means_equal_bytes_and_every_change_raises_it() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let read = || async { shop.ask(&shop.backend.order(&order.id, 0, 0, nonce())).await.bytes };
    assert_eq!(read().await, read().await);
    let payment = order.payment.unwrap().id;
    let notice = shop.provider.notice(payment.as_str(), "EV-1");
    shop.provider.pay(payment.as_str());
    shop.deliver(&notice).await;
    let paid = read().await;
    shop.deliver(&notice).await;
    assert_eq!(read().await, paid);
    assert_eq!(shop.stored(&order.id).await.seq, order.seq + 1);
}
