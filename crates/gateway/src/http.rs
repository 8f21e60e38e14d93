//! HTTP messages as plain values, so that this crate never opens a socket.
//! No header semantics and no provider rules here.

use http::{HeaderMap, Method, StatusCode};

/// An HTTP request for the caller to send exactly as it is: the bytes of `url` and `body` are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The verb.
    pub method: Method,
    /// Absolute URL, already percent-encoded. Re-encoding it breaks the signature.
    pub url: String,
    /// Headers to send, as documented by the provider.
    pub headers: Vec<(&'static str, String)>,
    /// Body to send byte for byte; empty for none.
    pub body: Vec<u8>,
}

/// The reply to an [`HttpRequest`]. Redirects must not be followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body bytes after content decoding, before anything else.
    pub body: Vec<u8>,
}
