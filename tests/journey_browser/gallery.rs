//! Every state of the widget before an independent judge of accessibility: axe-core finds nothing in any scene of the
//! gallery, light and dark, in both languages, wide and narrow.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{Browser, Engine, Look, Scene, ShopOptions, Widget, made_ready};

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_any_state() {
    let gallery = serve().await;
    let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
    for (viewport, width) in [(1280, 720), (320, 320)] {
        browser.resize(viewport, 1100).await;
        browser.goto(&format!("{gallery}/?width={width}")).await;
        browser.until("document.documentElement.hasAttribute('data-ready')", json!([])).await;
        assert_eq!(browser.axe("#states").await, [""; 0]);
    }
    // The judge does look into shadow roots.
    let spoil = "const roots = [...document.querySelectorAll('gallery-state')].map(state => state.shadowRoot);
        roots.map(root => root.querySelector('button:not([aria-label])')).find(Boolean).textContent = ''";
    browser.run(spoil, json!([])).await;
    assert_ne!(browser.axe("#states").await, [""; 0]);
}

/// Two states that the gallery cannot show, because they are the element's and not the checkout's.
#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_an_open_dialog_nor_where_there_is_no_checkout() {
    let scene = Scene::before(Engine::Chromium, Look::DARK, ShopOptions::default()).await;
    scene.show("en", &scene.snippet("mode=\"dialog\"")).await;
    let widget = Widget::first(&scene.browser);
    widget.call("add", json!(["tea-100g"])).await;
    widget.call("open", json!([])).await;
    widget.comes_to("quoted").await;
    widget.find("dialog", "Your cart").await;
    assert_eq!(scene.browser.axe("qr-checkout").await, [""; 0]);
    scene.show("en", &scene.snippet("").replace("merchant-key=\"ed25519-", "merchant-key=\"rsa-")).await;
    widget.comes_to("misconfigured").await;
    assert_eq!(scene.browser.axe("qr-checkout").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scene_is_in_the_gallery() {
    let gallery = serve().await;
    let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
    browser.goto(&gallery).await;
    browser.until("document.documentElement.hasAttribute('data-ready')", json!([])).await;
    let names =
        browser.run("return [...document.querySelectorAll('[name=state] option')].map(one => one.value).filter(Boolean)", json!([]));
    let names: Vec<String> = serde_json::from_value(names.await).unwrap();
    assert_eq!(names, qr_checkout::gallery::scenarios());
    let drawn_together = names.iter().filter(|name| !name.contains("dialog")).count();
    assert_eq!(shown(&browser).await, drawn_together * 4, "each in two languages, light and dark");
}

/// How many states are drawn on the page.
async fn shown(browser: &Browser) -> usize {
    let drawn = "return [...document.querySelectorAll('gallery-state')].filter(state => state.shadowRoot.querySelector('h2')).length";
    browser.run(drawn, json!([])).await.as_u64().unwrap().try_into().unwrap()
}

/// Serves the gallery as it was built.
async fn serve() -> String {
    let folder = made_ready("QR_CHECKOUT_GALLERY", "target/dist-gallery");
    assert!(folder.join("index.html").is_file(), "there is no gallery: run cargo xtask dist --features gallery");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new().fallback(answer).with_state(folder);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

async fn answer(State(folder): State<PathBuf>, request: Request) -> Response {
    let name = match request.uri().path() {
        "/" => "index.html",
        path => path.trim_start_matches('/'),
    };
    let kind = match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    match std::fs::read(folder.join(name)) {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
