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

/// Names of the events heard so far, without those of status changes in between.
pub async fn names(browser: &Browser) -> Vec<String> {
    browser.events().await.iter().map(|event| event["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_page_on_another_origin_sells_tea_and_sees_it_paid() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let widget = Widget::first(&browser);
    widget.comes_to("cart").await;
    click_page(&browser, "[data-qr-checkout-add=tea-100g]").await;
    widget.comes_to("quoted").await;
    widget.says("Spring tea").await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    widget.find("group", "Payment code").await;
    let payload = read_qr(&browser.screenshot().await);
    assert_eq!(payload, shop.sandbox.codes()[0].payload);
    assert_eq!(shop.sandbox.codes()[0].amount, 14_800);
    shop.sandbox.pay(&payload).unwrap();
    widget.comes_to("paid").await;
    widget.find("heading", "Paid").await;
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
