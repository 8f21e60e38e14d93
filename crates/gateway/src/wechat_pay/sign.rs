//! The strings that WeChat Pay's two ends sign, and the merchant's `Authorization` header.
//! The strings are the one thing both ends truly share (WeChat Pay v3, "signing" and "verifying").

use crate::rsa::PrivateKey;

/// Scheme of the `Authorization` header, and value of `Wechatpay-Signature-Type`.
pub const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048";

/// How far the two clocks may be apart, in seconds.
pub const CLOCK_SKEW: u64 = 300;

/// What a merchant signs: method, request target as on the wire, unix seconds, nonce and body,
/// each followed by one line feed, the last one too.
pub fn request_message(method: &str, target: &str, timestamp: i64, nonce: &str, body: &[u8]) -> Vec<u8> {
    let mut message = format!("{method}\n{target}\n{timestamp}\n{nonce}\n").into_bytes();
    message.extend_from_slice(body);
    message.push(b'\n');
    message
}

/// What WeChat Pay signs, in a response and in a notification alike.
pub fn answer_message(timestamp: i64, nonce: &str, body: &[u8]) -> Vec<u8> {
    let mut message = format!("{timestamp}\n{nonce}\n").into_bytes();
    message.extend_from_slice(body);
    message.push(b'\n');
    message
}

/// Whether a signature made at `theirs` is too old, or too far in the future, at `ours`.
pub fn skewed(theirs: i64, ours: i64) -> bool {
    theirs.abs_diff(ours) > CLOCK_SKEW
}

/// Reads unix seconds as both ends write them: decimal digits and nothing else.
pub fn parse_timestamp(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Who signs a request.
pub(super) struct Signer<'a> {
    pub mchid: &'a str,
    pub serial: &'a str,
    pub key: &'a PrivateKey,
}

impl Signer<'_> {
    /// The value of `Authorization`.
    pub fn authorization(&self, method: &str, target: &str, timestamp: i64, nonce: &str, body: &[u8]) -> String {
        let signature = self.key.sign(&request_message(method, target, timestamp, nonce, body));
        format!(
            "{SCHEME} mchid=\"{}\",nonce_str=\"{nonce}\",signature=\"{signature}\",timestamp=\"{timestamp}\",serial_no=\"{}\"",
            self.mchid, self.serial
        )
    }
}

/// A nonce in the alphabet of the provider's own examples: 32 upper-case hex digits.
pub(super) fn nonce_text(nonce: &[u8; 16]) -> String {
    hex::encode_upper(nonce)
}
