//! Platform certificates: downloaded, opened with the APIv3 key, and only then used to check who sent them. An
//! account that migrates to the public key sees both identifiers interleaved, so keys are kept by identifier.
//! WeChat Pay v3, A.4.

use serde::Deserialize;

use super::WechatPay;
use super::config::Config;
use super::{reply, verify};
use crate::rsa::PublicKey;
use crate::x509::certificate_from_pem;
use crate::{Call, CallContext, GatewayError, HttpResponse, provider_time};

/// A certificate that WeChat Pay signs with. Fetch the list again twice a day: old and new ones overlap.
#[derive(Debug, Clone)]
pub struct PlatformCertificate {
    /// 40 hex digits, which `Wechatpay-Serial` names.
    pub serial: String,
    /// Its key.
    pub key: PublicKey,
    /// Since when it is used, in unix seconds.
    pub effective_at: i64,
    /// Until when, in unix seconds.
    pub expires_at: i64,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    serial_no: String,
    effective_time: String,
    expire_time: String,
    encrypt_certificate: Sealed,
}

#[derive(Deserialize)]
struct Sealed {
    algorithm: String,
    nonce: String,
    associated_data: String,
    ciphertext: String,
}

impl WechatPay {
    /// Asks for the certificates that are in use. The list is empty for accounts that have only the public key. What does not open with
    /// our APIv3 key, or was not signed by a certificate inside or by a key that is already known, is forged.
    #[must_use]
    pub fn certificates(&self, at: &CallContext) -> Call<Vec<PlatformCertificate>> {
        let gateway = self.clone();
        let request = self.request(http::Method::GET, "/v3/certificates", Vec::new(), at);
        Call::new(request, move |reply, at| gateway.certified(reply, at))
    }

    pub(super) fn certified(&self, reply: &HttpResponse, at: &CallContext) -> Result<Vec<PlatformCertificate>, GatewayError> {
        if reply.status != 200 {
            // No success, so the error of its status comes back.
            return reply::believed(&self.config, reply, at.now).and(Err(GatewayError::Unreadable { what: "status" }));
        }
        let list: List = reply::read(&reply.body, "certificates")?;
        let found = list.data.iter().map(|entry| entry.open(&self.config)).collect::<Result<Vec<_>, _>>()?;
        verify::signed(&self.with_certificates(&found).config, &reply.headers, &reply.body, at.now)?;
        Ok(found)
    }

    /// The same gateway that also believes these certificates, beside the keys it knows.
    #[must_use]
    pub fn with_certificates(&self, certificates: &[PlatformCertificate]) -> Self {
        let mut config = Config::clone(&self.config);
        config.certificates_end_at = certificates.iter().map(|certificate| certificate.expires_at).max().or(config.certificates_end_at);
        config.platform_keys.extend(certificates.iter().map(|certificate| (certificate.serial.clone(), certificate.key.clone())));
        Self::new(config)
    }
}

impl Entry {
    fn open(&self, config: &Config) -> Result<PlatformCertificate, GatewayError> {
        let Sealed { algorithm, nonce, associated_data, ciphertext } = &self.encrypt_certificate;
        let unreadable = GatewayError::Unreadable { what: "certificate" };
        if algorithm != super::seal::ALGORITHM {
            return Err(unreadable);
        }
        let plain = config.apiv3_key.open(nonce, associated_data, ciphertext).ok_or(GatewayError::Undecryptable)?;
        let pem = String::from_utf8(plain).map_err(|_| unreadable.clone())?;
        let (serial, key) = certificate_from_pem(&pem).map_err(|_| unreadable.clone())?;
        if serial != self.serial_no {
            return Err(GatewayError::NotOurs { what: "serial_no", ours: serial, theirs: self.serial_no.clone() });
        }
        let time = |text: &str| provider_time::parse(text).ok_or(unreadable.clone());
        Ok(PlatformCertificate { serial, key, effective_at: time(&self.effective_time)?, expires_at: time(&self.expire_time)? })
    }
}
