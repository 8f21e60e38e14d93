//! Judges the envelope of a call: query and form merged, application before signature, all parameters but
//! `sign` signed. Only after that may the content be looked at (Alipay, "gateway").

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::charset::{Charset, UTF_8};
use super::content::METHODS;
use super::error_reply::ErrorReply;
use crate::alipay::sign::{SIGN_TYPE, request_text};
use crate::encoding::parse_bytes;
use crate::provider_time::BEIJING;
use crate::rsa::PublicKey;

/// An application as Alipay knows it.
#[derive(Debug, Clone)]
pub struct Application {
    /// 16 digits.
    pub app_id: String,
    /// Who gets the money: 16 digits that begin with 2088.
    pub seller_id: String,
    /// The application's public key.
    pub key: PublicKey,
}

/// A call whose sender is proved.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedRequest {
    /// Such as `alipay.trade.query`.
    pub method: String,
    /// Where to notify; empty for nowhere.
    pub notify_url: String,
    /// How it is written, and wants to be answered.
    pub charset: Charset,
    /// What it is about, not yet judged.
    pub content: Map<String, Value>,
}

/// A call that was not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeniedRequest {
    /// Names the node of the answer, if Alipay knows the method.
    pub method: Option<String>,
    /// Why.
    pub refusal: ErrorReply,
    /// How it is written, as far as that is known.
    pub charset: Charset,
}

/// Reads a call from the query and the body of a request: any split between the two is right.
///
/// # Errors
/// The first defect in the order of the live service; all but an invalid content are unsigned.
pub fn read(query: &str, body: &[u8], application: &Application) -> Result<SignedRequest, DeniedRequest> {
    read_in(query, body, application, &[])
}

/// The same where clients may write in more charsets than UTF-8.
///
/// # Errors
/// As [`read`].
pub fn read_in(query: &str, body: &[u8], application: &Application, charsets: &[Charset]) -> Result<SignedRequest, DeniedRequest> {
    let invalid = ErrorReply::protocol("40002", "isv.invalid-parameter", "参数无效");
    let pairs =
        parse_bytes(query.as_bytes()).zip(parse_bytes(body)).ok_or(DeniedRequest { method: None, refusal: invalid, charset: UTF_8 })?;
    let pairs: Vec<_> = pairs.0.into_iter().chain(pairs.1).filter(|(_, value)| !value.is_empty()).collect();
    let named = pairs.iter().rfind(|(name, _)| name == b"charset").map(|(_, value)| value.to_ascii_lowercase());
    let known = [UTF_8].into_iter().chain(charsets.iter().copied()).find(|charset| named.as_deref() == Some(charset.name.as_bytes()));
    let charset = known.unwrap_or(UTF_8);
    let denied = |method, refusal| DeniedRequest { method, refusal, charset };
    let texts = |(name, value): (Vec<u8>, Vec<u8>)| Some(((charset.decode)(&name)?, (charset.decode)(&value)?));
    let parameters: Option<BTreeMap<String, String>> = pairs.into_iter().map(texts).collect();
    let parameters = parameters.ok_or(denied(None, invalid))?;
    let method = known_method(&parameters).map_err(|refusal| denied(None, refusal))?;
    let content = judge(&parameters, application, known).map_err(|refusal| denied(Some(method.clone()), refusal))?;
    Ok(SignedRequest { method, notify_url: parameters.get("notify_url").cloned().unwrap_or_default(), charset, content })
}

fn known_method(parameters: &BTreeMap<String, String>) -> Result<String, ErrorReply> {
    match parameters.get("method") {
        None => Err(ErrorReply::protocol("40001", "isv.missing-method", "缺少方法名参数")),
        Some(method) if METHODS.contains(&method.as_str()) => Ok(method.clone()),
        Some(_) => Err(ErrorReply::protocol("40002", "isv.invalid-method", "不存在的方法名")),
    }
}

fn judge(
    parameters: &BTreeMap<String, String>,
    application: &Application,
    charset: Option<Charset>,
) -> Result<Map<String, Value>, ErrorReply> {
    let need =
        |name: &str, sub_code, sub_msg| parameters.get(name).map(String::as_str).ok_or(ErrorReply::protocol("40001", sub_code, sub_msg));
    let require = |holds: bool, sub_code, sub_msg| if holds { Ok(()) } else { Err(ErrorReply::protocol("40002", sub_code, sub_msg)) };
    let app_id = need("app_id", "isv.missing-app-id", "缺少AppID参数")?;
    require(app_id == application.app_id, "isv.invalid-app-id", "无效的AppID参数")?;
    let sign_type = need("sign_type", "isv.missing-signature-type", "缺少签名类型参数")?;
    require(sign_type == SIGN_TYPE, "isv.invalid-signature-type", "无效的签名类型")?;
    let signature = need("sign", "isv.missing-signature", "缺少签名参数")?;
    require(charset.is_some(), "isv.invalid-charset", "字符集错误")?;
    let timestamp = need("timestamp", "isv.missing-timestamp", "缺少时间戳参数")?;
    // Clients send their local time, so only the form is judged.
    require(BEIJING.parse_plain(timestamp).is_some(), "isv.invalid-timestamp", "非法的时间戳参数")?;
    let version = need("version", "isv.missing-version", "缺少版本参数")?;
    require(version == "1.0", "isv.invalid-parameter", "参数无效")?;
    let format = parameters.get("format").is_none_or(|format| format.eq_ignore_ascii_case("json"));
    require(format, "isv.invalid-format", "无效的数据格式")?;
    let signed = charset.and_then(|charset| (charset.encode)(&request_text(parameters)));
    let holds = signed.is_some_and(|signed| application.key.verifies(&signed, signature));
    require(holds, "isv.invalid-signature", "验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配")?;
    let content = parameters.get("biz_content").map(|content| serde_json::from_str(content));
    match content {
        Some(Ok(Value::Object(content))) => Ok(content),
        Some(_) => Err(ErrorReply { signed: true, ..ErrorReply::protocol("40002", "isv.illegal-json", "非法的JSON字符串") }),
        None => Err(ErrorReply { signed: true, ..ErrorReply::protocol("40001", "isv.missing-biz-content", "缺少业务参数") }),
    }
}
