//! A variant in the cart, and a discount code that the shopper types.

use serde_json::json;
use testing::{Browser, Engine, KEYS_ENTER, Scene, Widget};

const KEYS_TAB: &str = "\u{e004}";

told_in!([chromium firefox webkit]:
    a_variant_is_bought_with_a_code_typed_in_the_cart
    a_code_is_typed_and_taken_out_by_the_keyboard_alone
);

/// What the one status region says.
const SAID: &str = "document.querySelector('qr-checkout').shadowRoot.querySelector('[role=status]').textContent";

/// Waits until the field is told to be wrong, or not.
async fn field_is(browser: &Browser, what: &str) {
    let field = "document.querySelector('qr-checkout').shadowRoot.querySelector('#discount-code')";
    let wrong = format!(
        "{field}.ariaInvalid === 'true' && {field}.getRootNode().getElementById({field}.getAttribute('aria-describedby')).textContent"
    );
    browser.until(&format!("({wrong}) === a[0]"), json!([what])).await;
}

/// Waits until that is announced.
async fn is_announced(browser: &Browser, what: &str) {
    browser.until(&format!("{SAID}.includes(a[0])"), json!([what])).await;
}

async fn a_variant_is_bought_with_a_code_typed_in_the_cart(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    widget.call("add", json!(["cup-large", 2])).await;
    widget.call("add", json!(["cup-blue"])).await;
    widget.comes_to("quoted").await;
    // Two things of one name: what is seen, and what names a button, tells them apart.
    widget.says("Large").await;
    widget.find("button", "Remove Cup – Blue").await;
    widget.says("CN¥132.00").await;
    widget.click("Discount code").await;
    let field = widget.find("textbox", "Discount code").await;
    browser.click(&field).await;
    browser.press("nobody").await;
    widget.click("Apply").await;
    field_is(browser, "Code NOBODY: not found").await;
    is_announced(browser, "Code NOBODY: not found").await;
    browser.click(&field).await;
    browser.run("document.querySelector('qr-checkout').shadowRoot.querySelector('#discount-code').select()", json!([])).await;
    // Whoever goes on without pressing Apply has applied it.
    browser.press(&["friends", KEYS_TAB].concat()).await;
    widget.says("Code FRIENDS: applied").await;
    widget.says("CN¥127.00").await;
    widget.comes_to("quoted").await;
    let quoted = browser.events().await.into_iter().rfind(|event| event["name"] == "quoted");
    assert_eq!(quoted.unwrap()["detail"]["discountCode"], "applied");
    browser.keep("cart-code-1280").await;
    let before = shop.line.count("GET /v1/quote");
    browser.reload().await;
    widget.comes_to("quoted").await;
    widget.says("Code FRIENDS: applied").await;
    assert_eq!(shop.line.count("GET /v1/quote"), before + 1, "the kept code is asked with early");
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    widget.says("2 × Cup – Large").await;
    assert_eq!(shop.sandbox.codes()[0].amount, 12_700);
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    // The code was for that cart.
    widget.click("Continue shopping").await;
    widget.call("add", json!(["gaiwan"])).await;
    widget.comes_to("quoted").await;
    widget.find("button", "Discount code").await;
}

async fn a_code_is_typed_and_taken_out_by_the_keyboard_alone(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { browser, .. } = &scene;
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    widget.call("add", json!(["gaiwan"])).await;
    widget.comes_to("quoted").await;
    browser.tab_to("Discount code").await;
    browser.press(KEYS_ENTER).await;
    // The field is there, and has the focus that its button had.
    browser.until("document.querySelector('qr-checkout').shadowRoot.activeElement?.localName === 'input'", json!([])).await;
    browser.press(&["friends", KEYS_ENTER].concat()).await;
    browser.focus_comes_to("Code FRIENDS: applied").await;
    is_announced(browser, "Code FRIENDS: applied").await;
    browser.tab_to("Remove").await;
    browser.press(KEYS_ENTER).await;
    browser.focus_comes_to("Discount code").await;
    widget.comes_to("quoted").await;
    assert!(!widget.is_saying("Friends").await);
}
