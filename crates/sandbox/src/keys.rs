//! RSA keys as the account's file keeps them, and why an account cannot be used.

use std::io;

use gateway::rsa::{KeyProblem, PrivateKey};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(io::Error),
    /// The file is not what the sandbox wrote.
    #[error("not a keys file of the sandbox: {0}")]
    Format(serde_json::Error),
    /// A key in the file cannot be used.
    #[error("{0} {1}")]
    Key(&'static str, KeyProblem),
    /// The APIv3 key in the file has not 32 bytes.
    #[error("apiv3_key has not 32 bytes")]
    ApiV3Key,
    /// No key could be generated.
    #[error("cannot generate an RSA key")]
    Generation,
}

/// The private key of that member.
pub(crate) fn private_key(name: &'static str, pem: &str) -> Result<PrivateKey, AccountError> {
    PrivateKey::from_pem(pem).map_err(|problem| AccountError::Key(name, problem))
}

/// A new private key and its public half, both as PEM.
pub(crate) fn key_pair() -> Result<(String, String), AccountError> {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(|_| AccountError::Generation)?;
    Ok((pair.serialize_pem(), pair.public_key_pem()))
}
