//! The native twin: on pages with `native-integrity` Chromium checks answers by itself (docs/spec/signing.md §8), before the widget does;
//! the other engines go on as before. What Chromium keeps back is shown with a widget that believes everybody.

use serde_json::json;

use crate::purchase::{click_page, names, order_tea, reasons, to_code};
use testing::{Engine, Letter, Line, Look, Scene, ShopOptions, Widget, read_qr, sees_qr};

told_in!([chromium firefox webkit]:
    tea_is_sold_where_browsers_are_asked_to_check
    a_forged_order_reaches_even_a_widget_that_believes_everybody_only_where_no_browser_checks
    a_backend_that_signs_for_no_browser_is_named_to_the_developer
);

const CODE: &str = "weixin://wxpay/bizpayurl?pr=";

/// The settings in which answers are signed for browsers, too.
fn signing_twice(settings: &str) -> String {
    settings.replace("[signing]\n", "[signing]\nnative_integrity = true\n")
}

/// Puts another code into orders, with the right digest, and takes off what the browser would check.
fn forge(line: &Line) {
    line.play(|_, path, letter| if path.starts_with("/v1/orders") { forged(letter) } else { letter });
}

fn forged(letter: Letter) -> Letter {
    let body = std::str::from_utf8(&letter.body).unwrap().replace(CODE, &format!("{CODE}evil"));
    let mut letter = letter.saying(body);
    for name in ["signature", "signature-input"] {
        if let Some(both) = letter.headers.get(name) {
            let ours = both.to_str().unwrap().split(", native=").next().unwrap().parse().unwrap();
            letter.headers.insert(name, ours);
        }
    }
    letter
}

async fn tea_is_sold_where_browsers_are_asked_to_check(engine: Engine) {
    let mut scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    scene.shop.restart_with(signing_twice).await;
    scene.show("en", &scene.snippet("native-integrity")).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
    shop.sandbox.pay(&read_qr(&browser.screenshot().await)).unwrap();
    widget.comes_to("paid").await;
    let heard = names(browser).await;
    assert!(heard.iter().all(|name| name != "error" && name != "violation"), "{heard:?}");
}

async fn a_forged_order_reaches_even_a_widget_that_believes_everybody_only_where_no_browser_checks(engine: Engine) {
    let mut scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    scene.shop.restart_believing_everybody(signing_twice).await;
    let Scene { shop, browser, pages } = &scene;

    browser.goto(&pages.put("shop", "en", &scene.snippet("native-integrity"))).await;
    let widget = order_tea(browser).await;
    forge(&shop.line);
    widget.click("Pay").await;
    if engine == Engine::Chromium {
        assert_eq!(reasons(browser).await[0], "net-failed");
        assert_eq!(widget.property("state").await, "creating");
        assert!(!sees_qr(&browser.screenshot().await), "Chromium lets a forged order through");
        shop.line.repent();
        widget.comes_to("awaiting").await;
        assert_eq!(read_qr(&browser.screenshot().await), shop.sandbox.codes()[0].payload);
    } else {
        widget.comes_to("awaiting").await;
        assert!(read_qr(&browser.screenshot().await).starts_with(&format!("{CODE}evil")));
    }

    // Where the page does not ask, nobody looks: so it is the browser that has kept the order back.
    shop.line.repent();
    browser.forget_everything(&pages.put("other", "en", &scene.snippet(""))).await;
    let widget = order_tea(browser).await;
    forge(&shop.line);
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    assert!(read_qr(&browser.screenshot().await).starts_with(&format!("{CODE}evil")));
}

async fn a_backend_that_signs_for_no_browser_is_named_to_the_developer(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    scene.show("en", &scene.snippet("native-integrity")).await;
    let Scene { browser, .. } = &scene;
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    click_page(browser, "[data-qr-checkout-add=tea-100g]").await;
    let found = "heard.find(event => event.detail?.code === 'config-native-integrity')?.detail";
    let error = browser.until(found, json!([])).await;
    assert_eq!(error["severity"], "configuration");
    assert!(error["message"].as_str().unwrap().contains("signing.native_integrity = true"), "{error}");
    match engine {
        Engine::Chromium => assert!(!widget.is_saying("148.00").await, "Chromium takes answers that nobody signed for it"),
        Engine::Firefox | Engine::Webkit => widget.comes_to("quoted").await,
    }
}
