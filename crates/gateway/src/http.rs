//! HTTP messages as plain values, so that this crate never opens a socket.
//! No header semantics and no provider rules here.

/// An HTTP request for the caller to send exactly as it is: the bytes of `url` and `body` are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The verb.
    pub method: http::Method,
    /// Absolute URL, already percent-encoded. Re-encoding it breaks the signature.
    pub url: String,
    /// Headers to send, as documented by the provider.
    pub headers: Vec<(&'static str, String)>,
    /// Body to send byte for byte; empty for none.
    pub body: Vec<u8>,
}

/// The reply to an [`HttpRequest`]. Redirects must not be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers with lower-case names.
    pub headers: Vec<(String, String)>,
    /// Body bytes after content decoding, before anything else.
    pub body: Vec<u8>,
}

/// The value of the first header called `name` (given in lower case), whatever the case in `headers`.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
