//! Idempotency: the same key and body count once, however often and however close together they come.

use std::sync::Arc;

use protocol::{OrderStatus, PaymentStatus, Way};
use testing::backend::{Shop, item, key, nonce};

#[tokio::test]
async fn the_same_key_and_body_give_the_same_order() {
    let shop = Shop::open().await;
    let key = key();
    let (_, first) = shop.order(&shop.wish(&[item("tea", 1)], key.clone()).await).await;
    let again = shop.wish_at(&[item("tea", 1)], first.price.digest(), key);
    let (status, second) = shop.order(&again).await;
    assert_eq!((status, second), (201, first));
    assert_eq!(shop.provider.calls("create"), 1);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_a_conflict() {
    let shop = Shop::open().await;
    let key = key();
    shop.order(&shop.wish(&[item("tea", 1)], key.clone()).await).await;
    let told = shop.ask(&shop.wish(&[item("tea", 2)], key).await).await;
    assert_eq!(told.code(), (409, "idempotency-conflict".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_different_bodies_under_one_key_at_once_one_counts_at_every_door() {
    crate::differing::at_every_door(&[Arc::new(Shop::open().await)]).await;
}

#[tokio::test]
async fn ten_requests_at_once_make_one_order() {
    let shop = Shop::open().await;
    let request = shop.wish(&[item("tea", 1)], key()).await;
    let told = futures(10, || shop.order(&request)).await;
    assert!(told.iter().all(|(status, order)| *status == 201 && *order == told[0].1));
    assert_eq!(shop.provider.calls("create"), 1);
}

#[tokio::test]
async fn a_repeated_request_tells_the_order_of_now() {
    let shop = Shop::open().await;
    let request = shop.wish(&[item("tea", 1)], key()).await;
    let (_, order) = shop.order(&request).await;
    let payment = order.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
    let (status, order) = shop.order(&request).await;
    assert_eq!((status, order.status), (201, OrderStatus::Paid));
}

#[tokio::test]
async fn a_wish_repeated_after_its_codes_time_is_told_so_and_can_have_a_new_code() {
    let shop = Shop::open().await;
    let wish = shop.wish(&[item("tea", 1)], key()).await;
    shop.provider.set_down(true);
    assert_eq!(shop.ask(&wish).await.code().0, 503);
    shop.provider.set_down(false);
    shop.advance(901);
    let (_, order) = shop.order(&wish).await;
    let payment = order.payment.as_ref().unwrap();
    assert_eq!((order.status, payment.status, &payment.payload), (OrderStatus::Pending, PaymentStatus::Expired, &None));
    assert_eq!(shop.provider.calls("create"), 0, "no code is made that nobody could pay");
    let (_, renewed) = shop.order(&shop.backend.new_payment(&order.id, &Way::qr(&order.methods[0]), nonce(), key())).await;
    assert!(renewed.payment.unwrap().payload.is_some());
}

#[tokio::test]
async fn a_repeated_wish_for_a_new_code_makes_one_new_code() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let method = order.methods[0].clone();
    let request = shop.backend.new_payment(&order.id, &protocol::Way::qr(&method), testing::backend::nonce(), key());
    let told = futures(4, || shop.order(&request)).await;
    assert!(told.iter().all(|(status, order)| *status == 201 && *order == told[0].1));
    assert_eq!(shop.provider.calls("create"), 2);
}

/// Runs the same call many times at once, on one task.
async fn futures<T, F: Future<Output = T>>(count: usize, call: impl Fn() -> F) -> Vec<T> {
    let mut calls: Vec<_> = (0..count).map(|_| Box::pin(call())).collect();
    let mut done: Vec<Option<T>> = (0..count).map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (call, result) in calls.iter_mut().zip(&mut done).filter(|(_, result)| result.is_none()) {
            if let std::task::Poll::Ready(value) = call.as_mut().poll(context) {
                *result = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
