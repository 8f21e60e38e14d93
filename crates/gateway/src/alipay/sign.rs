//! The texts that Alipay's two ends sign. They are the one thing both ends truly share (Alipay, "signing").

use std::borrow::Borrow;
use std::collections::BTreeMap;

/// RSASSA-PKCS1-v1_5 with SHA-256; `RSA`, which is SHA-1, is refused by both ends.
pub const SIGN_TYPE: &str = "RSA2";

/// What a request signs: all parameters but `sign`, sorted, the empty ones left out, values as they are.
pub fn request_text<K: Borrow<str> + Ord>(parameters: &BTreeMap<K, String>) -> String {
    text(parameters, &["sign"])
}

/// What a notification signs: unlike in a request, `sign_type` is left out too.
pub fn notification_text<K: Borrow<str> + Ord>(parameters: &BTreeMap<K, String>) -> String {
    text(parameters, &["sign", "sign_type"])
}

fn text<K: Borrow<str> + Ord>(parameters: &BTreeMap<K, String>, without: &[&str]) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        let name: &str = name.borrow();
        if value.is_empty() || without.contains(&name) {
            continue;
        }
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    text
}
