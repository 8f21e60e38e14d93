//! The page at a counter: a sale from the key to "paid", the two sides of the screen, a lost key, drafts without a network, and the day.

use merchant::api_keys::{self, NewKey, Scope};
use merchant::store::ApiKey;
use protocol::{Currency, Money};
use serde_json::{Value, json};
use testing::shop::{Shop, staff_url};
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget};

// The others do not find a host below localhost by themselves.
told_in!([chromium]:
    a_counter_sells_by_its_keypad_and_shows_that_it_is_paid
);

const STAFF: &str = "[staff]\nurl = \"{staff_url}\"\n";
const PIN: &str = "2468";

async fn scene(engine: Engine, look: Look) -> Scene {
    Scene::before(engine, look, ShopOptions { more: STAFF, ..ShopOptions::default() }).await
}

/// A key of a counter that returns up to 100.00 of an order.
async fn counter_key(shop: &Shop) -> (ApiKey, String) {
    let limit = Money { amount: 10_000, currency: Currency::parse("CNY").unwrap() };
    let new = NewKey { name: "till 1", scopes: &[Scope::Counter], role: None, expires_at: None, refund_limit: Some(limit) };
    api_keys::make(shop.merchant().unwrap().store(), new, testing::now()).await.unwrap()
}

fn counter_url(shop: &Shop) -> String {
    staff_url(&shop.url()) + "/counter"
}

async fn fill(browser: &Browser, form: &str, values: Value) {
    let script = "for (const [id, value] of Object.entries(arguments[1])) document.getElementById(id).value = value;
        document.getElementById(arguments[0]).requestSubmit()";
    browser.run(script, json!([form, values])).await;
}

async fn shows(browser: &Browser, id: &str) {
    browser.until("(one => one.checkVisibility())(document.getElementById(a[0]))", json!([id])).await;
}

async fn press(browser: &Browser, keys: &str) {
    let script =
        "for (const key of arguments[0]) [...document.querySelectorAll('#keys button')].find(one => one.textContent === key).click()";
    browser.run(script, json!([keys])).await;
}

/// An open counter.
async fn open(browser: &Browser, shop: &Shop, key: &str) {
    browser.forget_everything(&counter_url(shop)).await;
    shows(browser, "login").await;
    fill(browser, "login", json!({ "key": key })).await;
    shows(browser, "choose").await;
    fill(browser, "choose", json!({ "chosen": "12" })).await;
    browser.until("document.getElementById('choose-fault').textContent", json!([])).await;
    fill(browser, "choose", json!({ "chosen": PIN })).await;
    shows(browser, "keypad").await;
    browser.until("document.getElementById('shop').textContent === 'Mountain Tea'", json!([])).await;
}

/// Charges an amount; the customer sees its code then.
async fn charge<'a>(browser: &'a Browser, keys: &str) -> Widget<'a> {
    press(browser, keys).await;
    browser.click_on("document.getElementById('charge')", json!([])).await;
    shows(browser, "customer").await;
    let widget = Widget::first(browser);
    widget.comes_to("awaiting").await;
    widget
}

fn pay(shop: &Shop) {
    let codes = shop.sandbox.codes();
    shop.sandbox.pay(&codes.last().unwrap().payload).unwrap();
}

async fn a_counter_sells_by_its_keypad_and_shows_that_it_is_paid(engine: Engine) {
    let scene = scene(engine, Look::LIGHT).await;
    let (browser, shop) = (&scene.browser, &scene.shop);
    browser.resize(390, 844).await;
    let (_, key) = counter_key(shop).await;
    open(browser, shop, &key).await;
    assert_eq!(browser.run("return document.cookie", json!([])).await, "", "no script reads the session");
    browser.keep("counter-sale-390").await;
    let widget = charge(browser, "1250").await;
    browser.keep("counter-code-390").await;
    assert_eq!(browser.run("return document.getElementById('due').textContent", json!([])).await, "CN¥12.50");
    pay(shop);
    widget.comes_to("paid").await;
    browser.until("document.getElementById('paid').textContent === 'Paid CN¥12.50'", json!([])).await;
    browser.keep("counter-paid-390").await;
}
