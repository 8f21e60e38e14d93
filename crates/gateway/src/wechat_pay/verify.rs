//! Proves that a response or a notification was signed by WeChat Pay, for us, just now.
//! Nothing here parses a body: that comes after.

use http::HeaderMap;

use super::config::Config;
use super::sign::{SCHEME, answer_message, parse_timestamp, skewed};
use crate::GatewayError;

/// Signatures that begin so are deliberate tests whether the merchant checks at all.
pub(super) const PROBE: &str = "WECHATPAY/SIGNTEST/";

/// Checks the signature headers over the raw body, in the order the provider recommends:
/// headers, clock, key, probe, signature.
pub(super) fn signed(config: &Config, headers: &HeaderMap, body: &[u8], now: i64) -> Result<(), GatewayError> {
    let timestamp = required(headers, "wechatpay-timestamp")?;
    let theirs = parse_timestamp(timestamp).ok_or(missing("wechatpay-timestamp"))?;
    let nonce = required(headers, "wechatpay-nonce")?;
    // A line feed inside would let one signed text be cut into nonce and body in two ways.
    if nonce.contains(|c: char| c.is_control()) {
        return Err(missing("wechatpay-nonce"));
    }
    let signature = required(headers, "wechatpay-signature")?;
    let id = required(headers, "wechatpay-serial")?;
    if headers.get("wechatpay-signature-type").is_some_and(|kind| kind != SCHEME) {
        return Err(missing("wechatpay-signature-type"));
    }
    if skewed(theirs, now) {
        return Err(GatewayError::ClockSkew { theirs, ours: now });
    }
    let key = config.platform_keys.get(id).ok_or_else(|| GatewayError::UnknownKey { id: id.to_owned() })?;
    if signature.starts_with(PROBE) {
        return Err(GatewayError::SignatureProbe);
    }
    match key.verifies(&answer_message(theirs, nonce, body), signature) {
        true => Ok(()),
        false => Err(GatewayError::BadSignature { id: id.to_owned() }),
    }
}

fn required<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, GatewayError> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty()).ok_or(missing(name))
}

fn missing(header: &'static str) -> GatewayError {
    GatewayError::HeaderMissing { header }
}
