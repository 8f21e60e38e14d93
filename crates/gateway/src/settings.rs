//! What the settings of every provider have in common: where it answers, and how a setting is blamed.
//! A setting that one provider alone has is parsed in that provider's folder.

use url::{Host, Url};

use crate::GatewayError;
use crate::rsa::KeyProblem;

/// Scheme, host and port as URLs write them, without a trailing slash, from the setting `base_url`.
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
    let is_host_alone = |url: &Url| {
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        is_anonymous && url.path() == "/" && url.query().is_none() && url.fragment().is_none()
    };
    let is_web = text.split_once("://").is_some_and(|(scheme, _)| ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)));
    let url = Url::parse(text).ok().filter(|_| is_web).filter(is_host_alone);
    url.map(|url| url.origin().ascii_serialization()).ok_or_else(|| fault(key, "must be http(s)://host[:port] without a path"))
}

/// Whether an address is at one of these hosts, however it is written.
pub(crate) fn is_at(text: &str, hosts: &[&str]) -> bool {
    let url = Url::parse(text).ok();
    let host = url.as_ref().and_then(Url::host);
    matches!(host, Some(Host::Domain(name)) if hosts.contains(&name.trim_end_matches('.')))
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

#[cfg(test)]
mod tests {
    use super::{base_url, is_at};

    #[test]
    fn a_host_is_the_same_however_it_is_written() {
        for text in
            ["https://api.example", "https://api.example/", "https://API.Example", "https://api.example:443", "HTTPS://api.example:443/"]
        {
            assert_eq!(base_url(text).unwrap(), "https://api.example", "{text}");
            assert!(is_at(text, &["other.example", "api.example"]), "{text}");
        }
        assert!(is_at("http://api.example.:8080/v3", &["api.example"]));
        for other in ["https://api.example.com", "https://xapi.example", "https://127.0.0.1", "api.example", ""] {
            assert!(!is_at(other, &["api.example"]), "{other}");
        }
        assert_eq!(base_url("http://[::1]:8081").unwrap(), "http://[::1]:8081");
        for bad in [
            "",
            "api.example",
            "ftp://api.example",
            "https://api.example/v3",
            "https://api.example?x",
            "https://me@api.example",
            "https:api.example",
        ] {
            assert!(base_url(bad).is_err(), "{bad}");
        }
    }
}
