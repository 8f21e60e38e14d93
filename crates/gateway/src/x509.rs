//! The public key and the serial inside an X.509 certificate, which is all that the wallets use of one: trust comes from how the
//! certificate arrived, not from its issuer.

use rustls_pki_types::CertificateDer;
use webpki::EndEntityCert;

use crate::pem;
use crate::rsa::{KeyProblem, PublicKey};

/// Reads `CERTIFICATE` from PEM: its serial in upper-case hex, and its RSA key.
///
/// # Errors
/// [`KeyProblem`], when it is no certificate or not of an RSA key.
pub fn certificate_from_pem(pem: &str) -> Result<(String, PublicKey), KeyProblem> {
    let der = CertificateDer::from(pem::block(pem, "CERTIFICATE").ok_or(KeyProblem::NotPem { expected: "CERTIFICATE" })?);
    let certificate = EndEntityCert::try_from(&der).map_err(|_| KeyProblem::NotRsa)?;
    let serial = certificate.serial();
    let digits = hex::encode_upper(serial.strip_prefix(&[0]).unwrap_or(serial));
    Ok((digits, PublicKey::from_der(&certificate.subject_public_key_info())?))
}
