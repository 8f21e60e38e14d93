//! The embedding contract as a merchant's page sees it: life cycle, attributes, the dialog, several widgets, bad settings.

use serde_json::{Value, json};

use crate::purchase::{click_page, names, order_tea, reasons, to_code};
use testing::{Engine, KEYS_ENTER, KEYS_ESCAPE, Look, Scene, ShopOptions, Widget};

told_in!([chromium firefox webkit]:
    a_moved_element_keeps_its_checkout
    ten_mounts_and_removals_leave_nothing_behind
    attributes_and_properties_change_a_mounted_widget
    the_dialog_opens_closes_and_gives_the_focus_back
    two_widgets_on_a_page_share_one_cart_and_one_order
    a_page_without_a_good_key_gets_a_reason_and_no_checkout
    a_thing_that_is_not_sold_is_refused_by_name
    what_runs_short_keeps_the_cart_and_offers_what_is_left
);

async fn a_moved_element_keeps_its_checkout(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
    let asked = shop.line.count("GET /v1/quote");
    browser.run("document.body.prepend(document.querySelector('qr-checkout'))", json!([])).await;
    browser.breathe().await;
    assert_eq!(widget.property("state").await, "awaiting");
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    assert_eq!(names(browser).await.iter().filter(|name| *name == "ready").count(), 1);
    assert_eq!(shop.line.count("GET /v1/quote"), asked);
}

/// What a page still carries: listeners added and not removed, timers pending, channels open.
const METER: &str = "
    window.meter = { listeners: {}, timers: new Set(), channels: 0 };
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (name, ...rest) {
      meter.listeners[name] = (meter.listeners[name] ?? 0) + 1; return addEventListener.call(this, name, ...rest) };
    EventTarget.prototype.removeEventListener = function (name, ...rest) {
      meter.listeners[name]--; return removeEventListener.call(this, name, ...rest) };
    const { setTimeout, clearTimeout, BroadcastChannel } = window;
    window.setTimeout = (call, ...rest) => { const id = setTimeout(() => { meter.timers.delete(id); call() }, ...rest); meter.timers.add(id); return id };
    window.clearTimeout = id => { meter.timers.delete(id); clearTimeout(id) };
    window.BroadcastChannel = class extends BroadcastChannel {
      constructor(name) { super(name); meter.channels++ }
      close() { super.close(); meter.channels-- }
    };";

async fn ten_mounts_and_removals_leave_nothing_behind(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { browser, pages, .. } = &scene;
    scene.show("en", &(pages.watch("meter.js", METER) + &scene.snippet(""))).await;
    let widget = to_code(browser).await;
    let measure = "return [meter.listeners, meter.timers.size, meter.channels]";
    browser.run("window.kept = document.querySelector('qr-checkout'); kept.remove()", json!([])).await;
    browser.until("meter.channels === 0", json!([])).await;
    browser.breathe().await;
    let before = browser.run(measure, json!([])).await;
    for _ in 0..10 {
        browser.run("document.body.append(kept)", json!([])).await;
        widget.comes_to("awaiting").await;
        browser.run("kept.remove()", json!([])).await;
        browser.until("meter.channels === 0", json!([])).await;
        browser.breathe().await;
    }
    assert_eq!(browser.run(measure, json!([])).await, before, "listeners, timers, channels");
    assert_eq!(browser.run("return kept.shadowRoot.childElementCount", json!([])).await, 0);
}

async fn attributes_and_properties_change_a_mounted_widget(engine: Engine) {
    let scene = Scene::open(engine).await;
    let browser = &scene.browser;
    let widget = order_tea(browser).await;
    widget.find("heading", "Your cart").await;
    browser.run("document.querySelector('qr-checkout').locale = 'zh-Hans'", json!([])).await;
    widget.find("heading", "购物车").await;
    widget.says("春茶").await;
    browser.run("document.querySelector('qr-checkout').setAttribute('theme', 'dark')", json!([])).await;
    widget.call("setQuantity", json!(["tea-100g", 5])).await;
    widget.says("¥340.00").await;
    browser.run("document.querySelector('qr-checkout').discountCode = 'friends'", json!([])).await;
    widget.says("老友优惠").await;
    browser.run("document.querySelector('qr-checkout').discountCode = 'nobody'", json!([])).await;
    // The shopper sees that it was no good, and the page can say why.
    widget.says("NOBODY").await;
    let quoted = browser.events().await.into_iter().rfind(|event| event["name"] == "quoted");
    assert_eq!(quoted.unwrap()["detail"]["discountCode"], "unknown");
    browser.run("document.querySelector('qr-checkout').removeAttribute('discount-code')", json!([])).await;
    browser.until("!document.querySelector('qr-checkout').shadowRoot.textContent.includes('老友优惠')", json!([])).await;
    widget.call("add", json!(["gaiwan"])).await;
    widget.says("盖碗").await;
    widget.call("remove", json!(["tea-100g"])).await;
    assert_eq!(widget.property("items").await, json!([{ "sku": "gaiwan", "quantity": 1 }]));
    widget.call("clear", json!([])).await;
    widget.comes_to("cart").await;
    widget.call("add", json!(["no such sku!"])).await;
    widget.call("add", json!(["gaiwan", 0.5])).await;
    assert_eq!(reasons(browser).await, ["config-sku", "config-quantity"]);
    assert_eq!(widget.property("items").await, json!([]));
}

/// Whether the dialog is open.
const OPEN: &str = "return document.querySelector('qr-checkout').shadowRoot.querySelector('dialog').open";

async fn the_dialog_opens_closes_and_gives_the_focus_back(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let browser = &scene.browser;
    scene.show("en", &format!("{}<button data-qr-checkout-open>Checkout</button>", scene.snippet("mode=\"dialog\""))).await;
    let widget = Widget::first(browser);
    browser.until("!!customElements.get('qr-checkout')", json!([])).await;
    // Used before the widget is there, but not before its script: the call is kept.
    click_page(browser, "[data-qr-checkout-add=tea-100g]").await;
    widget.comes_to("quoted").await;
    assert_eq!(browser.run(OPEN, json!([])).await, false, "adding opens nothing");
    browser.tab_to("Checkout").await;
    browser.press(KEYS_ENTER).await;
    widget.find("dialog", "Your cart").await;
    browser.focus_comes_to("Your cart").await;
    browser.press(KEYS_ESCAPE).await;
    browser.until("heard.some(event => event.name === 'closed')", json!([])).await;
    browser.focus_comes_to("Checkout").await;
    widget.call("open", json!([])).await;
    widget.click("Close").await;
    browser.until("heard.filter(event => event.name === 'closed').length === 2", json!([])).await;
    assert_eq!(browser.run(OPEN, json!([])).await, false);
}

async fn two_widgets_on_a_page_share_one_cart_and_one_order(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    scene.show("en", &format!("{0}{0}", scene.snippet("")).replacen("<qr-checkout ", "<qr-checkout id=\"one\" ", 1)).await;
    let (one, two) = (Widget::at(browser, "#one"), Widget::at(browser, "qr-checkout:not(#one)"));
    one.comes_to("cart").await;
    two.comes_to("cart").await;
    one.call("add", json!(["gaiwan"])).await;
    two.comes_to("quoted").await;
    two.click("Pay").await;
    two.comes_to("awaiting").await;
    one.comes_to("awaiting").await;
    assert_eq!(one.property("order").await["id"], two.property("order").await["id"]);
    assert_eq!(shop.line.count("POST /v1/orders"), 1);
}

async fn a_page_without_a_good_key_gets_a_reason_and_no_checkout(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    scene.show("en", &scene.snippet("").replace("merchant-key=\"ed25519-", "merchant-key=\"rsa-")).await;
    let widget = Widget::first(browser);
    widget.find("heading", "Checkout is not available").await;
    assert_eq!(widget.property("state").await, "misconfigured");
    assert_eq!(reasons(browser).await, ["pin-syntax"]);
    assert_eq!(widget.property("order").await, Value::Null);
    assert_eq!(shop.line.count("GET /v1/quote"), 0);
}

async fn a_thing_that_is_not_sold_is_refused_by_name(engine: Engine) {
    let scene = Scene::open(engine).await;
    let browser = &scene.browser;
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    widget.call("add", json!(["no-such-tea"])).await;
    browser.until("heard.some(event => event.name === 'error')", json!([])).await;
    let events = browser.events().await;
    let refusal = &events.iter().find(|event| event["name"] == "error").unwrap()["detail"];
    assert_eq!((&refusal["code"], &refusal["severity"]), (&json!("unknown-sku"), &json!("refused")));
    widget.call("clear", json!([])).await;
    order_tea(browser).await;
}

async fn what_runs_short_keeps_the_cart_and_offers_what_is_left(engine: Engine) {
    let scene = Scene::open(engine).await;
    let browser = &scene.browser;
    let widget = order_tea(browser).await;
    widget.call("add", json!(["gaiwan", 9])).await;
    widget.says("Only 5 left").await;
    // What is known of the cart stays: names, prices, pictures.
    for known in ["Please change your cart", "Spring tea", "CN¥68.00 each", "Gaiwan", "CN¥128.00 each"] {
        widget.says(known).await;
    }
    let pictures = "return document.querySelector('qr-checkout').shadowRoot.querySelectorAll('.picture > img').length";
    assert_eq!(browser.run(pictures, json!([])).await, 1);
    let events = browser.events().await;
    let refusal = &events.iter().find(|event| event["name"] == "error").unwrap()["detail"];
    assert_eq!((&refusal["code"], &refusal["severity"]), (&json!("out-of-stock"), &json!("refused")));
    assert_eq!(refusal["faults"], json!([{ "code": "out-of-stock", "sku": "gaiwan", "left": 5 }]));
    browser.keep("short-1280").await;
    widget.click("Take 5").await;
    widget.comes_to("quoted").await;
    assert_eq!(widget.property("items").await[1], json!({ "sku": "gaiwan", "quantity": 5 }));
    widget.call("add", json!(["no-such-tea"])).await;
    widget.says("No longer sold").await;
    widget.says("Gaiwan").await;
    widget.click("Remove no-such-tea").await;
    widget.comes_to("quoted").await;
}
