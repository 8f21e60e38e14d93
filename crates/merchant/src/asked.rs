//! A request to the signed API, read strictly: the parts that its answer will be bound to, and its JSON body.

use axum::body::{Body, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request as HttpRequest};
use protocol::json::{self, Value};
use protocol::{Digest, IdempotencyKey, Nonce, REVISION, Request};

use crate::answer::Refusal;
use crate::client::Client;
use crate::observing::RequestId;
use crate::store::Attempt;

/// Methods that an answer can name. Others than the first two are refused, and the refusal is signed.
pub(crate) const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

/// The most bytes the body of a request may have.
const MAX_BODY: usize = 64 * 1024;

/// A request whose answer cannot be bound to it: a signature would cover less than the profile says (signing.md §3).
pub(crate) enum Unbound {
    /// No nonce of 16 bytes, or more than one.
    Nonce,
    /// A POST without `content-digest`.
    Digest,
    /// A POST without an `idempotency-key` of 16 bytes.
    Key,
}

/// What was asked.
pub(crate) struct Asked {
    /// As the signature will cover it.
    pub(crate) request: Request,
    /// Who asks.
    pub(crate) client: Client,
    /// Names this request in logs, in `x-request-id` and in problems.
    pub(crate) id: String,
    /// Path behind `/v1/`, in segments.
    pub(crate) segments: Vec<String>,
    /// Query parameters in order, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// The body of a POST, or why it is refused.
    pub(crate) body: Result<Value, Refusal>,
}

impl Asked {
    /// Reads a request.
    ///
    /// # Errors
    /// What an answer cannot be bound to.
    pub(crate) async fn read(public_url: &str, proxies: usize, request: HttpRequest<Body>) -> Result<Asked, Unbound> {
        let (parts, body) = request.into_parts();
        let raw = parts.uri.path_and_query().ok_or(Unbound::Nonce)?.as_str();
        let query = pairs(parts.uri.query().unwrap_or_default()).ok_or(Unbound::Nonce)?;
        let mut nonces = query.iter().filter(|(name, _)| name == "n");
        let nonce = nonces.next().and_then(|(_, value)| Nonce::parse(value)).ok_or(Unbound::Nonce)?;
        if nonces.next().is_some() {
            return Err(Unbound::Nonce);
        }
        let method = METHODS.into_iter().find(|known| parts.method.as_str() == *known).ok_or(Unbound::Nonce)?;
        let (bound, body) = if method == "POST" { read_body(&parts, body).await? } else { (None, Err(Refusal::BadRequest)) };
        let path = parts.uri.path().strip_prefix("/v1/").ok_or(Unbound::Nonce)?;
        Ok(Asked {
            request: Request { method, url: format!("{public_url}{raw}"), nonce, body: bound, wait: 0 },
            client: Client::of(&parts.headers, &parts.extensions, proxies),
            id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            segments: path.split('/').map(str::to_owned).collect(),
            query,
            body,
        })
    }

    /// The only value of a query parameter.
    pub(crate) fn parameter(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { Err(Refusal::BadRequest) } else { Ok(first) }
    }

    /// A query parameter that is a number from 0 to `most`.
    pub(crate) fn number(&self, name: &str, most: i64) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.parameter(name)? else { return Ok(None) };
        let digits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && (0..=most).contains(number));
        number.map(Some).ok_or(Refusal::BadRequest)
    }

    /// Whether this backend speaks the revision of the API that the widget was made for. A query without one means the first.
    ///
    /// # Errors
    /// `ReleaseRevoked`, and `BadRequest` for what is no number.
    pub(crate) fn check_revision(&self) -> Result<(), Refusal> {
        match self.number("r", i64::MAX)? {
            None => Ok(()),
            Some(revision) if revision == i64::from(REVISION) => Ok(()),
            Some(_) => Err(Refusal::ReleaseRevoked),
        }
    }

    /// The body of a POST, an object.
    pub(crate) fn json(&self) -> Result<&Value, Refusal> {
        self.body.as_ref().map_err(Clone::clone)
    }

    /// The idempotency key with what it is used for.
    pub(crate) fn attempt(&self) -> Result<Attempt, Refusal> {
        let body = self.request.body.as_ref().ok_or(Refusal::IdempotencyKeyMissing)?;
        let target = format!("POST /v1/{}", self.segments.join("/"));
        Ok(Attempt { key: body.key.as_str().to_owned(), target, digest: body.digest.clone() })
    }
}

/// The headers that an answer to a POST covers, and the body, a JSON object, if it is as it must be.
async fn read_body(parts: &Parts, body: Body) -> Result<(Option<protocol::Body>, Result<Value, Refusal>), Unbound> {
    let digest = single(&parts.headers, "content-digest").ok_or(Unbound::Digest)?;
    let key = single(&parts.headers, "idempotency-key").and_then(IdempotencyKey::parse).ok_or(Unbound::Key)?;
    let bound = Some(protocol::Body { text: String::new(), digest: digest.to_owned(), key });
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else { return Ok((bound, Err(Refusal::BodyTooLarge))) };
    let result = match single(&parts.headers, "content-type") {
        Some("application/json") if digest == Digest::of(&bytes).to_field() => {
            json::parse(&bytes).ok().filter(|body| matches!(body, Value::Object(_))).ok_or(Refusal::BadRequest)
        }
        Some("application/json") => Err(Refusal::DigestMismatch),
        _ => Err(Refusal::MediaType),
    };
    Ok((bound, result))
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() { None } else { Some(value) }
}

/// `a=b&c=d`, percent-decoded. `None` when it is not of that form.
fn pairs(query: &str) -> Option<Vec<(String, String)>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').and_then(|(name, value)| Some((decoded(name)?, decoded(value)?)))).collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
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
