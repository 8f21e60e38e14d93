//! The example of `examples/pricing` prices carts for a backend.

use serde_json::{Value, json};
use testing::backend::{Shop, item, nonce};
use testing::examples::{Running, Tells};
use testing::judges::python;

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A backend that asks the example, with the clock of this machine, and signs with that secret.
async fn shop(example: &Running, secret: &str) -> Shop {
    let shop = Shop::open_priced_by(&format!("http://{}/price", example.address), "EUR", secret).await;
    let now = testing::now();
    shop.advance(now - shop.now());
    shop
}

fn started() -> Running {
    let mut command = python("examples/pricing/server.py");
    command.env("QR_CHECKOUT_PRICING_SECRET", SECRET).env("PORT", "0");
    Running::start(command, Tells::OnOutput, None)
}

#[tokio::test]
async fn the_shop_in_python_prices_carts_and_says_no_in_words_that_shoppers_are_told() {
    let example = started();
    let shop = shop(&example, SECRET).await;
    let quote = shop.quote(&[item("book", 2), item("mug", 1)]).await;
    assert_eq!((quote.price.subtotal, quote.price.total, quote.price.currency.as_str()), (5248, 5248, "EUR"));
    assert_eq!((quote.price.taxes[0].amount, quote.price.lines[1].name.as_str()), (838, "Mug"));
    let told = async |sku: &str, quantity: u32, code: &str| {
        let request = shop.backend.quote(&[item(sku, quantity)], "de-AT", nonce());
        let url = request.url.replacen("&n=", &format!("{code}&n="), 1);
        let told = shop.ask(&protocol::Request { url, ..request }).await;
        (told.status, serde_json::from_slice::<Value>(&told.bytes).unwrap())
    };
    let (_, german) = told("mug", 1, "&code=spring").await;
    let german: Value = serde_json::from_str(german["price"].as_str().unwrap()).unwrap();
    assert_eq!((&german["lines"][0]["name"], &german["total"]), (&json!("Becher"), &json!(1250 - 125 + 490)));
    assert_eq!(german["discount_code"], json!({ "code": "SPRING", "state": "applied" }));
    let (status, short) = told("book", 4, "").await;
    assert_eq!((status, &short["code"], &short["stock"]), (409, &json!("out-of-stock"), &json!({ "sku": "book", "left": 3 })));
    assert_eq!(told("tea", 1, "").await.1["code"], "unknown-sku");
}

#[tokio::test]
async fn the_shop_in_python_answers_nobody_who_has_another_secret() {
    let example = started();
    let shop = shop(&example, "whsec_HxwdHhsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=").await;
    let request = shop.backend.quote(&[item("mug", 1)], "en", nonce());
    assert_eq!(shop.ask(&request).await.code(), (502, "pricing-invalid".to_owned()));
}
