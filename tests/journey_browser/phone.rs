//! The shopper's own phone: out of its browser into a wallet and back, and inside of WeChat, whose bridge a stand-in plays. What
//! a wallet says on the way proves nothing: "paid" is only said when the backend has signed it.

use serde_json::json;

use crate::purchase::to_code;
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget, read_qr};

// Only Chromium can be told to call itself a phone, and to send that name.
told_in!([chromium]:
    a_phone_jumps_into_wechat_and_comes_back_to_the_paid_order
    a_phone_that_comes_back_without_having_paid_goes_on_with_the_same_order
    a_phone_opens_alipay_and_takes_a_bank_code_into_the_banks_app
    where_a_page_is_shown_decides_what_is_offered
);

/// What Safari on a phone calls itself.
pub const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 \
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
pub async fn answer_cashier(widget: &Widget<'_>, browser: &Browser, button: &str) {
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
    widget.find("heading", "Pay with WeChat Pay").await;
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

/// What a phone's page has given away: texts on the clipboard, and files.
const TAKEN: &str = "
    window.taken = { texts: [], files: [] };
    navigator.clipboard.writeText = async (text) => void taken.texts.push(text);
    const link = URL.createObjectURL;
    URL.createObjectURL = (file) => {
      const reader = new FileReader();
      reader.onload = () => taken.files.push(reader.result);
      reader.readAsDataURL(file);
      return link(file);
    };";

async fn a_phone_opens_alipay_and_takes_a_bank_code_into_the_banks_app(engine: Engine) {
    let scene = on_a_phone(engine, SAFARI).await;
    let Scene { browser, shop, .. } = &scene;
    let widget = to_code(browser).await;
    widget.click("Use FPS instead").await;
    widget.find("group", "Payment code").await;
    widget.find("heading", "Pay in your bank’s app").await;
    browser.keep("bank-390").await;
    browser.run(TAKEN, json!([])).await;
    let drawn = read_qr(&browser.screenshot().await);
    widget.click("Copy the code").await;
    browser.until("taken.texts.length === 1", json!([])).await;
    assert_eq!(browser.run("return taken.texts[0]", json!([])).await, drawn);
    widget.click("Save or share the picture").await;
    browser.until("taken.files.length === 1", json!([])).await;
    let picture = browser.run("return taken.files[0]", json!([])).await;
    let picture = picture.as_str().unwrap().strip_prefix("data:image/png;base64,").unwrap().to_owned();
    let picture = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, picture).unwrap();
    assert_eq!(read_qr(&picture), drawn, "the picture is read as the screen is");
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

/// By what a browser calls itself: where the page is shown, what is offered there first, and what is not.
async fn where_a_page_is_shown_decides_what_is_offered(engine: Engine) {
    const ANDROID: &str =
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/138.0 Mobile Safari/537.36";
    const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36";
    let options = ShopOptions { offers_more: true, ..ShopOptions::default() };
    let scene = Scene::before(engine, Look::LIGHT, options).await;
    let Scene { browser, .. } = &scene;
    let everything = ["WeChat Pay", "Alipay", "FPS"];
    for (agent, offered) in [
        (SAFARI.to_owned(), &everything[..]),
        (format!("{ANDROID} MMWEBSDK/20250503 MicroMessenger/8.0.60.2860 WeChat/arm64"), &["WeChat Pay", "FPS"]),
        // WeChat on a desktop has a phone beside it.
        (format!("{WINDOWS} MicroMessenger/7.0.20 WindowsWechat(0x63090c33)"), &everything),
        // WeCom and mini programs look like WeChat and have no way to its wallet but a link.
        (format!("{ANDROID} wxwork/4.1.28 MicroMessenger/7.0.1"), &everything),
        (format!("{ANDROID} MicroMessenger/8.0.60.2860 miniProgram/wx123"), &everything),
        (format!("{SAFARI} [FBAN/FBIOS;FBAV/500.0]"), &everything),
    ] {
        browser.be_a_phone(&agent).await;
        scene.show("en", &scene.snippet("")).await;
        let widget = crate::purchase::order_tea(browser).await;
        let choices = browser.run("return [...document.querySelector('qr-checkout').shadowRoot.querySelectorAll('label.method')].map(label => label.textContent)", json!([])).await;
        assert_eq!(choices, json!(offered), "{agent}");
        widget.click("Pay").await;
        widget.comes_to("awaiting").await;
        let leave = "If nothing opens, open this page in your phone’s own browser.";
        let says_leave =
            browser.run("return document.querySelector('qr-checkout').shadowRoot.textContent.includes(arguments[0])", json!([leave])).await;
        let is_other_app = ["wxwork", "miniProgram", "FBAN"].iter().any(|app| agent.contains(app));
        assert_eq!(says_leave, json!(is_other_app), "{agent}");
        browser.run("localStorage.clear()", json!([])).await;
    }
}
