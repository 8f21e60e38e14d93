//! What verifying one answer costs in each browser, in the widget's wasm and in WebCrypto: a line of JSON for each engine.
//! `cargo xtask bench` runs it and sets it beside the native figures. Not here: what is measured, see `www/gallery/bench.js`.
#![expect(clippy::print_stdout, reason = "a bench prints")]

use serde_json::json;
use testing::{Browser, Engine, Look, gallery, serve};

#[tokio::main]
async fn main() {
    let page = format!("{}/bench.html", serve(gallery()).await);
    for engine in [Engine::Chromium, Engine::Firefox, Engine::Webkit] {
        let browser = Browser::open(engine, Look::LIGHT).await;
        browser.goto(&page).await;
        browser.until("document.documentElement.hasAttribute('data-ready')", json!([])).await;
        let mut figures = browser.ask("bench().then(arguments[0], failure => arguments[0](String(failure)))", json!([])).await;
        assert!(figures.is_object(), "{engine:?}: {figures}");
        figures["engine"] = format!("{engine:?}").to_lowercase().into();
        println!("{figures}");
    }
}
