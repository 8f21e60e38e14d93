//! Where a cart goes, over HTTP: the country that is asked for, the deliveries that go there, and an order that is bound to both.

use protocol::{Cart, NewOrder, Quote, Request, Way};
use testing::backend::client::wechat_pay;
use testing::backend::{Shop, item, key, nonce};

const CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "tea"
name = "Tea"
price = 6800
weight = 100
[[item]]
sku = "guide"
name = "Guide"
price = 2000
digital = true
[[delivery]]
id = "post"
label = { en = "Post", zh-Hans = "邮政" }
countries = ["CN", "DE"]
days = [2, 4]
amount = 1200
max_weight = 500
[[delivery]]
id = "courier"
label = "Courier"
countries = ["CN"]
amount = 2500
[[delivery]]
id = "shop"
label = "Pick up"
kind = "pickup"
amount = 0
"#;

async fn shop() -> Shop {
    Shop::open_selling(CATALOG).await
}

fn cart<'a>(items: &'a [protocol::Item], country: &'a str, delivery: &'a str) -> Cart<'a> {
    Cart { items, locale: "zh-CN", country, delivery, ..Cart::default() }
}

fn ordering(shop: &Shop, cart: Cart<'_>, quote: &Quote) -> Request {
    let method = wechat_pay();
    shop.backend.create_order(
        &NewOrder { cart, way: Way::qr(&method), price_digest: quote.price.digest(), answers: None, owner: None },
        nonce(),
        key(),
    )
}

#[tokio::test]
async fn an_order_goes_where_its_shopper_was_quoted_that_it_goes() {
    let shop = shop().await;
    let tea = [item("tea", 2)];
    let asked = shop.quote_of(&cart(&tea, "", "")).await;
    let countries: String = asked.asks[0].options.iter().map(|option| option.value.as_str()).collect();
    assert_eq!((asked.asks[0].label.as_str(), countries.as_str()), ("国家或地区", "CNDE"));
    assert_eq!(shop.ask(&ordering(&shop, cart(&tea, "", ""), &asked)).await.code(), (400, "answers-refused".to_owned()));

    let there = shop.quote_of(&cart(&tea, "CN", "courier")).await;
    let ids: Vec<&str> = there.deliveries.iter().map(|option| option.id.as_str()).collect();
    assert_eq!((ids, there.deliveries[0].label.as_str(), there.price.total), (vec!["post", "courier", "shop"], "邮政", 16_100));
    let (status, order) = shop.order(&ordering(&shop, cart(&tea, "CN", "courier"), &there)).await;
    assert_eq!((status, order.price.country.as_deref(), order.price.clone()), (201, Some("CN"), there.price.clone()));
    // Agreed to one delivery, ordered by another, or to another country.
    for other in [cart(&tea, "CN", "post"), cart(&tea, "DE", "courier")] {
        assert_eq!(shop.ask(&ordering(&shop, other, &there)).await.code(), (409, "price-changed".to_owned()));
    }
}

#[tokio::test]
async fn what_is_digital_goes_nowhere_and_is_ordered_without_a_country_or_a_delivery() {
    let shop = shop().await;
    let guide = [item("guide", 1)];
    let quote = shop.quote_of(&cart(&guide, "", "")).await;
    assert_eq!((quote.asks.len(), quote.deliveries.len(), quote.price.delivery.as_ref(), quote.price.total), (0, 0, None, 2_000));
    let (status, order) = shop.order(&ordering(&shop, cart(&guide, "", ""), &quote)).await;
    assert_eq!((status, order.price.delivery.as_ref(), order.amount), (201, None, 2_000));
    // Beside a thing that is sent there is the choice of that thing.
    let both = shop.quote_of(&cart(&[item("tea", 1), item("guide", 1)], "CN", "post")).await;
    let kinds: Vec<&str> = both.deliveries.iter().map(|option| option.kind.as_str()).collect();
    assert_eq!((kinds, both.price.total), (vec!["ship", "ship", "pickup"], 10_000));
}

#[tokio::test]
async fn who_comes_for_it_orders_without_a_country() {
    let shop = shop().await;
    let tea = [item("tea", 1)];
    let quote = shop.quote_of(&cart(&tea, "", "shop")).await;
    assert!(quote.unanswered().is_none());
    let (status, order) = shop.order(&ordering(&shop, cart(&tea, "", "shop"), &quote)).await;
    let delivery = order.price.delivery.as_ref().unwrap();
    assert_eq!((status, delivery.id.as_deref(), delivery.amount, order.amount), (201, Some("shop"), 0, 6800));
}

#[tokio::test]
async fn a_country_that_nothing_goes_to_is_refused_by_its_field() {
    let shop = shop().await;
    let tea = [item("tea", 1)];
    let told = async |request: Request| {
        let told = shop.ask(&request).await;
        let body: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
        (
            told.status,
            body["code"].as_str().unwrap().to_owned(),
            body["faults"][0]["field"].as_str().unwrap().to_owned(),
            body["lines"].is_array(),
        )
    };
    let quote = |country| shop.backend.quote_of(&cart(&tea, country, ""), nonce());
    assert_eq!(told(quote("JP")).await, (409, "not-delivered".to_owned(), "country".to_owned(), true));
    for country in ["jp", "JPN", "J1"] {
        assert_eq!(told(quote(country)).await, (400, "bad-request".to_owned(), "country".to_owned(), false), "{country}");
    }
    let there = shop.quote_of(&cart(&tea, "CN", "")).await;
    assert_eq!(told(ordering(&shop, cart(&tea, "JP", ""), &there)).await.1, "not-delivered");
    assert_eq!(told(ordering(&shop, cart(&tea, "jp", ""), &there)).await.1, "bad-request");
}
