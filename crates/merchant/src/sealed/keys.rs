//! The master keys, which wrap the keys of sealed records: a line each, the first one writes and all of them read.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac;
use protocol::base64::{Alphabet, decode, encode};
use zeroize::Zeroizing;

use crate::random;

/// What the key of terms is derived for.
const TERMS: &[u8] = b"qr-checkout details terms 1";

/// A master key, ready for use.
pub(super) struct MasterKey {
    pub(super) id: String,
    /// Wraps data keys.
    pub(super) wrapping: LessSafeKey,
    /// Hashes terms.
    pub(super) terms: hmac::Key,
}

/// Master keys, the one that writes first. They show their ids and nothing else.
pub struct MasterKeys(pub(super) Vec<MasterKey>);

/// A new line of a key file.
pub struct MasterLine {
    /// The key's id.
    pub id: String,
    /// The whole line, which is secret.
    pub text: Zeroizing<String>,
}

/// Why a text holds no master keys; never what it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// There is no line with a key.
    #[error("holds no key; `details keygen` makes one")]
    None,
    /// A line is not a key; names it, counted from 1.
    #[error("line {0} is not an id, a colon and 32 bytes in base64url; `details keygen` makes such a line")]
    Line(usize),
    /// A key is nothing but zeros.
    #[error("the key {0} holds nothing but zeros, which is no secret")]
    Zeros(String),
    /// Two lines have the same id.
    #[error("two keys are called {0}")]
    Twice(String),
}

impl MasterLine {
    /// Makes a key.
    pub fn random() -> MasterLine {
        let id = format!("dk_{}", hex::encode(random::bytes::<6>()));
        let key = Zeroizing::new(random::bytes::<32>());
        let text = Zeroizing::new(format!("{id}:{}", encode(Alphabet::Url, key.as_slice())));
        MasterLine { id, text }
    }
}

impl MasterKeys {
    /// Reads them: a line each, `id:key`. Empty lines and those that begin with `#` are passed over.
    ///
    /// # Errors
    /// The first line at fault.
    pub fn parse(text: &str) -> Result<MasterKeys, KeysError> {
        let mut keys: Vec<MasterKey> = Vec::new();
        for (line, number) in text.lines().map(str::trim).zip(1..) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (id, key) = line.split_once(':').ok_or(KeysError::Line(number))?;
            let is_id = (1..=40).contains(&id.len()) && id.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"_-".contains(&letter));
            let bytes = decode(Alphabet::Url, key).filter(|_| is_id).map(Zeroizing::new).ok_or(KeysError::Line(number))?;
            if bytes.iter().all(|byte| *byte == 0) {
                return Err(KeysError::Zeros(id.to_owned()));
            }
            if keys.iter().any(|known| known.id == id) {
                return Err(KeysError::Twice(id.to_owned()));
            }
            keys.push(MasterKey::of(id, &bytes).ok_or(KeysError::Line(number))?);
        }
        if keys.is_empty() { Err(KeysError::None) } else { Ok(MasterKeys(keys)) }
    }
}

impl MasterKey {
    fn of(id: &str, bytes: &[u8]) -> Option<MasterKey> {
        let wrapping = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).ok()?);
        let derived = Salt::new(HKDF_SHA256, &[]).extract(bytes);
        let mut terms = Zeroizing::new([0; 32]);
        derived.expand(&[TERMS], HKDF_SHA256).ok()?.fill(terms.as_mut_slice()).ok()?;
        Some(MasterKey { id: id.to_owned(), wrapping, terms: hmac::Key::new(hmac::HMAC_SHA256, terms.as_slice()) })
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

impl fmt::Debug for MasterLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "MasterLine({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_what_is_no_key_is_named_by_its_line() {
        let (first, second) = (MasterLine::random(), MasterLine::random());
        let text = format!("# ours\n{}\n\n{}\n", *first.text, *second.text);
        let keys = MasterKeys::parse(&text).unwrap();
        assert_eq!(keys.0.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), [first.id.as_str(), second.id.as_str()]);
        assert_eq!(format!("{keys:?}"), format!("[{:?}, {:?}]", first.id, second.id));
        let zeros = encode(Alphabet::Url, &[0; 32]);
        for (text, told) in [
            ("\n# nothing\n".to_owned(), KeysError::None),
            ("\na".to_owned(), KeysError::Line(2)),
            ("a:short".to_owned(), KeysError::Line(1)),
            (first.text.replace("dk_", "d k "), KeysError::Line(1)),
            (format!("a:{zeros}"), KeysError::Zeros("a".to_owned())),
            (format!("{}\n{0}", *first.text), KeysError::Twice(first.id.clone())),
        ] {
            assert_eq!(MasterKeys::parse(&text).unwrap_err(), told);
        }
    }
}
