//! New codes, cancellation and deadlines: what is closed, what wins, and what still counts.

use protocol::{Order, OrderStatus, PaymentStatus, Way};
use testing::backend::{Shop, key, nonce};

fn payment_of(order: &Order) -> String {
    order.payment.as_ref().unwrap().id.as_str().to_owned()
}

fn renew(shop: &Shop, order: &Order) -> protocol::Request {
    shop.backend.new_payment(&order.id, &Way::qr(&order.methods[0]), nonce(), key())
}

#[tokio::test]
async fn a_new_code_closes_the_old_one_first() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let (status, renewed) = shop.order(&renew(&shop, &order)).await;
    assert_eq!((status, renewed.status), (201, OrderStatus::Pending));
    assert!(shop.provider.is_closed(&payment_of(&order)));
    let payment = renewed.payment.unwrap();
    assert_eq!(payment.payload.as_deref(), Some("weixin://wxpay/bizpayurl?pr=code3"));
    assert!(renewed.seq > order.seq);
}

#[tokio::test]
async fn who_pays_while_asking_for_a_new_code_is_told_that_it_is_paid() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.pay(&payment_of(&order));
    let (status, paid) = shop.order(&renew(&shop, &order)).await;
    assert_eq!((status, paid.status), (200, OrderStatus::Paid));
    assert_eq!(shop.provider.calls("create"), 1, "nothing is left that could be paid twice");
}

#[tokio::test]
async fn a_canceled_order_is_closed_at_the_provider_and_stays_canceled() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let (status, canceled) = shop.order(&shop.backend.close(&order.id, nonce(), key())).await;
    assert_eq!((status, canceled.status), (200, OrderStatus::Canceled));
    assert!(shop.provider.is_closed(&payment_of(&order)));
    let (_, again) = shop.order(&shop.backend.close(&order.id, nonce(), key())).await;
    assert_eq!(again, canceled);
    let told = shop.ask(&renew(&shop, &order)).await;
    assert_eq!(told.code(), (409, "order-closed".to_owned()));
}

#[tokio::test]
async fn who_pays_while_canceling_has_paid() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.pay(&payment_of(&order));
    let (status, told) = shop.order(&shop.backend.close(&order.id, nonce(), key())).await;
    assert_eq!((status, told.status), (200, OrderStatus::Paid));
}

#[tokio::test]
async fn an_order_is_not_canceled_while_its_code_may_still_be_paid() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.set_down(true);
    let told = shop.ask(&shop.backend.close(&order.id, nonce(), key())).await;
    assert_eq!(told.code(), (503, "provider-unavailable".to_owned()));
    assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Pending);
}

#[tokio::test]
async fn a_code_expires_before_its_order_and_a_new_one_can_be_had() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.advance(901);
    shop.merchant().reconcile().await.unwrap();
    let waiting = shop.stored(&order.id).await;
    assert_eq!((waiting.status, waiting.payment.unwrap().status), (OrderStatus::Pending, PaymentStatus::Expired));
    assert!(shop.provider.is_closed(&payment_of(&order)));
    let (status, renewed) = shop.order(&renew(&shop, &order)).await;
    assert_eq!(status, 201);
    assert_eq!(renewed.payment.unwrap().expires_at, order.expires_at, "no code outlives its order");
}

#[tokio::test]
async fn an_order_expires_at_its_deadline() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.advance(1801);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.look(&order.id).await.status, OrderStatus::Expired);
    let told = shop.ask(&renew(&shop, &order)).await;
    assert_eq!(told.code(), (409, "order-closed".to_owned()));
}

#[tokio::test]
async fn money_that_came_in_the_last_second_wins_over_the_deadline() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.pay(&payment_of(&order));
    shop.advance(1801);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Paid);
}

#[tokio::test]
async fn an_order_does_not_expire_while_the_provider_cannot_be_asked() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.pay(&payment_of(&order));
    shop.provider.set_down(true);
    shop.advance(1801);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Pending);
    shop.provider.set_down(false);
    shop.advance(120);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Paid);
}

#[tokio::test]
async fn the_reconciler_finds_money_that_nobody_told_about() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.pay(&payment_of(&order));
    shop.advance(6);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Paid);
}

#[tokio::test]
async fn a_provider_that_is_slow_about_one_payment_does_not_keep_the_others_waiting() {
    let shop = Shop::open().await;
    let mut orders = Vec::new();
    for _ in 0..8 {
        let order = shop.order_tea().await;
        shop.provider.pay(order.payment.as_ref().unwrap().id.as_str());
        orders.push(order.id);
    }
    // Asked one by one it would answer none.
    shop.provider.answer_together(8);
    shop.advance(6);
    shop.merchant().reconcile().await.unwrap();
    for order in orders {
        assert_eq!(shop.stored(&order).await.status, OrderStatus::Paid);
    }
}

#[tokio::test]
async fn the_reconciler_asks_ever_less_often_and_not_at_all_once_paid() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    for _ in 0..60 {
        shop.advance(5);
        shop.merchant().reconcile().await.unwrap();
    }
    let asked = shop.provider.calls("query");
    assert!((5..=12).contains(&asked), "asked {asked} times in five minutes");
    shop.provider.pay(&payment_of(&order));
    shop.deliver(&shop.provider.notice(&payment_of(&order), "EV-1")).await;
    shop.advance(600);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.provider.calls("query"), asked);
}

#[tokio::test]
async fn what_was_paid_while_the_backend_was_away_is_found_when_it_is_back() {
    let mut shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.close().await;
    shop.provider.pay(&payment_of(&order));
    shop.open_again().await;
    shop.merchant().reconcile().await.unwrap();
    let paid = shop.look(&order.id).await;
    assert_eq!((paid.status, paid.id), (OrderStatus::Paid, order.id));
}

#[tokio::test]
async fn once_an_order_is_paid_its_other_codes_are_closed() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let (_, renewed) = shop.order(&renew(&shop, &order)).await;
    shop.deliver(&shop.provider.notice(&payment_of(&order), "EV-1")).await;
    shop.advance(6);
    shop.merchant().reconcile().await.unwrap();
    assert!(shop.provider.is_closed(&payment_of(&renewed)), "nobody can pay twice");
    assert_eq!(payment_of(&shop.stored(&order.id).await), payment_of(&order));
}

#[tokio::test]
async fn an_order_is_neither_canceled_nor_given_another_code_while_the_provider_keeps_its_code_open() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.keep_open(true);
    let told = shop.ask(&shop.backend.close(&order.id, nonce(), key())).await;
    assert_eq!(told.code(), (503, "provider-unavailable".to_owned()));
    let told = shop.ask(&renew(&shop, &order)).await;
    assert_eq!(told.code(), (503, "provider-unavailable".to_owned()));
    assert_eq!((shop.stored(&order.id).await.status, shop.provider.calls("create")), (OrderStatus::Pending, 1));
    shop.provider.keep_open(false);
    let (_, canceled) = shop.order(&shop.backend.close(&order.id, nonce(), key())).await;
    assert_eq!(canceled.status, OrderStatus::Canceled);
}
