//! What a shop asks besides: answered by the keyboard alone, kept over the way back and a reload, refused by its field, and never where a page, another tab
//! or an address could tell of it.

use merchant::api_keys::{self, Scope};
use serde_json::{Value, json};
use testing::{Browser, Engine, KEYS_ENTER, Look, Scene, ShopOptions, Widget};

use crate::delivering::send_to;
use crate::purchase::{click_page, order_tea};

told_in!([chromium firefox webkit]:
    by_the_keyboard_alone_everything_is_answered_and_paid
    wrong_answers_are_named_at_their_fields_and_nothing_that_was_typed_is_lost
    what_is_sent_by_nobody_asks_for_no_address
    an_order_of_the_shops_own_asks_before_it_is_paid
    what_was_typed_is_forgotten_after_half_an_hour
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

/// Moves the focus to a field.
async fn go_to(browser: &Browser, name: &str) {
    browser.until(&format!("{FIELD}.focus() ?? true"), json!([name])).await;
}

/// Types into a field, behind what is there.
pub async fn write(browser: &Browser, name: &str, text: &str) {
    go_to(browser, name).await;
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
    widget.says("Email or Phone: one of the two is enough.").await;
    browser.until("document.querySelector('qr-checkout').shadowRoot.activeElement?.matches('.faults')", json!([])).await;
    browser.keep("details-faults-1280").await;
    widget.click("City: Please fill this in.").await;
    stands_at(browser, "address.city").await;
    browser.press("Beispielstadt").await;
    write(browser, "email", "lin@example").await;
    write(browser, "address.line1", "Lindenweg 12").await;
    write(browser, "address.postal_code", "1234").await;
    write(browser, "tax_id", "DE136695977").await;
    go_to(browser, "terms").await;
    browser.press(SPACE).await;
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
    let clear =
        "const field = document.querySelector('qr-checkout').shadowRoot.getElementById('ask-tax_id'); field.focus(); field.select()";
    browser.run(clear, json!([])).await;
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
    go_to(browser, "terms").await;
    browser.press(SPACE).await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    widget.says("Pick up in the shop").await;
}

/// An order of the shop's own that asks where to and whom; its id.
async fn order_that_asks(scene: &Scene) -> String {
    let shop = &scene.shop;
    let (_, secret) = api_keys::create(shop.merchant().unwrap().store(), "tests", &Scope::ALL, 0).await.unwrap();
    let wish = json!({
        "currency": "CNY", "lines": [{ "name": "Teapot", "unit_price": 20_000 }],
        "asks": ["email", { "kind": "address" }],
        "countries": ["DE", "FR"],
        "deliveries": [
            { "id": "post", "label": "Post", "amount": 500 },
            { "id": "courier", "label": "Courier", "amount": 1_500, "days": [1, 2] },
            { "id": "shop", "label": "Pick up", "amount": 0, "kind": "pickup" },
        ],
    });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request =
        client.post(format!("{}/admin/v1/orders", shop.url())).bearer_auth(secret).header("idempotency-key", "AAAAAAAAAAAAAAAAAAAAAA");
    let made: Value = serde_json::from_str(&request.body(wish.to_string()).send().await.unwrap().text().await.unwrap()).unwrap();
    made["order"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

async fn an_order_of_the_shops_own_asks_before_it_is_paid(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    let order = order_that_asks(&scene).await;
    let page = scene.snippet(&format!("order=\"{order}\""));
    scene.show("en", &page).await;
    let widget = Widget::first(browser);
    widget.comes_to("details").await;
    widget.says("CN¥200.00").await;
    widget.click("Continue").await;
    widget.says("Country: Please choose.").await;
    browser.keep("details-given-order").await;
    send_to(browser, "DE").await;
    write(browser, "email", "lin@example.org").await;
    write(browser, "address.line1", "Lindenweg 12").await;
    write(browser, "address.postal_code", "12345").await;
    write(browser, "address.city", "Beispielstadt").await;
    let courier = "document.querySelector('qr-checkout').shadowRoot.querySelector('input[value=courier]')";
    browser.click_on(courier, json!([])).await;
    browser.reload().await;
    widget.comes_to("details").await;
    browser.until(&format!("{FIELD}.value === a[1]"), json!(["address.city", "Beispielstadt"])).await;
    go_to(browser, "email").await;
    browser.press(KEYS_ENTER).await;
    widget.comes_to("choosing").await;
    widget.says("CN¥215.00").await;
    widget.says("Germany").await;
    assert!(!widget.is_saying("another browser").await);
    nothing_tells_of(browser, &["lin@", "Lindenweg", "Beispielstadt"]).await;

    // It may be thought over.
    widget.click("Change the details").await;
    widget.comes_to("details").await;
    assert_eq!(value(browser, "address.city").await, "Beispielstadt");
    widget.click("Keep the details as they are").await;
    widget.comes_to("choosing").await;
    widget.click("Pay with WeChat Pay").await;
    widget.comes_to("awaiting").await;
    let code = &shop.sandbox.codes()[0];
    assert_eq!((code.amount, browser.run("return sessionStorage.length", json!([])).await), (21_500, json!(0)));
    widget.click("Cancel payment").await;
    widget.comes_to("choosing").await;

    // Who has not answered it is told so, and where it goes.
    browser.forget_everything(&scene.pages.put("pay", "en", &page)).await;
    widget.comes_to("choosing").await;
    widget.says("another browser or on another device").await;
    widget.says("Germany").await;
    widget.says("Courier").await;
    assert!(!widget.is_saying("Beispielstadt").await);
    widget.click("Change the details").await;
    widget.comes_to("details").await;
    assert_eq!(value(browser, "email").await, "");
}

async fn what_was_typed_is_forgotten_after_half_an_hour(engine: Engine) {
    let scene = open(engine).await;
    let browser = &scene.browser;
    let widget = to_details(browser).await;
    write(browser, "email", "lin@example.org").await;
    // What is kept begins with its time, milliseconds; whoever comes back now comes back 31 minutes later.
    let age = "for (const [name, text] of Object.entries(sessionStorage))
        sessionStorage.setItem(name, text.replace(/^\\d+/, time => Number(time) - Number(arguments[0]) * 60_000))";
    for (minutes, kept) in [(29, "lin@example.org"), (31, "")] {
        browser.run(age, json!([minutes])).await;
        browser.reload().await;
        widget.comes_to("quoted").await;
        let left = browser.run("return sessionStorage.length", json!([])).await;
        assert_eq!(left, json!(usize::from(!kept.is_empty())));
        widget.click("Continue").await;
        widget.comes_to("details").await;
        assert_eq!(value(browser, "email").await, kept);
    }
}
