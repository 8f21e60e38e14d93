//! RSA keys as the account's file keeps them, and why an account cannot be used.

use std::{fmt, io};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use gateway::rsa::{KeyProblem, PrivateKey};

/// Why there is no account.
#[derive(Debug)]
#[non_exhaustive]
pub enum AccountError {
    /// The file cannot be read or written.
    File(io::Error),
    /// The file is not what the sandbox wrote.
    Format(serde_json::Error),
    /// A key in the file cannot be used.
    Key(&'static str, KeyProblem),
    /// The APIv3 key in the file has not 32 bytes.
    ApiV3Key,
    /// No key could be generated.
    Generation,
}

impl fmt::Display for AccountError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(out),
            Self::Format(error) => write!(out, "not a keys file of the sandbox: {error}"),
            Self::Key(name, problem) => write!(out, "{name} {problem}"),
            Self::ApiV3Key => write!(out, "apiv3_key has not 32 bytes"),
            Self::Generation => write!(out, "cannot generate an RSA key"),
        }
    }
}

impl std::error::Error for AccountError {}

/// The private key of that member.
pub(crate) fn private_key(name: &'static str, pem: &str) -> Result<PrivateKey, AccountError> {
    PrivateKey::from_pem(pem).map_err(|problem| AccountError::Key(name, problem))
}

/// A new private key and its public half, both as PEM.
pub(crate) fn key_pair() -> Result<(String, String), AccountError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| AccountError::Generation)?;
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| AccountError::Generation)?;
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| AccountError::Generation)?;
    Ok((pem("PRIVATE KEY", private.as_ref()), pem("PUBLIC KEY", public.as_ref())))
}

/// PEM of this label.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for (index, character) in BASE64.encode(der).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text.push_str(&format!("\n-----END {label}-----\n"));
    text
}
