//! Sensitive members of requests: encrypted for the key that `Wechatpay-Serial` names (WeChat Pay v3, A.4: RSA-OAEP with SHA-1).

use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use gateway::rsa::PublicKey;
use gateway::wechat_pay::server::Refusal;

use crate::faults::Signing;
use crate::world::World;

/// Opens what was encrypted for one key.
pub(crate) struct Opener {
    id: String,
    key: OaepPrivateDecryptingKey,
}

impl Opener {
    /// From a key as the account keeps it, PKCS#8 in PEM.
    pub fn new(id: String, pem: &str) -> Option<Self> {
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let key = PrivateDecryptingKey::from_pkcs8(&BASE64.decode(base64).ok()?).ok()?;
        OaepPrivateDecryptingKey::new(key).ok().map(|key| Self { id, key })
    }

    fn open(&self, text: &str) -> Option<Vec<u8>> {
        let sealed = BASE64.decode(text).ok()?;
        let mut plain = vec![0; self.key.min_output_size()];
        self.key.decrypt(&OAEP_SHA1_MGF1SHA1, &sealed, &mut plain, None).ok().map(|plain| plain.to_vec())
    }
}

/// What stands in these members. A request that has none of them need not name a key.
pub(super) fn open(
    world: &World,
    headers: &HeaderMap,
    members: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<Vec<Vec<u8>>, Refusal> {
    members.into_iter().map(|member| opener(world, headers)?.open(member.as_ref()).ok_or_else(unreadable)).collect()
}

/// The same as the provider writes it, for the merchant.
pub(super) fn seal(key: &PublicKey, plain: &[u8]) -> Option<String> {
    let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&key.to_der()).ok()?).ok()?;
    let mut sealed = vec![0; key.ciphertext_size()];
    key.encrypt(&OAEP_SHA1_MGF1SHA1, plain, &mut sealed, None).ok().map(|sealed| BASE64.encode(sealed))
}

/// The key that the request names, of those that the account has in its stage.
fn opener<'a>(world: &'a World, headers: &HeaderMap) -> Result<&'a Opener, Refusal> {
    let named = headers.get("wechatpay-serial").and_then(|value| value.to_str().ok());
    let named = named.ok_or_else(|| Refusal::parameter("Http头缺少Wechatpay-Serial，请求中含有加密字段时必填"))?;
    let keys = &world.keys;
    let known: &[&Opener] = match world.faults().signing {
        Signing::PublicKey => &[&keys.opener],
        Signing::Certificate => &[&keys.certificate.opener],
        Signing::Migrating => &[&keys.opener, &keys.certificate.opener],
        Signing::Rotating => &[&keys.certificate.opener, &keys.next_certificate.opener],
    };
    known
        .iter()
        .find(|opener| opener.id == named)
        .copied()
        .ok_or_else(|| Refusal::parameter("Http头Wechatpay-Serial有误，不是可用的平台证书序列号或微信支付公钥ID"))
}

fn unreadable() -> Refusal {
    Refusal::parameter("敏感字段解密失败，请使用Wechatpay-Serial所指的公钥加密")
}
