//! Inside of WeChat: its browser's bridge, played by a stand-in. What it is given goes to the sandbox, which reads the merchant's
//! signature and says what WeChat would; where it lies, the test chooses. Whatever the bridge says, "paid" is only said when the
//! backend has said it.

use serde_json::{Value, json};

use crate::purchase::to_code;
use testing::{Browser, Engine, Letter, Look, Scene, ShopOptions, Widget, read_qr};

// Only Chromium can be told to call itself WeChat's browser.
told_in!([chromium]:
    the_bridge_is_asked_and_never_believed
    without_a_bridge_the_button_is_not_dead
    a_shopper_whom_wechat_knows_pays_by_the_bridge_and_may_follow
);

/// What WeChat's browser calls itself.
pub const WECHAT: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/138.0.0.0 \
                      Mobile Safari/537.36 XWEB/1380085 MMWEBSDK/20250503 MicroMessenger/8.0.60.2860(0x28003C31) WeChat/arm64";

/// A bridge that arrives when it is told to, keeps what it is asked and says what it is told.
pub const BRIDGE: &str = "
    window.bridge = {
      calls: [],
      arrive() {
        window.WeixinJSBridge = { invoke(name, call, done) { bridge.calls.push({ name, call }); bridge.done = done; } };
        document.dispatchEvent(new Event('WeixinJSBridgeReady'));
      },
      answer(word) { bridge.done({ err_msg: 'get_brand_wcpay_request:' + word }); },
    };";

/// Hands orders out as if the backend had made a call of the bridge of each code.
fn inside(letter: Letter) -> Letter {
    // What asks for leave to ask has an answer without a body.
    let Ok(mut order) = serde_json::from_slice::<Value>(&letter.body) else { return letter };
    if let Some(code) = order["payment"]["payload"].as_str() {
        let package = format!("prepay_id={}", code.rsplit('=').next().unwrap());
        let call = json!({ "appId": "wx1", "timeStamp": "1", "nonceStr": "n", "package": package, "signType": "RSA", "paySign": "c2ln" });
        order["payment"]["payload"] = call.to_string().into();
        order["payment"]["surface"] = "wechat".into();
    }
    letter.saying(order.to_string())
}

/// Presses the button and returns the call that the bridge gets.
async fn ask(widget: &Widget<'_>, browser: &Browser, nth: usize) -> Value {
    widget.click("Pay").await;
    browser.until("bridge.calls.length === a[0]", json!([nth])).await;
    browser.run("return bridge.calls.at(-1)", json!([])).await
}

/// What WeChat says to what the bridge was given, once the shopper has done this.
pub async fn wechat(scene: &Scene, asked: &Value, act: &str) -> String {
    let url = format!("{}/sandbox/wechat_pay/bridge?answer={act}", scene.shop.sandbox.url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let reply = client.post(url).body(asked["call"].to_string()).send().await.unwrap();
    let told: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
    told["err_msg"].as_str().unwrap().strip_prefix("get_brand_wcpay_request:").unwrap().to_owned()
}

pub async fn answer(browser: &Browser, word: &str) {
    browser.run("bridge.answer(arguments[0])", json!([word])).await;
}

async fn the_bridge_is_asked_and_never_believed(engine: Engine) {
    let options = ShopOptions { has_official_account: true, ..ShopOptions::default() };
    let mut scene = Scene::before(engine, Look::LIGHT, options).await;
    // The backend's part is played by the line, so the widget has to believe the line.
    scene.shop.restart_believing_everybody(str::to_owned).await;
    scene.shop.line.play(|_, path, letter| if path.starts_with("/v1/orders") { inside(letter) } else { letter });
    let Scene { browser, pages, .. } = &scene;
    browser.be_a_phone(WECHAT).await;
    scene.show("en", &[pages.watch("bridge.js", BRIDGE), scene.snippet("")].concat()).await;
    let widget = to_code(browser).await;
    browser.keep("wechat-390").await;

    // Asked for too early, the wallet opens as soon as the bridge is there.
    widget.click("Pay").await;
    browser.run("bridge.arrive()", json!([])).await;
    browser.until("bridge.calls.length === 1", json!([])).await;
    let first = browser.run("return bridge.calls[0]", json!([])).await;
    assert_eq!((first["name"].as_str(), first["call"]["signType"].as_str()), (Some("getBrandWCPayRequest"), Some("RSA")));
    answer(browser, "cancel").await;
    widget.says("Not paid yet").await;
    browser.keep("wechat-not-paid-390").await;

    // Without the money its "ok" is worth as much.
    assert_eq!(ask(&widget, browser, 2).await, first);
    answer(browser, "ok").await;
    widget.says("Not paid yet").await;
    assert_eq!(widget.property("state").await, "awaiting");

    // What it refuses is not asked of it again: what the line made up was signed by nobody.
    let asked = ask(&widget, browser, 3).await;
    let word = wechat(&scene, &asked, "pay").await;
    assert_eq!(word, "fail");
    answer(browser, &word).await;
    widget.comes_to("choosing").await;
    widget.says("Open the page in your phone’s own browser").await;
    browser.keep("wechat-refused-390").await;
}

/// WeCom's built-in browser, mini programs and others call themselves WeChat's and have no bridge.
async fn without_a_bridge_the_button_is_not_dead(engine: Engine) {
    let options = ShopOptions { has_official_account: true, ..ShopOptions::default() };
    let mut scene = Scene::before(engine, Look::LIGHT, options).await;
    scene.shop.restart_believing_everybody(str::to_owned).await;
    scene.shop.line.play(|_, path, letter| if path.starts_with("/v1/orders") { inside(letter) } else { letter });
    let Scene { browser, .. } = &scene;
    browser.be_a_phone(WECHAT).await;
    scene.show("en", &scene.snippet("")).await;
    let widget = to_code(browser).await;
    widget.click("Pay").await;
    widget.comes_to("choosing").await;
    widget.says("Open the page in your phone’s own browser").await;
}

async fn a_shopper_whom_wechat_knows_pays_by_the_bridge_and_may_follow(engine: Engine) {
    let options = ShopOptions { has_official_account: true, ..ShopOptions::default() };
    let scene = Scene::before(engine, Look::LIGHT, options).await;
    let Scene { browser, pages, .. } = &scene;
    browser.be_a_phone(WECHAT).await;
    scene.show("en", &[pages.watch("bridge.js", BRIDGE), scene.snippet("")].concat()).await;
    let widget = to_code(browser).await;
    let order = widget.property("order").await;
    widget.click_a("link", "Open WeChat Pay").await;

    // WeChat has told the backend who it is and led the shopper back to the page.
    widget.find("button", "Pay CN¥148.00").await;
    assert_eq!(widget.property("order").await["id"], order["id"]);
    browser.run("bridge.arrive()", json!([])).await;
    let asked = ask(&widget, browser, 1).await;
    let word = wechat(&scene, &asked, "not_now").await;
    assert_eq!(word, "cancel", "WeChat shows what the merchant signed");
    answer(browser, &word).await;
    widget.says("Not paid yet").await;
    let asked = ask(&widget, browser, 2).await;
    let word = wechat(&scene, &asked, "pay").await;
    assert_eq!(word, "ok");
    answer(browser, &word).await;
    widget.comes_to("paid").await;

    widget.says("Follow to get updates on this order").await;
    browser.resize(390, 1600).await;
    let follow = read_qr(&browser.keep("wechat-paid-390").await);
    assert!(follow.starts_with("http://weixin.qq.com/q/"), "{follow}");
}
