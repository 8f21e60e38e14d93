//! From a computer to a phone and back: one order on several screens, all of them true, and one payment.

use sandbox::CodeState;
use serde_json::json;
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget, read_qr};

use crate::phone::{SAFARI, answer_cashier};
use crate::plain::{click, fault_free, text};
use crate::purchase::to_code;

// Only Chromium can be told that it is a phone.
told_in!([chromium]:
    a_phone_goes_on_with_what_a_computer_began_and_the_computer_goes_on_too
    on_two_phones_two_tabs_and_two_wallets_one_order_is_paid_once
    without_scripts_a_computer_hands_an_order_over_as_well
);
told_in!([chromium firefox webkit]: the_code_for_a_phone_stands_in_the_place_of_the_one_that_is_paid);

const SUMMARY: &str = "document.querySelector('qr-checkout').shadowRoot.querySelector('.phone > summary')";

/// Opens or leaves the code for a phone.
async fn turn(browser: &Browser) {
    let root = "document.querySelector('qr-checkout').shadowRoot";
    let is_open = browser.run(&format!("return {root}.querySelector('.phone').open"), json!([])).await;
    browser.click_on(SUMMARY, json!([])).await;
    browser.until(&format!("({root}.querySelector('.shown').offsetHeight > 0) === a[0]"), json!([is_open])).await;
}

/// The address in that code.
async fn address(browser: &Browser) -> String {
    turn(browser).await;
    let code = "document.querySelector('qr-checkout').shadowRoot.querySelector('.phone canvas')";
    browser.run(&format!("{code}.scrollIntoView({{ block: 'center' }})"), json!([])).await;
    read_qr(&browser.screenshot().await)
}

async fn phone(engine: Engine, address: &str) -> Browser {
    let phone = Browser::open(engine, Look::LIGHT).await;
    phone.be_a_phone(SAFARI).await;
    phone.goto(address).await;
    phone
}

async fn the_code_for_a_phone_stands_in_the_place_of_the_one_that_is_paid(engine: Engine) {
    for look in [Look::LIGHT, Look::DARK] {
        let scene = Scene::before(engine, look, ShopOptions::default()).await;
        let Scene { browser, shop, .. } = &scene;
        let light = if look.is_dark { "dark" } else { "light" };
        for language in ["en", "zh-CN"] {
            scene.show(language, &scene.snippet("")).await;
            let order = to_order(browser).await;
            assert_eq!(address(browser).await, format!("{}/pay/{order}", shop.url()), "and nothing that opens what is its buyer's");
            for width in [1280, 390, 320] {
                browser.resize(width.max(engine.narrowest()), 1000).await;
                let fits = browser.run("return document.documentElement.scrollWidth <= innerWidth", json!([])).await;
                assert_eq!(fits, true, "{language} {width}");
                browser.keep(&format!("handed-over-{language}-{light}-{width}")).await;
            }
            assert_eq!(browser.axe("qr-checkout").await, [""; 0]);
            turn(browser).await;
            browser.resize(1280, 900).await;
            assert!(read_qr(&browser.screenshot().await).starts_with("weixin://"), "the way back");
            browser.forget_everything(&scene.pages.put("shop", "en", "")).await;
        }
    }
}

/// Orders something and answers its id; in whatever language.
async fn to_order(browser: &Browser) -> String {
    browser.until("document.querySelector('qr-checkout').state === 'cart'", json!([])).await;
    crate::purchase::click_page(browser, "[data-qr-checkout-add=tea-100g]").await;
    let pay = "document.querySelector('qr-checkout').shadowRoot.querySelector('.button.primary:not(:disabled)')";
    browser.until(&format!("document.querySelector('qr-checkout').state === 'quoted' && {pay}"), json!([])).await;
    browser.click_on(pay, json!([])).await;
    let widget = Widget::first(browser);
    widget.comes_to("awaiting").await;
    browser.until(&format!("!!{SUMMARY}"), json!([])).await;
    widget.property("order").await["id"].as_str().unwrap().to_owned()
}

async fn a_phone_goes_on_with_what_a_computer_began_and_the_computer_goes_on_too(engine: Engine) {
    let scene = Scene::open_with(engine, ShopOptions { offers_more: true, ..ShopOptions::default() }).await;
    let Scene { browser: desk, shop, .. } = &scene;
    let at_desk = to_code(desk).await;
    let phone = phone(engine, &address(desk).await).await;
    let at_phone = Widget::first(&phone);
    // The computer's code is nothing to be scanned by the phone that shows it: it has ways of its own.
    at_phone.comes_to("choosing").await;
    phone.keep("handed-over-phone-390").await;
    at_phone.click("Pay with WeChat Pay").await;
    at_phone.find("link", "Open WeChat Pay").await;
    // The computer shows what is open now, and no code that is over.
    at_desk.comes_to("choosing").await;

    // What ends there ends here, and the order goes on: it is paid here, or there.
    at_phone.click("Cancel payment").await;
    at_phone.comes_to("choosing").await;
    at_desk.click("Pay with WeChat Pay").await;
    at_desk.comes_to("awaiting").await;
    desk.until(&format!("!!{SUMMARY}"), json!([])).await;
    at_phone.click("Pay with WeChat Pay").await;
    answer_cashier(&at_phone, &phone, "Pay").await;
    at_phone.comes_to("paid").await;
    at_desk.comes_to("paid").await;
    let paid = shop.sandbox.codes().iter().filter(|code| code.state == CodeState::Paid).count();
    assert_eq!(paid, 1);
}

async fn on_two_phones_two_tabs_and_two_wallets_one_order_is_paid_once(engine: Engine) {
    let scene = Scene::open_with(engine, ShopOptions { offers_more: true, ..ShopOptions::default() }).await;
    let Scene { browser: desk, shop, .. } = &scene;
    to_code(desk).await;
    let address = address(desk).await;
    let tab = Browser::open(engine, Look::LIGHT).await;
    tab.goto(&address).await;
    let phones = [phone(engine, &address).await, phone(engine, &address).await];
    Widget::first(&tab).comes_to("awaiting").await;
    for phone in &phones {
        Widget::first(phone).comes_to("choosing").await;
    }
    let first = shop.sandbox.codes()[0].payload.clone();
    // Whoever is later finds the way into the wallet that the other has opened.
    let press = "[...document.querySelector('qr-checkout').shadowRoot.querySelectorAll('button')]
        .find(button => button.textContent === 'Pay with WeChat Pay')?.click()";
    tokio::join!(phones[0].run(press, json!([])), phones[1].run(press, json!([])));
    for phone in &phones {
        Widget::first(phone).comes_to("awaiting").await;
        Widget::first(phone).find("link", "Open WeChat Pay").await;
    }
    // Two wallets hold whatever was shown so far.
    let mut payloads: Vec<String> = shop.sandbox.codes().into_iter().map(|code| code.payload).collect();
    payloads.push(first);
    let paid = payloads.iter().chain(&payloads).filter(|payload| shop.sandbox.pay(payload).is_ok()).count();
    for screen in [desk, &tab, &phones[0], &phones[1]] {
        Widget::first(screen).comes_to("paid").await;
    }
    let booked = shop.sandbox.codes().iter().filter(|code| code.state == CodeState::Paid).count();
    assert_eq!((paid, booked), (1, 1));
}

async fn without_scripts_a_computer_hands_an_order_over_as_well(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { browser, shop, .. } = &scene;
    let order = to_code(browser).await.property("order").await["id"].as_str().unwrap().to_owned();
    browser.goto(&format!("{}/pay/{order}?plain", shop.url())).await;
    click(browser, "a[href$='?plain&phone']").await;
    browser.until("location.search === '?plain&phone' && !!document.querySelector('svg.code')", json!([])).await;
    fault_free(browser).await;
    browser.keep("plain-handed-over-1280").await;
    assert_eq!(read_qr(&browser.screenshot().await), format!("{}/pay/{order}", shop.url()));
    click(browser, "a[href$='?plain']").await;
    browser.until("location.search === '?plain' && !!document.querySelector('svg.code')", json!([])).await;
    assert!(read_qr(&browser.screenshot().await).starts_with("weixin://"), "{}", text(browser).await);
    browser.be_a_phone(SAFARI).await;
    browser.reload().await;
    browser.until("!document.querySelector(\"a[href$='phone']\")", json!([])).await;
}
