//! Where a cart goes: the shopper says so, sees what goes there and for how much, and pays exactly that; a reload keeps what was said.

use serde_json::json;
use testing::{Browser, Engine, Look, Scene, ShopOptions};

use crate::purchase::order_tea;

told_in!([chromium firefox webkit]: a_cart_goes_where_its_shopper_says);

const CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "tea-100g"
name = "Spring tea"
price = 6800
[[delivery]]
id = "post"
label = "Post"
countries = ["CN", "DE"]
days = [2, 4]
amount = 1200
[[delivery]]
id = "courier"
label = "Courier"
countries = ["DE"]
days = [1, 1]
amount = 3000
[[delivery]]
id = "shop"
label = "Pick up in the shop"
kind = "pickup"
amount = 0
"#;

/// Chooses a country from the list of the widget, as a shopper does.
pub async fn send_to(browser: &Browser, country: &str) {
    let choose = "const list = document.querySelector('qr-checkout').shadowRoot.querySelector('select');
        list.value = arguments[0]; list.dispatchEvent(new Event('change', { bubbles: true }));";
    browser.run(choose, json!([country])).await;
}

async fn a_cart_goes_where_its_shopper_says(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions { catalog: CATALOG, ..ShopOptions::default() }).await;
    let Scene { shop, browser, .. } = &scene;
    scene.show("en", &scene.snippet("")).await;
    let widget = order_tea(browser).await;
    widget.says("Country").await;
    widget.click("Choose where it goes").await;
    assert_eq!(widget.property("state").await, "quoted", "nobody pays for what goes nowhere");
    browser.keep("cart-country").await;

    send_to(browser, "DE").await;
    widget.says("2–4 days").await;
    widget.says("CN¥148.00").await;
    let courier = "document.querySelector('qr-checkout').shadowRoot.querySelector('input[value=courier]')";
    browser.click_on(courier, json!([])).await;
    widget.says("CN¥166.00").await;
    browser.keep("cart-deliveries").await;
    browser.reload().await;
    widget.comes_to("quoted").await;
    widget.says("CN¥166.00").await;
    assert_eq!(shop.line.count("POST /v1/orders"), 0);
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    let code = &shop.sandbox.codes()[0];
    assert_eq!(code.amount, 16_600);
    shop.sandbox.pay(&code.payload).unwrap();
    widget.comes_to("paid").await;
    widget.says("Courier").await;
    widget.says("CN¥166.00").await;
}
