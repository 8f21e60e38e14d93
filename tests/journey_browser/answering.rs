//! Nothing that a shopper does stays without an answer, and nobody is shut in: an "Add" beside an order, a dialog that did not load, a
//! screen full of a shopper's own size of type, a browser that cannot write a date.

use axum::http::StatusCode;
use serde_json::json;

use crate::purchase::{click_page, reasons, to_code};
use testing::{Browser, Engine, KEYS_ENTER, Look, Scene, ShopOptions, Widget};

told_in!([chromium firefox webkit]:
    an_add_beside_an_order_and_behind_a_dialog_is_answered
    an_order_of_the_shops_own_takes_nothing_in
    a_dialog_that_did_not_load_can_be_left_and_opened_again
    a_date_that_intl_cannot_write_is_written_plainly
);

// The others have no way to set it while they run.
told_in!([firefox]: the_shoppers_own_size_of_type_is_taken);

/// What the status region says.
const SAID: &str =
    "[...document.querySelector('qr-checkout').shadowRoot.querySelectorAll('[role=status]')].map(one => one.textContent).join()";

async fn says_aloud(browser: &Browser, text: &str) {
    browser.until(&format!("{SAID}.includes(a[0])"), json!([text])).await;
}

async fn an_add_beside_an_order_and_behind_a_dialog_is_answered(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
    assert!(!widget.is_saying("Waiting in your cart").await, "what is being paid for waits for nothing");
    for count in 1..=2 {
        click_page(browser, "[data-qr-checkout-add=gaiwan]").await;
        says_aloud(browser, &format!("Waiting in your cart: {count}")).await;
    }
    browser.keep("added-1280").await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    click_page(browser, "[data-qr-checkout-add=gaiwan]").await;
    says_aloud(browser, "Waiting in your cart: 3").await;
    assert_eq!(widget.property("items").await, json!([{ "sku": "gaiwan", "quantity": 3 }]));

    scene.show("en", &scene.snippet("mode=\"dialog\"")).await;
    // No script hears a click before it is there.
    browser.until("!!customElements.get('qr-checkout')", json!([])).await;
    click_page(browser, "[data-qr-checkout-add=gaiwan]").await;
    says_aloud(browser, "Waiting in your cart: 4").await;
}

async fn an_order_of_the_shops_own_takes_nothing_in(engine: Engine) {
    let scene = Scene::open(engine).await;
    let browser = &scene.browser;
    let order = to_code(browser).await.property("order").await["id"].clone();
    let given = scene.snippet(&format!("id=\"given\" order=\"{}\"", order.as_str().unwrap()));
    browser
        .forget_everything(&scene.pages.put("pay", "en", &given.replace("</qr-checkout>", &format!("</qr-checkout>{}", scene.snippet("")))))
        .await;
    let (given, cart) = (Widget::at(browser, "#given"), Widget::at(browser, "qr-checkout:not([order])"));
    given.comes_to("awaiting").await;
    click_page(browser, "[data-qr-checkout-add=gaiwan]").await;
    cart.comes_to("quoted").await;
    given.call("add", json!(["gaiwan"])).await;
    assert_eq!(reasons(browser).await, ["config-no-cart"]);
    assert_eq!(given.property("items").await, json!([]));
}

/// Whether the element has a dialog open.
const OPEN: &str = "!!document.querySelector('qr-checkout').shadowRoot.querySelector('dialog[open]')";

async fn a_dialog_that_did_not_load_can_be_left_and_opened_again(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    shop.line.play(|_, path, mut letter| {
        if path.contains(".wasm") {
            letter.status = StatusCode::BAD_GATEWAY;
        }
        letter
    });
    scene.show("en", &format!("{}<button data-qr-checkout-open>Checkout</button>", scene.snippet("mode=\"dialog\""))).await;
    let widget = Widget::first(browser);
    let failed = "The checkout could not be loaded.";
    // No script hears a click before it is there.
    browser.until("!!customElements.get('qr-checkout')", json!([])).await;
    browser.tab_to("Checkout").await;
    browser.press(KEYS_ENTER).await;
    widget.says(failed).await;
    assert_eq!(reasons(browser).await, ["load-failed"]);
    if engine != Engine::Webkit {
        // Nothing can be put over a modal dialog to tell how old a picture of it is.
        browser.keep(&format!("dialog-failed-{engine:?}")).await;
    }
    widget.click("Close").await;
    browser.until("heard.some(event => event.name === 'closed')", json!([])).await;
    assert_eq!(browser.run(&format!("return {OPEN}"), json!([])).await, false);
    browser.focus_comes_to("Checkout").await;

    // Beside the box is outside of it.
    browser.press(KEYS_ENTER).await;
    widget.says(failed).await;
    browser.click_at(5, 5).await;
    browser.until("heard.filter(event => event.name === 'closed').length === 2", json!([])).await;

    browser.tab_to("Checkout").await;
    browser.press(KEYS_ENTER).await;
    widget.says(failed).await;
    shop.line.repent();
    // The focus on the button has the files fetched beforehand: that try may still be one of the failed ones.
    let is_settled = "(one => one.state === 'cart' || one.shadowRoot.textContent.includes(a[0]))(document.querySelector('qr-checkout'))";
    while widget.is_saying(failed).await {
        widget.click("Try again").await;
        browser.until(is_settled, json!([failed])).await;
    }
    widget.find("dialog", "Your cart").await;
}

async fn a_date_that_intl_cannot_write_is_written_plainly(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, pages } = &scene;
    let broken = "Intl.DateTimeFormat = function () { throw new RangeError('no such time zone') }";
    scene.show("en", &[pages.watch("broken.js", broken), scene.snippet("")].concat()).await;
    let widget = to_code(browser).await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    let date = "/Paid on20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d/.test(document.querySelector('qr-checkout').shadowRoot.textContent)";
    browser.until(date, json!([])).await;
}

async fn the_shoppers_own_size_of_type_is_taken(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { browser, .. } = &scene;
    browser.set_type_size(Some(24)).await;
    scene.show("en", &scene.snippet("")).await;
    to_code(browser).await;
    browser.keep("large-type").await;
    let size = "return getComputedStyle(document.querySelector('qr-checkout').shadowRoot.querySelector('.frame')).fontSize";
    let size = browser.run(size, json!([])).await;
    browser.set_type_size(None).await;
    assert_eq!(size, "24px");
}
