//! The backend's own pages where the widget does not run: without scripts, without wasm, by the keyboard alone, on a phone, on paper.

use serde_json::{Value, json};
use testing::{Browser, Engine, KEYS_ENTER, Look, Scene, ShopOptions, read_qr};

use crate::details::CATALOG;
use crate::phone::SAFARI;
use crate::purchase::click_page;

// Only Chromium can be told to run no scripts, or no wasm.
told_in!([chromium]:
    without_scripts_a_cart_with_details_is_paid
    where_wasm_is_forbidden_the_shops_page_leads_to_a_page_that_sells
    an_orders_page_is_read_and_paid_where_wasm_is_forbidden
    a_phone_without_scripts_is_led_into_its_wallet_and_back
    every_page_looks_right_in_every_size_and_light
);

told_in!([chromium firefox]: by_the_keyboard_alone_a_page_without_scripts_sells);

const GIVEN: [(&str, &str); 4] = [
    ("answer.email", "lin@example.org"),
    ("answer.address.line1", "Weg 1"),
    ("answer.address.postal_code", "12345"),
    ("answer.address.city", "Ort"),
];

async fn before(engine: Engine, look: Look) -> Scene {
    Scene::before(engine, look, ShopOptions { catalog: CATALOG, ..ShopOptions::default() }).await
}

/// Clicks what a selector finds, as a person would, and waits for the page that it leads to, as drivers do. Runs where no script of the page does.
pub(crate) async fn click(browser: &Browser, selector: &str) {
    let found = browser.run("return document.querySelector(arguments[0])", json!([selector])).await;
    assert!(!found.is_null(), "nothing here is {selector}: {}", text(browser).await);
    assert!(browser.click(found.as_object().unwrap().values().next().unwrap().as_str().unwrap()).await, "{selector}");
}

pub(crate) async fn text(browser: &Browser) -> String {
    browser.run("return document.body.innerText", json!([])).await.as_str().unwrap().to_owned()
}

pub(crate) async fn says(browser: &Browser, words: &str) {
    let text = text(browser).await;
    assert!(text.contains(words), "{words}: {text}");
}

/// Chooses where a cart goes, and asks for its price.
async fn send_to(browser: &Browser, country: &str) {
    browser.run("document.querySelector('#ask-country').value = arguments[0]", json!([country])).await;
    click(browser, "form[method=get] button").await;
}

/// Fills in what is asked.
async fn fill_in(browser: &Browser) {
    for (name, answer) in GIVEN {
        browser.run("document.querySelector(`[name='${arguments[0]}']`).value = arguments[1]", json!([name, answer])).await;
    }
    click(browser, "[name='answer.terms']").await;
}

/// Pays what is drawn on the screen.
pub(crate) async fn scan(scene: &Scene) {
    scene.browser.run("document.querySelector('svg.code').scrollIntoView({ block: 'center' })", json!([])).await;
    let drawn = read_qr(&scene.browser.screenshot().await);
    scene.shop.sandbox.pay(&drawn).unwrap();
}

pub(crate) async fn fault_free(browser: &Browser) {
    assert_eq!(browser.axe("main").await, [""; 0], "{}", text(browser).await);
}

async fn without_scripts_a_cart_with_details_is_paid(engine: Engine) {
    let scene = before(engine, Look::LIGHT).await;
    let Scene { browser, shop, .. } = &scene;
    browser.run_scripts(false).await;
    browser.goto(&format!("{}/pay?item=tea-100g:2", shop.url())).await;
    says(browser, "Please choose where it goes").await;
    send_to(browser, "DE").await;
    says(browser, "Days: 2–4").await;
    click(browser, "button[name=method]").await;
    let missing = browser.run("return document.activeElement.name", json!([])).await;
    assert_eq!(missing, "answer.address.line1", "the browser itself asks for what is required");
    fill_in(browser).await;
    click(browser, "button[name=method]").await;
    says(browser, "When you have paid, press “Check now”.").await;
    let address = browser.run("return location.href", json!([])).await;
    assert_eq!(address, format!("{}/pay", shop.url()), "nothing that was typed is in it");
    scan(&scene).await;
    click(browser, "button[value=look]").await;
    says(browser, "Paid").await;
    says(browser, "Weg 1").await;
    // Sent again, it is the same order.
    browser.reload().await;
    says(browser, "Paid").await;
    assert_eq!(shop.sandbox.codes().len(), 1);
    let told = shop.line.addresses().join("\n");
    assert!(!told.contains("lin") && !told.contains("Weg"), "{told}");
    browser.run_scripts(true).await;
}

async fn where_wasm_is_forbidden_the_shops_page_leads_to_a_page_that_sells(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { browser, shop, .. } = &scene;
    let (old, _) = browser.new_tab().await;
    browser.forbid_wasm().await;
    scene.show("zh-CN", &scene.snippet("")).await;
    let link = "document.querySelector('qr-checkout').shadowRoot.querySelector('a')";
    browser.until("document.querySelector('qr-checkout').shadowRoot.textContent.includes('此浏览器')", json!([])).await;
    assert!(browser.run(&format!("return {link}"), json!([])).await.is_null(), "there is nothing to sell yet");
    click_page(browser, "[data-qr-checkout-add=tea-100g]").await;
    browser.until(&format!("{link}?.textContent === '使用简易页面继续'"), json!([])).await;
    browser.keep("plain-led").await;
    browser.click_on(link, json!([])).await;
    browser.until("document.querySelector('button[name=method]')", json!([])).await;
    assert_eq!(browser.run("return document.documentElement.lang", json!([])).await, "zh-Hans", "the shop's page is Chinese");
    says(browser, "136.00 CNY").await;
    click(browser, "button[name=method]").await;
    browser.until("document.querySelector('svg.code')", json!([])).await;
    scan(&scene).await;
    click(browser, "button[value=look]").await;
    browser.until("document.querySelector('details .receipt')", json!([])).await;
    assert_eq!(shop.sandbox.codes().len(), 1);
    browser.close_tab(&old).await;
}

async fn an_orders_page_is_read_and_paid_where_wasm_is_forbidden(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { browser, shop, .. } = &scene;
    let widget = crate::purchase::to_code(browser).await;
    let order = widget.property("order").await["id"].as_str().unwrap().to_owned();
    let page = format!("{}/pay/{order}", shop.url());

    // Where it runs, the widget is all there is.
    browser.goto(&page).await;
    testing::Widget::first(browser).comes_to("awaiting").await;
    assert_eq!(browser.run("return document.querySelector('qr-checkout > article').offsetHeight", json!([])).await, 0);

    let (old, _) = browser.new_tab().await;
    browser.forbid_wasm().await;
    browser.goto(&page).await;
    browser.until("document.querySelector('qr-checkout').shadowRoot.textContent.includes('This browser does not run')", json!([])).await;
    says(browser, "Waiting for your payment").await;
    assert!(browser.run("return document.querySelector('svg.code').getBoundingClientRect().width", json!([])).await.as_f64() > Some(200.0));
    browser.keep("plain-fallback-1280").await;
    browser.click_on("document.querySelector('qr-checkout').shadowRoot.querySelector('a')", json!([])).await;
    browser.until("location.search === '?plain' && document.querySelector('svg.code')", json!([])).await;
    scan(&scene).await;
    // It looks by itself.
    browser.until("document.body.innerText.includes('Signed receipt')", json!([])).await;
    browser.close_tab(&old).await;
}

async fn a_phone_without_scripts_is_led_into_its_wallet_and_back(engine: Engine) {
    let scene = before(engine, Look::LIGHT).await;
    let Scene { browser, shop, .. } = &scene;
    browser.be_a_phone(SAFARI).await;
    browser.run_scripts(false).await;
    browser.goto(&format!("{}/pay?item=gaiwan:1", shop.url())).await;
    browser.run("document.querySelector(`[name='answer.email']`).value = 'lin@example.org'", json!([])).await;
    click(browser, "[name='answer.terms']").await;
    click(browser, "button[name=method]").await;
    let link = browser.run("const link = document.querySelector('a.go'); return [link.textContent, link.referrerPolicy]", json!([])).await;
    assert_eq!(link, json!(["Open WeChat Pay", "strict-origin"]));
    browser.keep("plain-app-390").await;
    click(browser, "a.go").await;
    browser.run("[...document.querySelectorAll('button')].find(button => button.textContent === 'Pay').id = 'pay'", json!([])).await;
    click(browser, "#pay").await;
    // From here on the page looks by itself, and the test may wait for it.
    browser.run_scripts(true).await;
    browser.reload().await;
    browser.until("location.pathname.startsWith('/pay/') && document.body.innerText.includes('Signed receipt')", json!([])).await;
    assert!(!text(browser).await.contains("lin@example.org"), "this page knows no key");
}

async fn by_the_keyboard_alone_a_page_without_scripts_sells(engine: Engine) {
    let scene = before(engine, Look::LIGHT).await;
    let Scene { browser, shop, .. } = &scene;
    browser.goto(&format!("{}/pay?item=tea-100g:1&country=DE", shop.url())).await;
    fault_free(browser).await;
    let focus = "document.querySelector(arguments[0]).focus()";
    for (name, answer) in GIVEN {
        browser.run(focus, json!([format!("[name='{name}']")])).await;
        browser.press(if name == "answer.email" { "nobody" } else { answer }).await;
    }
    browser.run("document.querySelectorAll('form').forEach(form => (form.noValidate = true))", json!([])).await;
    // Enter in a field is the first button.
    browser.press(KEYS_ENTER).await;
    browser.until("document.activeElement.className === 'faults'", json!([])).await;
    fault_free(browser).await;
    browser.keep("plain-faults-1280").await;
    browser.tab_to("Email: Please write an e-mail address").await;
    browser.press(KEYS_ENTER).await;
    browser.until("location.hash === '#ask-email'", json!([])).await;
    browser.run("document.querySelector('#ask-email').select()", json!([])).await;
    browser.press("lin@example.org").await;
    browser.run(focus, json!(["[name='answer.terms']"])).await;
    browser.press(" ").await;
    browser.tab_to("Pay 80.00 CNY · WeChat Pay").await;
    browser.press(KEYS_ENTER).await;
    browser.until("document.querySelector('svg.code')", json!([])).await;
    fault_free(browser).await;
    scan(&scene).await;
    browser.tab_to("Check now").await;
    browser.press(KEYS_ENTER).await;
    browser.until("document.body.innerText.includes('Signed receipt')", json!([])).await;
    fault_free(browser).await;
}

async fn every_page_looks_right_in_every_size_and_light(engine: Engine) {
    for look in [Look::LIGHT, Look::DARK] {
        let scene = before(engine, look).await;
        let Scene { browser, shop, .. } = &scene;
        let light = if look.is_dark { "dark" } else { "light" };
        for (language, width) in [("en", 1280), ("zh-CN", 1280), ("en", 390), ("zh-CN", 390), ("en", 320), ("de", 320), ("ar", 390)] {
            browser.prefer_languages(language).await;
            browser.resize(width, 1800).await;
            let whole = async |name: &str| {
                let fits: Value = browser.run("return document.documentElement.scrollWidth <= innerWidth", json!([])).await;
                assert_eq!(fits, true, "{name} {language} {width}");
                browser.keep(&format!("plain-{name}-{language}-{light}-{width}")).await;
            };
            browser.goto(&format!("{}/pay?item=tea-100g:1&item=gaiwan:2&country=DE", shop.url())).await;
            fault_free(browser).await;
            whole("cart").await;
            browser.goto(&format!("{}/pay?item=tea-100g:1&item=nothing:2", shop.url())).await;
            whole("refused").await;
            browser.goto(&format!("{}/pay?item=tea-100g:1&country=DE", shop.url())).await;
            fill_in(browser).await;
            click(browser, "button[name=method]").await;
            fault_free(browser).await;
            whole("code").await;
            scan(&scene).await;
            if (language, width) == ("en", 1280) {
                browser.be_media("print", &[]).await;
                browser.keep(&format!("plain-print-{light}")).await;
                let shown = "return [...document.querySelectorAll('button, .keep, svg.code, table')].map(one => one.checkVisibility())";
                let shown = browser.run(shown, json!([])).await;
                let shown = shown.as_array().unwrap().iter().filter(|shown| **shown == json!(true)).count();
                assert_eq!(shown, 2, "the bill and the code, and nothing to press");
                browser.be_media("", &[("prefers-color-scheme", light)]).await;
            }
            click(browser, "button[value=look]").await;
            fault_free(browser).await;
            whole("paid").await;
        }
    }
}
