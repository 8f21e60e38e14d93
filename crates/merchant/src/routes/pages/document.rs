//! A page as HTML, with the headers that all of them have, and the language that it is in.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use maud::{DOCTYPE, Markup, html};

use crate::filling::filled;
use crate::i18n::{Words, of_browser};

/// Only what this host itself serves, and pictures of goods, which may lie anywhere.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; \
    img-src 'self' https: data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";
/// After how many seconds a page looks by itself whether the money is there.
const PAUSE: u32 = 5;

/// A page before it is HTML.
pub(super) struct Page<'a> {
    pub(super) status: StatusCode,
    pub(super) words: &'a Words,
    /// From its address to where this host's addresses begin.
    pub(super) root: &'static str,
    /// The name of the shop.
    pub(super) title: &'a str,
    /// What whoever is sent its address sees beside the shop's name.
    pub(super) description: Option<&'a str>,
    /// Whether the widget is on it. A page with it looks by itself only where no script runs.
    pub(super) has_widget: bool,
    /// Whether something may change without the shopper.
    pub(super) is_watching: bool,
    pub(super) content: Markup,
}

impl<'a> Page<'a> {
    /// A page of HTML alone, on which nothing changes by itself.
    pub(super) fn plain(status: StatusCode, words: &'a Words, root: &'static str, title: &'a str, content: Markup) -> Page<'a> {
        Page { status, words, root, title, description: None, has_widget: false, is_watching: false, content }
    }

    pub(super) fn respond(&self) -> Response<Body> {
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "same-origin"),
            (HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive"),
        ];
        let mut response = (self.status, self.html().into_string()).into_response();
        for (name, value) in headers {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    fn html(&self) -> Markup {
        let refresh = html! { meta http-equiv="refresh" content=(PAUSE); };
        html! {
            (DOCTYPE)
            html lang=(self.words.lang) dir=(self.words.dir) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    meta property="og:title" content=(self.title);
                    meta property="og:type" content="website";
                    @if let Some(description) = self.description {
                        meta property="og:description" content=(description);
                    }
                    link rel="stylesheet" href={ (self.root) "pages/page.css" };
                    @if self.has_widget { script type="module" src={ (self.root) "qr-checkout.js" } {} }
                    @if self.is_watching && self.has_widget { noscript { (refresh) } }
                    @if self.is_watching && !self.has_widget { (refresh) }
                }
                body { main { (self.content) } }
            }
        }
    }
}

/// A page that says one thing, under the name of the shop.
pub(super) fn said(status: StatusCode, words: &Words, root: &'static str, shop: &str, text: &str) -> Response<Body> {
    let content = html! { h1 { (shop) } p role="alert" { (text) } };
    Page::plain(status, words, root, shop, content).respond()
}

/// Leads to another page, by GET. Nobody keeps where this one led.
pub(super) fn led_to(url: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_str(url).unwrap_or(HeaderValue::from_static("/")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// The words that the browser asks for.
pub(super) fn spoken(headers: &HeaderMap) -> &'static Words {
    spoken_after(None, headers)
}

/// Those of the page that led here, if they are known; else those that the browser asks for.
pub(super) fn spoken_after(locale: Option<&str>, headers: &HeaderMap) -> &'static Words {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    of_browser(&[locale.unwrap_or_default(), accepted].join(","))
}

/// A text with its places filled. What stands in a value is never taken for a place.
pub(super) fn fill(text: &str, places: &[(&str, &str)]) -> String {
    filled(text, |name| Some(places.iter().find(|(place, _)| *place == name).map_or("", |(_, value)| value).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let page = Page {
            status: StatusCode::OK,
            words: of_browser("de"),
            root: "",
            title: "<a href=\"x\">&",
            description: Some("\"><script>"),
            has_widget: false,
            is_watching: true,
            content: html! { p { ("</p><script>") } },
        };
        let html = page.html().into_string();
        assert!(html.contains("<title>&lt;a href=&quot;x&quot;&gt;&amp;</title>") && !html.contains("<script"), "{html}");
        assert!(html.contains("lang=\"de\"") && html.contains("http-equiv=\"refresh\""));
    }

    #[test]
    fn what_is_filled_in_is_no_place() {
        let text = fill("{a} to {b}, {c}", &[("a", "{b}"), ("b", "x")]);
        assert_eq!(text, "{b} to x, ");
    }
}
