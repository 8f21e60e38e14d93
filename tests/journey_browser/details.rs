//! What a shop asks besides: answered by the keyboard alone, kept over the way back and a reload, refused by its field, and never where a page, another tab
//! or an address could tell of it.

use serde_json::{Value, json};
use testing::{Browser, Engine, KEYS_ENTER, Look, Scene, ShopOptions, Widget};

use crate::delivering::send_to;
use crate::purchase::{click_page, order_tea};

told_in!([chromium firefox webkit]:
    by_the_keyboard_alone_everything_is_answered_and_paid
    wrong_answers_are_named_at_their_fields_and_nothing_that_was_typed_is_lost
    what_is_sent_by_nobody_asks_for_no_address
);

pub const CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "tea-100g"
name = "Spring tea"
price = 6800
[[item]]
sku = "gaiwan"
name = "A song of tea"
price = 900
digital = true
[[delivery]]
id = "post"
label = "Post"
countries = ["CN", "DE"]
days = [2, 4]
amount = 1200
[[delivery]]
id = "shop"
label = "Pick up in the shop"
kind = "pickup"
amount = 0
[[ask]]
kind = "email"
or = "phone"
[[ask]]
kind = "phone"
[[ask]]
kind = "address"
[[ask]]
kind = "tax_id"
required = false
[[ask]]
name = "card"
kind = "multiline"
label = "Words for a card"
required = false
items = ["tea-100g"]
[[ask]]
name = "wrapping"
kind = "choice"
label = "Wrapping"
required = false
options = ["paper", "silk"]
items = ["tea-100g"]
[[ask]]
name = "terms"
kind = "checkbox"
label = "I agree to the terms of sale"
link = "https://shop.example/terms"
"#;

const TAB: &str = "\u{e004}";
const SPACE: &str = " ";

async fn open(engine: Engine) -> Scene {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions { catalog: CATALOG, ..ShopOptions::default() }).await;
    scene.show("en", &scene.snippet("")).await;
    scene
}

/// The form of tea that goes to Germany.
pub async fn to_details(browser: &Browser) -> Widget<'_> {
    let widget = order_tea(browser).await;
    send_to(browser, "DE").await;
    widget.says("2–4 days").await;
    widget.comes_to("quoted").await;
    widget.click("Continue").await;
    widget.comes_to("details").await;
    widget
}

/// A field of the form, as the page finds it.
pub const FIELD: &str = "document.querySelector('qr-checkout').shadowRoot.getElementById('ask-' + a[0])";

/// Types into a field, as a person does: clicks it, and then the keys.
pub async fn write(browser: &Browser, name: &str, text: &str) {
    browser.click_on(FIELD, json!([name])).await;
    browser.press(text).await;
    browser.until(&format!("{FIELD}.value.endsWith(a[1])"), json!([name, text])).await;
}

async fn value(browser: &Browser, name: &str) -> Value {
    browser.run(&format!("const a = arguments; return {FIELD}.value"), json!([name])).await
}

/// Waits until that field has the focus.
async fn stands_at(browser: &Browser, name: &str) {
    browser.until(&format!("document.querySelector('qr-checkout').shadowRoot.activeElement === {FIELD}"), json!([name])).await;
}

/// Whatever a page, another tab, or who looks over a shoulder could read. What was typed is in none of it.
async fn nothing_tells_of(browser: &Browser, typed: &[&str]) {
    let told = "return JSON.stringify([location.href, document.title, Object.entries(localStorage), heard,
        document.querySelector('qr-checkout').order, document.querySelector('qr-checkout').items,
        performance.getEntriesByType('resource').map(one => one.name)])";
    let told = browser.run(told, json!([])).await;
    let told = told.as_str().unwrap();
    for text in typed {
        assert!(!told.contains(text), "{text}: {told}");
    }
}

async fn by_the_keyboard_alone_everything_is_answered_and_paid(engine: Engine) {
    let scene = open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_details(browser).await;
    browser.focus_comes_to("Your details").await;
    browser.keep("details-1280").await;
    // In the order in which it is seen; the second line of the address, the number of a tax office and the card are nobody's duty.
    let typed = [
        ("email", "lin@example.org"),
        ("phone", ""),
        ("address.line1", "Lindenweg 12"),
        ("address.line2", ""),
        ("address.postal_code", "12345"),
        ("address.city", "Beispielstadt"),
        ("tax_id", ""),
        ("card", "Zum Geburtstag"),
        ("wrapping", ""),
        ("terms", ""),
    ];
    for (name, text) in typed {
        browser.press(TAB).await;
        stands_at(browser, name).await;
        browser.press(if name == "terms" { SPACE } else { text }).await;
    }
    assert_eq!(value(browser, "card").await, "Zum Geburtstag");
    browser.press(KEYS_ENTER).await;
    widget.comes_to("awaiting").await;
    widget.says("Germany").await;
    widget.says("Post").await;
    let personal = ["lin@example.org", "Lindenweg", "Beispielstadt", "Geburtstag", "12345"];
    nothing_tells_of(browser, &personal).await;
    for text in personal {
        assert!(!widget.is_saying(text).await, "nothing personal is drawn after the form");
    }
    assert_eq!(browser.run("return sessionStorage.length", json!([])).await, 0);
    assert!(shop.line.calls().iter().all(|call| personal.iter().all(|text| !call.contains(text))));
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    widget.says("Germany").await;
}

async fn wrong_answers_are_named_at_their_fields_and_nothing_that_was_typed_is_lost(engine: Engine) {
    let scene = open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_details(browser).await;
    widget.click("Pay").await;
    widget.says("E-mail address or Telephone: one of the two is enough.").await;
    browser.until("document.querySelector('qr-checkout').shadowRoot.activeElement?.matches('.faults')", json!([])).await;
    browser.keep("details-faults-1280").await;
    widget.click("City: Please fill this in.").await;
    stands_at(browser, "address.city").await;
    browser.press("Beispielstadt").await;
    write(browser, "email", "lin@example").await;
    write(browser, "address.line1", "Lindenweg 12").await;
    write(browser, "address.postal_code", "1234").await;
    write(browser, "tax_id", "DE136695977").await;
    browser.click_on(FIELD, json!(["terms"])).await;
    widget.click("Pay").await;
    widget.says("Please write an e-mail address").await;
    assert_eq!(shop.line.count("POST /v1/orders"), 0);

    // The way back and a reload keep it; another tab has none of it.
    widget.click("Back to the cart").await;
    widget.comes_to("quoted").await;
    nothing_tells_of(browser, &["lin@", "Lindenweg", "Beispielstadt"]).await;
    browser.reload().await;
    widget.comes_to("quoted").await;
    widget.click("Continue").await;
    widget.comes_to("details").await;
    let kept = ["email", "address.line1", "address.city", "tax_id"];
    let typed = ["lin@example", "Lindenweg 12", "Beispielstadt", "DE136695977"];
    for (name, text) in kept.into_iter().zip(typed) {
        assert_eq!(value(browser, name).await, text);
    }
    write(browser, "email", ".org").await;
    write(browser, "address.postal_code", "5").await;
    // What only the shop can judge.
    widget.click("Pay").await;
    widget.says("Please check this answer.").await;
    widget.comes_to("details").await;
    assert_eq!(shop.line.count("POST /v1/orders"), 1);
    assert_eq!(value(browser, "email").await, "lin@example.org");
    let invalid = "[...document.querySelector('qr-checkout').shadowRoot.querySelectorAll('[aria-invalid]')].map(one => one.name).join()";
    assert_eq!(browser.run(&format!("return {invalid}"), json!([])).await, "tax_id");
    nothing_tells_of(browser, &["lin@", "Lindenweg", "Beispielstadt", "13669"]).await;
    let select = format!("const field = ((...a) => {FIELD})(arguments[0]); field.focus(); field.select()");
    browser.run(&select, json!(["tax_id"])).await;
    browser.press("DE136695976").await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
}

async fn what_is_sent_by_nobody_asks_for_no_address(engine: Engine) {
    let scene = open(engine).await;
    let Scene { browser, .. } = &scene;
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    click_page(browser, "[data-qr-checkout-add=gaiwan]").await;
    widget.comes_to("quoted").await;
    widget.click("Continue").await;
    widget.comes_to("details").await;
    let asked = "[...document.querySelector('qr-checkout').shadowRoot.querySelectorAll('.fields [name]')].map(one => one.name).join()";
    assert_eq!(browser.run(&format!("return {asked}"), json!([])).await, "email,phone,tax_id,terms");
    widget.click("Back to the cart").await;
    widget.comes_to("quoted").await;
    // Who comes for it says as little.
    widget.call("clear", json!([])).await;
    order_tea(browser).await;
    let pickup = "document.querySelector('qr-checkout').shadowRoot.querySelector('input[value=shop]')";
    browser.click_on(pickup, json!([])).await;
    widget.comes_to("quoted").await;
    widget.click("Continue").await;
    widget.comes_to("details").await;
    assert_eq!(browser.run(&format!("return {asked}"), json!([])).await, "email,phone,tax_id,card,wrapping,terms");
    write(browser, "phone", "+86 138 0000 0000").await;
    browser.click_on(FIELD, json!(["terms"])).await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    widget.says("Pick up in the shop").await;
}
