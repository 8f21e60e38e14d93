//! What is refused about a line or a field says which one, and tells what is known of the rest.

use protocol::Item;
use serde_json::{Value, json};
use testing::backend::{SHOP_CATALOG, Shop, item, key, nonce};

/// Three teas.
async fn shop() -> Shop {
    Shop::open_selling(&SHOP_CATALOG.replacen("price = 6800", "price = 6800\nstock = 3", 1)).await
}

async fn told(shop: &Shop, request: &protocol::Request) -> Value {
    serde_json::from_slice(&shop.ask(request).await.bytes).unwrap()
}

fn names(body: &Value) -> Vec<&str> {
    body["lines"].as_array().unwrap().iter().map(|line| line["name"].as_str().unwrap()).collect()
}

async fn quoted(shop: &Shop, items: &[Item]) -> Value {
    told(shop, &shop.backend.quote(items, "en", nonce())).await
}

#[tokio::test]
async fn a_shortage_keeps_names_pictures_and_prices_of_the_whole_cart() {
    let shop = shop().await;
    let body = quoted(&shop, &[item("tea", 4), item("cup", 2)]).await;
    assert_eq!(body["code"], "out-of-stock");
    assert_eq!(body["faults"], json!([{ "code": "out-of-stock", "sku": "tea", "left": 3 }]));
    assert_eq!(names(&body), ["Tea", "Cup"]);
    let line = &body["lines"][0];
    assert!(line["image"].as_str().unwrap().ends_with("/shop/tea.svg"));
    assert_eq!((&line["unit_price"], &line["quantity"], &body["currency"]), (&json!(6800), &json!(4), &json!("CNY")));
}

#[tokio::test]
async fn everything_that_is_gone_is_named_at_once() {
    let shop = shop().await;
    let body = quoted(&shop, &[item("lost", 1), item("cup", 1), item("gone", 2)]).await;
    assert_eq!((&body["code"], &body["status"]), (&json!("unknown-sku"), &json!(404)));
    assert_eq!(body["faults"], json!([{ "code": "unknown-sku", "sku": "lost" }, { "code": "unknown-sku", "sku": "gone" }]));
    assert_eq!(names(&body), ["Cup"]);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_line_its_cart_keeps_its_names_and_all_faults_are_told_at_once() {
    let shop = shop().await;
    let short = json!({ "code": "out-of-stock", "sku": "tea", "left": 3 });
    for (query, faults, lines) in [
        ("item=cup%3A1&item=tea%3A0", json!([{ "code": "quantity", "sku": "tea", "left": 999 }]), vec!["Cup", "Tea"]),
        ("item=cup%3A1&item=cup%3A1", json!([{ "code": "quantity", "sku": "cup" }]), vec!["Cup"]),
        ("item=cup%3A1&item=%C3%A9%3A1", json!([{ "code": "unknown-sku", "sku": "é" }]), vec!["Cup"]),
        ("item=tea%3A9&item=gone%3A1&item=cup%3A1", json!([{ "code": "unknown-sku", "sku": "gone" }, short]), vec!["Tea", "Cup"]),
        (
            "item=tea%3A9&item=a%20b%3A1&item=gone%3A1",
            json!([{ "code": "unknown-sku", "sku": "a b" }, { "code": "unknown-sku", "sku": "gone" }, short]),
            vec!["Tea"],
        ),
    ] {
        let address = format!("{}/v1/quote?{query}&", shop.backend.as_str());
        let body = told(&shop, &protocol::Request::get(&address, nonce())).await;
        assert_eq!((&body["faults"], names(&body)), (&faults, lines), "{query}");
        assert_eq!(body["currency"], "CNY", "{query}");
    }
}

#[tokio::test]
async fn an_order_is_refused_with_the_same_words_as_a_price() {
    let shop = shop().await;
    let before = shop.wish(&[item("tea", 3)], key()).await;
    let (status, _) = shop.order(&shop.wish(&[item("tea", 1)], key()).await).await;
    assert_eq!(status, 201);
    let body = told(&shop, &before).await;
    assert_eq!(body["faults"], json!([{ "code": "out-of-stock", "sku": "tea", "left": 2 }]));
    assert_eq!(names(&body), ["Tea"]);
}

#[tokio::test]
async fn a_total_that_nobody_can_pay_names_the_line_that_costs_most() {
    let manor = "[[item]]\nsku = \"manor\"\nname = \"Manor\"\nprice = 910000000000\n[[discount]]";
    let shop = Shop::open_selling(&SHOP_CATALOG.replacen("[[discount]]", manor, 1)).await;
    let body = quoted(&shop, &[item("tea", 1), item("house", 999), item("manor", 999)]).await;
    assert_eq!((&body["code"], &body["faults"][0]["sku"]), (&json!("quantity"), &json!("manor")));
    assert_eq!(names(&body), ["Tea", "House", "Manor"]);
}

#[tokio::test]
async fn a_discount_code_never_blinds_a_cart() {
    let shop = shop().await;
    for code in ["x".repeat(65), "x".repeat(2000), "ünknown code".to_owned(), "=1+1".to_owned(), " ".to_owned()] {
        let body = told(&shop, &shop.backend.quote_with_code(&[item("tea", 1)], "en", &code, nonce())).await;
        assert_eq!(body["type"], "quote", "{code}: {body}");
        let price: Value = serde_json::from_str(body["price"].as_str().unwrap()).unwrap();
        let state = &price["discount_code"]["state"];
        assert!(code.trim().is_empty() || state == "unknown", "{code}: {body}");
    }
}

#[tokio::test]
async fn a_field_that_is_wrong_is_named() {
    let shop = shop().await;
    let good = shop.wish(&[item("tea", 1)], key()).await;
    for (from, to, code, field) in [
        ("\"surface\":\"qr\"", "\"surface\":\"moon\"", "bad-request", "surface"),
        ("\"method\":\"wechat_pay\"", "\"method\":7", "bad-request", "method"),
        ("\"method\":\"wechat_pay\"", "\"method\":\"cash\"", "method-not-offered", "method"),
        ("\"return_url\":null", "\"return_url\":7", "bad-request", "return_url"),
        ("\"items\":[", "\"things\":[", "bad-request", "items"),
        ("\"price_digest\":\"", "\"price_digest\":\"A", "bad-request", "price_digest"),
    ] {
        let body = good.body.as_deref().unwrap();
        assert!(body.contains(from), "{from}: {body}");
        let address = format!("{}/v1/orders?", shop.backend.as_str());
        let request = protocol::Request::post(&address, nonce(), &key(), body.replacen(from, to, 1));
        let told = told(&shop, &request).await;
        assert_eq!((told["code"].as_str(), told["faults"][0]["field"].as_str()), (Some(code), Some(field)), "{told}");
    }
}

#[tokio::test]
async fn a_quantity_that_is_not_sold_and_a_thing_named_twice_are_said_of_their_lines() {
    let shop = shop().await;
    let target = format!("{}/v1/quote?item=tea%3A0&item=cup%3A1000&item=no%20sku%3A1&n=", shop.backend.as_str());
    let nonce = nonce();
    let request = protocol::Request { method: "GET", url: format!("{target}{}", nonce.as_str()), nonce, body: None, wait: 0 };
    let body = told(&shop, &request).await;
    let fault = |code: &str, sku: &str| json!({ "code": code, "sku": sku });
    let mut faults = body["faults"].as_array().unwrap().clone();
    assert_eq!((faults[0]["left"].take(), faults[1]["left"].take()), (json!(999), json!(999)));
    for fault in &mut faults[..2] {
        fault.as_object_mut().unwrap().remove("left");
    }
    assert_eq!(faults, [fault("quantity", "tea"), fault("quantity", "cup"), fault("unknown-sku", "no sku")]);
    let twice = quoted(&shop, &[item("cup", 1), item("cup", 2)]).await;
    assert_eq!((&twice["code"], &twice["faults"][0]["sku"]), (&json!("quantity"), &json!("cup")));
}

#[tokio::test]
async fn a_code_that_leaves_nothing_to_pay_is_named_and_no_line_is() {
    let free = "[[discount]]\nlabel = \"Gift\"\ncode = \"GIFT\"\npercent = 100\n[[discount]]";
    let catalog = SHOP_CATALOG.replacen("[[discount]]", free, 1).replace("amount = 1200", "amount = 0");
    let shop = Shop::open_selling(&catalog).await;
    let body = told(&shop, &shop.backend.quote_with_code(&[item("tea", 1)], "en", "gift", nonce())).await;
    assert_eq!((&body["code"], &body["faults"]), (&json!("bad-request"), &json!([{ "code": "bad-request", "field": "code" }])));
    assert_eq!(names(&body), ["Tea"]);
    assert_eq!(quoted(&shop, &[item("tea", 1)]).await["type"], "quote");
}

#[tokio::test]
async fn more_than_an_order_may_have_is_told_with_how_many_that_is_and_with_all_other_faults() {
    let catalog = SHOP_CATALOG.replacen("price = 6800", "price = 6800\nmax_per_order = 4\nstock = 3", 1);
    let shop = Shop::open_selling(&catalog).await;
    let body = quoted(&shop, &[item("tea", 5), item("gone", 1), item("cup", 1)]).await;
    let quantity = json!({ "code": "quantity", "sku": "tea", "left": 4 });
    let short = json!({ "code": "out-of-stock", "sku": "tea", "left": 3 });
    assert_eq!(body["faults"], json!([quantity, { "code": "unknown-sku", "sku": "gone" }, short]));
    assert_eq!(names(&body), ["Tea", "Cup"]);
    let shop = Shop::open_selling(&catalog.replace("stock = 3", "stock = 9")).await;
    let body = quoted(&shop, &[item("tea", 5), item("cup", 1)]).await;
    assert_eq!((&body["code"], &body["faults"]), (&json!("quantity"), &json!([quantity])));
    assert_eq!(quoted(&shop, &[item("tea", 4)]).await["type"], "quote");
}
