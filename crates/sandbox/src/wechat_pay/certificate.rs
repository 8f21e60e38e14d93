//! A self-signed X.509 certificate for the key that the sandbox signs with, because clients of WeChat Pay's older mode want one.

use rcgen::{CertificateParams, DistinguishedName, DnType, Error, KeyPair, PKCS_RSA_SHA256, SerialNumber, date_time_ymd};

/// Unix seconds.
pub(super) const EFFECTIVE_AT: i64 = 1_767_225_600;
/// Unix seconds.
pub(super) const EXPIRES_AT: i64 = 2_398_377_600;

/// PEM of a certificate with this serial for this key (PKCS#8 in PEM), signed by itself.
pub(super) fn certificate(serial: &[u8], key: &str) -> Result<String, Error> {
    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from_slice(serial));
    (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2046, 1, 1));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Sandbox platform");
    let key = KeyPair::from_pem_and_sign_algo(key, &PKCS_RSA_SHA256)?;
    params.self_signed(&key).map(|certificate| certificate.pem())
}
