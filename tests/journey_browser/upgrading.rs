//! An upgrade under open and pinned pages, with a payment half done: nobody notices.

use serde_json::json;

use crate::purchase::{click_page, names, order_tea, to_code};
use testing::{Browser, Engine, Look, NEW_WORD, OLD_WORD, Pages, Scene, ShopOptions, Widget, another};

told_in!([chromium firefox webkit]:
    nobody_notices_an_upgrade_neither_on_an_open_page_nor_on_a_pinned_one
    a_page_for_checking_out_loads_everything_at_once_and_nothing_twice
);

told_in!([chromium firefox webkit]:
    a_page_too_old_for_the_backend_asks_to_be_loaded_anew_and_goes_on_with_its_order
);

/// Where pages find the newest release.
const PLAIN: &str = "/qr-checkout.js";

/// Two buttons and the element, with the script at that address.
fn tags(scene: &Scene, script: &str, attributes: &str) -> String {
    let url = scene.shop.url();
    scene.snippet(attributes).replace(&format!("{url}/qr-checkout.js"), &format!("{url}{script}"))
}

/// That nothing went wrong on this page.
async fn is_well(browser: &Browser) {
    let heard = names(browser).await;
    assert!(heard.iter().all(|name| name != "error" && name != "unsure" && name != "violation"), "{:?}", browser.events().await);
}

/// A page on an origin that nobody has visited.
async fn fresh(scene: &Scene, body: &str) -> Pages {
    let pages = Pages::start(&scene.shop.url()).await;
    scene.browser.goto(&pages.put("shop", "zh-Hans", body)).await;
    pages
}

async fn nobody_notices_an_upgrade_neither_on_an_open_page_nor_on_a_pinned_one(engine: Engine) {
    let mut scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let first = scene.shop.release();
    scene.show("zh-Hans", &tags(&scene, PLAIN, "")).await;
    let widget = to_code_in_chinese(&scene.browser).await;
    let order = widget.property("order").await;
    // A page on which nobody has wanted anything so far: it has the small script of the first release and nothing else.
    let (paying, idle) = scene.browser.new_tab().await;
    let _asleep = fresh(&scene, &tags(&scene, PLAIN, "mode=\"dialog\"")).await;
    scene.browser.until("customElements.get('qr-checkout')", json!([])).await;

    let second = scene.shop.folder().join("second");
    another(&testing::dist(), &second);
    let (old, new) = (format!("dir = \"{}\"", testing::dist().display()), format!("dir = \"{}\"", second.display()));
    scene.shop.restart_with(|settings| settings.replacen(&old, &new, 1)).await;
    assert_ne!(scene.shop.release(), first);

    let Scene { browser, shop, .. } = &scene;
    let widget = Widget::first(browser);
    widget.call("open", json!([])).await;
    widget.says(OLD_WORD).await;
    is_well(browser).await;

    browser.switch(&paying).await;
    let widget = Widget::first(browser);
    assert_eq!(widget.property("state").await, "awaiting");
    // Loaded anew it has the new widget, and goes on with the old order.
    browser.reload().await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order["id"]);
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    is_well(browser).await;

    browser.switch(&idle).await;
    // A browser keeps the script of the plain address for minutes; one that has not seen it gets the new one.
    for (script, word) in [(format!("/r/{first}/qr-checkout.js"), OLD_WORD), (format!("{PLAIN}?first-seen"), NEW_WORD)] {
        let _pages = fresh(&scene, &tags(&scene, &script, "")).await;
        Widget::first(browser).says(word).await;
        let widget = to_code_in_chinese(browser).await;
        shop.sandbox.pay(&shop.sandbox.codes().into_iter().find(|code| code.state == sandbox::CodeState::Open).unwrap().payload).unwrap();
        widget.comes_to("paid").await;
        is_well(browser).await;
    }
}

/// As `to_code`, where buttons speak Chinese.
async fn to_code_in_chinese(browser: &Browser) -> Widget<'_> {
    let widget = order_tea(browser).await;
    widget.click("支付").await;
    widget.comes_to("awaiting").await;
    widget
}

async fn a_page_for_checking_out_loads_everything_at_once_and_nothing_twice(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { browser, shop, pages } = &scene;
    let tags = shop.tags(merchant::snippet::Page::Checkout).await;
    let button = "<button data-qr-checkout-add=\"tea-100g\" data-qr-checkout-quantity=\"2\">Add tea</button>";
    browser.goto(&pages.put("shop", "en", &format!("{button}{tags}"))).await;
    let widget = to_code(browser).await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    is_well(browser).await;
    let release = shop.release();
    for part in shop.parts() {
        assert_eq!(shop.line.count(&format!("GET /r/{release}/{part}")), 1, "{part}");
    }
    click_page(browser, "[data-qr-checkout-add=tea-100g]").await;
}

async fn a_page_too_old_for_the_backend_asks_to_be_loaded_anew_and_goes_on_with_its_order(engine: Engine) {
    let mut scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    // The line makes it a widget of another revision, whose questions it is the backend that refuses; this one believes its answers.
    scene.shop.restart_believing_everybody(str::to_owned).await;
    let Scene { browser, shop, .. } = &scene;
    scene.show("en", &scene.snippet("")).await;
    let widget = to_code(browser).await;
    let order = widget.property("order").await;
    shop.line.detour(|path| path.replace("&r=1", "&r=2"));
    widget.click("Check now").await;
    widget.comes_to("outdated").await;
    widget.find("heading", "Please reload this page").await;
    browser.keep("outdated-1280").await;
    let asked = shop.line.count(&format!("GET /v1/orders/{}", order["id"].as_str().unwrap()));
    let told = browser.until("heard.find(event => event.name === 'error')?.detail", json!([])).await;
    assert_eq!((&told["code"], &told["severity"]), (&json!("release-revoked"), &json!("refused")));
    shop.line.repent();
    widget.click("Reload").await;
    widget.comes_to("awaiting").await;
    assert_eq!(widget.property("order").await["id"], order["id"]);
    assert!(shop.line.count(&format!("GET /v1/orders/{}", order["id"].as_str().unwrap())) > asked);
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
}
