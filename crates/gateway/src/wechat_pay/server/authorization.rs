//! Judges the `Authorization` of a request in the order of the live service: scheme and format,
//! clock, merchant and serial, signature. Only after that may a body be looked at.

use std::collections::BTreeMap;

use serde_json::json;

use super::error_reply::ErrorReply;
use crate::rsa::PublicKey;
use crate::wechat_pay::sign::{SCHEME, parse_timestamp, request_message, skewed};

const MALFORMED: &str = "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》";
/// Where payments are prepared, queried and closed, another server answers, which has another text for a request without `Authorization`.
const TRANSACTIONS: &str = "/v3/pay/transactions/";
const ABSENT: &str = "签名信息错误，验签失败";
const UNKNOWN_SCHEME: &str = "Http头Authorization认证类型不正确";
const SKEWED: &str = "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟";
const UNKNOWN_SERIAL: &str = "商户证书序列号有误。请使用签名私钥匹配的证书序列号";
const UNKNOWN_MERCHANT: &str = "商户号有误，请检查Http头Authorization中的mchid";
const BAD_SIGNATURE: &str = "签名错误";

/// How many bytes of the body the live service echoes in the detail of a bad signature.
const ECHOED: usize = 8;

/// A merchant as WeChat Pay knows it.
#[derive(Debug, Clone)]
pub struct Merchant {
    /// Merchant number.
    pub mchid: String,
    /// The Official Account or app bound to it.
    pub appid: String,
    /// Serial of the merchant API certificate.
    pub serial: String,
    /// Public key of the merchant API certificate.
    pub key: PublicKey,
}

/// The raw request that was signed.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Upper-case method.
    pub method: &'a str,
    /// Path and query exactly as they came over the wire.
    pub target: &'a str,
    /// Raw body.
    pub body: &'a [u8],
    /// Value of `Authorization`, if there was one.
    pub authorization: Option<&'a str>,
}

/// Whether `request` comes from `merchant`, signed within five minutes of `now` (unix seconds).
///
/// # Errors
/// 401 `SIGN_ERROR` with the text that belongs to the first defect.
pub fn authorize(request: &Request<'_>, merchant: &Merchant, now: i64) -> Result<(), ErrorReply> {
    let absent = if request.target.starts_with(TRANSACTIONS) { ABSENT } else { MALFORMED };
    let value = request.authorization.ok_or_else(|| ErrorReply::signature(absent))?;
    let (scheme, pairs) = value.split_once(' ').ok_or_else(|| ErrorReply::signature(MALFORMED))?;
    if scheme != SCHEME {
        return Err(ErrorReply::signature(UNKNOWN_SCHEME));
    }
    let claims = Claims::parse(pairs).ok_or_else(|| ErrorReply::signature(MALFORMED))?;
    if skewed(claims.timestamp, now) {
        return Err(ErrorReply::signature(SKEWED));
    }
    if claims.mchid != merchant.mchid {
        return Err(ErrorReply::signature(UNKNOWN_MERCHANT));
    }
    if claims.serial_no != merchant.serial {
        return Err(ErrorReply::signature(UNKNOWN_SERIAL));
    }
    let message = request_message(request.method, request.target, claims.timestamp, claims.nonce_str, request.body);
    match merchant.key.verifies(&message, claims.signature) {
        true => Ok(()),
        false => Err(bad_signature(request, &claims, message.len())),
    }
}

/// The five values of the header. Their order is free, because clients differ in it.
struct Claims<'a> {
    mchid: &'a str,
    nonce_str: &'a str,
    signature: &'a str,
    timestamp: i64,
    serial_no: &'a str,
}

impl<'a> Claims<'a> {
    /// Exactly five `name="value"` pairs, comma separated. No value may hold a quote or a comma.
    fn parse(pairs: &'a str) -> Option<Self> {
        let mut map = BTreeMap::new();
        for pair in pairs.split(',') {
            let (name, quoted) = pair.split_once('=')?;
            let value = quoted.strip_prefix('"')?.strip_suffix('"')?;
            let twice = map.insert(name, value).is_some();
            if twice || value.is_empty() || value.contains('"') {
                return None;
            }
        }
        let claims = Self {
            mchid: map.remove("mchid")?,
            nonce_str: map.remove("nonce_str")?,
            signature: map.remove("signature")?,
            timestamp: parse_timestamp(map.remove("timestamp")?)?,
            serial_no: map.remove("serial_no")?,
        };
        map.is_empty().then_some(claims)
    }
}

/// The live service shows which string it verified, so that integrators can compare.
fn bad_signature(request: &Request<'_>, claims: &Claims<'_>, length: usize) -> ErrorReply {
    let echoed = request.body.get(..ECHOED).unwrap_or(request.body);
    ErrorReply::signature(BAD_SIGNATURE).detail(json!({
        "detail": { "issue": "sign not match" },
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": request.method,
            "url": request.target,
            "sign_message_length": length,
            "truncated_sign_message": format!(
                "{}\n{}\n{}\n{}\n{}\n",
                request.method, request.target, claims.timestamp, claims.nonce_str,
                String::from_utf8_lossy(echoed),
            ),
        },
    }))
}
