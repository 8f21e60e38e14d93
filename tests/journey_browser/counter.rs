//! The page at a counter: a sale from the key to "paid", the two sides of the screen, a lost key, drafts without a network, and the day.

use merchant::api_keys::{self, NewKey, Scope};
use merchant::store::{ApiKey, Filter};
use protocol::{Currency, Money, OrderId};
use serde_json::{Value, json};
use testing::shop::{Shop, staff_url};
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget};

// The others do not find a host below localhost by themselves.
told_in!([chromium]:
    a_counter_sells_by_its_keypad_and_shows_that_it_is_paid
    the_customers_side_stays_until_the_pin_is_given
    a_lost_key_closes_both_sides_and_erases_drafts
    without_a_network_a_sale_waits_for_somebody_who_confirms_it
    a_day_at_the_counter_is_listed_returned_and_closed
    a_counter_lets_in_by_the_tickets_that_it_sold
    a_counter_on_a_phone_shows_codes
    the_counter_is_for_everybody_and_fits_its_screens
);

const STAFF: &str = "[staff]\nurl = \"{staff_url}\"\n";
const PIN: &str = "2468";

pub async fn scene(engine: Engine, look: Look) -> Scene {
    Scene::before(engine, look, ShopOptions { more: STAFF, ..ShopOptions::default() }).await
}

/// A key of a counter that returns up to 100.00 of an order.
pub async fn counter_key(shop: &Shop) -> (ApiKey, String) {
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

pub async fn press(browser: &Browser, keys: &str) {
    let script =
        "for (const key of arguments[0]) [...document.querySelectorAll('#keys button')].find(one => one.textContent === key).click()";
    browser.run(script, json!([keys])).await;
}

/// An open counter.
pub async fn open(browser: &Browser, shop: &Shop, key: &str) {
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

/// Pays what the customer sees, by their own phone.
async fn pay(shop: &Shop, widget: &Widget<'_>) {
    let order = widget.property("order").await["id"].as_str().unwrap().to_owned();
    let order = shop.merchant().unwrap().store().order(&OrderId::parse(&order).unwrap()).await.unwrap();
    shop.sandbox.pay(&order.payment.unwrap().payload.unwrap()).unwrap();
    widget.comes_to("paid").await;
}

async fn turn_back(browser: &Browser) {
    browser.run("document.getElementById('back').hidden && document.getElementById('to-pin').click()", json!([])).await;
    fill(browser, "back", json!({ "pin": PIN })).await;
    shows(browser, "work").await;
}

async fn text(browser: &Browser, id: &str) -> String {
    let told = browser.run("return document.getElementById(arguments[0]).textContent", json!([id])).await;
    told.as_str().unwrap().to_owned()
}

async fn says(browser: &Browser, id: &str, words: &str) {
    browser.until("document.getElementById(a[0]).textContent.includes(a[1])", json!([id, words])).await;
}

async fn go(browser: &Browser, place: &str) {
    browser.click_on("document.querySelector(`[data-place=${arguments[0]}]`)", json!([place])).await;
}

async fn orders(shop: &Shop) -> usize {
    let filter = Filter { limit: 50, ..Filter::default() };
    shop.merchant().unwrap().store().list(&filter).await.unwrap().len()
}

/// Counts the tones that the page plays.
const COUNT_TONES: &str = "window.tones = 0; const made = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () { window.tones++; return made.call(this) }";

async fn a_counter_sells_by_its_keypad_and_shows_that_it_is_paid(engine: Engine) {
    let scene = scene(engine, Look::LIGHT).await;
    let (browser, shop) = (&scene.browser, &scene.shop);
    browser.resize(390, 844).await;
    let (_, key) = counter_key(shop).await;
    open(browser, shop, &key).await;
    assert_eq!(browser.run("return document.cookie", json!([])).await, "", "no script reads the session");
    browser.keep("counter-sale-390").await;
    press(browser, "999").await;
    press(browser, "⌫⌫⌫").await;
    browser.run(COUNT_TONES, json!([])).await;
    let widget = charge(browser, "1250").await;
    browser.keep("counter-code-390").await;
    assert_eq!(text(browser, "due").await, "CN¥12.50");
    pay(shop, &widget).await;
    says(browser, "paid", "Paid CN¥12.50").await;
    assert_eq!(browser.run("return window.tones", json!([])).await, 3);
    browser.keep("counter-paid-390").await;
    browser.reload().await;
    says(browser, "paid", "Paid CN¥12.50").await;
    turn_back(browser).await;
    browser.run(COUNT_TONES, json!([])).await;
    assert_eq!(browser.axe("main:not([hidden])").await, [""; 0]);
    // The same by the keyboard, without a sound.
    browser.run("document.activeElement.blur()", json!([])).await;
    browser.press("305").await;
    says(browser, "charge", "3.05").await;
    browser.click_on("document.getElementById('charge')", json!([])).await;
    shows(browser, "customer").await;
    browser.click_on("document.getElementById('mute')", json!([])).await;
    let widget = Widget::first(browser);
    widget.comes_to("awaiting").await;
    pay(shop, &widget).await;
    says(browser, "paid", "Paid CN¥3.05").await;
    assert_eq!(browser.run("return window.tones", json!([])).await, 0);
}

async fn the_customers_side_stays_until_the_pin_is_given(engine: Engine) {
    let scene = scene(engine, Look::LIGHT).await;
    let (browser, shop) = (&scene.browser, &scene.shop);
    browser.resize(1024, 768).await;
    let (_, key) = counter_key(shop).await;
    open(browser, shop, &key).await;
    charge(browser, "800").await;
    browser.reload().await;
    shows(browser, "customer").await;
    Widget::first(browser).comes_to("awaiting").await;
    assert_eq!(text(browser, "due").await, "CN¥8.00");
    // Another address of the same host leads back here.
    browser.goto(&staff_url(&shop.url()).replace("/counter", "")).await;
    browser.until("location.pathname === '/counter'", json!([])).await;
    shows(browser, "customer").await;
    for left in ["4", "3", "2", "1"] {
        fill(browser, "back", json!({ "pin": "1111" })).await;
        says(browser, "pin-fault", &format!("left: {left}")).await;
    }
    browser.run("document.getElementById('back').hidden && document.getElementById('to-pin').click()", json!([])).await;
    browser.keep("counter-pin-1024").await;
    turn_back(browser).await;
    charge(browser, "900").await;
    browser.until("document.getElementById('due').textContent === 'CN¥9.00'", json!([])).await;
    for _ in 0..4 {
        browser.run("document.getElementById('pin-fault').textContent = ''", json!([])).await;
        fill(browser, "back", json!({ "pin": "1111" })).await;
        says(browser, "pin-fault", "left").await;
    }
    fill(browser, "back", json!({ "pin": "1111" })).await;
    shows(browser, "login").await;
    browser.reload().await;
    shows(browser, "login").await;
}

async fn a_lost_key_closes_both_sides_and_erases_drafts(engine: Engine) {
    let scene = scene(engine, Look::LIGHT).await;
    let (browser, shop) = (&scene.browser, &scene.shop);
    let store = shop.merchant().unwrap().store();
    for is_turned in [false, true] {
        let (made, key) = counter_key(shop).await;
        open(browser, shop, &key).await;
        let draft = "known.drafts = [{ body: '{}', shown: 'CN¥1.00', at: 1 }]; keep(); go('sale')";
        browser.run(draft, json!([])).await;
        shows(browser, "drafts").await;
        if is_turned {
            charge(browser, "700").await;
        }
        assert!(store.revoke_api_key(&made.id, testing::now()).await.unwrap());
        shows(browser, "login").await;
        let kept = browser.run("return JSON.stringify(localStorage)", json!([])).await;
        assert_eq!(kept, "{}", "nothing of the shop is left on the device");
        assert_eq!(browser.run("return document.querySelectorAll('qr-checkout').length", json!([])).await, 0);
    }
}

async fn without_a_network_a_sale_waits_for_somebody_who_confirms_it(engine: Engine) {
    let scene = scene(engine, Look::LIGHT).await;
    let (browser, shop) = (&scene.browser, &scene.shop);
    browser.resize(390, 844).await;
    let (_, key) = counter_key(shop).await;
    open(browser, shop, &key).await;
    browser.ask("const done = arguments[0]; navigator.serviceWorker.ready.then(() => done(true))", json!([])).await;
    browser.reload().await;
    browser.until("navigator.serviceWorker.controller", json!([])).await;
    shows(browser, "keypad").await;
    says(browser, "shop", "Mountain Tea").await;
    shop.line.lead_to("127.0.0.1:1".parse().unwrap());
    press(browser, "640").await;
    browser.run("document.getElementById('words').value = 'Soup'", json!([])).await;
    browser.click_on("document.getElementById('charge')", json!([])).await;
    says(browser, "draft", "CN¥6.40 · Soup").await;
    says(browser, "line", "not sent").await;
    browser.keep("counter-draft-390").await;
    // Opened anew it is there, and goes nowhere by itself.
    browser.reload().await;
    says(browser, "draft", "CN¥6.40 · Soup").await;
    let confirm = "document.querySelector('#draft button')";
    browser.click_on(confirm, json!([])).await;
    says(browser, "line", "not sent").await;
    shop.line.lead_to(shop.merchant().unwrap().address());
    browser.run("dispatchEvent(new Event('online'))", json!([])).await;
    browser.until("document.getElementById('line').textContent === ''", json!([])).await;
    browser.reload().await;
    says(browser, "draft", "CN¥6.40 · Soup").await;
    assert_eq!(orders(shop).await, 0);
    browser.click_on("document.getElementById('leave')", json!([])).await;
    says(browser, "line", "Not sent").await;
    browser.click_on(confirm, json!([])).await;
    shows(browser, "customer").await;
    Widget::first(browser).comes_to("awaiting").await;
    assert_eq!((text(browser, "due").await, orders(shop).await), ("CN¥6.40".to_owned(), 1));
    turn_back(browser).await;
    browser.until("document.getElementById('drafts').hidden", json!([])).await;
    browser.click_on("document.getElementById('leave')", json!([])).await;
    shows(browser, "login").await;
}

async fn a_day_at_the_counter_is_listed_returned_and_closed(engine: Engine) {
    let scene = scene(engine, Look::LIGHT).await;
    let (browser, shop) = (&scene.browser, &scene.shop);
    browser.resize(1024, 768).await;
    let (_, key) = counter_key(shop).await;
    open(browser, shop, &key).await;
    // Things of the catalog, found by a word.
    browser.until("document.querySelectorAll('#wares li').length === 4", json!([])).await;
    let find = "const field = document.getElementById('find'); field.value = arguments[0]; field.dispatchEvent(new Event('input'))";
    browser.run(find, json!(["tea"])).await;
    browser.until("document.querySelectorAll('#wares li').length === 1", json!([])).await;
    let more = "document.querySelector('[aria-label=\"One more: Spring tea\"]')";
    for _ in 0..3 {
        browser.click_on(more, json!([])).await;
    }
    // Three at 68.00, with 10.00 off, and nothing for a parcel.
    says(browser, "charge-items", "194.00").await;
    browser.click_on("document.getElementById('charge-items')", json!([])).await;
    let widget = Widget::first(browser);
    widget.comes_to("awaiting").await;
    pay(shop, &widget).await;
    turn_back(browser).await;
    charge(browser, "500").await;
    turn_back(browser).await;

    go(browser, "day").await;
    browser.until("document.querySelectorAll('#orders > li').length === 2", json!([])).await;
    browser.keep("counter-day-1024").await;
    assert_eq!(browser.axe("main:not([hidden])").await, [""; 0]);
    let press = |name: &'static str| {
        browser.click_on(
            "[...document.querySelectorAll('#orders button')].find(one => one.textContent.startsWith(arguments[0]))",
            json!([name]),
        )
    };
    press("Show the code").await;
    shows(browser, "customer").await;
    turn_back(browser).await;
    browser.until("document.querySelectorAll('#orders > li').length === 2", json!([])).await;
    press("Cancel").await;
    browser.until("document.querySelector('[data-state=canceled]')", json!([])).await;
    // Two presses, and never more than the key may.
    press("Refund").await;
    browser.until("document.querySelector('#orders input')?.value === '100.00'", json!([])).await;
    let write =
        "const field = document.querySelector('#orders input'); field.value = arguments[0]; field.dispatchEvent(new Event('input'))";
    browser.run(write, json!(["100.01"])).await;
    press("Refund").await;
    browser.until("document.querySelector('#orders [role=alert]').textContent.includes('100.00')", json!([])).await;
    browser.run(write, json!(["50"])).await;
    press("Refund").await;
    press("Yes, return CN¥50.00").await;
    says(browser, "line", "CN¥50.00").await;
    browser.until("(drawDay(), document.querySelector('[data-state=partly_refunded]'))", json!([])).await;
    go(browser, "closing").await;
    browser.until("document.querySelectorAll('#closed tr').length === 3", json!([])).await;
    for told in ["WeChat Pay", "CN¥194.00", "CN¥50.00", "CN¥144.00", "not there yet"] {
        says(browser, "closed", told).await;
    }
    assert_eq!(browser.axe("main:not([hidden])").await, [""; 0]);
    browser.keep("counter-closing-1024").await;
}

const SEATS: &str = "currency = \"CNY\"\n[[item]]\nsku = \"seat\"\nname = \"Workshop\"\nprice = 3000\ndigital = true\nticket = true\nevent = \"workshop\"\n";

async fn a_counter_lets_in_by_the_tickets_that_it_sold(engine: Engine) {
    let options = ShopOptions { more: STAFF, catalog: SEATS, ..ShopOptions::default() };
    let scene = Scene::before(engine, Look::LIGHT, options).await;
    let (browser, shop) = (&scene.browser, &scene.shop);
    browser.resize(390, 844).await;
    let (_, key) = counter_key(shop).await;
    open(browser, shop, &key).await;
    browser.click_on("document.querySelector('[data-way=items]')", json!([])).await;
    browser.click_on("document.querySelector('[aria-label=\"One more: Workshop\"]')", json!([])).await;
    browser.click_on("document.getElementById('charge-items')", json!([])).await;
    let widget = Widget::first(browser);
    widget.comes_to("awaiting").await;
    let order = OrderId::parse(widget.property("order").await["id"].as_str().unwrap()).unwrap();
    pay(shop, &widget).await;
    turn_back(browser).await;
    browser.click_on("document.querySelector('nav a')", json!([])).await;
    browser.until("location.pathname === '/door' && !document.getElementById('place').hidden", json!([])).await;
    fill(browser, "place", json!({ "event": "workshop", "door": "till 1" })).await;
    shows(browser, "typed").await;
    let number = shop.merchant().unwrap().store().tickets_of(&order).await.unwrap()[0].number.to_string();
    fill(browser, "typed", json!({ "number": number })).await;
    browser.until("document.getElementById('answer').dataset.outcome === 'admitted'", json!([])).await;
}

/// What a telephone of the shop's says of itself.
const PHONE: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";

async fn a_counter_on_a_phone_shows_codes(engine: Engine) {
    let scene = scene(engine, Look::LIGHT).await;
    let (browser, shop) = (&scene.browser, &scene.shop);
    browser.be_a_phone(PHONE).await;
    let (_, key) = counter_key(shop).await;
    open(browser, shop, &key).await;
    let widget = charge(browser, "1250").await;
    widget.says("Scan with WeChat").await;
    assert!(!widget.has("link", "Open WeChat").await);
}

async fn the_counter_is_for_everybody_and_fits_its_screens(engine: Engine) {
    for (look, languages, name) in [
        (Look::LIGHT, "zh-CN", "zh-light"),
        (Look::DARK, "en", "en-dark"),
        (Look::LIGHT, "ar", "ar-light"),
        (Look::LIGHT, "de", "de-light"),
    ] {
        let scene = scene(engine, look).await;
        let (browser, shop) = (&scene.browser, &scene.shop);
        browser.resize(390, 844).await;
        browser.goto(&counter_url(shop)).await;
        browser.prefer_languages(languages).await;
        let (_, key) = counter_key(shop).await;
        open(browser, shop, &key).await;
        for (width, height) in [(390, 844), (1024, 768), (1280, 800)] {
            browser.resize(width, height).await;
            for way in ["keypad", "items"] {
                browser.run("choose(arguments[0])", json!([way])).await;
                fits(browser, &format!("{name} {way} {width}")).await;
                browser.keep(&format!("counter-{way}-{name}-{width}")).await;
            }
            assert_eq!(browser.axe("main:not([hidden])").await, [""; 0], "{name}");
        }
        browser.run("choose('keypad')", json!([])).await;
        charge(browser, "123456").await;
        for (width, height) in [(390, 844), (1024, 768), (1280, 800)] {
            browser.resize(width, height).await;
            fits(browser, &format!("{name} customer {width}")).await;
            browser.keep(&format!("counter-customer-{name}-{width}")).await;
        }
        browser.run("document.getElementById('to-pin').click()", json!([])).await;
        assert_eq!(browser.axe("main:not([hidden])").await, [""; 0], "{name}");
        turn_back(browser).await;
    }
}

/// Nothing is cut off, and a thumb hits whatever is pressed.
async fn fits(browser: &Browser, where_it_is: &str) {
    let wide = browser.run("return document.documentElement.scrollWidth - innerWidth", json!([])).await;
    assert!(wide.as_i64().unwrap() <= 0, "{where_it_is}: {wide} wider than the screen");
    let small = "return [...document.querySelectorAll('button, a, input')].filter(one => one.checkVisibility())
        .map(one => [one.textContent || one.id, one.getBoundingClientRect()]).filter(([, box]) => box.height < 43.9 || box.width < 43.9).map(([name]) => name)";
    assert_eq!(browser.run(small, json!([])).await, json!([]), "{where_it_is}");
    let low = "const box = document.getElementById('charge').getBoundingClientRect();
        return !box.height || innerWidth > 700 || (box.top > innerHeight / 2 && box.bottom <= innerHeight)";
    assert_eq!(browser.run(low, json!([])).await, true, "{where_it_is}: the main button is in the lower half");
}
