//! `GET /v1/quote`: what a cart costs.

use testing::backend::{Shop, item, nonce};

#[tokio::test]
async fn a_quote_is_signed_and_adds_up() {
    let shop = Shop::open().await;
    let quote = shop.quote(&[item("tea", 2), item("cup", 1)]).await;
    let price = &quote.price;
    assert_eq!((price.subtotal, price.discounts[0].amount, price.total), (14801, 1480, 14521));
    assert_eq!((price.currency.as_str(), quote.merchant.as_str()), ("CNY", "mountain-tea"));
    assert!(quote.expires_at > shop.now());
    assert_eq!(quote.methods[0].as_str(), "wechat_pay");
    assert_eq!(price.lines[0].image.as_deref(), Some(shop.url("/shop/tea.svg").as_str()));
}

#[tokio::test]
async fn names_come_in_the_language_asked_for() {
    let shop = Shop::open().await;
    for (locale, name, seller) in [("zh-CN", "茶", "山间茶舍"), ("en-GB", "Tea", "Mountain Tea"), ("fr", "Tea", "Mountain Tea")] {
        let told = shop.ask(&shop.backend.quote(&[item("tea", 1)], locale, nonce())).await;
        let body: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
        let price: serde_json::Value = serde_json::from_str(body["price"].as_str().unwrap()).unwrap();
        assert_eq!((&price["lines"][0]["name"], &body["merchant_name"]), (&name.into(), &seller.into()), "{locale}");
    }
}

#[tokio::test]
async fn equal_carts_get_equal_quotes_within_a_second() {
    let shop = Shop::open().await;
    let items = [item("tea", 1)];
    assert_eq!(shop.quote(&items).await.digest(), shop.quote(&items).await.digest());
}

#[test]
fn the_demo_shop_has_a_good_catalog() {
    let catalog = merchant::Catalog::parse(include_str!("../../../../www/shop/catalog.toml"));
    assert!(catalog.is_ok(), "{catalog:?}");
}

#[test]
fn what_the_demo_shop_has_in_comments_is_good_too() {
    let text = include_str!("../../../../www/shop/catalog.toml");
    let uncommented: String =
        text.lines().map(|line| line.strip_prefix("# ").filter(|rule| is_rule(rule)).unwrap_or(line).to_owned() + "\n").collect();
    // Shipping has one price or steps.
    let uncommented = uncommented.replacen("amount = 1200\n", "", 1);
    let catalog = merchant::Catalog::parse(&uncommented);
    assert_eq!(catalog.map(|catalog| catalog.supplies().len()), Ok(2), "{uncommented}");
}

#[test]
fn the_file_in_the_documentation_is_good() {
    let (_, rest) = include_str!("../../../../docs/catalog.md").split_once("```toml\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    assert_eq!(merchant::Catalog::parse(text).map(|catalog| catalog.supplies().len()), Ok(4));
}

/// Whether a comment holds a line of TOML.
fn is_rule(comment: &str) -> bool {
    comment.starts_with('[')
        || comment.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
}
