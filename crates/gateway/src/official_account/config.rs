//! What an Official Account consists of, parsed from an operator's settings. Every complaint names the setting;
//! no complaint repeats a secret.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::seal::AesKey;
use crate::GatewayError;
use crate::settings::{fault, host_url, identifier, is_at};

/// Where the account's calls are answered.
pub const BASE_URL: &str = "https://api.weixin.qq.com";

/// Every host at which WeChat answers calls of accounts, those for other regions and for emergencies included, and shows the page of OAuth.
const HOSTS: [&str; 6] = [
    "api.weixin.qq.com",
    "api2.weixin.qq.com",
    "sh.api.weixin.qq.com",
    "sz.api.weixin.qq.com",
    "hk.api.weixin.qq.com",
    "open.weixin.qq.com",
];

/// Whether an address is the live service's, however it is written.
#[must_use]
pub fn is_live(url: &str) -> bool {
    is_at(url, &HOSTS)
}

/// Where the shopper's browser learns a code for the openid.
pub const OPEN_URL: &str = "https://open.weixin.qq.com";

/// The settings as an operator writes them; the field names are the setting names of every error.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Scheme and host, without a path; the live service if absent.
    #[serde(default = "live")]
    pub base_url: String,
    /// Scheme and host of the page of OAuth; the live one if absent.
    #[serde(default = "live_page")]
    pub open_url: String,
    /// The account's id: begins with `wx`. WeChat Pay's `appid` has to be the same, for openids to be the same.
    pub appid: String,
    /// The account's secret.
    pub secret: String,
    /// The word that signs callbacks: 3–32 letters and digits.
    pub token: String,
    /// EncodingAESKey, 43 letters and digits. With it, callbacks that are not encrypted are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aes_key: Option<String>,
    /// The message about an order that is paid. Nobody is told without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_template: Option<TemplateSettings>,
    /// The message about what was sent. Nobody is told without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_template: Option<TemplateSettings>,
    /// The message about money that was returned. Nobody is told without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded_template: Option<TemplateSettings>,
}

/// A message template that the account has, and which of its keywords tells what: the template's own names,
/// such as `character_string1`, `amount2`, `thing3`, `time4`. A keyword that is absent here is not in the template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateSettings {
    /// The template's id, 43 characters.
    pub id: String,
    /// Tells the order's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Tells what was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tells the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Tells when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

fn live() -> String {
    BASE_URL.to_owned()
}

fn live_page() -> String {
    OPEN_URL.to_owned()
}

impl fmt::Debug for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Settings").field("base_url", &self.base_url).field("appid", &self.appid).finish_non_exhaustive()
    }
}

/// An account that can be used. Secrets hide themselves in `Debug`.
#[derive(Clone)]
pub struct Config {
    /// Scheme and host without a trailing slash.
    pub base_url: String,
    /// The same of the page of OAuth.
    pub open_url: String,
    /// The account's id.
    pub appid: String,
    pub(super) secret: String,
    pub(super) token: String,
    pub(super) aes_key: Option<AesKey>,
    /// The message about an order that is paid.
    pub paid_template: Option<TemplateSettings>,
    /// The message about what was sent.
    pub shipped_template: Option<TemplateSettings>,
    /// The message about money that was returned.
    pub refunded_template: Option<TemplateSettings>,
}

impl Config {
    /// Checks and parses the settings.
    ///
    /// # Errors
    /// [`GatewayError::Configuration`] with the first setting at fault.
    pub fn parse(settings: &Settings) -> Result<Self, GatewayError> {
        let token = identifier("token", &settings.token, |c| c.is_ascii_alphanumeric())?;
        if !(3..=32).contains(&token.len()) {
            return Err(fault("token", "must be 3–32 letters and digits"));
        }
        let aes_key = settings.aes_key.as_deref().map(|text| AesKey::parse(text).ok_or(fault("aes_key", "must be 43 letters and digits")));
        Ok(Self {
            base_url: host_url("base_url", &settings.base_url)?,
            open_url: host_url("open_url", &settings.open_url)?,
            appid: identifier("appid", &settings.appid, |c| c.is_ascii_alphanumeric())?,
            secret: identifier("secret", &settings.secret, |c| c.is_ascii_alphanumeric())?,
            token,
            aes_key: aes_key.transpose()?,
            paid_template: template("paid_template", settings.paid_template.as_ref())?,
            shipped_template: template("shipped_template", settings.shipped_template.as_ref())?,
            refunded_template: template("refunded_template", settings.refunded_template.as_ref())?,
        })
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Config").field("base_url", &self.base_url).field("appid", &self.appid).finish_non_exhaustive()
    }
}

fn template(key: &'static str, settings: Option<&TemplateSettings>) -> Result<Option<TemplateSettings>, GatewayError> {
    let Some(settings) = settings else { return Ok(None) };
    identifier(key, &settings.id, |c| c.is_ascii_alphanumeric() || "-_".contains(c))?;
    let keywords = [&settings.order, &settings.description, &settings.amount, &settings.time];
    for keyword in keywords.into_iter().flatten() {
        identifier(key, keyword, |c| c.is_ascii_alphanumeric() || c == '_')?;
    }
    match keywords.iter().all(|keyword| keyword.is_none()) {
        true => Err(fault(key, "names none of order, description, amount and time")),
        false => Ok(Some(settings.clone())),
    }
}
