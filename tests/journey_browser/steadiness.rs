//! What breaks other checkouts: a backend that dies, impatient shoppers, reloads, tabs, deadlines, a dead network.

use serde_json::json;

use crate::purchase::{order_tea, to_code};
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget, read_qr};

told_in!([chromium firefox webkit]:
    a_backend_killed_while_the_code_is_shown_loses_nothing
    a_double_click_on_pay_makes_one_order
    a_reload_goes_on_with_the_same_order
    two_tabs_share_one_order
    a_canceled_order_ends_and_the_cart_is_still_there
    a_code_that_ran_out_is_renewed_in_place
);

// WebKitGTK asks the machine's network monitor whether it is on line, which a test cannot move.
told_in!([chromium firefox]: off_line_is_said_and_waited_out);

async fn a_backend_killed_while_the_code_is_shown_loses_nothing(engine: Engine) {
    let mut scene = Scene::open_with(engine, ShopOptions { own_process: true, ..ShopOptions::default() }).await;
    let Scene { shop, browser, .. } = &mut scene;
    let browser = &*browser;
    let widget = to_code(browser).await;
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

async fn a_double_click_on_pay_makes_one_order(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = order_tea(browser).await;
    let pay = widget.find("button", "Pay").await;
    browser.run("arguments[0].click(); arguments[0].click()", json!([Browser::reference(&pay)])).await;
    widget.comes_to("awaiting").await;
    assert_eq!((shop.line.count("POST /v1/orders"), shop.sandbox.codes().len()), (1, 1));
}

async fn a_reload_goes_on_with_the_same_order(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
    let (order, code) = (widget.property("order").await["id"].clone(), read_qr(&browser.screenshot().await));
    browser.reload().await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order);
    assert_eq!(read_qr(&browser.screenshot().await), code);
    assert_eq!(shop.line.count("POST /v1/orders"), 1);
}

async fn two_tabs_share_one_order(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, pages } = &scene;
    let page = pages.put("shop", "en", &scene.snippet(""));
    browser.goto(&page).await;
    let widget = order_tea(browser).await;
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

async fn a_canceled_order_ends_and_the_cart_is_still_there(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
    let payload = shop.sandbox.codes()[0].payload.clone();
    widget.click("Cancel payment").await;
    widget.comes_to("choosing").await;
    assert!(shop.sandbox.pay(&payload).is_err(), "the provider still takes money for a canceled attempt");
    widget.click("Back to the cart").await;
    widget.comes_to("quoted").await;
    assert_eq!(widget.property("items").await, json!([{ "sku": "tea-100g", "quantity": 2 }]));
}

async fn a_code_that_ran_out_is_renewed_in_place(engine: Engine) {
    let scene = Scene::open_with(engine, ShopOptions { payment_seconds: 12, ..ShopOptions::default() }).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
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

async fn off_line_is_said_and_waited_out(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
    browser.offline(true).await;
    widget.says("You are offline").await;
    assert_eq!(widget.property("state").await, "awaiting");
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    browser.offline(false).await;
    widget.comes_to("paid").await;
    let heard = browser.events().await;
    assert!(heard.iter().filter(|event| event["name"] == "error").all(|error| error["detail"]["code"] == "net-failed"));
    assert!(!Widget::first(browser).is_saying("You are offline").await);
}
