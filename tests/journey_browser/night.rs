//! Night modes that paint a page anew: an extension that rewrites its colours, and filters that turn them round. The widget may become
//! dark, the code stays dark on light.

use serde_json::json;

use crate::purchase::to_code;
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget, is_dark_on_light, read_qr};

// The part of a screen that a code has is only to be had in these; in WebKitGTK it is read in the dark by `purchase`.
told_in!([chromium firefox]:
    dark_reader_repaints_everything_but_the_code
    filters_that_turn_colours_round_are_turned_back
);

const ROOT: &str = "document.querySelector('qr-checkout').shadowRoot";

async fn picture(browser: &Browser) -> Vec<u8> {
    browser.breathe().await;
    browser.picture_of(&Widget::first(browser).find("group", "Payment code").await).await
}

async fn dark_reader_repaints_everything_but_the_code(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, pages } = &scene;
    // The extension is not bound by the page's policy about styles; the library that it is made from is.
    let policy = format!("script-src {} {} 'wasm-unsafe-eval'; style-src 'unsafe-inline'", shop.url(), pages.origin());
    let html = format!("<!doctype html><html lang=\"en\"><head><script src=\"/watch/recorder.js\"></script></head>{}", scene.snippet(""));
    browser.goto(&pages.put_document("night", html, policy)).await;
    to_code(browser).await;
    browser.dark_reader().await;
    browser.until(&format!("{ROOT}.querySelector('path[data-darkreader-inline-fill]')"), json!([])).await;
    browser.keep(&format!("dark-reader-{engine:?}")).await;
    let code = picture(browser).await;
    assert!(is_dark_on_light(&code));
    assert_eq!(read_qr(&code), shop.sandbox.codes()[0].payload);
    // It did repaint the drawing under the picture: nearly black on dark grey, which no camera reads.
    browser.run(&format!("{ROOT}.querySelector('canvas').style.display = 'none'"), json!([])).await;
    assert!(!is_dark_on_light(&picture(browser).await));
}

async fn filters_that_turn_colours_round_are_turned_back(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    to_code(browser).await;
    for (html, body, is_turned) in [("invert(1) hue-rotate(180deg)", "", true), ("invert(90%)", "invert(1)", false), ("", "", false)] {
        let filter = "[document.documentElement.style.filter, document.body.style.filter] = arguments";
        browser.run(filter, json!([html, body])).await;
        browser.until(&format!("{ROOT}.querySelector('.place').hasAttribute('data-turned') === a[0]"), json!([is_turned])).await;
        let code = picture(browser).await;
        assert!(is_dark_on_light(&code), "{html} {body}");
        assert_eq!(read_qr(&code), shop.sandbox.codes()[0].payload, "{html} {body}");
    }
}
