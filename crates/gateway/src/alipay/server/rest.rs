//! The REST dialect (v3), which current clients speak too: the same methods as paths, the content as the
//! body, signatures in headers both ways. Errors are unsigned (Alipay, "v3 REST").

use super::content::METHODS;
use super::error_reply::ErrorReply;
use super::request::Application;
use crate::rsa::PrivateKey;

const SCHEME: &str = "ALIPAY-SHA256withRSA ";

/// How far the clocks may be apart, in milliseconds.
const CLOCK_SKEW: u64 = 600_000;

/// The longest name of a request, in characters.
const LONGEST_REQUEST_ID: usize = 32;

/// The raw request that was signed.
#[derive(Debug, Clone, Copy)]
pub struct RestRequest<'a> {
    /// Upper-case method.
    pub method: &'a str,
    /// Path and query exactly as they came over the wire.
    pub target: &'a str,
    /// Raw body.
    pub body: &'a [u8],
    /// Value of `Authorization`, if there was one.
    pub authorization: Option<&'a str>,
    /// Value of `alipay-app-auth-token`, if there was one.
    pub auth_token: Option<&'a str>,
    /// Value of `alipay-request-id`, if there was one: what a client calls this request, up to 32 characters.
    pub request_id: Option<&'a str>,
}

/// The method that a path below `/v3/` stands for.
#[must_use]
pub fn rest_method(path: &str) -> Option<&'static str> {
    let method = path.replace('/', ".");
    METHODS.into_iter().find(|known| *known == method)
}

/// Whether `request` comes from the application, signed within ten minutes of `now` (unix seconds), or fewer if it says so.
///
/// # Errors
/// The first defect.
pub fn rest_authorize(request: &RestRequest<'_>, application: &Application, now: i64) -> Result<(), ErrorReply> {
    let missing = ErrorReply::protocol("40001", "isv.missing-timestamp", "缺少时间戳参数");
    let value = request.authorization.ok_or(missing)?;
    let malformed = ErrorReply::protocol("40002", "isv.invalid-authorization", "无效的Authorization");
    let claims = value.strip_prefix(SCHEME).ok_or(malformed)?;
    // Base64 may end in `=`, so the signature is cut off before the rest is taken apart.
    let (auth, signature) = claims.rsplit_once(",sign=").ok_or(malformed)?;
    let claim = |name: &str| auth.split(',').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name)).map(|(_, value)| value);
    let app_id = claim("app_id").ok_or(ErrorReply::protocol("40001", "isv.missing-app-id", "缺少AppID参数"))?;
    if app_id != application.app_id {
        return Err(ErrorReply::protocol("40002", "isv.invalid-app-id", "无效的AppID参数"));
    }
    let nonce = claim("nonce").filter(|nonce| !nonce.is_empty());
    nonce.ok_or(ErrorReply::protocol("40001", "isv.missing-nonce", "缺少随机串参数"))?;
    let timestamp: i64 = claim("timestamp").ok_or(missing)?.parse().map_err(|_| INVALID_TIMESTAMP)?;
    let asked = claim("expired_seconds").map(|seconds| seconds.parse::<u64>().ok().filter(|seconds| *seconds > 0).ok_or(INVALID_PARAMETER));
    let life = asked.transpose()?.map_or(CLOCK_SKEW, |seconds| CLOCK_SKEW.min(seconds.saturating_mul(1000)));
    let age = now.saturating_mul(1000).saturating_sub(timestamp);
    // A clock that is ahead makes no signature older, so only a late one is measured by what the client asks for.
    let allowed = if age > 0 { life } else { CLOCK_SKEW };
    if age.unsigned_abs() > allowed {
        return Err(INVALID_TIMESTAMP);
    }
    if request.request_id.is_some_and(|id| id.chars().count() > LONGEST_REQUEST_ID) {
        return Err(INVALID_PARAMETER);
    }
    match application.key.verifies(&message(auth, request), signature) {
        true => Ok(()),
        false => Err(ErrorReply::protocol("40002", "isv.invalid-signature", "验签出错")),
    }
}

const INVALID_PARAMETER: ErrorReply = ErrorReply::protocol("40002", "isv.invalid-parameter", "参数无效");

const INVALID_TIMESTAMP: ErrorReply = ErrorReply::protocol("40002", "isv.invalid-timestamp", "非法的时间戳参数");

fn message(auth: &str, request: &RestRequest<'_>) -> Vec<u8> {
    let mut message = format!("{auth}\n{}\n{}\n", request.method, request.target).into_bytes();
    message.extend_from_slice(request.body);
    message.push(b'\n');
    if let Some(token) = request.auth_token {
        message.extend_from_slice(format!("{token}\n").as_bytes());
    }
    message
}

/// The headers over the body of a success. `now` is in unix seconds, the header in milliseconds.
#[must_use]
pub fn rest_answer_headers(key: &PrivateKey, now: i64, nonce: &str, body: &[u8]) -> [(&'static str, String); 3] {
    let timestamp = now.saturating_mul(1000).to_string();
    let mut message = format!("{timestamp}\n{nonce}\n").into_bytes();
    message.extend_from_slice(body);
    message.push(b'\n');
    [("alipay-timestamp", timestamp), ("alipay-nonce", nonce.to_owned()), ("alipay-signature", key.sign(&message))]
}
