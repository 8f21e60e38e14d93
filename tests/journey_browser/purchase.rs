//! From the snippet to "paid", as a merchant's page and a shopper see it.

use reqwest::StatusCode;
use serde_json::json;
use testing::{Browser, Engine, KEYS_ENTER, Letter, Look, Scene, ShopOptions, Widget, read_qr, snippet};

told_in!([chromium firefox webkit]:
    a_bare_page_on_another_origin_sells_tea_and_sees_it_paid
    in_chinese_on_a_narrow_dark_screen_the_code_is_still_read
    the_code_is_read_in_every_light_size_and_density
    a_given_order_is_paid_without_a_cart
    a_saved_receipt_is_a_page_that_can_be_checked
    the_keyboard_alone_buys
    the_first_question_is_asked_once
    the_first_question_does_not_wait_for_the_widget
);

/// Clicks a button of the host page.
pub async fn click_page(browser: &Browser, selector: &str) {
    browser.run("document.querySelector(arguments[0]).click()", json!([selector])).await;
}

/// Puts tea into the cart and waits for its price.
pub async fn order_tea(browser: &Browser) -> Widget<'_> {
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    click_page(browser, "[data-qr-checkout-add=tea-100g]").await;
    widget.comes_to("quoted").await;
    widget
}

/// Orders tea and waits for its code.
pub async fn to_code(browser: &Browser) -> Widget<'_> {
    let widget = order_tea(browser).await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    widget
}

/// Names of the events heard so far.
pub async fn names(browser: &Browser) -> Vec<String> {
    browser.events().await.iter().map(|event| event["name"].as_str().unwrap().to_owned()).collect()
}

/// Codes of the errors heard so far, once there is one: its advice comes over the network first.
pub async fn reasons(browser: &Browser) -> Vec<String> {
    browser.until("heard.some(event => event.name === 'error')", json!([])).await;
    let events = browser.events().await;
    events.iter().filter(|event| event["name"] == "error").map(|event| event["detail"]["code"].as_str().unwrap().to_owned()).collect()
}

async fn a_bare_page_on_another_origin_sells_tea_and_sees_it_paid(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = order_tea(browser).await;
    widget.says("Spring tea").await;
    browser.keep("cart-1280").await;
    let before = shop.line.calls().len();
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    // One round trip; with the code on the screen the poll leaves.
    let calls = shop.line.calls().split_off(before);
    let (first, rest) = calls.split_first().unwrap();
    assert!(first == "POST /v1/orders" && rest.iter().all(|call| call.starts_with("GET /v1/orders/")), "{calls:?}");
    widget.find("group", "Payment code").await;
    let screen = browser.keep("code-1280").await;
    let payload = read_qr(&screen);
    assert_eq!(payload, shop.sandbox.codes()[0].payload);
    assert_eq!(shop.sandbox.codes()[0].amount, 14_800);
    shop.sandbox.pay(&payload).unwrap();
    widget.comes_to("paid").await;
    widget.find("heading", "Paid").await;
    browser.keep("paid-1280").await;
    let events = browser.events().await;
    assert!(events.iter().all(|event| event["name"] != "violation"), "the page's policy is violated: {events:?}");
    let heard = names(browser).await;
    assert_eq!(heard, ["ready", "items-changed", "quoted", "order-created", "qr-shown", "status-changed", "items-changed", "paid"]);
    let paid = &events.last().unwrap()["detail"];
    assert_eq!((&paid["amount"], &paid["currency"]), (&json!(14_800), &json!("CNY")));
    assert_eq!(paid["order"], widget.property("order").await["id"]);
    assert_eq!(paid["receipt"].as_str().unwrap().split('.').count(), 3);
    assert!(events.iter().all(|event| event["frozen"] == true && event["composed"] == true));
    assert_eq!(widget.property("items").await, json!([]));
}

async fn in_chinese_on_a_narrow_dark_screen_the_code_is_still_read(engine: Engine) {
    let scene = Scene::before(engine, Look::DARK, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    browser.resize(390, 1400).await;
    scene.show("zh-Hans", &scene.snippet("")).await;
    let widget = order_tea(browser).await;
    widget.says("春茶").await;
    widget.says("¥136.00").await;
    browser.keep("cart-390-dark-zh").await;
    widget.click("支付").await;
    widget.comes_to("awaiting").await;
    widget.find("group", "支付二维码").await;
    let screen = browser.keep("code-390-dark-zh").await;
    let wide = "return document.documentElement.scrollWidth > innerWidth";
    assert_eq!(browser.run(wide, json!([])).await, false, "the page scrolls sideways");
    shop.sandbox.pay(&read_qr(&screen)).unwrap();
    widget.comes_to("paid").await;
    widget.find("heading", "支付成功").await;
    browser.keep("paid-390-dark-zh").await;
}

async fn the_code_is_read_in_every_light_size_and_density(engine: Engine) {
    let Scene { shop, pages, browser } = Scene::open(engine).await;
    let order = to_code(&browser).await.property("order").await["id"].as_str().unwrap().to_owned();
    let page = pages.put("pay", "en", &snippet(&shop, &format!("order=\"{order}\"")));
    // Another screen may be another browser; it goes to the same order.
    drop(browser);
    for is_dark in [false, true] {
        for (width, scale) in [(320, 1), (390, 3), (1280, 2)] {
            let browser = Browser::open(engine, Look { is_dark, scale }).await;
            browser.resize(width, 900).await;
            browser.goto(&page).await;
            let widget = Widget::first(&browser);
            widget.comes_to("awaiting").await;
            let code = browser.picture_of(&widget.find("group", "Payment code").await).await;
            assert_eq!(read_qr(&code), shop.sandbox.codes()[0].payload, "{width} at {scale}, dark: {is_dark}");
        }
    }
}

async fn a_given_order_is_paid_without_a_cart(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, pages } = &scene;
    let order = to_code(browser).await.property("order").await;
    let given = format!("order=\"{}\"", order["id"].as_str().unwrap());
    browser.forget_everything(&pages.put("pay", "en", &scene.snippet(&given))).await;
    let widget = Widget::first(browser);
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order["id"]);
    shop.sandbox.pay(&read_qr(&browser.screenshot().await)).unwrap();
    widget.comes_to("paid").await;
    // Told once, also after a reload.
    browser.reload().await;
    widget.comes_to("paid").await;
    assert_eq!(names(browser).await, ["ready"]);
}

async fn the_keyboard_alone_buys(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    browser.tab_to("Add tea").await;
    browser.press(KEYS_ENTER).await;
    widget.comes_to("quoted").await;
    assert_eq!(browser.focused().await, "Add tea", "a cart that changes leaves the focus where it is");
    browser.tab_to("Pay").await;
    browser.press(KEYS_ENTER).await;
    widget.comes_to("awaiting").await;
    browser.focus_comes_to("Scan with WeChat").await;
    browser.tab_to("Check now").await;
    browser.press(KEYS_ENTER).await;
    widget.says("Not paid yet").await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    browser.focus_comes_to("Paid").await;
}

async fn the_first_question_is_asked_once(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    scene.show("en", &scene.snippet("client-reference=\"visit-7\" discount-code=\"none such ~\"")).await;
    let widget = order_tea(browser).await;
    assert_eq!(shop.line.count("GET /v1/quote"), 1, "the cart was empty before, and nothing was asked early");
    browser.reload().await;
    widget.comes_to("quoted").await;
    assert_eq!(shop.line.count("GET /v1/quote"), 2, "the kept cart, early");
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    let order = widget.property("order").await["id"].as_str().unwrap().to_owned();
    let before = shop.line.calls().len();
    browser.reload().await;
    widget.comes_to("awaiting").await;
    let asked = shop.line.calls().split_off(before).into_iter().filter(|call| call.contains("/v1/")).collect::<Vec<_>>();
    let (first, rest) = asked.split_first().unwrap();
    assert!(*first == format!("GET /v1/orders/{order}") && rest.iter().all(|call| call == first) && rest.len() < 2, "{asked:?}");
    assert_eq!(names(browser).await.first().map(String::as_str), Some("ready"), "nothing is told before the page may use the element");
}

async fn the_first_question_does_not_wait_for_the_widget(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, .. } = &scene;
    shop.line.play(|_, path, letter| if path.contains(".wasm") { Letter { status: StatusCode::BAD_GATEWAY, ..letter } } else { letter });
    scene.show("en", &scene.snippet("order=\"ord_1\"")).await;
    assert_eq!(reasons(browser).await, ["load-failed"]);
    assert_eq!(shop.line.count("GET /v1/orders/ord_1"), 1);
    // Nor does the price of what is being put into a cart meanwhile.
    scene.show("en", &scene.snippet("mode=\"dialog\"")).await;
    browser.until("document.querySelector('qr-checkout').add", json!([])).await;
    Widget::first(browser).call("add", json!(["tea-100g", 2])).await;
    assert_eq!(reasons(browser).await, ["load-failed"]);
    assert_eq!(shop.line.count("GET /v1/quote"), 1);
}

async fn a_saved_receipt_is_a_page_that_can_be_checked(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    let catch = "const link = URL.createObjectURL;
        URL.createObjectURL = file => (file.text().then(text => window.saved = [file.type, text]), link(file));";
    browser.run(catch, json!([])).await;
    widget.click("Save receipt").await;
    browser.until("!!window.saved", json!([])).await;
    let saved = browser.run("return [...saved, document.querySelector('qr-checkout').order.number]", json!([])).await;
    let text = |at: usize| saved[at].as_str().unwrap();
    assert_eq!(text(0), "text/html");
    let page = text(1);
    for said in ["Mountain Tea", "2 × Spring tea", "CN¥136.00", "CN¥148.00", "WeChat Pay", text(2)] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    assert!(!page.contains("<script") && !page.contains("http"), "{page}");
    let pins = [protocol::Pins::parse(shop.pin()).unwrap()];
    let verdict = merchant::receipts::judge(merchant::receipts::signed_part(page), &pins, &[]);
    assert!(matches!(&verdict, merchant::receipts::Verdict::Valid(receipt) if receipt.money.amount == 14_800), "{verdict}");
}
