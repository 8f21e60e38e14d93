//! An account that was not granted codes: what begins with a code is refused with words, or begins by another method.

use merchant::api_keys::Scope;
use serde_json::{Value, json};

use crate::configuring::live;
use crate::operating::run;
use testing::backend::bank::FPS;
use testing::backend::{Shop, account, text};

/// WeChat Pay without codes.
fn without_native(config: &str, product: &str) -> String {
    config.replace("[wechat_pay]\n", &format!("[wechat_pay]\nproducts = [\"{product}\"]\n"))
}

fn wish(method: Option<&str>) -> Value {
    json!({ "currency": "CNY", "lines": [{ "name": "Tea", "unit_price": 6_800 }], "method": method })
}

#[tokio::test]
async fn an_order_of_the_shops_own_begins_with_a_code_and_the_refusal_says_so() {
    for product in ["h5", "jsapi"] {
        let shop = Shop::open_with(|config| without_native(&config, product)).await;
        let key = shop.key(&[Scope::Orders]).await;
        for (number, method) in [None, Some("wechat_pay")].into_iter().enumerate() {
            let told = shop.call(&key, "POST", "orders", Some((&format!("order-{number}"), wish(method)))).await;
            assert_eq!(told.code(), (409, "method-not-offered".to_owned()));
            let detail = told.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.starts_with("method: an order of the shop's begins with a code, and wechat_pay makes none"), "{detail}");
        }
    }
}

#[tokio::test]
async fn where_nobody_names_a_method_the_first_that_makes_codes_begins() {
    let shop = Shop::open_with(|config| without_native(&config, "h5") + FPS).await;
    let key = shop.key(&[Scope::Orders]).await;
    let made = shop.call(&key, "POST", "orders", Some(("order-1", wish(None)))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(made["order"]["payment"]["method"], "fps");
    assert_eq!(made["order"]["methods"], json!(["wechat_pay", "fps"]), "a shopper may choose the other");
}

#[test]
fn check_config_says_so_beforehand() {
    let (folder, config) = live();
    let told = |config: &str| {
        let file = folder.write("merchant.toml", config);
        let output = run(&["check-config", "--config", file.to_str().unwrap()]);
        (output.status.success(), text(&output.stdout) + &text(&output.stderr))
    };
    let appid = account::settings("").appid;
    let account = format!("[official_account]\nappid = \"{appid}\"\nsecret = \"word\"\ntoken = \"word\"\n");
    for config in [without_native(&config, "h5"), without_native(&config, "jsapi") + &account] {
        let (good, said) = told(&config);
        assert!(good && said.contains("wechat_pay: without native among products there are no codes"), "{said}");
    }
    assert!(!told(&config).1.contains("without native"));
    let (good, said) = told(&without_native(&config, "jsapi"));
    assert!(!good && said.starts_with("wechat_pay.products: jsapi is paid inside WeChat with [official_account] alone"), "{said}");
}
