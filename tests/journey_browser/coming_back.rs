//! Every way back from a wallet: to the whole address that the shopper left, fragment included, whatever the wallet gives back of it; and
//! pages that nobody can come back to, which sell all the same.

use axum::Router;
use axum::extract::Request;
use axum::http::header;
use axum::response::{Html, IntoResponse as _};
use serde_json::{Value, json};

use crate::inside::WECHAT;
use crate::phone::{SAFARI, answer_cashier};
use crate::purchase::{names, to_code};
use testing::{Browser, Engine, Look, Scene, ShopOptions, Widget, serve};

told_in!([chromium firefox webkit]:
    a_hash_routed_shop_gets_its_shopper_back_on_the_same_route
    a_long_address_comes_back_whole_and_never_cut
    a_wallet_that_keeps_the_fragment_to_itself_is_made_up_for_once
    an_element_that_stays_while_the_route_changes_is_come_back_to_where_it_was_paid
    pages_that_nobody_can_come_back_to_sell_all_the_same
);

// Only Chromium can be told to send the name of WeChat's browser.
told_in!([chromium]: wechat_leads_whom_it_recognized_back_to_the_same_route);

/// A phone's name as the page reads it, in every engine.
fn phone(agent: &str) -> String {
    format!("Object.defineProperty(Navigator.prototype, 'userAgent', {{ get: () => '{agent}' }})")
}

/// Draws the checkout on its route, and something else on all others.
const ROUTER: &str = "
    document.addEventListener('DOMContentLoaded', () => {
      const view = document.querySelector('main');
      const draw = () => {
        const isCheckout = location.hash.startsWith('#/checkout');
        view.replaceChildren(isCheckout ? document.querySelector('template').content.cloneNode(true) : 'Home');
      };
      addEventListener('hashchange', draw);
      draw();
    });";

/// A shop of one page, whose routes are fragments; its address.
fn hash_routed(scene: &Scene, agent: &str) -> String {
    let tags = scene.snippet("");
    let (script, rest) = tags.split_once("</script>").unwrap();
    let watchers = [scene.pages.watch("phone.js", &phone(agent)), scene.pages.watch("router.js", ROUTER)].concat();
    scene.pages.put("spa.html", "en", &format!("{watchers}{script}</script><main></main><template>{rest}</template>"))
}

/// An address on which the element always is.
fn plain(scene: &Scene) -> String {
    let watcher = scene.pages.watch("phone.js", &phone(SAFARI));
    scene.pages.put("shop", "en", &(watcher + &scene.snippet("")))
}

async fn open(engine: Engine) -> Scene {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    scene.browser.resize(390, 844).await;
    scene
}

async fn address(browser: &Browser) -> String {
    browser.run("return location.href", json!([])).await.as_str().unwrap().to_owned()
}

/// What the cashier is told to lead back to.
async fn given(widget: &Widget<'_>, browser: &Browser) -> Option<String> {
    let link = widget.find("link", "Open WeChat Pay").await;
    let script = "return new URL(arguments[0].href).searchParams.get('redirect_url')";
    browser.run(script, json!([Browser::reference(&link)])).await.as_str().map(str::to_owned)
}

async fn a_hash_routed_shop_gets_its_shopper_back_on_the_same_route(engine: Engine) {
    let scene = open(engine).await;
    let Scene { browser, .. } = &scene;
    let page = hash_routed(&scene, SAFARI) + "?table=7&say=a\\b#/checkout/2?coupon='yes'";
    browser.goto(&page).await;
    let left = address(browser).await;
    let widget = to_code(browser).await;
    assert_eq!(given(&widget, browser).await.as_deref(), Some(left.as_str()));
    answer_cashier(&widget, browser, "Pay").await;
    widget.comes_to("paid").await;
    assert_eq!(address(browser).await, left);
}

async fn a_long_address_comes_back_whole_and_never_cut(engine: Engine) {
    let scene = open(engine).await;
    let Scene { browser, .. } = &scene;
    let page = plain(&scene);
    browser.goto(&format!("{page}?{}#/checkout", "basket=%E8%8C%B6&".repeat(60))).await;
    let left = address(browser).await;
    assert!(left.len() > 900);
    let widget = to_code(browser).await;
    assert_eq!(given(&widget, browser).await, Some(page));
    answer_cashier(&widget, browser, "Pay").await;
    browser.until("location.href === a[0] && document.querySelector('qr-checkout')?.state === 'paid'", json!([left])).await;
}

async fn a_wallet_that_keeps_the_fragment_to_itself_is_made_up_for_once(engine: Engine) {
    let scene = open(engine).await;
    let Scene { browser, shop, .. } = &scene;
    let page = hash_routed(&scene, SAFARI);
    browser.goto(&format!("{page}#/checkout")).await;
    let widget = to_code(browser).await;
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    widget.click("Continue shopping").await;
    let widget = to_code(browser).await;
    widget.click_a("link", "Open WeChat Pay").await;
    browser.until("document.querySelector('form button')", json!([])).await;
    browser.goto(&page).await;
    browser.until("location.hash === '#/checkout' && document.querySelector('qr-checkout')?.state === 'awaiting'", json!([])).await;
    // Whoever goes there by himself afterwards is left there.
    browser.goto("about:blank").await;
    browser.goto(&page).await;
    browser.until("customElements.get('qr-checkout') && document.readyState === 'complete'", json!([])).await;
    browser.breathe().await;
    assert_eq!(address(browser).await, page);
}

async fn an_element_that_stays_while_the_route_changes_is_come_back_to_where_it_was_paid(engine: Engine) {
    let scene = open(engine).await;
    let Scene { browser, .. } = &scene;
    browser.goto(&plain(&scene)).await;
    let widget = Widget::first(browser);
    widget.comes_to("cart").await;
    browser.run("history.pushState(null, '', '?product=7#reviews')", json!([])).await;
    let left = address(browser).await;
    let widget = to_code(browser).await;
    assert_eq!(given(&widget, browser).await.as_deref(), Some(left.as_str()));
}

async fn wechat_leads_whom_it_recognized_back_to_the_same_route(engine: Engine) {
    let options = ShopOptions { has_official_account: true, ..ShopOptions::default() };
    let scene = Scene::before(engine, Look::LIGHT, options).await;
    let Scene { browser, .. } = &scene;
    browser.be_a_phone(WECHAT).await;
    let page = hash_routed(&scene, WECHAT);
    for query in ["", &format!("?{}", "basket=%E8%8C%B6&".repeat(60))] {
        browser.goto(&format!("{page}{query}#/checkout")).await;
        browser.run("localStorage.clear()", json!([])).await;
        browser.reload().await;
        let left = address(browser).await;
        let widget = to_code(browser).await;
        let order = widget.property("order").await;
        widget.click_a("link", "Open WeChat Pay").await;
        let is_back = "location.href === a[0] && document.querySelector('qr-checkout')?.order?.id === a[1]";
        browser.until(is_back, json!([left, order["id"]])).await;
        widget.find("button", "Pay CN¥148.00").await;
    }
}

/// Opens each kind of page and comes to the way into the wallet, which leads back to nothing.
async fn pages_that_nobody_can_come_back_to_sell_all_the_same(engine: Engine) {
    let scene = open(engine).await;
    let Scene { browser, shop, .. } = &scene;
    let tags = scene.snippet("");
    let body = format!("<!doctype html><meta charset=\"utf-8\"><script>{}</script>{tags}", phone(SAFARI));
    let (sandboxed, in_a_frame, as_blob) = (body.clone(), body.clone(), body.clone());
    let answer = move |request: Request| async move {
        match request.uri().path() {
            "/sandboxed" => {
                ([(header::CONTENT_SECURITY_POLICY, "sandbox allow-scripts allow-top-navigation")], Html(sandboxed)).into_response()
            }
            "/frame" => {
                Html(format!("<iframe srcdoc=\"{}\"></iframe>", in_a_frame.replace('&', "&amp;").replace('"', "&quot;"))).into_response()
            }
            _ => {
                let text = serde_json::to_string(&as_blob).unwrap().replace("</", "<\\/");
                Html(format!("<script>window.page = URL.createObjectURL(new Blob([{text}], {{ type: 'text/html' }}))</script>"))
                    .into_response()
            }
        }
    };
    // An origin for each, since they would go on with each other's order.
    let routes = Router::new().fallback(answer);
    let [alone, framed, blob] = [serve(routes.clone()).await, serve(routes.clone()).await, serve(routes).await];
    let file = shop.folder().join("page.html");
    std::fs::write(&file, &body).unwrap();

    browser.goto(&format!("{alone}/sandboxed")).await;
    sells(browser, "window").await;
    browser.goto(&format!("{framed}/frame")).await;
    sells(browser, "frames[0]").await;
    browser.goto(&format!("{blob}/blob")).await;
    let page = browser.run("return page", json!([])).await;
    match engine {
        // Told to go there, Chromium stays where it is.
        Engine::Chromium => {
            browser.run("location = arguments[0]", json!([page])).await;
            browser.until("location.protocol === 'blob:'", json!([])).await;
        }
        Engine::Firefox | Engine::Webkit => browser.goto(page.as_str().unwrap()).await,
    }
    sells(browser, "window").await;
    browser.goto(&format!("file://{}", file.display())).await;
    sells(browser, "window").await;
}

/// Buys in that window's element, down to the link, which names no page to come back to; nothing is complained about.
async fn sells(browser: &Browser, window: &str) {
    let element = format!("{window}.document.querySelector('qr-checkout')");
    browser.until(&format!("{element}.state === 'cart' || {element}.state === 'quoted'"), json!([])).await;
    let watch = format!(
        "window.heard = []; {window}.addEventListener('qr-checkout-error', event => heard.push(event.detail)); {element}.clear(); {element}.add('tea-100g')"
    );
    browser.run(&watch, json!([])).await;
    browser.until(&format!("{element}.state === 'quoted'"), json!([])).await;
    let pay = "[...a.shadowRoot.querySelectorAll('button.primary')].find(button => button.textContent.startsWith('Pay')).click()";
    browser.run(&format!("const a = {element}; {pay}"), json!([])).await;
    browser.until(&format!("{element}.state === 'awaiting'"), json!([])).await;
    let link = format!("return {element}.shadowRoot.querySelector('a[target=_top]').href");
    let link = browser.run(&link, json!([])).await;
    let link = link.as_str().unwrap();
    assert!(link.contains("prepay_id=") && !link.contains("redirect_url"), "{window}: {link}");
    let heard: Value = browser.run("return heard", json!([])).await;
    assert_eq!(heard, json!([]));
    assert!(!names(browser).await.iter().any(|name| name == "unsure"));
}
