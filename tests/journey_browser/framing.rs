//! `isolation="frame"`: the checkout in a frame of the backend's own, in a page of another origin. Every seam that a frame makes is crossed
//! here: the cart, questions, wallets, reloads, tabs, the dialog, what is copied and saved. What a hostile page tries stands in `framing_hostile`.

use serde_json::json;
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget, read_qr};

use crate::purchase::{names, order_tea};

told_in!([chromium firefox webkit]:
    a_page_sells_by_a_frame_and_hears_that_it_is_paid
);

/// A page with the element in a frame.
pub async fn open(engine: Engine) -> Scene {
    let scene = Scene::framing(engine, Look::LIGHT, ShopOptions::default()).await;
    scene.show("en", &scene.snippet(FRAMED)).await;
    scene
}

/// What the element needs for it.
pub const FRAMED: &str = "isolation=\"frame\"";

/// Presses a button inside, and goes back to the page.
async fn press(browser: &Browser, button: &str) {
    browser.enter_frame_of("qr-checkout").await;
    Widget::first(browser).click(button).await;
    browser.leave_frames().await;
}

async fn a_page_sells_by_a_frame_and_hears_that_it_is_paid(engine: Engine) {
    let scene = open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = order_tea(browser).await;
    browser.keep("frame-cart-1280").await;
    press(browser, "Pay").await;
    widget.comes_to("awaiting").await;
    let screen = browser.keep("frame-code-1280").await;
    let payload = read_qr(&screen);
    assert_eq!(payload, shop.sandbox.codes()[0].payload);
    shop.sandbox.pay(&payload).unwrap();
    widget.comes_to("paid").await;
    browser.keep("frame-paid-1280").await;
    let heard = names(browser).await;
    assert_eq!(heard, ["ready", "items-changed", "quoted", "order-created", "qr-shown", "status-changed", "items-changed", "paid"]);
    let events = browser.events().await;
    let paid = &events.last().unwrap()["detail"];
    assert_eq!((&paid["amount"], &paid["currency"]), (&json!(14_800), &json!("CNY")));
    assert_eq!(paid["order"], widget.property("order").await["id"]);
    assert!(events.iter().all(|event| event["frozen"] == true && event["composed"] == true));
    assert_eq!(widget.property("items").await, json!([]));
}
