//! Steps 4 to 8: which signature counts, what it must cover, which parameters it must have, and when it is fresh.

use super::exchange::Context;
use crate::signature::{Bare, Component, SignatureInput, TAG};
use crate::{Code, Request};

/// `expires` may be at most this long after `created`, seconds.
const MAX_LIFETIME: i64 = 300;
/// How far `created` and `expires` may be off the estimate, seconds.
const MAX_SKEW: i64 = 60;
/// How far `created` may go back between answers, seconds: several nodes have several clocks.
const MAX_REGRESSION: i64 = 5;
/// An answer must be complete within the request's wait and this, milliseconds.
const MAX_DELAY_MS: i64 = 30_000;

/// How many components an answer covers.
const REQUIRED: usize = 5;

/// The signature parameters of the profile, typed.
pub(super) struct Parameters<'a> {
    pub(super) created: i64,
    pub(super) expires: i64,
    pub(super) nonce: &'a str,
    pub(super) keyid: &'a str,
}

/// Step 4: labels agree, at most two signatures, exactly one with our tag.
pub(super) fn select<'a>(
    inputs: &'a [(String, SignatureInput)],
    signatures: &'a [(String, Vec<u8>)],
) -> Result<(&'a SignatureInput, &'a [u8]), Code> {
    if inputs.len() != signatures.len() {
        return Err(Code::SigLabelMismatch);
    }
    let mut ours = None;
    let mut several = false;
    for (label, input) in inputs {
        let (_, signature) = signatures.iter().find(|(known, _)| known == label).ok_or(Code::SigLabelMismatch)?;
        if input.has_tag(TAG) {
            several = ours.is_some();
            ours = Some((input, signature.as_slice()));
        }
    }
    let ours = ours.ok_or(Code::SigNoTag)?;
    if several {
        return Err(Code::SigAmbiguous);
    }
    if inputs.len() > 2 { Err(Code::SigExtra) } else { Ok(ours) }
}

/// Step 5: each component once, nothing outside the profile, each with exactly its parameter, and the required set complete.
pub(super) fn components(input: &SignatureInput) -> Result<(), Code> {
    for (at, component) in input.components.iter().enumerate() {
        if input.components[..at].iter().any(|earlier| is_same(earlier, component)) {
            return Err(Code::CompDuplicate);
        }
    }
    for component in &input.components {
        let of_request = match component.name.as_str() {
            "@method" | "@target-uri" => true,
            "@status" | "content-type" | "unencoded-digest" => false,
            _ => return Err(Code::CompNotAllowed),
        };
        if !parameter_fits(component, of_request) {
            return Err(Code::CompParam);
        }
    }
    // Names are known and unique, so the number tells whether all are there.
    if input.components.len() == REQUIRED { Ok(()) } else { Err(Code::CompMissing) }
}

/// RFC 9421 §2: an identifier is its name and parameters, whatever their order.
fn is_same(one: &Component, other: &Component) -> bool {
    let all_in = |these: &Component, those: &Component| these.parameters.iter().all(|parameter| those.parameters.contains(parameter));
    one.name == other.name && all_in(one, other) && all_in(other, one)
}

fn parameter_fits(component: &Component, of_request: bool) -> bool {
    match component.parameters.as_slice() {
        [] => !of_request,
        [(name, Bare::Bool(true))] => of_request && name == "req",
        _ => false,
    }
}

/// Step 6: the required parameters are there and of their types; `alg` is not; others are tolerated.
pub(super) fn parameters(input: &SignatureInput) -> Result<Parameters<'_>, Code> {
    if input.parameter("alg").is_some() {
        return Err(Code::ParamAlgPresent);
    }
    let created = time(input, "created")?;
    let expires = time(input, "expires")?;
    Ok(Parameters { created, expires, nonce: text(input, "nonce")?, keyid: text(input, "keyid")? })
}

fn time(input: &SignatureInput, name: &str) -> Result<i64, Code> {
    match input.parameter(name) {
        Some(Bare::Int(time)) if *time >= 0 => Ok(*time),
        Some(_) => Err(Code::ParamType),
        None => Err(Code::ParamMissing),
    }
}

fn text<'a>(input: &'a SignatureInput, name: &str) -> Result<&'a str, Code> {
    match input.parameter(name) {
        Some(Bare::Text(text)) => Ok(text),
        Some(_) => Err(Code::ParamType),
        None => Err(Code::ParamMissing),
    }
}

/// Step 6, end: the answer is to this request and to no earlier one.
pub(super) fn nonce(parameters: &Parameters<'_>, request: &Request, context: &Context<'_>) -> Result<(), Code> {
    if parameters.nonce == request.nonce.as_str() {
        return Ok(());
    }
    let reused = context.earlier.iter().any(|nonce| nonce.as_str() == parameters.nonce);
    Err(if reused { Code::NonceReused } else { Code::NonceMismatch })
}

/// Step 8 (docs/spec/signing.md §5).
pub(super) fn times(parameters: &Parameters<'_>, request: &Request, context: &Context<'_>) -> Result<(), Code> {
    let Parameters { created, expires, .. } = *parameters;
    if context.elapsed_ms > i64::from(request.wait) * 1000 + MAX_DELAY_MS {
        return Err(Code::NonceStale);
    }
    if expires <= created || expires - created > MAX_LIFETIME {
        return Err(Code::TimeLifetime);
    }
    if let Some(now) = context.server_now {
        if expires < now - MAX_SKEW {
            return Err(Code::TimeExpired);
        }
        if (created - now).abs() > MAX_SKEW {
            return Err(Code::TimeCreatedSkew);
        }
    }
    if context.last_created.is_some_and(|last| created < last - MAX_REGRESSION) {
        return Err(Code::TimeRegression);
    }
    Ok(())
}
