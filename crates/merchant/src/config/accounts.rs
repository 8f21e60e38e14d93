//! `[wechat_pay]` and `[alipay]`: accounts at providers, written out, or, for the sandbox, fetched from where it says.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use gateway::{GatewayError, alipay, official_account, wechat_pay};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::ConfigError;
use super::secrets::{self, hidden};
use crate::incoming::{self, Allowed};
use crate::providers::Caller;

/// A section that holds an account.
pub(crate) trait ProviderAccount {
    /// Name of the section, and of the member of the sandbox's settings.
    const SECTION: &'static str;
    /// The account's values as the gateway reads them.
    type Settings: DeserializeOwned;
    /// A usable account.
    type Opened;

    /// Where the sandbox tells them.
    fn settings_url(&self) -> Option<&str>;

    /// Collects them from the section, its files and the environment.
    ///
    /// # Errors
    /// One line that names the key.
    fn settings(&self) -> Result<Self::Settings, ConfigError>;

    /// Puts what the section says of its own into settings that the sandbox told.
    fn overlay(&self, _settings: &mut Self::Settings) {}

    /// Checks them.
    ///
    /// # Errors
    /// The setting at fault.
    fn parse(settings: &Self::Settings) -> Result<Self::Opened, GatewayError>;

    /// The account, as far as it can be told without asking anybody; `None` for the sandbox's.
    ///
    /// # Errors
    /// One line that names the key.
    fn check(&self) -> Result<Option<Self::Opened>, ConfigError> {
        match self.settings_url() {
            Some(_) => Ok(None),
            None => opened::<Self>(&self.settings()?).map(Some),
        }
    }

    /// The account.
    ///
    /// # Errors
    /// One line that names the key.
    async fn open(&self, caller: &Caller) -> Result<Self::Opened, ConfigError> {
        match self.settings_url() {
            None => opened::<Self>(&self.settings()?),
            Some(url) => {
                let settings = fetch(caller, url, Self::SECTION).await;
                let mut settings = settings.map_err(|reason| ConfigError::of(&format!("{}.settings_url", Self::SECTION), reason))?;
                self.overlay(&mut settings);
                opened::<Self>(&settings)
            }
        }
    }
}

fn opened<A: ProviderAccount + ?Sized>(settings: &A::Settings) -> Result<A::Opened, ConfigError> {
    A::parse(settings).map_err(|error| ConfigError::of(A::SECTION, error))
}

/// The sandbox tells what it takes to be its merchant.
async fn fetch<T: DeserializeOwned>(caller: &Caller, url: &str, section: &str) -> Result<T, String> {
    let reply = incoming::answer(caller.client.get(url).send(), Allowed::USUAL).await.map_err(|unread| unread.to_string())?;
    if !reply.status.is_success() {
        return Err(format!("answers {}", reply.status));
    }
    let mut all: serde_json::Map<_, _> = serde_json::from_slice(&reply.body).map_err(|error| error.to_string())?;
    let section = all.remove(section).ok_or_else(|| format!("tells nothing of {section}"))?;
    serde_json::from_value(section).map_err(|error| error.to_string())
}

/// `[wechat_pay]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WechatPayConfig {
    /// Where WeChat Pay sends notifications; `<public_url>/notify/wechat_pay` if absent.
    pub notify_url: Option<String>,
    /// For the sandbox: fetch all the rest from here.
    pub settings_url: Option<String>,
    /// Merchant number.
    pub mchid: Option<String>,
    /// The bound Official ProviderAccount or app.
    pub appid: Option<String>,
    /// Serial of the merchant API certificate.
    pub merchant_serial: Option<String>,
    /// PEM file of its private key.
    pub merchant_key_file: Option<PathBuf>,
    /// 32 characters; environment `WECHAT_PAY_APIV3_KEY`.
    pub apiv3_key: Option<String>,
    /// The file that holds it.
    pub apiv3_key_file: Option<PathBuf>,
    /// `PUB_KEY_ID_…`; absent for an account that has platform certificates only, which are then fetched and kept up to date.
    pub public_key_id: Option<String>,
    /// PEM file of that public key.
    pub public_key_file: Option<PathBuf>,
    /// Which of `native`, `h5` and `jsapi` the account was granted; all if absent.
    pub products: Option<Vec<wechat_pay::Product>>,
    /// Whether shoppers are offered it. One that is not goes on with what was begun by it: asked about, closed, returned, notified.
    #[serde(default = "offered")]
    pub offered: bool,
    /// Whether no money moves by it, as at the provider's own sandbox.
    #[serde(default)]
    pub test: bool,
    /// Another host than the live one.
    pub base_url: Option<String>,
}

fn offered() -> bool {
    true
}

/// `[alipay]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlipayConfig {
    /// Where Alipay sends notifications; `<public_url>/notify/alipay` if absent.
    pub notify_url: Option<String>,
    /// For the sandbox: fetch all the rest from here.
    pub settings_url: Option<String>,
    /// The application's number, 16 digits.
    pub app_id: Option<String>,
    /// Who gets the money, 16 digits.
    pub seller_id: Option<String>,
    /// PEM file of the application's private key.
    pub app_key_file: Option<PathBuf>,
    /// PEM file of Alipay's public key, which is not the application's own.
    pub alipay_public_key_file: Option<PathBuf>,
    /// The product of the contract: `QR_CODE_OFFLINE` if absent, or `FACE_TO_FACE_PAYMENT`.
    pub product_code: Option<String>,
    /// For how many days after the payment money can be returned, by the contract; 365 if absent.
    pub refund_days: Option<u32>,
    /// Whether shoppers are offered it. One that is not goes on with what was begun by it: asked about, closed, returned, notified.
    #[serde(default = "offered")]
    pub offered: bool,
    /// Whether no money moves by it, as at the provider's own sandbox.
    #[serde(default)]
    pub test: bool,
    /// Another host than the live one.
    pub base_url: Option<String>,
}

/// `[official_account]`; its callbacks go to `<public_url>/notify/official_account`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficialAccountConfig {
    /// For the sandbox: fetch all the rest from here.
    pub settings_url: Option<String>,
    /// The account's id, which has to be that of `[wechat_pay]`.
    pub appid: Option<String>,
    /// Its secret; environment `OFFICIAL_ACCOUNT_SECRET`.
    pub secret: Option<String>,
    /// The file that holds it.
    pub secret_file: Option<PathBuf>,
    /// The word that signs callbacks; environment `OFFICIAL_ACCOUNT_TOKEN`.
    pub token: Option<String>,
    /// The file that holds it.
    pub token_file: Option<PathBuf>,
    /// EncodingAESKey, if callbacks are encrypted; environment `OFFICIAL_ACCOUNT_AES_KEY`.
    pub aes_key: Option<String>,
    /// The file that holds it.
    pub aes_key_file: Option<PathBuf>,
    /// The message about an order that is paid.
    pub paid_template: Option<TemplateConfig>,
    /// The message about what was sent.
    pub shipped_template: Option<TemplateConfig>,
    /// The message about money that was returned.
    pub refunded_template: Option<TemplateConfig>,
    /// Another host than the live one.
    pub base_url: Option<String>,
    /// Another host of the page of OAuth than the live one.
    pub open_url: Option<String>,
}

/// A message template, as the console shows it, with its own names of what it tells.
pub type TemplateConfig = official_account::TemplateSettings;

impl fmt::Debug for OfficialAccountConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("OfficialAccountConfig").field("appid", &self.appid).finish_non_exhaustive()
    }
}

impl OfficialAccountConfig {
    /// Whether WeChat itself calls back, or leads shoppers back from its page of OAuth.
    pub(super) fn is_live(&self) -> bool {
        let is_live = |url: &Option<String>| url.as_deref().is_none_or(official_account::is_live);
        self.settings_url.is_none() && (is_live(&self.base_url) || is_live(&self.open_url))
    }
}

impl ProviderAccount for OfficialAccountConfig {
    const SECTION: &'static str = official_account::NAME;
    type Settings = official_account::Settings;
    type Opened = official_account::Config;

    fn settings_url(&self) -> Option<&str> {
        self.settings_url.as_deref()
    }

    fn settings(&self) -> Result<official_account::Settings, ConfigError> {
        let need = Needed(Self::SECTION);
        let aes_key = hidden("official_account.aes_key", "OFFICIAL_ACCOUNT_AES_KEY", &self.aes_key_file, &self.aes_key)?;
        Ok(official_account::Settings {
            base_url: self.base_url.clone().unwrap_or_else(|| official_account::BASE_URL.to_owned()),
            open_url: self.open_url.clone().unwrap_or_else(|| official_account::OPEN_URL.to_owned()),
            appid: need.text("appid", &self.appid)?,
            secret: need.hidden("secret", "OFFICIAL_ACCOUNT_SECRET", &self.secret_file, &self.secret)?,
            token: need.hidden("token", "OFFICIAL_ACCOUNT_TOKEN", &self.token_file, &self.token)?,
            aes_key,
            paid_template: self.paid_template.clone(),
            shipped_template: self.shipped_template.clone(),
            refunded_template: self.refunded_template.clone(),
        })
    }

    fn parse(settings: &official_account::Settings) -> Result<official_account::Config, GatewayError> {
        official_account::Config::parse(settings)
    }
}

impl fmt::Debug for WechatPayConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("WechatPayConfig").field("mchid", &self.mchid).finish_non_exhaustive()
    }
}

impl fmt::Debug for AlipayConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("AlipayConfig").field("app_id", &self.app_id).finish_non_exhaustive()
    }
}

impl WechatPayConfig {
    fn granted(&self) -> Vec<wechat_pay::Product> {
        self.products.clone().unwrap_or_else(wechat_pay::Product::all)
    }
}

impl AlipayConfig {
    /// The product of the contract, and the days for refunds.
    fn contract(&self) -> (String, u32) {
        (self.product_code.clone().unwrap_or_else(alipay::order_codes), self.refund_days.unwrap_or_else(alipay::a_year))
    }
}

impl ProviderAccount for WechatPayConfig {
    const SECTION: &'static str = wechat_pay::PROVIDER;
    type Settings = wechat_pay::Settings;
    type Opened = wechat_pay::Config;

    fn settings_url(&self) -> Option<&str> {
        self.settings_url.as_deref()
    }

    fn settings(&self) -> Result<wechat_pay::Settings, ConfigError> {
        let need = Needed(Self::SECTION);
        let public_key_id = self.public_key_id.clone().unwrap_or_default();
        let platform_keys = match self.public_key_id {
            Some(_) => BTreeMap::from([(public_key_id.clone(), need.file("public_key_file", &self.public_key_file)?)]),
            None => BTreeMap::new(),
        };
        Ok(wechat_pay::Settings {
            base_url: self.base_url.clone().unwrap_or_else(|| wechat_pay::BASE_URL.to_owned()),
            mchid: need.text("mchid", &self.mchid)?,
            appid: need.text("appid", &self.appid)?,
            merchant_serial: need.text("merchant_serial", &self.merchant_serial)?,
            merchant_key: need.secret("merchant_key_file", &self.merchant_key_file)?,
            apiv3_key: need.hidden("apiv3_key", "WECHAT_PAY_APIV3_KEY", &self.apiv3_key_file, &self.apiv3_key)?,
            platform_keys,
            public_key_id,
            products: self.granted(),
        })
    }

    fn overlay(&self, settings: &mut wechat_pay::Settings) {
        settings.products = self.granted();
    }

    fn parse(settings: &wechat_pay::Settings) -> Result<wechat_pay::Config, GatewayError> {
        let config = wechat_pay::Config::parse(settings)?;
        match wechat_pay::is_live(&settings.base_url) && config.believes_itself() {
            true => Err(GatewayError::Configuration {
                key: "public_key_file",
                problem: "holds the merchant's own public key; the console shows WeChat Pay's beside it".to_owned(),
            }),
            false => Ok(config),
        }
    }
}

impl ProviderAccount for AlipayConfig {
    const SECTION: &'static str = alipay::PROVIDER;
    type Settings = alipay::Settings;
    type Opened = alipay::Config;

    fn settings_url(&self) -> Option<&str> {
        self.settings_url.as_deref()
    }

    fn settings(&self) -> Result<alipay::Settings, ConfigError> {
        let need = Needed(Self::SECTION);
        let (product_code, refund_days) = self.contract();
        Ok(alipay::Settings {
            base_url: self.base_url.clone().unwrap_or_else(|| alipay::BASE_URL.to_owned()),
            app_id: need.text("app_id", &self.app_id)?,
            seller_id: need.text("seller_id", &self.seller_id)?,
            app_key: need.secret("app_key_file", &self.app_key_file)?,
            alipay_public_key: need.file("alipay_public_key_file", &self.alipay_public_key_file)?,
            product_code,
            refund_days,
        })
    }

    fn overlay(&self, settings: &mut alipay::Settings) {
        (settings.product_code, settings.refund_days) = self.contract();
    }

    fn parse(settings: &alipay::Settings) -> Result<alipay::Config, GatewayError> {
        alipay::Config::parse(settings)
    }
}

/// Asks for the values that a section must have, and names the key of one that is missing.
pub(super) struct Needed(pub(super) &'static str);

impl Needed {
    pub(super) fn text(&self, name: &str, value: &Option<String>) -> Result<String, ConfigError> {
        value.clone().ok_or_else(|| ConfigError::of(&format!("{}.{name}", self.0), "is missing"))
    }

    fn hidden(&self, name: &str, variable: &str, file: &Option<PathBuf>, text: &Option<String>) -> Result<String, ConfigError> {
        self.text(name, &hidden(&format!("{}.{name}", self.0), variable, file, text)?)
    }

    fn file(&self, name: &str, file: &Option<PathBuf>) -> Result<String, ConfigError> {
        self.read(name, file, |file| std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display())))
    }

    fn secret(&self, name: &str, file: &Option<PathBuf>) -> Result<String, ConfigError> {
        self.read(name, file, secrets::read)
    }

    fn read(&self, name: &str, file: &Option<PathBuf>, read: impl Fn(&Path) -> Result<String, String>) -> Result<String, ConfigError> {
        let key = format!("{}.{name}", self.0);
        let file = file.as_ref().ok_or_else(|| ConfigError::of(&key, "is missing"))?;
        read(file).map_err(|reason| ConfigError::of(&key, reason))
    }
}
