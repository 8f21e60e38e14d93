//! Pages of the backend's own, for shoppers. None holds a script or a style of its own inside, none is framed, searched or kept, and a GET
//! changes nothing: robots of chats fetch them.

mod order;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use axum::routing::get;

use super::{App, strangers};
use crate::catalog::is_for;
use crate::i18n::{LOCALES, Words};

/// Only what this host itself serves, and pictures of goods, which may lie anywhere.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; \
    img-src 'self' https: data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The pages, and what they are drawn by.
pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/o/{order}", get(order::show))
        .route("/pages/page.css", get(style))
        .layer(from_fn_with_state(app.clone(), strangers::read))
}

async fn style() -> Response<Body> {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("page.css")).into_response()
}

/// A page of that content, below the name of the shop.
fn page(status: StatusCode, words: &Words, title: &str, content: &str) -> Response<Body> {
    let (lang, dir, title) = (words.lang, words.dir, escaped(title));
    let html = format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"../pages/page.css\">\n\
         <script type=\"module\" src=\"../qr-checkout.js\"></script>\n</head>\n<body>\n<main>\n{content}\n</main>\n</body>\n</html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive"),
    ];
    let mut response = (status, html).into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A text inside of HTML, also as an attribute between double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// The words of the first language that the browser asks for and the server speaks (RFC 9110 §12.5.4); English, if there is none.
fn spoken(headers: &HeaderMap) -> &'static Words {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weighed = accepted.split(',').filter_map(|range| {
        let mut parts = range.split(';');
        let tag = parts.next()?.trim();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
        Some((tag, weight.map_or(Some(1.0), |weight| weight.parse::<f32>().ok())?))
    });
    let mut tags: Vec<(&str, f32)> = weighed.filter(|(_, weight)| *weight > 0.0).collect();
    tags.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    tags.iter().find_map(|(tag, _)| LOCALES.into_iter().find(|words| is_for(words.lang, tag))).unwrap_or(LOCALES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_first_language_that_is_spoken_is_taken() {
        let lang =
            |accepted: &'static str| spoken(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted))])).lang;
        assert_eq!(lang("de-AT,de;q=0.9,en;q=0.8"), "de");
        assert_eq!(lang("en;q=0.5, ja"), "ja");
        assert_eq!(lang("fr, *;q=0.1"), "en");
        assert_eq!((lang("zh-CN"), lang("zh"), lang("zh-TW, en")), ("zh-Hans", "zh-Hans", "en"));
        assert_eq!((lang("de;q=0"), lang(""), lang(";;,=")), ("en", "en", "en"));
        assert_eq!(spoken(&HeaderMap::new()).lang, "en");
    }

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(escaped("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    }
}
