//! The merchant's account at WeChat Pay, with both halves of all keys.

use std::collections::BTreeMap;

use gateway::rsa::{KeyProblem, PrivateKey};
use gateway::wechat_pay::server::{Merchant, PlatformKey};
use gateway::wechat_pay::{ApiV3Key, Product, Settings};
use serde::{Deserialize, Serialize};

use super::certificate::certificate;
use super::decryption_key::DecryptionKey;
use crate::keys::{AccountError, key_pair, private_key};
use crate::random::{self, Randomness, digits, word};

/// As the account's file keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct WechatPayAccount {
    pub mchid: String,
    pub appid: String,
    merchant_serial: String,
    merchant_key: String,
    apiv3_key: String,
    public_key_id: String,
    platform_key: String,
    platform_public_key: String,
    /// The key of the platform certificate. Absent in files of older sandboxes.
    certificate_key: Option<String>,
}

/// The keys, parsed, as WeChat Pay holds them.
pub(crate) struct Keys {
    pub merchant: Merchant,
    pub platform: PlatformKey,
    /// Opens what was encrypted for `platform`.
    pub decryption_key: DecryptionKey,
    pub apiv3: ApiV3Key,
    pub certificate: Certificate,
    /// Takes over from `certificate`. It is over the key of `platform`: which key stands behind an identifier is nobody's business.
    pub next_certificate: Certificate,
}

/// A platform certificate.
pub(crate) struct Certificate {
    pub pem: String,
    /// Signs, under the certificate's serial.
    pub key: PlatformKey,
    /// Opens what was encrypted for it.
    pub decryption_key: DecryptionKey,
}

impl WechatPayAccount {
    pub fn generate(random: &Randomness) -> Result<Self, AccountError> {
        let (merchant_key, _) = key_pair()?;
        let (platform_key, platform_public_key) = key_pair()?;
        Ok(Self {
            mchid: "1900000001".to_owned(),
            appid: "wx8888888888888888".to_owned(),
            merchant_serial: random::hex::<20>(random),
            merchant_key,
            apiv3_key: word::<32>(random),
            public_key_id: format!("PUB_KEY_ID_011900000001{}", digits::<19>(random)),
            platform_key,
            platform_public_key,
            certificate_key: Some(key_pair()?.0),
        })
    }

    /// Makes what older sandboxes did not have; whether anything was.
    pub fn complete(&mut self) -> Result<bool, AccountError> {
        if self.certificate_key.is_some() {
            return Ok(false);
        }
        self.certificate_key = Some(key_pair()?.0);
        Ok(true)
    }

    /// What a merchant needs to use it at `base_url`.
    pub fn settings(&self, base_url: &str) -> Settings {
        Settings {
            base_url: base_url.to_owned(),
            mchid: self.mchid.clone(),
            appid: self.appid.clone(),
            merchant_serial: self.merchant_serial.clone(),
            merchant_key: self.merchant_key.clone(),
            apiv3_key: self.apiv3_key.clone(),
            platform_keys: BTreeMap::from([(self.public_key_id.clone(), self.platform_public_key.clone())]),
            public_key_id: self.public_key_id.clone(),
            products: Product::all(),
        }
    }

    pub fn keys(&self) -> Result<Keys, AccountError> {
        let merchant_key = private_key("merchant_key", &self.merchant_key)?;
        let platform_key = private_key("platform_key", &self.platform_key)?;
        let pem_key = self.certificate_key.as_deref().ok_or(AccountError::Generation)?;
        let decryption_key = DecryptionKey::new(self.public_key_id.clone(), &self.platform_key);
        Ok(Keys {
            certificate: Certificate::of(private_key("certificate_key", pem_key)?, pem_key)?,
            next_certificate: Certificate::of(platform_key.clone(), &self.platform_key)?,
            decryption_key: decryption_key.ok_or(AccountError::Key("platform_key", KeyProblem::NotRsa))?,
            merchant: Merchant {
                mchid: self.mchid.clone(),
                appid: self.appid.clone(),
                serial: self.merchant_serial.clone(),
                key: merchant_key.public_key(),
            },
            platform: PlatformKey { id: self.public_key_id.clone(), key: platform_key },
            apiv3: ApiV3Key::new(<[u8; 32]>::try_from(self.apiv3_key.as_bytes()).map_err(|_| AccountError::ApiV3Key)?),
        })
    }
}

impl Certificate {
    /// The certificate of a key, whose serial follows from it.
    fn of(key: PrivateKey, pem_key: &str) -> Result<Self, AccountError> {
        let info = key.public_key().to_der();
        let mut serial = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &info).as_ref().get(..20).unwrap_or_default().to_vec();
        if let Some(first) = serial.first_mut() {
            // Positive, and without a leading zero: 40 digits.
            *first = *first & 0x3f | 0x40;
        }
        let unusable = AccountError::Key("certificate_key", KeyProblem::NotRsa);
        let id = hex::encode_upper(&serial);
        let (Ok(pem), Some(decryption_key)) = (certificate(&serial, pem_key), DecryptionKey::new(id.clone(), pem_key)) else {
            return Err(unusable);
        };
        Ok(Self { pem, key: PlatformKey { id, key }, decryption_key })
    }
}
