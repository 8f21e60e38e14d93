//! `isolation="frame"`: the checkout in a frame of the backend's own, in a page of another origin. Every seam that a frame makes is crossed
//! here: the cart, questions, wallets, reloads, tabs, the dialog, what is copied and saved. What a hostile page tries stands in `framing_hostile`.

use serde_json::{Value, json};
use testing::{Browser, Engine, KEYS_ENTER, KEYS_ESCAPE, Look, Scene, ShopOptions, Widget, read_qr};

use crate::delivering::send_to;
use crate::details::{CATALOG, FIELD, write};
use crate::inside::{BRIDGE, WECHAT};
use crate::phone::SAFARI;
use crate::purchase::{click_page, names, order_tea};

told_in!([chromium firefox webkit]:
    a_page_sells_by_a_frame_and_hears_that_it_is_paid
    a_reload_goes_on_in_the_frame_where_it_was
    two_tabs_with_frames_make_one_order
    the_dialog_around_a_frame_opens_closes_and_gives_the_focus_back
    what_is_copied_and_saved_leaves_the_frame
    the_element_is_the_same_with_and_without_a_frame
);

// WebKitGTK's driver does not click fields in frames.
told_in!([chromium firefox]: what_is_typed_in_a_frame_is_typed_to_the_backend_alone);

// Only these can be told to give a frame no storage.
told_in!([chromium firefox]: a_frame_without_storage_sells_is_reloaded_and_hears_of_the_other_tab);

// Only Chromium can be told to call itself a phone, and to send that name.
told_in!([chromium]:
    a_phone_jumps_out_of_the_frame_into_wechat_and_back_to_the_page
    inside_of_wechat_the_frame_asks_the_pages_bridge
);

/// What the element needs for it.
pub const FRAMED: &str = "isolation=\"frame\"";

/// A page with the element in a frame.
pub async fn open(engine: Engine, options: ShopOptions) -> Scene {
    let scene = Scene::framing(engine, Look::LIGHT, options).await;
    scene.show("en", &scene.snippet(FRAMED)).await;
    scene
}

/// The checkout inside of the frame, where everything is done from now on, until `leave_frames`.
pub async fn inside(browser: &Browser) -> Widget<'_> {
    browser.leave_frames().await;
    browser.enter_frame_of("qr-checkout").await;
    Widget::first(browser)
}

/// Presses a button inside, and goes back to the page.
async fn press(browser: &Browser, button: &str) {
    inside(browser).await.click(button).await;
    browser.leave_frames().await;
}

/// Orders tea and waits for its code.
async fn to_code(browser: &Browser) -> Widget<'_> {
    let widget = order_tea(browser).await;
    press(browser, "Pay").await;
    widget.comes_to("awaiting").await;
    widget
}

async fn a_page_sells_by_a_frame_and_hears_that_it_is_paid(engine: Engine) {
    let scene = open(engine, ShopOptions::default()).await;
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

/// Everything that scripts of the page can read.
async fn known_to_the_page(browser: &Browser) -> String {
    let told = "return JSON.stringify([location.href, document.cookie, Object.entries(localStorage), Object.entries(sessionStorage), heard,
        document.querySelector('qr-checkout').order, document.querySelector('qr-checkout').items,
        document.querySelector('qr-checkout').shadowRoot.textContent, performance.getEntriesByType('resource').map(one => one.name)])";
    browser.run(told, json!([])).await.as_str().unwrap().to_owned()
}

async fn what_is_typed_in_a_frame_is_typed_to_the_backend_alone(engine: Engine) {
    let scene = open(engine, ShopOptions { catalog: CATALOG, ..ShopOptions::default() }).await;
    let Scene { shop, browser, .. } = &scene;
    let page = order_tea(browser).await;
    let widget = inside(browser).await;
    send_to(browser, "DE").await;
    widget.says("2–4 days").await;
    widget.comes_to("quoted").await;
    widget.click("Continue").await;
    widget.comes_to("details").await;
    let typed = [
        ("email", "lin@example.org"),
        ("address.line1", "Lindenweg 12"),
        ("address.postal_code", "12345"),
        ("address.city", "Beispielstadt"),
        ("card", "Zum Geburtstag"),
    ];
    for (name, text) in typed {
        browser.click_on(FIELD, json!([name])).await;
        write(browser, name, text).await;
    }
    browser.leave_frames().await;
    browser.keep("frame-details-1280").await;
    let before = known_to_the_page(browser).await;
    inside(browser).await;
    browser.click_on(FIELD, json!(["terms"])).await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    let kept =
        "return Object.entries(localStorage.constructor.name === 'Storage' ? { text: localStorage.getItem(arguments[0]) } : {})[0][1]";
    let own = browser.run(kept, json!([format!("qr-checkout:{}:", shop.url())])).await;
    let owner = serde_json::from_str::<Value>(own.as_str().unwrap()).unwrap()["owner"].as_str().unwrap().to_owned();
    assert!(protocol::OwnerKey::parse(&owner).is_some(), "{owner}");
    browser.leave_frames().await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    page.comes_to("paid").await;
    for told in [before, known_to_the_page(browser).await] {
        for text in typed.iter().map(|(_, text)| *text).chain([owner.as_str(), "\"DE\"", "answers_digest"]) {
            assert!(!told.contains(text), "{text}: {told}");
        }
    }
    // What the key opens is opened in there, and nothing is claimed about the host by its own key.
    inside(browser).await.says("Beispielstadt").await;
    let seal = "return getComputedStyle(document.querySelector('qr-checkout').shadowRoot.querySelector('.seal')).display";
    assert_eq!(browser.run(seal, json!([])).await, "none");
}

async fn a_reload_goes_on_in_the_frame_where_it_was(engine: Engine) {
    let scene = open(engine, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = order_tea(browser).await;
    browser.reload().await;
    widget.comes_to("quoted").await;
    assert_eq!(widget.property("items").await, json!([{ "sku": "tea-100g", "quantity": 2 }]));
    press(browser, "Pay").await;
    widget.comes_to("awaiting").await;
    let order = widget.property("order").await["id"].clone();
    browser.reload().await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order);
    // Moved on the page, the frame begins anew, and goes on as well.
    browser.run("document.body.prepend(document.querySelector('qr-checkout'))", json!([])).await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    inside(browser).await.find("heading", "Paid").await;
    browser.leave_frames().await;
    assert_eq!(widget.property("order").await["id"], order);
    assert_eq!(names(browser).await.iter().filter(|name| *name == "paid").count(), 1);
    browser.reload().await;
    widget.comes_to("paid").await;
    assert!(!names(browser).await.contains(&"paid".to_owned()), "it is told once");
}

async fn two_tabs_with_frames_make_one_order(engine: Engine) {
    let scene = open(engine, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = order_tea(browser).await;
    let (first, second) = browser.new_tab().await;
    scene.show("en", &scene.snippet(FRAMED)).await;
    widget.comes_to("quoted").await;
    widget.call("add", json!(["gaiwan"])).await;
    browser.until("document.querySelector('qr-checkout').items.length === 2", json!([])).await;
    widget.comes_to("quoted").await;
    browser.switch(&first).await;
    browser.until("document.querySelector('qr-checkout').items.length === 2", json!([])).await;
    widget.comes_to("quoted").await;
    press(browser, "Pay").await;
    widget.comes_to("awaiting").await;
    let order = widget.property("order").await["id"].clone();
    browser.switch(&second).await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order);
    assert_eq!(shop.line.count("POST /v1/orders"), 1);
    browser.close_tab(&first).await;
}

async fn the_dialog_around_a_frame_opens_closes_and_gives_the_focus_back(engine: Engine) {
    let scene = Scene::framing(engine, Look::LIGHT, ShopOptions::default()).await;
    let browser = &scene.browser;
    let tags = scene.snippet(&format!("mode=\"dialog\" {FRAMED}"));
    scene.show("en", &format!("{tags}<button data-qr-checkout-open>Checkout</button>")).await;
    let widget = Widget::first(browser);
    browser.until("!!customElements.get('qr-checkout')", json!([])).await;
    click_page(browser, "[data-qr-checkout-add=tea-100g]").await;
    widget.comes_to("quoted").await;
    let is_open = "return document.querySelector('qr-checkout').shadowRoot.querySelector('dialog').open";
    assert_eq!(browser.run(is_open, json!([])).await, false, "adding opens nothing");
    browser.tab_to("Checkout").await;
    browser.press(KEYS_ENTER).await;
    browser.until("document.querySelector('qr-checkout').shadowRoot.querySelector('dialog').matches(':modal')", json!([])).await;
    let inner = inside(browser).await;
    inner.find("heading", "Your cart").await;
    browser.focus_comes_to("Your cart").await;
    browser.leave_frames().await;
    if engine != Engine::Webkit {
        // Its pictures wait for a patch that no dialog covers.
        browser.keep("frame-dialog-1280").await;
    }
    browser.press(KEYS_ESCAPE).await;
    browser.until("heard.some(event => event.name === 'closed')", json!([])).await;
    browser.focus_comes_to("Checkout").await;
    widget.call("open", json!([])).await;
    widget.click("Close").await;
    browser.until("heard.filter(event => event.name === 'closed').length === 2", json!([])).await;
    assert_eq!(browser.run(is_open, json!([])).await, false);
    widget.call("open", json!([])).await;
    widget.call("close", json!([])).await;
    browser.until("heard.filter(event => event.name === 'closed').length === 3", json!([])).await;
}

/// What the frame has given away: texts on the clipboard, and files.
const TAKEN: &str = "
    window.taken = { texts: [], files: [] };
    navigator.clipboard.writeText = async (text) => void taken.texts.push(text);
    const link = URL.createObjectURL;
    URL.createObjectURL = (file) => (file.text().then((text) => taken.files.push([file.type, text])), link(file));";

async fn what_is_copied_and_saved_leaves_the_frame(engine: Engine) {
    let scene = open(engine, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    let page = to_code(browser).await;
    let allowed = "return document.querySelector('qr-checkout').shadowRoot.querySelector('iframe').allow";
    assert_eq!(browser.run(allowed, json!([])).await, "clipboard-write; web-share");
    let widget = inside(browser).await;
    if engine == Engine::Chromium {
        let allows = "return document.featurePolicy.allowsFeature('clipboard-write')";
        assert_eq!(browser.run(allows, json!([])).await, true);
    }
    browser.run(TAKEN, json!([])).await;
    browser.leave_frames().await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    page.comes_to("paid").await;
    let number = page.property("order").await["number"].clone();
    inside(browser).await;
    widget.click("Save receipt").await;
    browser.until("taken.files.length === 1", json!([])).await;
    let saved = browser.run("return taken.files[0]", json!([])).await;
    assert!(saved[0] == "text/html" && saved[1].as_str().unwrap().contains(number.as_str().unwrap()), "{saved}");
    widget.click("Copy").await;
    browser.until("taken.texts.length === 1", json!([])).await;
}

async fn the_element_is_the_same_with_and_without_a_frame(engine: Engine) {
    let scene = Scene::framing(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { browser, pages, .. } = &scene;
    let mut told = Vec::new();
    for (name, attributes) in [("tag", ""), ("frame", FRAMED)] {
        // Each page's own policy: wasm runs in the page, or in the frame.
        let policy = pages.policy();
        let policy = if attributes.is_empty() { policy.replace("script-src ", "script-src 'wasm-unsafe-eval' ") } else { policy };
        browser.forget_everything(&pages.put_under(name, "en", &scene.snippet(attributes), policy)).await;
        told.push(used(browser, attributes).await);
    }
    assert_eq!(told[0], told[1]);
}

/// Uses every method, property and attribute of the element, and returns all that was seen and heard.
async fn used(browser: &Browser, attributes: &str) -> Value {
    let widget = Widget::first(browser);
    let mut seen = Vec::new();
    widget.comes_to("cart").await;
    let until = async |condition: &str| {
        drop(browser.until(&format!("(element => {condition})(document.querySelector('qr-checkout'))"), json!([])).await)
    };
    seen.push(widget.property("items").await);
    seen.push(widget.property("order").await);
    for (method, values, condition) in [
        ("add", json!(["tea-100g"]), "element.items[0]?.quantity === 1"),
        ("add", json!(["gaiwan", 2]), "element.items[1]?.quantity === 2"),
        ("setQuantity", json!(["tea-100g", 5]), "element.items[0].quantity === 5"),
        ("remove", json!(["gaiwan"]), "element.items.length === 1"),
        ("add", json!(["no such sku!"]), "heard.filter(one => one.name === 'error').length === 1"),
        ("add", json!(["tea-100g", 0.5]), "heard.filter(one => one.name === 'error').length === 2"),
        ("setQuantity", json!([{ "sku": "tea-100g" }, 1]), "heard.filter(one => one.name === 'error').length === 3"),
        ("setQuantity", json!(["tea-100g", "3"]), "element.items[0].quantity === 3"),
        ("open", json!([]), "true"),
        ("close", json!([]), "true"),
    ] {
        widget.call(method, values).await;
        until(condition).await;
        seen.push(widget.property("items").await);
    }
    widget.comes_to("quoted").await;
    for (property, value) in
        [("locale", "zh-Hans"), ("theme", "dark"), ("methods", "wechat_pay"), ("discountCode", "friends"), ("clientReference", "visit-7")]
    {
        browser.run("document.querySelector('qr-checkout')[arguments[0]] = arguments[1]", json!([property, value])).await;
        seen.push(widget.property(property).await);
    }
    until("heard.findLast(one => one.name === 'quoted').detail.discountCode === 'applied'").await;
    let framed = if attributes.is_empty() { Widget::first(browser) } else { inside(browser).await };
    framed.says("春茶").await;
    framed.says("老友优惠").await;
    framed.click("支付").await;
    browser.leave_frames().await;
    widget.comes_to("awaiting").await;
    widget.call("checkNow", json!([])).await;
    let members = browser.run("return Object.keys(document.querySelector('qr-checkout').order)", json!([])).await;
    seen.push(members);
    widget.call("clear", json!([])).await;
    let frozen = "const { items, order } = document.querySelector('qr-checkout'); return [Object.isFrozen(items), Object.isFrozen(order)]";
    seen.push(browser.run(frozen, json!([])).await);
    let heard = "return heard.filter(one => one.name !== 'quoted').map(({ name, detail, frozen, composed }) => [name, detail.code, frozen, composed,
        Object.keys(detail).sort()])";
    seen.push(browser.run(heard, json!([])).await);
    seen.into()
}

/// Answers the cashier, to whom the whole window has gone, and waits for the page.
async fn answer_cashier(browser: &Browser, button: &str) {
    inside(browser).await.click_a("link", "Open WeChat Pay").await;
    browser.leave_frames().await;
    browser.until("document.querySelector('form button')", json!([])).await;
    let press = "[...document.querySelectorAll('button')].find(button => button.textContent === arguments[0]).click()";
    browser.run(press, json!([button])).await;
    browser.until("document.querySelector('qr-checkout')", json!([])).await;
}

async fn a_phone_jumps_out_of_the_frame_into_wechat_and_back_to_the_page(engine: Engine) {
    let scene = Scene::framing(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { browser, pages, .. } = &scene;
    browser.be_a_phone(SAFARI).await;
    let page = pages.put("shop", "en", &scene.snippet(FRAMED));
    for query in ["#/checkout", &format!("?{}#/checkout", "basket=%E8%8C%B6&".repeat(60))] {
        browser.goto(&format!("{page}{query}")).await;
        browser.run("localStorage.clear()", json!([])).await;
        browser.reload().await;
        let widget = Widget::first(browser);
        widget.comes_to("cart").await;
        // Without a word to anybody.
        browser.run("history.pushState(null, '', location.href.replace('checkout', 'checkout/2'))", json!([])).await;
        let left = browser.run("return location.href", json!([])).await;
        let widget = to_code(browser).await;
        browser.keep("frame-app-390").await;
        let order = widget.property("order").await["id"].clone();
        answer_cashier(browser, "Not now").await;
        let is_back = "location.href === a[0] && document.querySelector('qr-checkout').order?.id === a[1]";
        browser.until(is_back, json!([left, order])).await;
        widget.comes_to("awaiting").await;
        answer_cashier(browser, "Pay").await;
        browser.until("location.href === a[0] && document.querySelector('qr-checkout')?.state === 'paid'", json!([left])).await;
        assert_eq!(widget.property("order").await["id"], order);
    }
}

async fn inside_of_wechat_the_frame_asks_the_pages_bridge(engine: Engine) {
    let options = ShopOptions { has_official_account: true, ..ShopOptions::default() };
    let scene = Scene::framing(engine, Look::LIGHT, options).await;
    let Scene { browser, pages, .. } = &scene;
    browser.be_a_phone(WECHAT).await;
    scene.show("en", &[pages.watch("bridge.js", BRIDGE), scene.snippet(FRAMED)].concat()).await;
    let widget = to_code(browser).await;
    let order = widget.property("order").await;
    inside(browser).await.click_a("link", "Open WeChat Pay").await;
    browser.leave_frames().await;
    browser.until("document.querySelector('qr-checkout')?.order?.id === a[0]", json!([order["id"]])).await;
    inside(browser).await.find("button", "Pay CN¥148.00").await;
    browser.leave_frames().await;
    // Asked for too early, the wallet opens as soon as the bridge is there.
    press(browser, "Pay").await;
    browser.run("bridge.arrive()", json!([])).await;
    browser.until("bridge.calls.length === 1", json!([])).await;
    let asked = browser.run("return bridge.calls[0]", json!([])).await;
    assert_eq!(asked["name"], "getBrandWCPayRequest");
    let mut members: Vec<&str> = asked["call"].as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["appId", "nonceStr", "package", "paySign", "signType", "timeStamp"]);
    // Without the money its "ok" is worth nothing.
    crate::inside::answer(browser, "ok").await;
    inside(browser).await.says("Not paid yet").await;
    browser.leave_frames().await;
    assert_eq!(widget.property("state").await, "awaiting");
    press(browser, "Pay").await;
    browser.until("bridge.calls.length === 2", json!([])).await;
    let asked = browser.run("return bridge.calls[1]", json!([])).await;
    let word = crate::inside::wechat(&scene, &asked, "pay").await;
    assert_eq!(word, "ok");
    crate::inside::answer(browser, &word).await;
    widget.comes_to("paid").await;
}

async fn a_frame_without_storage_sells_is_reloaded_and_hears_of_the_other_tab(engine: Engine) {
    let (scene, page) = Scene::framing_without_storage(engine, |scene| scene.snippet(FRAMED)).await;
    let Scene { shop, browser, .. } = &scene;
    browser.goto(&page).await;
    let widget = order_tea(browser).await;
    // Another frame, to which nobody speaks, has what this browser gives: nothing.
    let add = "const frame = document.createElement('iframe'); frame.src = arguments[0] + '/frame'; document.body.append(frame)";
    browser.run(add, json!([shop.url()])).await;
    browser.enter_frame("iframe").await;
    let denied =
        "location.pathname === '/frame' && (() => { try { return localStorage && 'there is one' } catch (fault) { return fault.name } })()";
    assert_eq!(browser.until(denied, json!([])).await, "SecurityError");
    browser.leave_frames().await;
    browser.reload().await;
    widget.comes_to("quoted").await;
    assert_eq!(widget.property("items").await, json!([{ "sku": "tea-100g", "quantity": 2 }]));
    let (first, second) = browser.new_tab().await;
    browser.goto(&page).await;
    widget.comes_to("quoted").await;
    widget.call("add", json!(["gaiwan"])).await;
    browser.until("document.querySelector('qr-checkout').items.length === 2", json!([])).await;
    browser.switch(&first).await;
    browser.until("document.querySelector('qr-checkout').items.length === 2", json!([])).await;
    widget.comes_to("quoted").await;
    inside(browser).await;
    // Chromium's driver knows no roles in a frame of another process.
    let pay =
        "[...document.querySelector('qr-checkout').shadowRoot.querySelectorAll('button')].find(one => one.textContent.startsWith('Pay'))";
    browser.click_on(pay, json!([])).await;
    browser.leave_frames().await;
    widget.comes_to("awaiting").await;
    let order = widget.property("order").await["id"].clone();
    browser.switch(&second).await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order);
    browser.reload().await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order);
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    assert_eq!(shop.line.count("POST /v1/orders"), 1);
    browser.close_tab(&first).await;
}
