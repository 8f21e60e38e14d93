//! Headers that every answer has, whoever made it: a browser that is led here shows nothing, runs nothing and tells nothing to others,
//! unless the answer itself says otherwise.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, header};

/// For two years, as browsers' lists of such hosts want it. Names below it are the merchant's affair.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");
/// For what is not a page.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// For pages, which hold the rest of their policy themselves.
const NO_FRAME: HeaderValue = HeaderValue::from_static("frame-ancestors 'none'; object-src 'none'; base-uri 'none'");

/// Which of them.
#[derive(Clone, Copy)]
pub(super) struct SafeHeaders {
    /// Whether shoppers reach the backend by https.
    pub(super) is_https: bool,
}

impl SafeHeaders {
    pub(super) fn put_on(self, mut response: Response<Body>) -> Response<Body> {
        let headers = response.headers_mut();
        let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        let policy = if is_page { NO_FRAME } else { NOTHING };
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
        headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
        headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
        headers.entry(HeaderName::from_static("cross-origin-opener-policy")).or_insert(HeaderValue::from_static("same-origin"));
        if self.is_https {
            headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HTTPS_ONLY);
        }
        response
    }
}
