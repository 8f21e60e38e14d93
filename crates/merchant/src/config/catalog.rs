//! `[catalog]`: a file, or the address where the shop's own server prices a cart.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use protocol::{Currency, Money};
use serde::Deserialize;

use super::error::ConfigError;
use super::secrets::secret;
use crate::catalog::Catalog;
use crate::webhooks::{Secrets, is_safe};

/// How a shopper's patience is spent at most, milliseconds: a cart is priced whenever it changes.
const MAX_TIMEOUT: u64 = 10_000;
/// The environment's name for the secret.
const SECRET: &str = "QR_CHECKOUT_PRICING_SECRET";

/// `[catalog]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogConfig {
    /// The file.
    pub file: Option<PathBuf>,
    /// Instead of a file: where the shop's own server prices a cart.
    pub url: Option<String>,
    /// With `url`: the currency that it prices in.
    pub currency: Option<String>,
    /// With `url`: a file with the secret that questions are signed with, or with several while they change; environment
    /// `QR_CHECKOUT_PRICING_SECRET`.
    pub secret_file: Option<PathBuf>,
    /// With `url`: how long an answer may take, milliseconds.
    #[serde(default = "two_seconds")]
    pub timeout_ms: u64,
}

fn two_seconds() -> u64 {
    2000
}

/// Where prices come from.
pub(crate) enum Place<'a> {
    File(&'a Path),
    Url(PricingUrl),
}

/// The shop's own server, as the configuration names it.
pub(crate) struct PricingUrl {
    pub(crate) url: String,
    pub(crate) currency: Currency,
    pub(crate) timeout: Duration,
    /// Signs what is asked.
    pub(crate) secrets: Secrets,
}

/// Without the address, which may hold a word that only the shop knows.
impl fmt::Debug for PricingUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PricingUrl({})", self.currency.as_str())
    }
}

impl CatalogConfig {
    /// Where prices come from.
    ///
    /// # Errors
    /// One line that names the key and never holds the secret.
    pub(crate) fn place(&self) -> Result<Place<'_>, ConfigError> {
        match (&self.file, &self.url) {
            (Some(_), None) if self.currency.is_some() || self.secret_file.is_some() => {
                Err(ConfigError::of("catalog", "currency and secret_file go with url; a file has its own currency"))
            }
            (Some(file), None) => Ok(Place::File(file)),
            (None, Some(url)) => self.pricing_url(url).map(Place::Url),
            _ => Err(ConfigError::of("catalog", "needs either file or url")),
        }
    }

    /// Checks the section and the file that it names, asking nobody else.
    ///
    /// # Errors
    /// One line that names the key, and the file and the line in it.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.catalog().map(drop)
    }

    /// Whether a cart can ask its shopper anything: the file says so, and the shop's own server always may.
    pub(crate) fn can_ask(&self) -> bool {
        self.catalog().is_ok_and(|catalog| catalog.is_none_or(|catalog| catalog.asks_anything()))
    }

    /// What a few carts cost, each with words for it; nothing where the shop's own server prices them.
    ///
    /// # Errors
    /// As [`CatalogConfig::check`].
    pub(super) fn samples(&self, now: i64) -> Result<Vec<(String, Money)>, ConfigError> {
        Ok(self.catalog()?.map(|catalog| catalog.samples(now)).unwrap_or_default())
    }

    /// The codes of discounts that are soon found by trying; none are known where the shop's own server prices carts.
    ///
    /// # Errors
    /// As [`CatalogConfig::check`].
    pub(super) fn short_codes(&self) -> Result<Vec<String>, ConfigError> {
        Ok(self.catalog()?.map(|catalog| catalog.short_codes()).unwrap_or_default())
    }

    /// The currency of prices, and the key that tells it.
    ///
    /// # Errors
    /// As [`CatalogConfig::check`].
    pub fn currency(&self) -> Result<(&'static str, String), ConfigError> {
        match self.place()? {
            Place::File(file) => {
                let catalog = Catalog::load(file).map_err(|error| ConfigError::of("catalog.file", error))?;
                Ok(("catalog.file", catalog.currency().to_owned()))
            }
            Place::Url(place) => Ok(("catalog.currency", place.currency.as_str().to_owned())),
        }
    }

    /// The catalog in the file; none where the shop's own server prices carts.
    pub(super) fn catalog(&self) -> Result<Option<Catalog>, ConfigError> {
        match self.place()? {
            Place::File(file) => Catalog::load(file).map(Some).map_err(|error| ConfigError::of("catalog.file", error)),
            Place::Url(_) => Ok(None),
        }
    }

    fn pricing_url(&self, url: &str) -> Result<PricingUrl, ConfigError> {
        let fault = |key: &str, reason: &str| ConfigError::of(&format!("catalog.{key}"), reason);
        if !is_safe(url) {
            return Err(fault("url", "https://…, or http on this machine"));
        }
        let currency = self.currency.as_deref().and_then(Currency::parse);
        let currency = currency.ok_or_else(|| fault("currency", "url needs the ISO 4217 code that it prices in"))?;
        if !(1..=MAX_TIMEOUT).contains(&self.timeout_ms) {
            return Err(fault("timeout_ms", "must be 1 to 10000"));
        }
        let text = secret("catalog.secret_file", SECRET, self.secret_file.as_deref())?;
        let secrets = Secrets::parse(&text).map_err(|reason| fault("secret_file", reason))?;
        Ok(PricingUrl { url: url.to_owned(), currency, timeout: Duration::from_millis(self.timeout_ms), secrets })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> Result<(), String> {
        let section: CatalogConfig = toml::from_str(text).unwrap();
        section.check().map_err(|error| error.to_string())
    }

    #[test]
    fn a_section_names_a_file_or_a_safe_address_with_all_that_it_needs() {
        let file = std::env::temp_dir().join(format!("qr-checkout-pricing-secret-{}", std::process::id()));
        std::fs::write(&file, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let url = format!("url = \"https://shop.example/price\"\ncurrency = \"EUR\"\nsecret_file = {file:?}");
        assert_eq!(section(&url), Ok(()));
        assert_eq!(section(&url.replace("https://shop.example", "http://127.0.0.1:8000")), Ok(()));
        for (from, to, told) in [
            ("https://shop.example", "http://shop.example", "catalog.url: https://"),
            ("https://shop.example", "https://me:secret@shop.example", "catalog.url: https://"),
            ("EUR", "euro", "catalog.currency: "),
            ("currency = \"EUR\"", "timeout_ms = 0\ncurrency = \"EUR\"", "catalog.timeout_ms: "),
            ("url = ", "file = \"catalog.toml\"\nurl = ", "catalog: needs either"),
            ("url = \"https://shop.example/price\"", "file = \"catalog.toml\"", "catalog: currency and secret_file go with url"),
            ("secret-", "no-secret-", "catalog.secret_file: "),
        ] {
            let fault = section(&url.replacen(from, to, 1)).unwrap_err();
            assert!(fault.starts_with(told), "{fault}");
        }
        std::fs::write(&file, "whsec_c2hvcnQ=").unwrap();
        assert!(section(&url).unwrap_err().starts_with("catalog.secret_file: one to three times whsec_"));
        std::fs::remove_file(&file).unwrap();
        assert!(section("").unwrap_err().starts_with("catalog: needs either"));
    }
}
