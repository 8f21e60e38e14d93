//! AEAD_AES_256_GCM under the APIv3 key, as in notifications and certificates: open and seal.
//! Base64 is part of the format; what is inside is somebody else's business.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The name of the algorithm in the JSON.
pub const ALGORITHM: &str = "AEAD_AES_256_GCM";

/// The symmetric key of a merchant account: 32 bytes, usually ASCII. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiV3Key([u8; 32]);

impl ApiV3Key {
    /// Takes the key's bytes as they are: its text is neither hex nor base64.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Decrypts base64 of ciphertext and tag; `None` if anything was changed.
    #[must_use]
    pub fn open(&self, nonce: &str, associated: &str, sealed: &str) -> Option<Vec<u8>> {
        let nonce = Nonce::try_assume_unique_for_key(nonce.as_bytes()).ok()?;
        let mut sealed = BASE64.decode(sealed).ok()?;
        let aad = Aad::from(associated.as_bytes());
        let length = self.cipher().open_in_place(nonce, aad, &mut sealed).ok()?.len();
        sealed.truncate(length);
        Some(sealed)
    }

    /// Encrypts into base64 of ciphertext and tag. `nonce` must never repeat under one key.
    #[must_use]
    pub fn seal(&self, nonce: [u8; 12], associated: &str, plain: &[u8]) -> String {
        let mut sealed = plain.to_vec();
        let aad = Aad::from(associated.as_bytes());
        self.cipher()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .expect("a message far below 64 GiB can be sealed");
        BASE64.encode(sealed)
    }

    fn cipher(&self) -> LessSafeKey {
        let key = UnboundKey::new(&AES_256_GCM, &self.0).expect("32 bytes are an AES-256 key");
        LessSafeKey::new(key)
    }
}

impl fmt::Debug for ApiV3Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ApiV3Key(hidden)")
    }
}
