//! RSA keys with SHA-256 and PKCS#1 v1.5 padding, as the Chinese wallets use them, and their PEM form.
//! Private keys hide themselves in `Debug`. Nothing in here knows a provider.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::pem;

/// Smallest modulus accepted, in bytes: 2048 bits.
const SMALLEST_MODULUS: usize = 256;

/// Why a key cannot be used. Never contains the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyProblem {
    /// There is no PEM block of the expected kind.
    #[error("expected PEM with -----BEGIN {expected}-----")]
    NotPem {
        /// The label looked for.
        expected: &'static str,
    },
    /// A certificate was given where the bare public key belongs.
    #[error("is a certificate; give its public key (openssl x509 -pubkey -noout)")]
    Certificate,
    /// Not an RSA key in the expected encoding.
    #[error("is not an RSA key")]
    NotRsa,
    /// A modulus below 2048 bits.
    #[error("has {bits} bits, at least 2048 are needed")]
    TooShort {
        /// Its size.
        bits: usize,
    },
}

/// An RSA private key that signs. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct PrivateKey(Arc<KeyPair>);

impl PrivateKey {
    /// Reads `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1) from PEM.
    ///
    /// # Errors
    /// [`KeyProblem`], which says what was expected.
    pub fn from_pem(pem: &str) -> Result<Self, KeyProblem> {
        if let Some(der) = pem::block(pem, "RSA PRIVATE KEY") {
            return Self::checked(KeyPair::from_der(&der));
        }
        let der = pem::block(pem, "PRIVATE KEY").ok_or(KeyProblem::NotPem { expected: "PRIVATE KEY" })?;
        Self::from_pkcs8(&der)
    }

    /// Reads PKCS#8 DER.
    ///
    /// # Errors
    /// [`KeyProblem::NotRsa`] or [`KeyProblem::TooShort`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyProblem> {
        Self::checked(KeyPair::from_pkcs8(der))
    }

    fn checked<E>(pair: Result<KeyPair, E>) -> Result<Self, KeyProblem> {
        let pair = pair.map_err(|_| KeyProblem::NotRsa)?;
        match pair.public_modulus_len() {
            bytes if bytes < SMALLEST_MODULUS => Err(KeyProblem::TooShort { bits: bytes * 8 }),
            _ => Ok(Self(Arc::new(pair))),
        }
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over `message`, in base64 without line breaks. Deterministic.
    pub fn sign(&self, message: &[u8]) -> String {
        let mut signature = vec![0; self.0.public_modulus_len()];
        // The random source only blinds the computation; it does not change the result.
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .expect("an RSA key of at least 2048 bits signs a SHA-256 digest");
        BASE64.encode(signature)
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from_der(self.0.public_key().as_ref()).expect("the public half of a usable private key is usable")
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PrivateKey(hidden)")
    }
}

/// An RSA public key that verifies.
#[derive(Clone)]
pub struct PublicKey(ParsedPublicKey);

impl PublicKey {
    /// Reads `PUBLIC KEY` (SubjectPublicKeyInfo) from PEM.
    ///
    /// # Errors
    /// [`KeyProblem`]; a certificate is recognised and named.
    pub fn from_pem(pem: &str) -> Result<Self, KeyProblem> {
        if pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(KeyProblem::Certificate);
        }
        let der = pem::block(pem, "PUBLIC KEY").ok_or(KeyProblem::NotPem { expected: "PUBLIC KEY" })?;
        Self::from_der(&der)
    }

    /// Reads SubjectPublicKeyInfo or PKCS#1 DER.
    ///
    /// # Errors
    /// [`KeyProblem::NotRsa`], also for keys of less than 2048 bits.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyProblem> {
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).map(Self).map_err(|_| KeyProblem::NotRsa)
    }

    /// SubjectPublicKeyInfo as DER.
    ///
    /// # Panics
    /// Never: a parsed key can be written.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let info: PublicKeyX509Der<'_> = self.0.as_der().expect("a parsed key can be written");
        info.as_ref().to_vec()
    }

    /// Whether `signature` (base64) is this key's over `message`.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        BASE64.decode(signature).is_ok_and(|signature| self.0.verify_sig(message, &signature).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PublicKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_a_key_is_refused_with_the_label_that_was_expected() {
        assert_eq!(PrivateKey::from_pem("hello").unwrap_err(), KeyProblem::NotPem { expected: "PRIVATE KEY" });
        assert_eq!(
            PublicKey::from_pem("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----").unwrap_err(),
            KeyProblem::Certificate
        );
        assert_eq!(PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----").unwrap_err(), KeyProblem::NotRsa);
    }
}
