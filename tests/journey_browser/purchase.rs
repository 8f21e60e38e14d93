//! From the snippet to "paid", as a merchant's page and a shopper see it.

use serde_json::json;

use crate::support::{Browser, Pages, Shop, Widget, read_qr};

/// The README's snippet and two buttons.
pub fn snippet(shop: &Shop, attributes: &str) -> String {
    let (url, pin) = (shop.url(), shop.pin());
    format!(
        r#"<script type="module" src="{url}/qr-checkout.js"></script>
           <button data-qr-checkout-add="tea-100g" data-qr-checkout-quantity="2">Add tea</button>
           <button data-qr-checkout-add="gaiwan">Add gaiwan</button>
           <qr-checkout backend="{url}" merchant-key="{pin}" {attributes}></qr-checkout>"#
    )
}

/// Clicks a button of the host page.
pub async fn click_page(browser: &Browser, selector: &str) {
    browser.run("document.querySelector(arguments[0]).click()", json!([selector])).await;
}

/// Puts tea into the cart and waits for its price.
pub async fn order_tea(browser: &Browser) -> Widget<'_> {
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    click_page(browser, "[data-qr-checkout-add=tea-100g]").await;
    widget.comes_to("quoted").await;
    widget
}

/// Orders tea and waits for its code.
pub async fn to_code(browser: &Browser) -> Widget<'_> {
    let widget = order_tea(browser).await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    widget
}

/// Names of the events heard so far.
pub async fn names(browser: &Browser) -> Vec<String> {
    browser.events().await.iter().map(|event| event["name"].as_str().unwrap().to_owned()).collect()
}

/// Codes of the errors heard so far.
pub async fn reasons(browser: &Browser) -> Vec<String> {
    let events = browser.events().await;
    events.iter().filter(|event| event["name"] == "error").map(|event| event["detail"]["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_page_on_another_origin_sells_tea_and_sees_it_paid() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let widget = order_tea(&browser).await;
    widget.says("Spring tea").await;
    browser.keep("cart-1280").await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    widget.find("group", "Payment code").await;
    let screen = browser.keep("code-1280").await;
    let payload = read_qr(&screen);
    assert_eq!(payload, shop.sandbox.codes()[0].payload);
    assert_eq!(shop.sandbox.codes()[0].amount, 14_800);
    shop.sandbox.pay(&payload).unwrap();
    widget.comes_to("paid").await;
    widget.find("heading", "Paid").await;
    browser.keep("paid-1280").await;
    let heard = names(&browser).await;
    assert_eq!(heard, ["ready", "items-changed", "quoted", "order-created", "qr-shown", "status-changed", "items-changed", "paid"]);
    let events = browser.events().await;
    let paid = &events.last().unwrap()["detail"];
    assert_eq!((&paid["amount"], &paid["currency"]), (&json!(14_800), &json!("CNY")));
    assert_eq!(paid["order"], widget.property("order").await["id"]);
    assert_eq!(paid["receipt"].as_str().unwrap().split('.').count(), 3);
    assert!(events.iter().all(|event| event["frozen"] == true && event["composed"] == true));
    assert_eq!(widget.property("items").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_chinese_on_a_narrow_dark_screen_the_code_is_still_read() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.resize(390, 1400).await;
    browser.prefer("dark").await;
    browser.goto(&pages.put("shop", "zh-Hans", &snippet(&shop, ""))).await;
    let widget = order_tea(&browser).await;
    widget.says("春茶").await;
    widget.says("¥136.00").await;
    browser.keep("cart-390-dark-zh").await;
    widget.click("支付").await;
    widget.comes_to("awaiting").await;
    widget.find("group", "付款码").await;
    let screen = browser.keep("code-390-dark-zh").await;
    let wide = "return document.documentElement.scrollWidth > innerWidth";
    assert_eq!(browser.run(wide, json!([])).await, false, "the page scrolls sideways");
    shop.sandbox.pay(&read_qr(&screen)).unwrap();
    widget.comes_to("paid").await;
    widget.find("heading", "支付成功").await;
    browser.keep("paid-390-dark-zh").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_is_read_in_every_light_size_and_density() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    to_code(&browser).await;
    for scheme in ["light", "dark"] {
        browser.prefer(scheme).await;
        for (width, scale) in [(320, 1), (390, 3), (1280, 2)] {
            browser.resize_at(width, 1100, scale).await;
            browser.breathe().await;
            let screen = browser.keep(&format!("code-{width}x{scale}-{scheme}")).await;
            assert_eq!(read_qr(&screen), shop.sandbox.codes()[0].payload, "{width} at {scale}, {scheme}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_order_is_paid_without_a_cart() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let order = to_code(&browser).await.property("order").await;
    let given = format!("order=\"{}\"", order["id"].as_str().unwrap());
    browser.forget_everything(&pages.put("pay", "en", &snippet(&shop, &given))).await;
    let widget = Widget::first(&browser);
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order["id"]);
    shop.sandbox.pay(&read_qr(&browser.screenshot().await)).unwrap();
    widget.comes_to("paid").await;
    // Told once, also after a reload.
    browser.reload().await;
    widget.comes_to("paid").await;
    assert_eq!(names(&browser).await, ["ready"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_buys() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let widget = Widget::first(&browser);
    widget.comes_to("cart").await;
    browser.tab_to("Add tea").await;
    browser.press(crate::support::KEYS_ENTER).await;
    widget.comes_to("quoted").await;
    assert_eq!(browser.focused().await, "Add tea", "a cart that changes leaves the focus where it is");
    browser.tab_to("Pay").await;
    browser.press(crate::support::KEYS_ENTER).await;
    widget.comes_to("awaiting").await;
    assert_eq!(browser.focused().await, "Scan to pay", "a new screen has the focus on its heading");
    browser.tab_to("Check now").await;
    browser.press(crate::support::KEYS_ENTER).await;
    widget.says("Not paid yet").await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    assert_eq!(browser.focused().await, "Paid");
}
