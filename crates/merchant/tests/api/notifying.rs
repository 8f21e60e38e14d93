//! Notifications: money counts once, only if it is the money asked for, and also when it comes late or out of order.

use protocol::{Order, OrderStatus, PaymentStatus, Receipt, Way};
use testing::backend::{Shop, key, nonce};

fn payment_of(order: &Order) -> String {
    order.payment.as_ref().unwrap().id.as_str().to_owned()
}

async fn kinds(shop: &Shop, order: &Order) -> Vec<String> {
    shop.merchant().store().ledger(&order.id).await.unwrap().into_iter().map(|(_, kind, _)| kind).collect()
}

#[tokio::test]
async fn a_paid_order_carries_a_receipt_that_verifies() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.pay(&payment_of(&order));
    assert_eq!(shop.deliver(&shop.provider.notice(&payment_of(&order), "EV-1")).await, 204);
    let paid = shop.look(&order.id).await;
    assert_eq!((paid.status, paid.payment.unwrap().status), (OrderStatus::Paid, PaymentStatus::Paid));
    let receipt = Receipt::open(&paid.receipt.unwrap(), &shop.pins).unwrap();
    assert_eq!((receipt.order, receipt.money.amount, receipt.paid_at), (order.id, 8000, shop.now()));
}

#[tokio::test]
async fn a_notification_that_comes_again_changes_nothing() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.provider.pay(&payment_of(&order));
    let notice = shop.provider.notice(&payment_of(&order), "EV-1");
    assert_eq!(shop.deliver(&notice).await, 204);
    let paid = shop.stored(&order.id).await;
    let ledger = kinds(&shop, &order).await;
    assert_eq!(shop.deliver(&notice).await, 204);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment_of(&order), "EV-2")).await, 204);
    assert_eq!(shop.stored(&order.id).await, paid);
    assert_eq!(kinds(&shop, &order).await, ledger);
}

#[tokio::test]
async fn money_that_comes_after_the_deadline_still_pays_the_order() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.advance(2000);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Expired);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment_of(&order), "EV-1")).await, 204);
    assert_eq!(shop.look(&order.id).await.status, OrderStatus::Paid);
    assert!(kinds(&shop, &order).await.contains(&"late-money".to_owned()));
}

#[tokio::test]
async fn money_for_a_canceled_order_is_never_lost() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    shop.order(&shop.backend.close(&order.id, nonce(), key())).await;
    assert_eq!(shop.deliver(&shop.provider.notice(&payment_of(&order), "EV-1")).await, 204);
    assert_eq!(shop.look(&order.id).await.status, OrderStatus::Paid);
}

#[tokio::test]
async fn the_money_of_a_superseded_code_pays_the_order() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let method = order.methods[0].clone();
    let (_, renewed) = shop.order(&shop.backend.new_payment(&order.id, &Way::qr(&method), nonce(), key())).await;
    assert_ne!(payment_of(&renewed), payment_of(&order));
    assert_eq!(shop.deliver(&shop.provider.notice(&payment_of(&order), "EV-1")).await, 204);
    let paid = shop.stored(&order.id).await;
    assert_eq!((paid.status, payment_of(&paid)), (OrderStatus::Paid, payment_of(&order)));
}

#[tokio::test]
async fn a_second_payment_is_kept_and_flagged_and_does_not_touch_the_order() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let method = order.methods[0].clone();
    let (_, renewed) = shop.order(&shop.backend.new_payment(&order.id, &Way::qr(&method), nonce(), key())).await;
    for (payment, event) in [(payment_of(&order), "EV-1"), (payment_of(&renewed), "EV-2")] {
        assert_eq!(shop.deliver(&shop.provider.notice(&payment, event)).await, 204);
    }
    let paid = shop.stored(&order.id).await;
    assert_eq!(payment_of(&paid), payment_of(&order));
    assert!(kinds(&shop, &order).await.contains(&"second-payment".to_owned()));
}

#[tokio::test]
async fn another_amount_is_never_paid() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    for (total, event) in [(7999, "EV-1"), (8001, "EV-2")] {
        assert_eq!(shop.deliver(&shop.provider.notice_of(&payment_of(&order), event, total)).await, 204, "kept, so not sent again");
    }
    assert_eq!(shop.told(&order.id).await, order);
    assert_eq!(kinds(&shop, &order).await.iter().filter(|kind| *kind == "wrong-amount").count(), 2);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment_of(&order), "EV-3")).await, 204);
    assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Paid, "the right amount still counts");
}

#[tokio::test]
async fn a_forged_or_stale_notification_is_refused_and_changes_nothing() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let mut forged = shop.provider.notice(&payment_of(&order), "EV-1");
    let last = forged.body.len() - 2;
    forged.body[last] ^= 1;
    assert_eq!(shop.deliver(&forged).await, 401);
    let mut unsigned = shop.provider.notice(&payment_of(&order), "EV-1");
    unsigned.headers.clear();
    assert_eq!(shop.deliver(&unsigned).await, 401);
    let stale = shop.provider.notice(&payment_of(&order), "EV-1");
    shop.advance(301);
    assert_eq!(shop.deliver(&stale).await, 401);
    assert_eq!(shop.told(&order.id).await, order);
}

#[tokio::test]
async fn only_the_provider_that_is_configured_has_an_address() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let notice = shop.provider.notice(&payment_of(&order), "EV-1");
    let reply = shop.client.post(shop.url("/notify/alipay")).body(notice.body).send().await.unwrap();
    assert_eq!(reply.status(), 404);
}

#[tokio::test]
async fn a_notification_that_cannot_be_kept_is_not_acknowledged() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let notice = shop.provider.notice(&payment_of(&order), "EV-1");
    shop.merchant().store().close().await;
    assert_eq!(shop.deliver(&notice).await, 500, "the provider sends it again");
}

#[tokio::test]
async fn after_a_notification_of_another_amount_the_provider_is_asked_what_was_paid() {
    let shop = Shop::open().await;
    let (right, gone) = (shop.order_tea().await, shop.order_tea().await);
    assert_eq!(shop.ask(&shop.backend.close(&gone.id, nonce(), key())).await.status, 200);
    for (order, event) in [(&right, "EV-1"), (&gone, "EV-2")] {
        shop.provider.pay(&payment_of(order));
        assert_eq!(shop.deliver(&shop.provider.notice_of(&payment_of(order), event, 7_999)).await, 204);
    }
    shop.merchant().reconcile().await.unwrap();
    for order in [&right, &gone] {
        assert_eq!(shop.stored(&order.id).await.status, OrderStatus::Paid);
    }
}
