//! `POST /v1/orders`: from a quote to an order whose code can be scanned.

use protocol::{Channel, Digest, OrderStatus, PaymentStatus};
use testing::backend::{Shop, item, key};

#[tokio::test]
async fn an_order_repeats_the_quote_and_shows_a_code() {
    let shop = Shop::open().await;
    let items = [item("tea", 2), item("cup", 1)];
    let quote = shop.quote(&items).await;
    let (status, order) = shop.order(&shop.wish_at(&items, quote.price.digest(), key())).await;
    assert_eq!((status, order.status), (201, OrderStatus::Pending));
    assert_eq!((order.money(), order.channel), (quote.money(), Channel::Cart));
    assert_eq!(order.price, quote.price);
    let payment = order.payment.unwrap();
    assert_eq!(payment.status, PaymentStatus::Waiting);
    assert_eq!(payment.payload.as_deref(), Some("weixin://wxpay/bizpayurl?pr=code1"));
    assert_eq!((payment.expires_at, order.expires_at), (shop.now() + 900, shop.now() + 1800));
}

#[tokio::test]
async fn the_provider_is_asked_for_exactly_that_money() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let asked = shop.provider.asked(order.payment.unwrap().id.as_str());
    assert_eq!((asked.total, asked.currency.as_str()), (8000, "CNY"));
    assert_eq!(asked.notify_url, shop.url("/notify/wechat_pay"));
    assert!(asked.description.contains("Mountain Tea") && asked.description.contains("Tea"));
}

#[tokio::test]
async fn another_price_than_agreed_makes_no_order_and_tells_the_new_quote() {
    let shop = Shop::open().await;
    let items = [item("tea", 1)];
    let quote = shop.quote(&items).await;
    // A price of the same total that is another text is not what was agreed to either.
    let spaced = format!(" {}", quote.price.text());
    for agreed in [Digest::of(b"{}"), Digest::of(spaced.as_bytes())] {
        let told = shop.ask(&shop.wish_at(&items, agreed, key())).await;
        let body: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
        assert_eq!(told.code(), (409, "price-changed".to_owned()));
        assert_eq!(body["quote"]["price"], quote.price.text());
    }
    assert_eq!(shop.provider.calls("create"), 0);
}

#[tokio::test]
async fn an_order_outlives_a_provider_that_is_down_and_the_same_request_finishes_it() {
    let shop = Shop::open().await;
    let request = shop.wish(&[item("tea", 1)], key()).await;
    shop.provider.set_down(true);
    let told = shop.ask(&request).await;
    assert!(told.headers.contains_key("retry-after"));
    assert_eq!(told.code(), (503, "provider-unavailable".to_owned()));
    shop.provider.set_down(false);
    let (status, order) = shop.order(&request).await;
    assert_eq!(status, 201);
    assert!(order.payment.unwrap().payload.is_some());
    assert_eq!(shop.provider.calls("create"), 1, "one order, one payment at the provider");
}

#[tokio::test]
async fn an_order_is_read_by_whoever_knows_its_id_and_by_nobody_else() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    assert_eq!(shop.look(&order.id).await, order);
    let other = protocol::OrderId::from_random([9; 16]);
    let told = shop.ask(&shop.backend.order(&other, 0, 0, testing::backend::nonce())).await;
    assert_eq!(told.code(), (404, "unknown-order".to_owned()));
}
