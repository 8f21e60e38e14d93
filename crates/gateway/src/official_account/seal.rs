//! The encryption of callbacks: AES-256-CBC over a random prefix, a length, the message and the appid
//! (gateways: Official Account, "safe mode"). Not authenticated by itself: the message signature covers it.

use std::fmt;

use aws_lc_rs::cipher::{AES_256, DecryptingKey, DecryptionContext, UnboundCipherKey};
#[cfg(feature = "provider")]
use aws_lc_rs::cipher::{EncryptingKey, EncryptionContext};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD as BASE64;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

/// The padding is PKCS#7 to blocks of so many bytes, twice those of AES.
const BLOCK: usize = 32;

/// Bytes before the message: 16 of chance, 4 of length.
#[cfg(feature = "provider")]
const HEAD: usize = 20;

/// The console makes up 43 characters without regard to the two bits that do not fit into 32 bytes.
const KEY_BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The key of an account. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct AesKey([u8; 32]);

/// What was inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The 16 random bytes in front.
    pub prefix: [u8; 16],
    /// The message.
    pub message: Vec<u8>,
    /// Whom it is for; to be compared with one's own.
    pub appid: Vec<u8>,
}

impl AesKey {
    /// Reads the EncodingAESKey: 43 characters of base64.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = (text.len() == 43).then(|| KEY_BASE64.decode(format!("{text}=")))?.ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Decrypts base64; `None` if it is not what this key encrypted. Check the signature first: how a decryption
    /// fails would tell a forger about the padding.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<Opened> {
        let mut bytes = BASE64.decode(sealed).ok()?;
        let key = DecryptingKey::cbc(self.cipher()).ok()?;
        let plain = key.decrypt(&mut bytes, DecryptionContext::Iv128(self.vector().into())).ok()?;
        let padding = usize::from(*plain.last()?);
        let (content, tail) = plain.split_at_checked(plain.len().checked_sub(padding)?)?;
        if !(1..=BLOCK).contains(&padding) || tail.iter().any(|byte| usize::from(*byte) != padding) {
            return None;
        }
        let (prefix, rest) = content.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (message, appid) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        Some(Opened { prefix: *prefix, message: message.to_vec(), appid: appid.to_vec() })
    }

    /// Encrypts into base64. `prefix` is random and used once: the key's own first bytes are the vector.
    #[cfg(feature = "provider")]
    #[must_use]
    pub fn seal(&self, prefix: [u8; 16], message: &[u8], appid: &str) -> String {
        let length = u32::try_from(message.len()).expect("messages are far below 4 GiB");
        let mut bytes = Vec::with_capacity(HEAD + message.len() + appid.len() + BLOCK);
        bytes.extend_from_slice(&prefix);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(message);
        bytes.extend_from_slice(appid.as_bytes());
        let padding = BLOCK - bytes.len() % BLOCK;
        bytes.resize(bytes.len() + padding, u8::try_from(padding).expect("a padding is at most 32"));
        let key = EncryptingKey::cbc(self.cipher()).expect("AES has this mode");
        key.less_safe_encrypt(&mut bytes, EncryptionContext::Iv128(self.vector().into())).expect("whole blocks can be encrypted");
        BASE64.encode(bytes)
    }

    fn cipher(&self) -> UnboundCipherKey {
        UnboundCipherKey::new(&AES_256, &self.0).expect("32 bytes are an AES-256 key")
    }

    fn vector(&self) -> [u8; 16] {
        *self.0.first_chunk().expect("32 bytes have a first half")
    }
}

impl fmt::Debug for AesKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AesKey(hidden)")
    }
}
