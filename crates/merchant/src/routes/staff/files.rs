//! The files of the pages for staff, and what a browser may do with them.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;

/// The only script that may stand between these pages and the network.
const WORKER: &str = "/staff-worker.js";

macro_rules! files {
    ($($name:literal $kind:literal $file:literal;)*) => {
        /// Name, type, text.
        const FILES: &[(&str, &str, &str)] = &[$(($name, $kind, include_str!(concat!("../../../../../www/staff/", $file)))),*];
    };
}

files! {
    "/door" "text/html; charset=utf-8" "door.html";
    "/door.js" "text/javascript; charset=utf-8" "door.js";
    "/door-words.js" "text/javascript; charset=utf-8" "door-words.js";
    "/counter" "text/html; charset=utf-8" "counter.html";
    "/counter.js" "text/javascript; charset=utf-8" "counter.js";
    "/counter-sale.js" "text/javascript; charset=utf-8" "counter-sale.js";
    "/counter-day.js" "text/javascript; charset=utf-8" "counter-day.js";
    "/counter-customer.js" "text/javascript; charset=utf-8" "counter-customer.js";
    "/counter-words.js" "text/javascript; charset=utf-8" "counter-words.js";
    "/counter.css" "text/css; charset=utf-8" "counter.css";
    "/staff.js" "text/javascript; charset=utf-8" "staff.js";
    "/staff.css" "text/css; charset=utf-8" "staff.css";
    "/staff-worker.js" "text/javascript; charset=utf-8" "staff-worker.js";
    "/door.css" "text/css; charset=utf-8" "door.css";
}

/// Every file; at the root a page by which everybody finds theirs.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let root = Router::new().route("/", get(|| async { Redirect::temporary("/door") }));
    FILES
        .iter()
        .fold(root, |routes, (name, kind, text)| routes.route(name, get(move || async move { ([(header::CONTENT_TYPE, *kind)], *text) })))
}

/// What a page may load, and who may show it: itself and the widget of the shop, and nobody. `shop` is the origin that the widget comes from.
pub(super) fn policy(shop: &str) -> HeaderValue {
    let text = format!(
        "default-src 'none'; script-src 'self' {shop} 'wasm-unsafe-eval'; style-src 'self' {shop}; connect-src 'self' {shop}; \
         img-src 'self' https: data: blob:; media-src 'self' blob:; worker-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types staff"
    );
    // An origin as browsers print it is of such characters alone.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// No other file may become the script that answers for the whole host.
pub(super) async fn one_worker_alone(request: Request, next: Next) -> Response<Body> {
    let is_for_worker = request.headers().get("service-worker").is_some();
    if is_for_worker && request.uri().path() != WORKER {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}
