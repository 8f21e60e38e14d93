//! Which pages may ask (docs/spec/http.md §2). A POST of this API needs no preflight, so the server itself looks at what a browser says of the
//! page, before it reads a body.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::response::ApiError;

/// How a page asks (Fetch Metadata): a widget by `cors`, and neither a form nor an address bar does.
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// The origins whose pages may ask.
#[derive(Clone)]
pub(crate) struct Origins {
    /// That of `public_url`.
    own: String,
    /// `server.allowed_origins`
    listed: Arc<[String]>,
    /// That of the pages for staff, which ask as the shop's pages do, and show no frame.
    staff: Option<String>,
}

impl Origins {
    pub(crate) fn new(public_url: &str, listed: &[String], staff: Option<String>) -> Origins {
        let own = url::Url::parse(public_url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
        Origins { own, listed: listed.into(), staff }
    }

    /// That of our own pages.
    pub(crate) fn own(&self) -> &str {
        &self.own
    }

    /// Whether pages of that origin may ask. `*` stands for any but `null`, which anybody's sandboxed frame has.
    pub(crate) fn allows(&self, origin: &str) -> bool {
        origin == self.own || self.is_listed(origin)
    }

    /// Those whose pages may show a frame: each by its name, for neither "any" nor "none" says who it is.
    pub(crate) fn parents(&self) -> Vec<&str> {
        self.listed.iter().map(String::as_str).filter(|origin| !matches!(*origin, "*" | "null")).collect()
    }

    fn is_listed(&self, origin: &str) -> bool {
        self.staff.as_deref() == Some(origin) || self.listed.iter().any(|known| known == origin || known == "*" && origin != "null")
    }

    /// Lets a request in, whatever it asks for. One without an origin is no page's.
    ///
    /// # Errors
    /// `origin-not-allowed`, `fetch-mode-not-allowed`.
    pub(super) fn admit(&self, method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
        if headers.get_all(MODE).iter().any(|mode| mode != "cors") {
            return Err(ApiError::FetchModeNotAllowed);
        }
        let is_allowed = |origin: &HeaderValue| origin.to_str().is_ok_and(|origin| self.allows(origin));
        if method == Method::POST && !headers.get_all(header::ORIGIN).iter().all(is_allowed) {
            return Err(ApiError::OriginNotAllowed);
        }
        Ok(())
    }

    /// The origin that may read the answer. Our own needs nobody's leave.
    pub(super) fn granted(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        headers.get(header::ORIGIN).filter(|origin| origin.to_str().is_ok_and(|origin| self.is_listed(origin))).cloned()
    }
}
