//! More ways to pay than one, at a desk with a phone in hand: the shopper chooses, changes the mind, and sees the code scanned.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;

use crate::purchase::{order_tea, to_code};
use testing::{Engine, Look, Scene, ShopOptions, read_qr};

told_in!([chromium firefox webkit]:
    the_chosen_method_makes_the_code_and_another_takes_its_place
    a_scanned_code_says_so_before_it_is_paid
);

async fn the_chosen_method_makes_the_code_and_another_takes_its_place(engine: Engine) {
    let scene = Scene::open_with(engine, ShopOptions { offers_more: true, ..ShopOptions::default() }).await;
    let Scene { browser, shop, .. } = &scene;
    let widget = order_tea(browser).await;
    widget.click_a("radio", "Alipay").await;
    browser.keep("methods-1280").await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    widget.find("group", "Payment code").await;
    let first = read_qr(&browser.screenshot().await);
    assert!(first.starts_with("https://qr.alipay.com/"), "{first}");
    widget.click("Use WeChat Pay instead").await;
    browser.until("heard.filter(event => event.name === 'qr-shown').length === 2", json!([])).await;
    let second = read_qr(&browser.screenshot().await);
    assert!(second.starts_with("weixin://wxpay/"), "{second}");
    shop.sandbox.pay(&second).unwrap();
    widget.comes_to("paid").await;
    widget.says("WeChat Pay").await;
}

async fn a_scanned_code_says_so_before_it_is_paid(engine: Engine) {
    let ahead = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&ahead);
    let clock: merchant::Clock = Arc::new(move || testing::now() + moved.load(Ordering::SeqCst));
    let options = ShopOptions { offers_more: true, reconcile_seconds: 3_600, clock, ..ShopOptions::default() };
    let scene = Scene::before(engine, Look::LIGHT, options).await;
    let Scene { browser, shop, .. } = &scene;
    scene.show("en", &scene.snippet("methods=\"alipay wechat_pay\"")).await;
    let widget = to_code(browser).await;
    widget.find("group", "Payment code").await;
    let code = read_qr(&browser.screenshot().await);
    shop.sandbox.scan(&code).unwrap();
    // Alipay tells of a scan only if asked; the backend asks again after some seconds.
    ahead.store(10, Ordering::SeqCst);
    shop.merchant().unwrap().reconcile().await.unwrap();
    widget.find("heading", "Code scanned").await;
    widget.says("Confirm the payment on the phone that scanned.").await;
    browser.keep("scanned-1280").await;
    shop.sandbox.pay(&code).unwrap();
    widget.comes_to("paid").await;
}
