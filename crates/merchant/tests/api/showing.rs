//! What shoppers are shown is judged alike at every door: names that turn around or break lines, and pictures that are none, are refused
//! with the place where they stand.

use merchant::api_keys::Scope;
use merchant::{Catalog, Config};
use serde_json::{Value, json};
use testing::Folder;
use testing::backend::bank::FPS;
use testing::backend::shop::configuration;
use testing::backend::{SHOP_CATALOG, Shop};

/// Names that show another thing than they say.
const NAMES: [&str; 6] = ["gpj.\u{202E}exe", "\u{2066}tea\u{2069}", "tea\nfree", "tea\u{2028}free", "\u{1b}[2Jtea", "tea\u{0}"];
/// What is no picture.
const PICTURES: [&str; 5] = ["javascript:alert(1)", "data:text/html,x", "//evil.example/a.png", "tea.svg", "https://shop.example/\"onload"];

#[tokio::test]
async fn orders_of_the_shop_show_what_the_catalog_may() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let order = async |once: &str, line: Value| {
        shop.call(&key, "POST", "orders", Some((once, json!({ "currency": "CNY", "lines": [line] })))).await
    };
    for name in NAMES.iter().chain(&["", " "]) {
        let told = order("name", json!({ "name": name, "unit_price": 100 })).await;
        assert!(told.code() == (400, "bad-request".to_owned()) && told.text.contains("lines[0].name: "), "{name:?}: {}", told.text);
    }
    for image in PICTURES {
        let told = order("image", json!({ "name": "Tea", "unit_price": 100, "image": image })).await;
        assert!(told.code() == (400, "bad-request".to_owned()) && told.text.contains("lines[0].image: "), "{image}: {}", told.text);
    }
    let long = "茶".repeat(200);
    for (number, name) in ["Tea \"Spring\" & <Co>", "شاي أخضر", "👩\u{200D}🌾 tea", &long].into_iter().enumerate() {
        let told = order(&format!("good-{number}"), json!({ "name": name, "unit_price": 100, "image": "/shop/tea.svg" })).await;
        assert_eq!(told.status, 201, "{}", told.text);
        let line = &told.json()["order"]["price"]["lines"][0];
        assert_eq!((line["name"].as_str().unwrap(), line["image"].as_str().unwrap()), (name, shop.url("/shop/tea.svg").as_str()));
    }
    for (member, value) in [("reference", "A\u{1b}[2J"), ("reference", "A\u{202E}1")] {
        let body = json!({ "currency": "CNY", "lines": [{ "name": "Tea", "unit_price": 100 }], member: value });
        let told = shop.call(&key, "POST", "orders", Some(("reference", body))).await;
        assert!(told.status == 400 && told.text.contains("reference: "), "{}", told.text);
    }
    let paid = shop.order_tea().await;
    let told = shop.call(&key, "POST", &format!("orders/{}/refunds", paid.id), Some(("reason", json!({ "reason": "a\nb" })))).await;
    assert!(told.status == 400 && told.text.contains("reason: "), "{}", told.text);
}

#[test]
fn a_catalog_shows_no_more_than_an_order_of_the_shop() {
    // TOML writes characters by eight digits.
    let toml = |text: &str| {
        let escaped: String = text
            .chars()
            .map(|character| {
                if character.is_ascii_graphic() && !"\"\\".contains(character) {
                    character.to_string()
                } else {
                    format!("\\U{:08X}", u32::from(character))
                }
            })
            .collect();
        format!("\"{escaped}\"")
    };
    let fault = |catalog: String| Catalog::parse(&catalog).unwrap_err().to_string();
    for name in NAMES {
        for (from, place) in [
            ("name = \"Cup\"", "item \"cup\": name: "),
            ("label = \"Spring\"", "discount 1: label: "),
            ("label = \"Shipping\"", "shipping: label: "),
            ("label = \"VAT\"", "tax: label: "),
        ] {
            let key = from.split(' ').next().unwrap();
            let told = fault(SHOP_CATALOG.replace(from, &format!("{key} = {}", toml(name))));
            assert!(told.contains(place) && told.contains("U+") && told.lines().count() == 1, "{told}");
        }
        let told = fault(SHOP_CATALOG.replace("zh-Hans = \"茶\"", &format!("zh-Hans = {}", toml(name))));
        assert!(told.contains("item \"tea\": name: zh-Hans: "), "{told}");
    }
    for image in PICTURES {
        let told = fault(SHOP_CATALOG.replace("\"/shop/tea.svg\"", &toml(image)));
        assert!(told.contains("item \"tea\": image: "), "{told}");
    }
    let folder = Folder::new("merchant");
    let config = configuration(&folder, "http://127.0.0.1:1", "http://127.0.0.1:1");
    let told = Config::parse(&config.replace("en = \"Mountain Tea\"", &format!("en = {}", toml(NAMES[0])))).unwrap_err().to_string();
    assert!(told.starts_with("merchant.name: en: holds U+202E"), "{told}");
}

#[tokio::test]
async fn the_same_money_told_with_another_amount_is_not_what_was_confirmed() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let key = shop.key(&Scope::ALL).await;
    let body = json!({ "currency": "HKD", "lines": [{ "name": "Tea", "unit_price": 6800 }], "method": "fps" });
    let made = shop.call(&key, "POST", "orders", Some(("one", body))).await.json();
    let path = format!("payments/{}/confirm", made["payments"][0]["id"].as_str().unwrap());
    let confirm = async |amount: i64, currency: &str| {
        let body = json!({ "amount": amount, "currency": currency, "transaction": "T-1" });
        shop.call(&key, "POST", &path, Some((&format!("{amount} {currency}"), body))).await
    };
    assert_eq!(confirm(6800, "HKD").await.status, 200);
    assert_eq!(confirm(6800, "HKD").await.status, 200, "the feed may say it twice");
    for (amount, currency) in [(6900, "HKD"), (1, "HKD"), (6800, "CNY")] {
        assert_eq!(confirm(amount, currency).await.code(), (409, "already-confirmed".to_owned()), "{amount} {currency}");
    }
}
