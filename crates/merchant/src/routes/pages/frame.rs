//! `GET /frame`: the checkout as a frame in pages of the shop's (`isolation="frame"`), out of reach of their scripts. It is shown in pages of the
//! listed origins alone, and takes a port from the page around it; what goes through that is in `www/frame/port.js`. A page's script that
//! asks for it (by CORS, and so with an `Origin`) learns why it is not shown there.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, header};
use axum::response::IntoResponse as _;
use maud::{DOCTYPE, html};
use url::form_urlencoded;

use super::super::{App, strangers};
use super::document::spoken_after;

/// Only what this host itself serves, and pictures of goods, which may lie anywhere. Who may show it stands behind it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; \
    img-src 'self' https: data:; base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors";
/// What it loads of its own, by name: type and text.
const FILES: [(&str, &str, &str); 3] = [
    ("frame.js", "text/javascript; charset=utf-8", include_str!("../../../../../www/frame/frame.js")),
    ("port.js", "text/javascript; charset=utf-8", include_str!("../../../../../www/frame/port.js")),
    ("frame.css", "text/css; charset=utf-8", include_str!("../../../../../www/frame/frame.css")),
];

pub(super) async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let mut response = match headers.get(header::ORIGIN) {
        Some(origin) => judged(&app, origin.to_str().unwrap_or_default()),
        None => document(&app, uri.query().unwrap_or_default(), &headers),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow, noarchive"));
    response
}

/// What a page of that origin learns of its frame.
fn judged(app: &App, origin: &str) -> Response<Body> {
    let parents = app.origins.parents();
    let mut response = if parents.contains(&origin) {
        StatusCode::NO_CONTENT.into_response()
    } else if parents.is_empty() {
        strangers::problem(StatusCode::FORBIDDEN, "config-frame-origins", "server.allowed_origins names no page that may show a frame")
    } else {
        strangers::problem(StatusCode::FORBIDDEN, "config-frame-not-allowed", "server.allowed_origins does not name this page's origin")
    };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn document(app: &App, query: &str, headers: &HeaderMap) -> Response<Body> {
    let locale = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "locale").map(|(_, locale)| locale);
    let words = spoken_after(locale.as_deref(), headers);
    let (parents, service) = (app.origins.parents(), &app.service);
    let listed = serde_json::json!(parents).to_string();
    let native = service.keys.native_integrity.then_some("");
    let page = html! {
        (DOCTYPE)
        html lang=(words.lang) dir=(words.dir) data-parents=(listed) data-backend=(service.public_url)
            data-merchant-key=(service.keys.merchant_key()) data-native-integrity=[native] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                base target="_top";
                title { (service.name.get(words.lang)) }
                link rel="stylesheet" href="frame/frame.css";
                // What its script imports would else be asked for after it has come.
                link rel="modulepreload" href="frame/port.js";
                link rel="modulepreload" href="qr-checkout.js";
                script type="module" src="frame/frame.js" {}
            }
            body {
                main {}
                noscript { p { (words.checkout_not_shown) } }
            }
        }
    };
    let shown_by = if parents.is_empty() { "'none'".to_owned() } else { parents.join(" ") };
    let mut response = page.into_string().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // Origins are judged when the configuration is read: nothing in one ends a directive.
    let policy = HeaderValue::from_str(&format!("{POLICY} {shown_by}")).unwrap_or(HeaderValue::from_static("frame-ancestors 'none'"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// One of its files, or none of that name.
pub(super) async fn file(Path(name): Path<String>) -> Response<Body> {
    match FILES.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, text)) => ([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "no-cache")], *text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
