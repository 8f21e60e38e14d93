//! What an application at Alipay consists of, parsed from an operator's settings. Every complaint names
//! the setting; no complaint repeats a secret.

use std::fmt;

use serde::Deserialize;

use crate::GatewayError;
use crate::rsa::{PrivateKey, PublicKey};
use crate::settings::{base_url, fault, is_at, key_fault};

/// Where Alipay answers.
pub const BASE_URL: &str = "https://openapi.alipay.com";

/// Every host at which Alipay answers.
const HOSTS: [&str; 1] = ["openapi.alipay.com"];

/// The hosts of its sandbox, where no money moves.
const TEST_HOSTS: [&str; 2] = ["openapi-sandbox.dl.alipaydev.com", "openapi.alipaydev.com"];

/// Whether an address is that of the sandbox, however it is written.
#[must_use]
pub fn is_test(url: &str) -> bool {
    is_at(url, &TEST_HOSTS)
}

/// Whether an address is the live service's, however it is written.
#[must_use]
pub fn is_live(url: &str) -> bool {
    is_at(url, &HOSTS)
}

/// The settings as an operator writes them; the field names are the setting names of every error.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Scheme and host, without a path; the live service if absent.
    #[serde(default = "live")]
    pub base_url: String,
    /// The application's number: 16 digits.
    pub app_id: String,
    /// Who gets the money: the merchant's 16 digits, which begin with 2088.
    pub seller_id: String,
    /// Private key of the application: PEM.
    pub app_key: String,
    /// Alipay's public key (not the application's own): PEM.
    pub alipay_public_key: String,
    /// The product of the merchant's contract: `QR_CODE_OFFLINE` (order codes) or `FACE_TO_FACE_PAYMENT`; the first if absent.
    #[serde(default = "order_codes")]
    pub product_code: String,
    /// For how many days after the payment money can be returned, by the merchant's contract; a year if absent.
    #[serde(default = "a_year")]
    pub refund_days: u32,
}

/// The products whose codes shoppers scan.
const PRODUCTS: [&str; 2] = ["QR_CODE_OFFLINE", "FACE_TO_FACE_PAYMENT"];

/// Codes for an order, which shops on the web have.
#[must_use]
pub fn order_codes() -> String {
    PRODUCTS[0].to_owned()
}

/// What most contracts say.
#[must_use]
pub fn a_year() -> u32 {
    365
}

fn live() -> String {
    BASE_URL.to_owned()
}

impl fmt::Debug for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Settings")
            .field("base_url", &self.base_url)
            .field("app_id", &self.app_id)
            .field("seller_id", &self.seller_id)
            .finish_non_exhaustive()
    }
}

/// An application that can be used. Secrets hide themselves in `Debug`.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme and host without a trailing slash.
    pub base_url: String,
    /// The application's number.
    pub app_id: String,
    /// Who gets the money.
    pub seller_id: String,
    /// Signs requests.
    pub app_key: PrivateKey,
    /// Verifies answers and notifications.
    pub alipay_key: PublicKey,
    /// The product of the contract.
    pub product_code: String,
    /// For how long after the payment money can be returned, in seconds.
    pub refund_window: i64,
}

impl Config {
    /// Checks and parses the settings.
    ///
    /// # Errors
    /// [`GatewayError::Configuration`] with the first setting at fault. Putting the application's own public
    /// key where Alipay's belongs is the usual mistake, and is told.
    pub fn parse(settings: &Settings) -> Result<Self, GatewayError> {
        let app_key = PrivateKey::from_pem(&settings.app_key).map_err(|problem| key_fault("app_key", problem))?;
        let alipay_key = PublicKey::from_pem(&settings.alipay_public_key).map_err(|problem| key_fault("alipay_public_key", problem))?;
        if is_live(&settings.base_url) && alipay_key.verifies(b"own", &app_key.sign(b"own")) {
            return Err(fault("alipay_public_key", "is the application's own public key; the console shows Alipay's beside it"));
        }
        Ok(Self {
            base_url: base_url(&settings.base_url)?,
            app_id: digits("app_id", &settings.app_id)?,
            seller_id: seller_id(&settings.seller_id)?,
            app_key,
            alipay_key,
            product_code: match PRODUCTS.contains(&settings.product_code.as_str()) {
                true => settings.product_code.clone(),
                false => return Err(fault("product_code", format!("is none of {}", PRODUCTS.join(" and ")))),
            },
            refund_window: match settings.refund_days {
                days @ 1..=3_650 => i64::from(days) * 86_400,
                _ => return Err(fault("refund_days", "must be 1 to 3650")),
            },
        })
    }
}

/// Who gets money at Alipay: all of them begin alike.
fn seller_id(text: &str) -> Result<String, GatewayError> {
    match text.starts_with("2088") {
        true => digits("seller_id", text),
        false => Err(fault("seller_id", "must be 16 digits that begin with 2088: the merchant's number (PID), not the application's")),
    }
}

fn digits(key: &'static str, text: &str) -> Result<String, GatewayError> {
    match text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(text.to_owned()),
        false => Err(fault(key, "must be 16 digits")),
    }
}
