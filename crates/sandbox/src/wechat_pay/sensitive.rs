//! Sensitive members of requests: encrypted for the key that `Wechatpay-Serial` names (WeChat Pay v3, A.4: RSA-OAEP with SHA-1).

use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use gateway::rsa::PublicKey;
use gateway::wechat_pay::server::ErrorReply;

use super::decryption_key::DecryptionKey;
use super::server::WechatPay;
use crate::faults::Signing;

/// What stands in these members. A request that has none of them need not name a key.
pub(super) fn open(
    server: &WechatPay,
    headers: &HeaderMap,
    members: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<Vec<Vec<u8>>, ErrorReply> {
    members.into_iter().map(|member| decryption_key(server, headers)?.open(member.as_ref()).ok_or_else(unreadable)).collect()
}

/// The same as the provider writes it, for the merchant.
pub(super) fn seal(key: &PublicKey, plain: &[u8]) -> Option<String> {
    let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&key.to_der()).ok()?).ok()?;
    let mut sealed = vec![0; key.ciphertext_size()];
    key.encrypt(&OAEP_SHA1_MGF1SHA1, plain, &mut sealed, None).ok().map(|sealed| BASE64.encode(sealed))
}

/// The key that the request names, of those that the account has in its stage.
fn decryption_key<'a>(server: &'a WechatPay, headers: &HeaderMap) -> Result<&'a DecryptionKey, ErrorReply> {
    let named = headers.get("wechatpay-serial").and_then(|value| value.to_str().ok());
    let named = named.ok_or_else(|| ErrorReply::parameter("Http头缺少Wechatpay-Serial，请求中含有加密字段时必填"))?;
    let keys = &server.keys;
    let known: &[&DecryptionKey] = match server.env.faults().signing {
        Signing::PublicKey => &[&keys.decryption_key],
        Signing::Certificate => &[&keys.certificate.decryption_key],
        Signing::Migrating => &[&keys.decryption_key, &keys.certificate.decryption_key],
        Signing::Rotating => &[&keys.certificate.decryption_key, &keys.next_certificate.decryption_key],
    };
    known
        .iter()
        .find(|decryption_key| decryption_key.id == named)
        .copied()
        .ok_or_else(|| ErrorReply::parameter("Http头Wechatpay-Serial有误，不是可用的平台证书序列号或微信支付公钥ID"))
}

fn unreadable() -> ErrorReply {
    ErrorReply::parameter("敏感字段解密失败，请使用Wechatpay-Serial所指的公钥加密")
}
