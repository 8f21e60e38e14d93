//! A payment method that is taken out of service: nobody is offered it any more, and what was begun by it ends as it should.

use protocol::{Method, OrderStatus};
use testing::backend::{Shop, item, key, nonce};

/// WeChat Pay stays configured, and the bank's codes of another country are there, too.
fn withdrawn(config: String) -> String {
    config.replace("[wechat_pay]", "[wechat_pay]\noffered = false")
}

#[tokio::test]
async fn a_method_that_is_not_offered_any_more_still_collects_closes_and_returns() {
    let mut shop = Shop::open().await;
    let (paid, notified, open) = (shop.order_tea().await, shop.order_tea().await, shop.order_tea().await);
    let before = shop.wish(&[item("tea", 1)], key()).await;
    shop.close().await;
    shop.open_again_with(withdrawn).await;

    let quote = shop.quote(&[item("tea", 1)]).await;
    assert_eq!(quote.methods, Vec::<Method>::new());
    let made = shop.provider.calls("create");
    let url = before.url.split_once("/v1/").unwrap().1.to_owned();
    let before = protocol::Request { url: shop.url(&format!("/v1/{url}")), ..before };
    assert_eq!(shop.ask(&before).await.code(), (409, "method-not-offered".to_owned()), "ordered from a page that is still open");
    assert_eq!(shop.provider.calls("create"), made);

    let renew = shop.backend.new_payment(&open.id, &protocol::Way::qr(&Method::parse("wechat_pay").unwrap()), nonce(), key());
    assert_eq!(shop.ask(&renew).await.code(), (409, "method-not-offered".to_owned()), "a new code by it");
    assert_eq!(shop.look(&open.id).await.payment.unwrap().status, protocol::PaymentStatus::Waiting, "the old one can be paid");
    let payment = |order: &protocol::Order| order.payment.as_ref().unwrap().id.as_str().to_owned();
    shop.provider.pay(&payment(&paid));
    shop.advance(10);
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.stored(&paid.id).await.status, OrderStatus::Paid, "found by asking");
    shop.provider.pay(&payment(&notified));
    assert_eq!(shop.deliver(&shop.provider.notice(&payment(&notified), "EV-1")).await, 204);
    assert_eq!(shop.look(&notified.id).await.status, OrderStatus::Paid);
    let cancel = shop.backend.close(&open.id, nonce(), key());
    assert_eq!(shop.order(&cancel).await.1.status, OrderStatus::Canceled);
    assert!(shop.provider.is_closed(&payment(&open)), "nobody can pay it any more");
}
