//! Verification of answers, in the fixed order of docs/spec/signing.md §4; the first failure wins and has a stable code.
//! Steps 1 to 13 make an [`Authentic`] answer, step 14 (`meaning`) and 15 (`payload`) make a [`Verified`] value.

mod exchange;
mod meaning;
mod policy;
pub mod vector;

use std::ops::Deref;
use std::rc::Rc;

pub use exchange::{Answer, Context, Exchange};
pub use meaning::{Known, VerifiedOrder};

use crate::base64::{self, Alphabet};
use crate::json::{self, Fields, Value};
use crate::signature;
use crate::{Code, Digest, Pins, Request};

/// The most bytes a body may have.
pub const MAX_BODY: usize = 256 * 1024;

/// A value that this module has proved to be the merchant's, fresh, and about what was asked.
/// There is no other way to build one. Clones share the value: it cannot change.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified<T>(Rc<Proved<T>>);

#[derive(Debug, PartialEq, Eq)]
struct Proved<T> {
    value: T,
    created: i64,
    digest: Digest,
}

impl<T> Clone for Verified<T> {
    fn clone(&self) -> Verified<T> {
        Verified(Rc::clone(&self.0))
    }
}

impl<T> Verified<T> {
    /// When the backend signed it, unix seconds.
    pub fn created(&self) -> i64 {
        self.0.created
    }

    /// The digest of the body it came in.
    pub fn digest(&self) -> Digest {
        self.0.digest
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

/// An answer whose signature, freshness and digest hold; what it says is not judged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentic {
    status: u16,
    created: i64,
    digest: Digest,
    body: Value,
    /// Whether it came from this very machine: a backend is on plain http there and nowhere else.
    local: bool,
}

impl Authentic {
    /// When the backend signed it, unix seconds.
    pub fn created(&self) -> i64 {
        self.created
    }
}

/// Steps 1 to 13. Of an answer that fails, nothing may be shown or remembered.
/// The [crate's own page](crate) has an example of a whole exchange.
///
/// # Errors
/// The code of the first step that fails.
pub fn authenticate(request: &Request, answer: &Answer, context: &Context<'_>) -> Result<Authentic, Code> {
    let created = signed(request, answer, context)?;
    let digest = digested(answer)?;
    if answer.content_type.as_deref() != Some("application/json") {
        return Err(Code::BodyType);
    }
    let body = json::parse(&answer.body)?;
    if !matches!(body, Value::Object(_)) {
        return Err(Code::BodySchema);
    }
    Ok(Authentic { status: answer.status, created, digest, body, local: request.url.starts_with("http:") })
}

/// Steps 1 to 10: signed by a pinned key, as the profile says, for this request, and when.
fn signed(request: &Request, answer: &Answer, context: &Context<'_>) -> Result<i64, Code> {
    if answer.redirected {
        return Err(Code::NetRedirect);
    }
    let (input_field, signature_field) = presence(answer)?;
    let inputs = signature::parse_signature_input(input_field)?;
    let signatures = signature::parse_signature(signature_field)?;
    let (input, signature) = policy::select(&inputs, &signatures)?;
    policy::components(input)?;
    let parameters = policy::parameters(input)?;
    policy::nonce(&parameters, request, context)?;
    let pin = context.pins.find(parameters.keyid).ok_or(Code::KeyUnknown)?;
    policy::times(&parameters, request, context)?;
    let base = signature::base(input, &Exchange { request, answer })?;
    check_signature(pin.key(), base.as_bytes(), signature)?;
    Ok(parameters.created)
}

/// Steps 1 and 2: what a page cannot see it cannot verify.
fn presence(answer: &Answer) -> Result<(&str, &str), Code> {
    match (&answer.signature_input, &answer.signature) {
        (Some(input), Some(signature)) => Ok((input, signature)),
        (None, None) if !(200..300).contains(&answer.status) => Err(Code::NetUnsignedError),
        (None, None) if answer.cross_origin && answer.unencoded_digest.is_none() => Err(Code::SigNotExposed),
        (None, None) => Err(Code::SigMissing),
        _ => Err(Code::SigHalf),
    }
}

/// Step 10: a raw Ed25519 signature (RFC 8032). S ≥ group order and public keys of small order are refused.
///
/// # Errors
/// `crypto-length` unless it has 64 bytes, `crypto-invalid`.
pub fn check_signature(key: &[u8; 32], message: &[u8], signature: &[u8]) -> Result<(), Code> {
    let signature: [u8; 64] = signature.try_into().map_err(|_| Code::CryptoLength)?;
    ed25519_compact::PublicKey::new(*key).verify(message, &ed25519_compact::Signature::new(signature)).map_err(|_| Code::CryptoInvalid)
}

/// Steps 11 and 12: the field has exactly one member, sha-256 of 32 bytes, and those are the body's.
fn digested(answer: &Answer) -> Result<Digest, Code> {
    let field = answer.unencoded_digest.as_deref().ok_or(Code::DigestMissing)?;
    let members = signature::parse_digest(field)?;
    let [(algorithm, bytes)] = members.as_slice() else { return Err(Code::DigestMalformed) };
    if algorithm != "sha-256" {
        return Err(Code::DigestAlg);
    }
    if bytes.len() != 32 {
        return Err(Code::DigestMalformed);
    }
    if answer.body.len() > MAX_BODY {
        return Err(Code::BodyTooLarge);
    }
    let digest = Digest::of(&answer.body);
    if bytes == digest.as_bytes() { Ok(digest) } else { Err(Code::DigestMismatch) }
}

/// Reads a compact JWS of the profile (docs/spec/signing.md §6): header members exact, key pinned, signature good.
///
/// # Errors
/// `body-schema` for a malformed one, `key-unknown`, `crypto-length`, `crypto-invalid`.
pub(crate) fn open_jws(text: &str, typs: [&str; 2], pins: &Pins) -> Result<(bool, Value), Code> {
    let end = text.bytes().rposition(|byte| byte == b'.').ok_or(Code::BodySchema)?;
    let (signed, signature) = (&text[..end], &text[end + 1..]);
    let middle = signed.bytes().position(|byte| byte == b'.').ok_or(Code::BodySchema)?;
    let (header, payload) = (&signed[..middle], &signed[middle + 1..]);
    let header = json::parse(&jws_part(header)?)?;
    let (typ, kid) = Fields::read(&header, |fields| {
        let typ = fields.text("typ");
        if fields.text("alg") != "EdDSA" || !typs.contains(&typ) || header.get("crit").is_some() {
            fields.refuse();
        }
        (typ, fields.text("kid"))
    })?;
    let pin = pins.find(kid).ok_or(Code::KeyUnknown)?;
    check_signature(pin.key(), signed.as_bytes(), &jws_part(signature)?)?;
    Ok((typ == typs[1], json::parse(&jws_part(payload)?)?))
}

fn jws_part(text: &str) -> Result<Vec<u8>, Code> {
    base64::decode(Alphabet::Url, text).ok_or(Code::BodySchema)
}
