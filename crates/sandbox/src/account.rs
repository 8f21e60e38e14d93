//! The merchant account that the sandbox serves, with both halves of all keys: generated, or kept in
//! a file so that a merchant configured once keeps working. Worthless outside of the sandbox.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use gateway::alipay;
use gateway::alipay::server::Application;
use gateway::official_account;
use gateway::rsa::{KeyProblem, PrivateKey};
use gateway::wechat_pay::server::{Merchant, PlatformKey};
use gateway::wechat_pay::{ApiV3Key, Settings};
use serde::{Deserialize, Serialize};

use crate::certificate::certificate;
use crate::official_account::AccountFacts;
use crate::random::{Randomness, digits, hex, word};
use crate::wechat_pay::Opener;

/// One merchant and the provider's keys. `Debug` shows no key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    mchid: String,
    appid: String,
    payee: String,
    merchant_serial: String,
    merchant_key: String,
    apiv3_key: String,
    public_key_id: String,
    platform_key: String,
    platform_public_key: String,
    /// The key of the platform certificate. Absent in files of older sandboxes, like the account below; made when
    /// such a file is read.
    certificate_key: Option<String>,
    alipay: Option<AlipayAccount>,
    official_account: Option<AccountFacts>,
}

/// The merchant's application at Alipay.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlipayAccount {
    app_id: String,
    seller_id: String,
    app_key: String,
    alipay_key: String,
    alipay_public_key: String,
}

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

impl Account {
    /// A fresh account with its RSA keys of 2048 bits.
    ///
    /// # Errors
    /// [`AccountError::Generation`], when the machine has no randomness.
    pub fn generate(random: &Randomness) -> Result<Self, AccountError> {
        let (merchant_key, _) = key_pair()?;
        let (platform_key, platform_public_key) = key_pair()?;
        Ok(Self {
            mchid: "1900000001".to_owned(),
            appid: "wx8888888888888888".to_owned(),
            payee: "Sandbox shop".to_owned(),
            merchant_serial: hex::<20>(random),
            merchant_key,
            apiv3_key: word::<32>(random),
            public_key_id: format!("PUB_KEY_ID_011900000001{}", digits::<19>(random)),
            platform_key,
            platform_public_key,
            certificate_key: Some(key_pair()?.0),
            alipay: Some(AlipayAccount::generate()?),
            official_account: Some(AccountFacts::generate(random)),
        })
    }

    /// Reads the account from `path`, or generates it and keeps it there, readable by its owner only.
    ///
    /// # Errors
    /// Any [`AccountError`].
    pub fn load_or_create(path: &Path, random: &Randomness) -> Result<Self, AccountError> {
        match fs::read(path) {
            Ok(bytes) => {
                let mut account: Self = serde_json::from_slice(&bytes).map_err(AccountError::Format)?;
                if account.alipay.is_none() || account.certificate_key.is_none() || account.official_account.is_none() {
                    account.alipay = account.alipay.map_or_else(AlipayAccount::generate, Ok).map(Some)?;
                    account.certificate_key = account.certificate_key.map_or_else(|| key_pair().map(|(key, _)| key), Ok).map(Some)?;
                    account.official_account.get_or_insert_with(|| AccountFacts::generate(random));
                    account.write(OpenOptions::new().truncate(true), path).map_err(AccountError::File)?;
                }
                account.keys()?;
                Ok(account)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let account = Self::generate(random)?;
                account.write(OpenOptions::new().create_new(true), path).map_err(AccountError::File)?;
                Ok(account)
            }
            Err(error) => Err(AccountError::File(error)),
        }
    }

    fn write(&self, options: &mut OpenOptions, path: &Path) -> io::Result<()> {
        options.write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        options.open(path)?.write_all(&text)
    }

    /// The name a shopper reads on the phone.
    #[must_use]
    pub fn with_payee(self, payee: &str) -> Self {
        Self { payee: payee.to_owned(), ..self }
    }

    /// What a merchant needs to use this account at `base_url`.
    #[must_use]
    pub fn merchant_settings(&self, base_url: &str) -> Settings {
        Settings {
            base_url: base_url.to_owned(),
            mchid: self.mchid.clone(),
            appid: self.appid.clone(),
            merchant_serial: self.merchant_serial.clone(),
            merchant_key: self.merchant_key.clone(),
            apiv3_key: self.apiv3_key.clone(),
            platform_keys: BTreeMap::from([(self.public_key_id.clone(), self.platform_public_key.clone())]),
            public_key_id: self.public_key_id.clone(),
            products: gateway::wechat_pay::Product::all(),
        }
    }

    /// The same for Alipay. Empty for an account that was read by other means than [`Account::load_or_create`].
    #[must_use]
    pub fn alipay_settings(&self, base_url: &str) -> alipay::Settings {
        let text = |part: fn(&AlipayAccount) -> &String| self.alipay.as_ref().map(part).cloned().unwrap_or_default();
        alipay::Settings {
            base_url: base_url.to_owned(),
            app_id: text(|account| &account.app_id),
            seller_id: text(|account| &account.seller_id),
            app_key: text(|account| &account.app_key),
            alipay_public_key: text(|account| &account.alipay_public_key),
            product_code: alipay::order_codes(),
            refund_days: alipay::a_year(),
        }
    }

    /// The same for the Official Account, which has WeChat Pay's appid.
    #[must_use]
    pub fn official_account_settings(&self, base_url: &str) -> official_account::Settings {
        self.official_account.clone().unwrap_or_default().settings(base_url, &self.appid)
    }

    /// Who holds the phone, as the Official Account and WeChat Pay know them.
    pub(crate) fn openid(&self) -> &str {
        self.official_account.as_ref().map(|facts| facts.openid.as_str()).unwrap_or_default()
    }

    /// The Official Account's own facts.
    pub(crate) fn official_account(&self) -> Option<&AccountFacts> {
        self.official_account.as_ref()
    }

    pub(crate) fn payee(&self) -> &str {
        &self.payee
    }

    /// The certificate of a key, whose serial follows from it.
    fn platform_certificate(key: PrivateKey, pem_key: &str) -> Result<Certificate, AccountError> {
        let info = key.public_key().to_der();
        let mut serial = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &info).as_ref().get(..20).unwrap_or_default().to_vec();
        if let Some(first) = serial.first_mut() {
            // Positive, and without a leading zero: 40 digits.
            *first = *first & 0x3f | 0x40;
        }
        let pem = pem("CERTIFICATE", &certificate(&serial, &key, &info));
        let id: String = serial.iter().map(|byte| format!("{byte:02X}")).collect();
        let opener = Opener::new(id.clone(), pem_key).ok_or(AccountError::Key("certificate_key", KeyProblem::NotRsa))?;
        Ok(Certificate { pem, key: PlatformKey { id, key }, opener })
    }

    pub(crate) fn keys(&self) -> Result<Keys, AccountError> {
        let merchant_key = PrivateKey::from_pem(&self.merchant_key).map_err(|problem| AccountError::Key("merchant_key", problem))?;
        let platform_key = PrivateKey::from_pem(&self.platform_key).map_err(|problem| AccountError::Key("platform_key", problem))?;
        let apiv3_key = <[u8; 32]>::try_from(self.apiv3_key.as_bytes()).map_err(|_| AccountError::ApiV3Key)?;
        let alipay = self.alipay.as_ref().ok_or(AccountError::Generation)?;
        let app_key = PrivateKey::from_pem(&alipay.app_key).map_err(|problem| AccountError::Key("alipay.app_key", problem))?;
        let alipay_key = PrivateKey::from_pem(&alipay.alipay_key).map_err(|problem| AccountError::Key("alipay.alipay_key", problem))?;
        let pem_key = self.certificate_key.as_deref().ok_or(AccountError::Generation)?;
        let certificate_key = PrivateKey::from_pem(pem_key).map_err(|problem| AccountError::Key("certificate_key", problem))?;
        let opener = Opener::new(self.public_key_id.clone(), &self.platform_key);
        Ok(Keys {
            certificate: Self::platform_certificate(certificate_key, pem_key)?,
            next_certificate: Self::platform_certificate(platform_key.clone(), &self.platform_key)?,
            opener: opener.ok_or(AccountError::Key("platform_key", KeyProblem::NotRsa))?,
            application: Application { app_id: alipay.app_id.clone(), seller_id: alipay.seller_id.clone(), key: app_key.public_key() },
            alipay: alipay_key,
            merchant: Merchant {
                mchid: self.mchid.clone(),
                appid: self.appid.clone(),
                serial: self.merchant_serial.clone(),
                key: merchant_key.public_key(),
            },
            platform: PlatformKey { id: self.public_key_id.clone(), key: platform_key },
            apiv3: ApiV3Key::new(apiv3_key),
        })
    }
}

/// The account's keys, parsed, as the provider holds them.
pub(crate) struct Keys {
    pub merchant: Merchant,
    pub platform: PlatformKey,
    /// Opens what was encrypted for `platform`.
    pub opener: Opener,
    pub apiv3: ApiV3Key,
    pub certificate: Certificate,
    /// Takes over from `certificate`. It is over the key of `platform`: which key stands behind an identifier is nobody's business.
    pub next_certificate: Certificate,
    pub application: Application,
    pub alipay: PrivateKey,
}

/// A platform certificate of WeChat Pay.
pub(crate) struct Certificate {
    pub pem: String,
    /// Signs, under the certificate's serial.
    pub key: PlatformKey,
    /// Opens what was encrypted for it.
    pub opener: Opener,
}

impl AlipayAccount {
    fn generate() -> Result<Self, AccountError> {
        let (app_key, _) = key_pair()?;
        let (alipay_key, alipay_public_key) = key_pair()?;
        let (app_id, seller_id) = ("2021000000000000".to_owned(), "2088000000000002".to_owned());
        Ok(Self { app_id, seller_id, app_key, alipay_key, alipay_public_key })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Account").field("mchid", &self.mchid).field("appid", &self.appid).finish_non_exhaustive()
    }
}

/// A new private key and its public half, both as PEM.
fn key_pair() -> Result<(String, String), AccountError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| AccountError::Generation)?;
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| AccountError::Generation)?;
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| AccountError::Generation)?;
    Ok((pem("PRIVATE KEY", private.as_ref()), pem("PUBLIC KEY", public.as_ref())))
}

fn pem(label: &str, der: &[u8]) -> String {
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
