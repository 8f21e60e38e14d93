//! What the settings of every provider have in common: where it answers, and how a setting is blamed.
//! A setting that one provider alone has is parsed in that provider's folder.

use crate::GatewayError;
use crate::rsa::KeyProblem;

/// Scheme and host without a trailing slash, from the setting `base_url`.
///
/// # Errors
/// [`GatewayError::Configuration`] unless it is `http(s)://host[:port]`: requests are signed with their path,
/// so a path in front of it would be part of no signature.
pub(crate) fn base_url(text: &str) -> Result<String, GatewayError> {
    host_url("base_url", text)
}

/// The same from the setting `key`, for a provider that answers at more than one host.
///
/// # Errors
/// As [`base_url`], naming `key`.
pub(crate) fn host_url(key: &'static str, text: &str) -> Result<String, GatewayError> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b)) => Ok(text.to_owned()),
        _ => Err(fault(key, "must be http(s)://host[:port] without a path")),
    }
}

/// A setting of one or more characters, all of which are `allowed`.
///
/// # Errors
/// [`GatewayError::Configuration`] that names `key`, and never repeats the text: it may be a secret.
pub(crate) fn identifier(key: &'static str, text: &str, allowed: fn(char) -> bool) -> Result<String, GatewayError> {
    match text {
        "" => Err(fault(key, "is empty")),
        _ if !text.chars().all(allowed) => Err(fault(key, "has a character that does not belong there")),
        _ => Ok(text.to_owned()),
    }
}

/// The setting `key` holds a key that cannot be used.
pub(crate) fn key_fault(key: &'static str, problem: KeyProblem) -> GatewayError {
    fault(key, problem.to_string())
}

/// The setting `key` cannot be used.
pub(crate) fn fault(key: &'static str, problem: impl Into<String>) -> GatewayError {
    GatewayError::Configuration { key, problem: problem.into() }
}
