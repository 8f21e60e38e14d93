//! What a merchant account at WeChat Pay consists of, parsed from an operator's settings.
//! Every complaint names the setting; no complaint repeats a secret.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::seal::ApiV3Key;
use crate::GatewayError;
use crate::rsa::{KeyProblem, PrivateKey, PublicKey};
use crate::settings::{base_url, fault, identifier, is_at, key_fault};
use crate::x509::certificate_from_pem;

/// Where WeChat Pay answers for merchants in mainland China.
pub const BASE_URL: &str = "https://api.mch.weixin.qq.com";

/// Every host at which WeChat Pay answers: the usual one, and the one to change to while that cannot be reached.
const HOSTS: [&str; 2] = ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"];

/// The hosts of a sandbox. WeChat Pay has none for this version of its interface.
const TEST_HOSTS: [&str; 0] = [];

/// Whether an address is that of a sandbox, however it is written.
#[must_use]
pub fn is_test(url: &str) -> bool {
    is_at(url, &TEST_HOSTS)
}

/// Whether an address is the live service's, however it is written.
#[must_use]
pub fn is_live(url: &str) -> bool {
    is_at(url, &HOSTS)
}

/// The prefix of the identifiers of WeChat Pay public keys; certificate serials are hex instead.
const PUBLIC_KEY_PREFIX: &str = "PUB_KEY_ID_";

/// The settings as an operator writes them; the field names are the setting names of every error.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Scheme and host, without a path; the live service if absent.
    #[serde(default = "live")]
    pub base_url: String,
    /// Merchant number.
    pub mchid: String,
    /// The Official Account or app that is bound to the merchant number.
    pub appid: String,
    /// Serial of the merchant API certificate: hex.
    pub merchant_serial: String,
    /// Private key of the merchant API certificate: PEM.
    pub merchant_key: String,
    /// The APIv3 key of the merchant console: 32 characters.
    pub apiv3_key: String,
    /// Public keys of WeChat Pay as PEM by `PUB_KEY_ID_…`, and platform certificates as PEM by serial: both
    /// identifiers arrive interleaved while an account migrates.
    pub platform_keys: BTreeMap<String, String>,
    /// Which of `platform_keys` responses shall be signed with. Empty for an account that has platform
    /// certificates only, which [`super::WechatPay::certificates`] asks for.
    pub public_key_id: String,
    /// What the account was granted; everything if absent.
    #[serde(default = "Product::all")]
    pub products: Vec<Product>,
}

/// A product of WeChat Pay. Each is granted by itself, and collects on a surface of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Product {
    /// Codes on a screen.
    Native,
    /// Jumps out of a phone's browser.
    H5,
    /// Payments inside of WeChat.
    Jsapi,
}

impl Product {
    /// Every one.
    #[must_use]
    pub fn all() -> Vec<Product> {
        vec![Product::Native, Product::H5, Product::Jsapi]
    }

    /// Its word in settings, and the last part of its call.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Product::Native => "native",
            Product::H5 => "h5",
            Product::Jsapi => "jsapi",
        }
    }
}

fn live() -> String {
    BASE_URL.to_owned()
}

impl fmt::Debug for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Settings")
            .field("base_url", &self.base_url)
            .field("mchid", &self.mchid)
            .field("appid", &self.appid)
            .field("merchant_serial", &self.merchant_serial)
            .field("public_key_id", &self.public_key_id)
            .finish_non_exhaustive()
    }
}

/// A merchant account that can be used. Secrets hide themselves in `Debug`.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme and host without a trailing slash.
    pub base_url: String,
    /// Merchant number.
    pub mchid: String,
    /// The bound Official Account or app.
    pub appid: String,
    /// Serial of the merchant API certificate.
    pub merchant_serial: String,
    /// Signs requests.
    pub merchant_key: PrivateKey,
    /// Opens notifications.
    pub apiv3_key: ApiV3Key,
    /// Verify responses and notifications, by identifier.
    pub platform_keys: BTreeMap<String, PublicKey>,
    /// When the last of the platform certificates that were fetched runs out, unix seconds.
    pub certificates_end_at: Option<i64>,
    /// Which of `platform_keys` we ask responses to be signed with.
    pub public_key_id: String,
    /// What the account was granted.
    pub products: Vec<Product>,
}

impl Config {
    /// Checks and parses the settings.
    ///
    /// # Errors
    /// [`GatewayError::Configuration`] with the first setting at fault.
    pub fn parse(settings: &Settings) -> Result<Self, GatewayError> {
        let platform_keys = platform_keys(&settings.platform_keys)?;
        let public_key_id = settings.public_key_id.clone();
        let is_serial = public_key_id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_serial && !public_key_id.starts_with(PUBLIC_KEY_PREFIX) {
            return Err(fault("public_key_id", format!("must begin with {PUBLIC_KEY_PREFIX}, or be the serial of a certificate")));
        }
        if !public_key_id.is_empty() && !platform_keys.contains_key(&public_key_id) {
            return Err(fault("public_key_id", "is not among platform_keys"));
        }
        let merchant_key = PrivateKey::from_pem(&settings.merchant_key).map_err(|problem| key_fault("merchant_key", problem))?;
        Ok(Self {
            certificates_end_at: None,
            base_url: base_url(&settings.base_url)?,
            mchid: long("mchid", identifier("mchid", &settings.mchid, |c| c.is_ascii_digit())?, 8..=10)?,
            appid: appid(&settings.appid)?,
            merchant_serial: serial(&settings.merchant_serial)?,
            merchant_key,
            apiv3_key: apiv3_key(&settings.apiv3_key)?,
            platform_keys,
            public_key_id,
            products: match settings.products.is_empty() {
                true => return Err(fault("products", "names none of native, h5 and jsapi")),
                false => settings.products.clone(),
            },
        })
    }
}

impl Config {
    /// Whether WeChat Pay is believed by its public key, which has no end.
    #[must_use]
    pub fn has_public_key(&self) -> bool {
        self.platform_keys.keys().any(|id| id.starts_with(PUBLIC_KEY_PREFIX))
    }

    /// Whether one of the keys that WeChat Pay is believed by is the merchant's own: putting it there is the usual mistake.
    #[must_use]
    pub fn believes_itself(&self) -> bool {
        self.platform_keys.values().any(|key| key.verifies(b"own", &self.merchant_key.sign(b"own")))
    }
}

/// An identifier of so many characters.
fn long(key: &'static str, text: String, lengths: std::ops::RangeInclusive<usize>) -> Result<String, GatewayError> {
    match lengths.contains(&text.len()) {
        true => Ok(text),
        false if lengths.start() == lengths.end() => Err(fault(key, format!("has {} characters instead of {}", text.len(), lengths.end()))),
        false => Err(fault(key, format!("has {} characters instead of {} to {}", text.len(), lengths.start(), lengths.end()))),
    }
}

/// Of an Official Account, a mini program or an app (`wx`), or of a company at WeCom (`ww`).
fn appid(text: &str) -> Result<String, GatewayError> {
    let appid = long("appid", identifier("appid", text, |c| c.is_ascii_alphanumeric())?, 18..=18)?;
    match appid.starts_with("wx") || appid.starts_with("ww") {
        true => Ok(appid),
        false => Err(fault("appid", "does not begin with wx or ww")),
    }
}

/// Twenty bytes, as the console shows them.
fn serial(text: &str) -> Result<String, GatewayError> {
    long("merchant_serial", identifier("merchant_serial", text, |c| c.is_ascii_hexdigit())?, 40..=40)
}

fn platform_keys(pems: &BTreeMap<String, String>) -> Result<BTreeMap<String, PublicKey>, GatewayError> {
    pems.iter()
        .map(|(id, pem)| {
            let key = match PublicKey::from_pem(pem) {
                Err(KeyProblem::Certificate) => certificate_key(id, pem)?,
                other => other.map_err(|problem| fault("platform_keys", format!("entry {id:?} {problem}")))?,
            };
            Ok((id.clone(), key))
        })
        .collect()
}

/// A certificate stands under its own serial, else nothing that it signed would be found.
fn certificate_key(id: &str, pem: &str) -> Result<PublicKey, GatewayError> {
    let unusable = |_| fault("platform_keys", format!("entry {id:?} is not the certificate of an RSA key"));
    let (serial, key) = certificate_from_pem(pem).map_err(unusable)?;
    match serial.eq_ignore_ascii_case(id) {
        true => Ok(key),
        false => Err(fault("platform_keys", format!("entry {id:?} is the certificate with the serial {serial}"))),
    }
}

fn apiv3_key(text: &str) -> Result<ApiV3Key, GatewayError> {
    let bytes = text.as_bytes();
    <[u8; 32]>::try_from(bytes).map(ApiV3Key::new).map_err(|_| fault("apiv3_key", format!("has {} bytes instead of 32", bytes.len())))
}
