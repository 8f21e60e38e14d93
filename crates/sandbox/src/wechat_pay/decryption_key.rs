//! A private key that opens what merchants encrypted for it (WeChat Pay v3, A.4: RSA-OAEP with SHA-1).

use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Opens what was encrypted for one key.
pub(crate) struct DecryptionKey {
    pub id: String,
    key: OaepPrivateDecryptingKey,
}

impl DecryptionKey {
    /// From a key as the account keeps it, PKCS#8 in PEM.
    pub fn new(id: String, pem: &str) -> Option<Self> {
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let key = PrivateDecryptingKey::from_pkcs8(&BASE64.decode(base64).ok()?).ok()?;
        OaepPrivateDecryptingKey::new(key).ok().map(|key| Self { id, key })
    }

    pub fn open(&self, text: &str) -> Option<Vec<u8>> {
        let sealed = BASE64.decode(text).ok()?;
        let mut plain = vec![0; self.key.min_output_size()];
        self.key.decrypt(&OAEP_SHA1_MGF1SHA1, &sealed, &mut plain, None).ok().map(|plain| plain.to_vec())
    }
}
