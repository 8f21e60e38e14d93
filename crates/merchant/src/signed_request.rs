//! A request to the signed API, read strictly: the parts that its answer will be bound to, and its JSON body.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use percent_encoding::percent_decode_str;
use protocol::json::{self, Value};
use protocol::{Digest, IdempotencyKey, Nonce, REVISION, Request};

use crate::client::Client;
use crate::observing::RequestId;
use crate::response::ApiError;
use crate::store::IdempotencyRecord;

/// Methods that an answer can name. Others than the first two are refused, and the refusal is signed.
const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

/// The most bytes the body of a request may have.
const MAX_BODY: usize = 64 * 1024;

/// A request whose answer can be bound to it: it has a nonce.
#[derive(Clone)]
pub(crate) struct SignedRequest {
    /// As the signature will cover it.
    pub(crate) request: Request,
    /// Who asks.
    pub(crate) client: Client,
    /// Names this request in logs, in `x-request-id` and in problems.
    pub(crate) id: String,
    /// Query parameters in order, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// What a POST has brought, or why it is refused.
    posted: Result<Posted, ApiError>,
}

/// The body of a POST, and what counts once.
#[derive(Clone)]
struct Posted {
    key: IdempotencyRecord,
    /// An object.
    body: Value,
}

impl SignedRequest {
    /// Reads all but the body of a request; none that no signature could be for: without a nonce of 16 bytes, with two, or by a method of
    /// somebody's own.
    pub(crate) fn read(public_url: &str, client: Client, parts: &Parts) -> Option<SignedRequest> {
        let raw = parts.uri.path_and_query()?.as_str();
        let query = pairs(parts.uri.query().unwrap_or_default())?;
        let nonce = Nonce::parse(only(&query, "n")?)?;
        let method = METHODS.into_iter().find(|known| parts.method.as_str() == *known)?;
        Some(SignedRequest {
            request: Request { method, url: format!("{public_url}{raw}"), nonce, body: None, wait: 0 },
            client,
            id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            query,
            posted: Err(ApiError::BadRequest),
        })
    }

    /// Whether it may make something.
    pub(crate) fn is_post(&self) -> bool {
        self.request.method == "POST"
    }

    /// The same with its body, or with why that is refused; none where it did not come.
    pub(crate) async fn with_body(mut self, parts: &Parts, body: Body) -> Option<SignedRequest> {
        if self.is_post() {
            self.posted = read_post(parts, &self.query, whole(body).await?);
        }
        Some(self)
    }

    /// The only value of a query parameter.
    pub(crate) fn parameter(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let mut values = self.query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { Err(ApiError::BadRequest) } else { Ok(first) }
    }

    /// A query parameter that is a number from 0 to `most`.
    pub(crate) fn number(&self, name: &str, most: i64) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.parameter(name)? else { return Ok(None) };
        let digits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && (0..=most).contains(number));
        number.map(Some).ok_or(ApiError::BadRequest)
    }

    /// Whether this backend speaks the revision of the API that the widget was made for. A query without one means the first.
    ///
    /// # Errors
    /// `ReleaseRevoked`, and `BadRequest` for what is no number.
    pub(crate) fn check_revision(&self) -> Result<(), ApiError> {
        match self.number("r", i64::MAX)? {
            None => Ok(()),
            Some(revision) if revision == i64::from(REVISION) => Ok(()),
            Some(_) => Err(ApiError::ReleaseRevoked),
        }
    }

    /// The body of a POST, an object.
    pub(crate) fn json(&self) -> Result<&Value, ApiError> {
        self.posted.as_ref().map(|posted| &posted.body).map_err(Clone::clone)
    }

    /// The idempotency key of a POST with what it is used for.
    pub(crate) fn idempotency(&self) -> Result<&IdempotencyRecord, ApiError> {
        self.posted.as_ref().map(|posted| &posted.key).map_err(Clone::clone)
    }
}

/// The idempotency key and the digest that the address names, and the body, if it is the one of that digest.
fn read_post(parts: &Parts, query: &[(String, String)], bytes: Result<Vec<u8>, ApiError>) -> Result<Posted, ApiError> {
    let key = only(query, "k").and_then(IdempotencyKey::parse).ok_or(ApiError::IdempotencyKeyMissing)?;
    let digest = only(query, "d").and_then(Digest::parse_url).ok_or(ApiError::DigestMismatch)?;
    if !is_text(&parts.headers) {
        return Err(ApiError::MediaType);
    }
    let bytes = bytes?;
    if Digest::of(&bytes) != digest {
        return Err(ApiError::DigestMismatch);
    }
    let body = json::parse(&bytes).ok().filter(|body| matches!(body, Value::Object(_))).ok_or(ApiError::BadRequest)?;
    let target = format!("POST {}", parts.uri.path());
    Ok(Posted { key: IdempotencyRecord { key: key.as_str().to_owned(), target, digest: digest.to_url_base64() }, body })
}

/// A body, unless it is too long; none where the line broke or fell silent before its end.
async fn whole(body: Body) -> Option<Result<Vec<u8>, ApiError>> {
    let (mut parts, mut bytes) = (body.into_data_stream(), Vec::new());
    while let Some(part) = parts.next().await {
        let part = part.ok()?;
        if bytes.len() + part.len() > MAX_BODY {
            return Some(Err(ApiError::BodyTooLarge));
        }
        bytes.extend_from_slice(&part);
    }
    Some(Ok(bytes))
}

/// Whether the body is said to be text in UTF-8, the one kind that browsers send without asking first (Fetch, CORS-safelisted).
fn is_text(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next().and_then(|value| value.to_str().ok()), values.next()) else { return false };
    let (kind, charset) = value.split_once(';').unwrap_or((value, "charset=utf-8"));
    kind.trim().eq_ignore_ascii_case("text/plain") && charset.trim().eq_ignore_ascii_case("charset=utf-8")
}

/// The value of a parameter that stands exactly once.
fn only<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut values = query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let value = values.next()?;
    if values.next().is_some() { None } else { Some(value) }
}

/// `a=b&c=d`, percent-decoded. `None` when it is not of that form.
fn pairs(query: &str) -> Option<Vec<(String, String)>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').and_then(|(name, value)| Some((decoded(name)?, decoded(value)?)))).collect()
}

fn decoded(text: &str) -> Option<String> {
    let is_escape = |(at, _)| text.as_bytes().get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    text.match_indices('%').all(is_escape).then(|| percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_or_refused() {
        assert_eq!(pairs("item=tea%3A2&n=x").unwrap(), [("item".into(), "tea:2".into()), ("n".into(), "x".into())]);
        for query in ["item", "a=%", "a=%2", "a=%zz", "a=%+1", "a=%ff"] {
            assert_eq!(pairs(query), None, "{query}");
        }
    }
}
