//! A hostile line between widget and backend: the code and the word "paid" never appear, the right reason is reported, and
//! when the line turns honest the checkout goes on.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::purchase::{order_tea, reasons, to_code};
use testing::{Engine, Letter, Line, Look, Scene, ShopOptions, read_qr, sees_qr};

told_in!([chromium firefox webkit]:
    a_forged_order_is_never_drawn_and_the_honest_one_is
    a_body_that_is_not_the_digested_one_is_never_drawn_and_is_outwaited
    a_forged_paid_is_never_believed_and_the_honest_one_is
    an_older_paid_and_another_orders_paid_are_never_believed
    a_gateway_that_answers_with_html_is_outwaited
);

/// A change to the text of an answer.
type Forgery = fn(&str) -> String;

const SWAPPED: Forgery = |body| body.replace("weixin://wxpay/bizpayurl?pr=", "weixin://wxpay/bizpayurl?pr=evil");
const CHEAPER: Forgery = |body| body.replace("\"amount\":14800", "\"amount\":14801");
const PAID: Forgery = |body| body.replace("\"status\":\"pending\"", "\"status\":\"paid\"");
const CUT: Forgery = |body| body[..body.len() / 2].to_owned();

/// Changes what is said about orders, and its digest with it.
fn forge(line: &Line, forgery: Forgery) {
    line.play(move |_, path, mut letter| {
        if path.starts_with("/v1/orders") {
            letter.body = forgery(std::str::from_utf8(&letter.body).unwrap()).into();
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &letter.body);
            let field = format!("sha-256=:{}:", STANDARD.encode(digest.as_ref()));
            letter.headers.insert("unencoded-digest", HeaderValue::from_str(&field).unwrap());
        }
        letter
    });
}

fn strip(line: &Line) {
    line.play(|_, path, mut letter| {
        if path.starts_with("/v1/orders") {
            letter.headers.remove("signature");
            letter.headers.remove("signature-input");
        }
        letter
    });
}

fn bad_gateway(line: &Line) {
    line.play(|_, path, letter| {
        if !path.starts_with("/v1/orders") {
            return letter;
        }
        let mut headers = axum::http::HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        Letter { status: StatusCode::BAD_GATEWAY, headers, body: Bytes::from_static(b"<h1>502 Bad Gateway</h1>") }
    });
}

async fn a_forged_order_is_never_drawn_and_the_honest_one_is(engine: Engine) {
    let scene = Scene::before(engine, Look::LIGHT, ShopOptions::default()).await;
    let Scene { shop, browser, pages } = &scene;
    let page = pages.put("shop", "en", &scene.snippet(""));
    let tricks: [(&str, &dyn Fn()); 4] = [
        ("crypto-invalid", &|| forge(&shop.line, SWAPPED)),
        ("crypto-invalid", &|| forge(&shop.line, CHEAPER)),
        ("crypto-invalid", &|| forge(&shop.line, CUT)),
        ("sig-missing", &|| strip(&shop.line)),
    ];
    for (reason, trick) in tricks {
        browser.forget_everything(&page).await;
        let widget = order_tea(browser).await;
        trick();
        widget.click("Pay").await;
        widget.comes_to("unsure").await;
        assert_eq!(reasons(browser).await, [reason]);
        assert!(!sees_qr(&browser.screenshot().await), "a code is shown after {reason}");
        assert!(!widget.has("group", "Payment code").await);
        shop.line.repent();
        widget.click("Check now").await;
        widget.comes_to("awaiting").await;
        assert_eq!(read_qr(&browser.screenshot().await), shop.sandbox.codes()[0].payload, "after {reason}");
    }
}

async fn a_body_that_is_not_the_digested_one_is_never_drawn_and_is_outwaited(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = order_tea(browser).await;
    shop.line.play(|_, path, mut letter| {
        if path.starts_with("/v1/orders") {
            letter.body = SWAPPED(std::str::from_utf8(&letter.body).unwrap()).into();
        }
        letter
    });
    widget.click("Pay").await;
    assert_eq!(reasons(browser).await[0], engine.reason_for_a_changed_body());
    assert!(!sees_qr(&browser.screenshot().await));
    shop.line.repent();
    if widget.property("state").await == "unsure" {
        widget.click("Check now").await;
    }
    widget.comes_to("awaiting").await;
}

async fn a_forged_paid_is_never_believed_and_the_honest_one_is(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
    forge(&shop.line, PAID);
    widget.click("Check now").await;
    widget.comes_to("unsure").await;
    assert_eq!(reasons(browser).await, ["crypto-invalid"]);
    assert!(!sees_qr(&browser.screenshot().await));
    shop.line.repent();
    widget.click("Check now").await;
    widget.comes_to("awaiting").await;
    shop.sandbox.pay(&read_qr(&browser.screenshot().await)).unwrap();
    widget.comes_to("paid").await;
}

async fn an_older_paid_and_another_orders_paid_are_never_believed(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = to_code(browser).await;
    let recorded: Arc<Mutex<Option<Letter>>> = Arc::default();
    let tape = Arc::clone(&recorded);
    shop.line.play(move |_, _, letter| {
        if letter.body.windows(15).any(|part| part == b"\"status\":\"paid\"") {
            *tape.lock().unwrap() = Some(letter.clone());
        }
        letter
    });
    shop.sandbox.pay(&shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    let first = widget.property("order").await["id"].as_str().unwrap().to_owned();
    shop.line.repent();

    widget.click("Continue shopping").await;
    let widget = to_code(browser).await;
    let second = widget.property("order").await["id"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    shop.line.play(move |_, path, letter| match &*recorded.lock().unwrap() {
        Some(paid) if path.starts_with("/v1/orders/") => paid.clone(),
        _ => letter,
    });
    widget.click("Check now").await;
    widget.comes_to("unsure").await;
    assert_eq!(reasons(browser).await, ["nonce-reused"]);

    shop.line.repent();
    shop.line.detour(move |path| path.replace(&second, &first));
    widget.click("Check now").await;
    browser.until("heard.filter(event => event.detail?.code === 'crypto-invalid').length > 0", serde_json::json!([])).await;
    widget.comes_to("unsure").await;
    shop.line.repent();
    widget.click("Check now").await;
    widget.comes_to("awaiting").await;
}

async fn a_gateway_that_answers_with_html_is_outwaited(engine: Engine) {
    let scene = Scene::open(engine).await;
    let Scene { shop, browser, .. } = &scene;
    let widget = order_tea(browser).await;
    bad_gateway(&shop.line);
    widget.click("Pay").await;
    browser.until("heard.some(event => event.detail?.code === 'net-unsigned-error')", serde_json::json!([])).await;
    assert_eq!(widget.property("state").await, "creating");
    shop.line.repent();
    widget.comes_to("awaiting").await;
    assert_eq!(shop.sandbox.codes().len(), 1, "the retried order is the same order");
}
