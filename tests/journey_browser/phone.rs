//! The shopper's own phone: out of its browser into a wallet and back, and inside of WeChat, whose bridge a stand-in plays. What
//! a wallet says on the way proves nothing: "paid" is only said when the backend has signed it.

use serde_json::json;

use crate::purchase::to_code;
use crate::support::{Browser, Engine, Look, Scene, ShopOptions, Widget};

// Only Chromium can be told to call itself a phone, and to send that name.
told_in!([chromium]:
    a_phone_jumps_into_wechat_and_comes_back_to_the_paid_order
    a_phone_that_comes_back_without_having_paid_goes_on_with_the_same_order
    a_phone_opens_alipay_and_a_bank_code_stays_a_code
);

/// What Safari on a phone calls itself.
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 \
                      Mobile/15E148 Safari/604.1";

/// A shop on a phone with that browser.
async fn on_a_phone(engine: Engine, agent: &str) -> Scene {
    let options = ShopOptions { offers_more: true, ..ShopOptions::default() };
    let scene = Scene::before(engine, Look::LIGHT, options).await;
    scene.browser.be_a_phone(agent).await;
    scene.show("en", &scene.snippet("")).await;
    scene
}

/// Jumps to the cashier and answers it.
async fn answer_cashier(widget: &Widget<'_>, browser: &Browser, button: &str) {
    widget.click_a("link", "Open WeChat Pay").await;
    browser.until("document.querySelector('form button')", json!([])).await;
    browser.keep("cashier-390").await;
    let press = "[...document.querySelectorAll('button')].find(button => button.textContent === arguments[0]).click()";
    browser.run(press, json!([button])).await;
    browser.until("document.querySelector('qr-checkout')", json!([])).await;
}

async fn a_phone_jumps_into_wechat_and_comes_back_to_the_paid_order(engine: Engine) {
    let scene = on_a_phone(engine, SAFARI).await;
    let Scene { browser, .. } = &scene;
    let widget = to_code(browser).await;
    widget.find("heading", "Pay on this device").await;
    browser.keep("app-390").await;
    let order = widget.property("order").await;
    answer_cashier(&widget, browser, "Pay").await;
    widget.comes_to("paid").await;
    assert_eq!(widget.property("order").await["id"], order["id"]);
    browser.keep("app-paid-390").await;
}

async fn a_phone_that_comes_back_without_having_paid_goes_on_with_the_same_order(engine: Engine) {
    let scene = on_a_phone(engine, SAFARI).await;
    let Scene { browser, .. } = &scene;
    let widget = to_code(browser).await;
    let order = widget.property("order").await;
    answer_cashier(&widget, browser, "Not now").await;
    widget.comes_to("awaiting").await;
    widget.click("Check now").await;
    widget.says("Not paid yet").await;
    browser.keep("app-not-paid-390").await;
    assert_eq!(widget.property("order").await["id"], order["id"]);
    answer_cashier(&widget, browser, "Pay").await;
    widget.comes_to("paid").await;
}

async fn a_phone_opens_alipay_and_a_bank_code_stays_a_code(engine: Engine) {
    let scene = on_a_phone(engine, SAFARI).await;
    let Scene { browser, shop, .. } = &scene;
    let widget = to_code(browser).await;
    widget.click("Use FPS instead").await;
    widget.find("group", "Payment code").await;
    widget.find("heading", "Scan to pay").await;
    widget.click("Use Alipay instead").await;
    let link = widget.find("link", "Open Alipay").await;
    browser.keep("app-alipay-390").await;
    // Codes of one second have no order among providers.
    let mut codes = shop.sandbox.codes().into_iter().map(|code| code.payload);
    let code = codes.find(|code| code.starts_with("https://qr.alipay.com/")).unwrap();
    assert_eq!(browser.run("return arguments[0].href", json!([Browser::reference(&link)])).await, code);
    shop.sandbox.pay(&code).unwrap();
    widget.comes_to("paid").await;
}
