//! The list of platform certificates as WeChat Pay hands it out, each sealed with the merchant's APIv3 key.

use serde_json::json;

use crate::beijing;
use crate::wechat_pay::seal::{ALGORITHM, ApiV3Key};

/// A certificate to hand out.
#[derive(Debug, Clone, Copy)]
pub struct HandedOut<'a> {
    /// 40 hex digits.
    pub serial: &'a str,
    /// PEM.
    pub pem: &'a str,
    /// Unix seconds.
    pub effective_at: i64,
    /// Unix seconds.
    pub expires_at: i64,
}

/// The body of an answer to `GET /v3/certificates`, with a certificate or, for accounts that have only the public
/// key, without. `nonce` seals it and must be fresh ASCII letters and digits.
#[must_use]
pub fn certificates_body(certificate: Option<HandedOut<'_>>, key: &ApiV3Key, nonce: [u8; 12]) -> Vec<u8> {
    let entry = |certificate: HandedOut<'_>| {
        json!({
            "serial_no": certificate.serial,
            "effective_time": beijing::format(certificate.effective_at),
            "expire_time": beijing::format(certificate.expires_at),
            "encrypt_certificate": {
                "algorithm": ALGORITHM,
                "nonce": String::from_utf8_lossy(&nonce),
                "associated_data": "certificate",
                "ciphertext": key.seal(nonce, "certificate", certificate.pem.as_bytes()),
            },
        })
    };
    json!({ "data": certificate.map(entry).into_iter().collect::<Vec<_>>() }).to_string().into_bytes()
}
