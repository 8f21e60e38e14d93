//! The list of platform certificates as WeChat Pay hands it out, each sealed with the merchant's APIv3 key.

use serde_json::json;

use super::bodies::{in_query, only_parameter};
use super::error_reply::ErrorReply;
use crate::provider_time::BEIJING;
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

/// Judges the query of `GET /v3/certificates`: whether certificates of RSA are asked for, which are the only ones that there are.
///
/// # Errors
/// 400 `PARAM_ERROR`.
pub fn check_certificates_query(query: Option<&str>) -> Result<bool, ErrorReply> {
    match only_parameter(query, "algorithm_type")?.as_deref() {
        None | Some("RSA" | "ALL") => Ok(true),
        Some("SM2") => Ok(false),
        Some(_) => Err(in_query("输入源“/query/algorithm_type”映射到字符串字段“算法类型”枚举规则校验失败")),
    }
}

/// The body of an answer to `GET /v3/certificates`: more than one while one takes over from another, none for accounts that have
/// only the public key. `nonce` makes one that seals, and must be fresh ASCII letters and digits each time.
#[must_use]
pub fn certificates_body(certificates: &[HandedOut<'_>], key: &ApiV3Key, nonce: impl Fn() -> [u8; 12]) -> Vec<u8> {
    let entry = |certificate: &HandedOut<'_>| {
        let nonce = nonce();
        json!({
            "serial_no": certificate.serial,
            "effective_time": BEIJING.format(certificate.effective_at),
            "expire_time": BEIJING.format(certificate.expires_at),
            "encrypt_certificate": {
                "algorithm": ALGORITHM,
                "nonce": String::from_utf8_lossy(&nonce),
                "associated_data": "certificate",
                "ciphertext": key.seal(nonce, "certificate", certificate.pem.as_bytes()),
            },
        })
    };
    json!({ "data": certificates.iter().map(entry).collect::<Vec<_>>() }).to_string().into_bytes()
}
