//! What breaks other checkouts: a backend that dies, impatient shoppers, reloads, tabs, deadlines, a dead network.

use serde_json::json;

use crate::purchase::{order_tea, reasons, snippet, to_code};
use crate::support::{Browser, Pages, Shop, ShopOptions, Widget, read_qr};

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_killed_while_the_code_is_shown_loses_nothing() {
    let mut shop = Shop::open_with(ShopOptions { own_process: true, ..ShopOptions::default() }).await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let widget = to_code(&browser).await;
    let payload = read_qr(&browser.screenshot().await);
    shop.kill();
    shop.sandbox.pay(&payload).unwrap();
    browser.until("heard.some(event => event.name === 'error')", json!([])).await;
    assert_eq!(widget.property("state").await, "awaiting");
    shop.restart().await;
    widget.comes_to("paid").await;
    let paid = browser.events().await.iter().filter(|event| event["name"] == "paid").count();
    assert_eq!(paid, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_on_pay_makes_one_order() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let widget = order_tea(&browser).await;
    let pay = widget.find("button", "Pay").await;
    browser.run("arguments[0].click(); arguments[0].click()", json!([Browser::reference(&pay)])).await;
    widget.comes_to("awaiting").await;
    assert_eq!((shop.line.count("POST /v1/orders"), shop.sandbox.codes().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_goes_on_with_the_same_order() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let widget = to_code(&browser).await;
    let (order, code) = (widget.property("order").await["id"].clone(), read_qr(&browser.screenshot().await));
    browser.reload().await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order);
    assert_eq!(read_qr(&browser.screenshot().await), code);
    assert_eq!(shop.line.count("POST /v1/orders"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_share_one_order() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    let page = pages.put("shop", "en", &snippet(&shop, ""));
    browser.goto(&page).await;
    let widget = order_tea(&browser).await;
    let (first, second) = browser.new_tab().await;
    browser.goto(&page).await;
    widget.comes_to("quoted").await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    let order = widget.property("order").await["id"].clone();
    browser.switch(&first).await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order);
    assert_eq!(shop.line.count("POST /v1/orders"), 1);
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    browser.switch(&second).await;
    widget.comes_to("paid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_order_ends_and_the_cart_is_still_there() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let widget = to_code(&browser).await;
    let payload = shop.sandbox.codes()[0].payload.clone();
    widget.click("Cancel").await;
    widget.comes_to("canceled").await;
    assert!(shop.sandbox.pay(&payload).is_err(), "the provider still takes money for a canceled order");
    widget.click("Start again").await;
    widget.comes_to("quoted").await;
    assert_eq!(widget.property("items").await, json!([{ "sku": "tea-100g", "quantity": 2 }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_ran_out_is_renewed_in_place() {
    let shop = Shop::open_with(ShopOptions { payment_seconds: 12, ..ShopOptions::default() }).await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let widget = to_code(&browser).await;
    let (order, first) = (widget.property("order").await["id"].clone(), shop.sandbox.codes()[0].payload.clone());
    widget.comes_to("expired").await;
    widget.click("New code").await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order);
    let second = shop.sandbox.codes()[0].payload.clone();
    assert_ne!(first, second);
    shop.sandbox.pay(&second).unwrap();
    widget.comes_to("paid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn off_line_is_said_and_waited_out() {
    let shop = Shop::open().await;
    let pages = Pages::start(&shop.url()).await;
    let browser = Browser::open().await;
    browser.goto(&pages.put("shop", "en", &snippet(&shop, ""))).await;
    let widget = to_code(&browser).await;
    browser.offline(true).await;
    widget.says("You are offline").await;
    assert_eq!(widget.property("state").await, "awaiting");
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    browser.offline(false).await;
    widget.comes_to("paid").await;
    assert!(reasons(&browser).await.iter().all(|reason| reason == "net-failed"));
    assert!(!Widget::first(&browser).is_saying("You are offline").await);
}
