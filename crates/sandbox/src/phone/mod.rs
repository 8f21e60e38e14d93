//! The phone: a small page that plays the shopper's wallet in a browser. It only uses the control
//! routes; its files are beside this one and embedded.

mod reader;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub(crate) use reader::{LONGEST_SIDE, Picture};

/// Own files only: no inline script or style, and no string ever becomes markup or code.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", get(page))
        .route("/phone", get(page))
        .route("/phone.css", get(|| async { file("text/css; charset=utf-8", include_str!("phone.css")) }))
        .route("/phone.svg", get(|| async { file("image/svg+xml", include_str!("icon.svg")) }))
        .route("/phone.js", get(|| async { script(include_str!("phone.js")) }))
        .route("/account.js", get(|| async { script(include_str!("account.js")) }))
        .route("/texts.js", get(|| async { script(include_str!("texts.js")) }))
        .route("/scanner.js", get(|| async { script(include_str!("scanner.js")) }))
        .route("/faults.js", get(|| async { script(include_str!("faults.js")) }))
}

async fn page() -> Response {
    file("text/html; charset=utf-8", include_str!("index.html"))
}

fn script(text: &'static str) -> Response {
    file("text/javascript; charset=utf-8", text)
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}
