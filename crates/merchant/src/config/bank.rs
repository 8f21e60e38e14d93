//! `[bank]`: who the shopper's bank shows as payee, and a section for each national scheme that the merchant has an account in.

use gateway::GatewayError;
use gateway::emv::{Account, Payee};
use protocol::Method;
use serde::Deserialize;

use super::ConfigError;
use crate::bank::BankCodes;

/// `[bank]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankConfig {
    /// The merchant's name, up to 25 characters of ASCII. FPS shows another, `NA`.
    pub name: String,
    /// The city, up to 15 characters of ASCII. PayNow and FPS have their own.
    pub city: String,
    /// Merchant category code of ISO 18245, four digits. KHQR has its own, 5999.
    #[serde(default = "any_category")]
    pub category: String,
    /// Postal code, where the scheme has one: up to 10 characters of ASCII.
    pub postal_code: Option<String>,
    /// Brazil.
    pub pix: Option<Pix>,
    /// Thailand.
    pub promptpay: Option<PromptPay>,
    /// Singapore.
    pub paynow: Option<PayNow>,
    /// Indonesia.
    pub qris: Option<Qris>,
    /// Vietnam.
    pub vietqr: Option<VietQr>,
    /// Hong Kong.
    pub fps: Option<Fps>,
    /// Malaysia.
    pub duitnow: Option<DuitNow>,
    /// Cambodia.
    pub khqr: Option<Khqr>,
}

fn any_category() -> String {
    "0000".to_owned()
}

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident $variant:ident { $($field:ident),* } ;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                #[doc = concat!("As `gateway::emv::Account::", stringify!($variant), "` says.")]
                pub $field: String,
            )*
        }

        impl From<&$name> for Account {
            fn from(section: &$name) -> Account {
                Account::$variant { $($field: section.$field.clone()),* }
            }
        }
    )* };
}

sections! {
    /// `[bank.pix]`
    Pix Pix { key };
    /// `[bank.promptpay]`
    PromptPay PromptPay { target };
    /// `[bank.paynow]`
    PayNow PayNow { proxy };
    /// `[bank.qris]`
    Qris Qris { acquirer, pan, merchant_id, criteria, national_id };
    /// `[bank.vietqr]`
    VietQr VietQr { bank, account };
    /// `[bank.fps]`
    Fps Fps { id };
    /// `[bank.duitnow]`
    DuitNow DuitNow { acquirer, merchant_id };
    /// `[bank.khqr]`
    Khqr Khqr { bakong_id, merchant_id, bank };
}

impl BankConfig {
    /// Every scheme of the section, tried out.
    ///
    /// # Errors
    /// One line that names the key whose value makes no code.
    pub(crate) fn codes(&self) -> Result<Vec<BankCodes>, ConfigError> {
        let schemes = [
            ("pix", self.pix.as_ref().map(Account::from)),
            ("promptpay", self.promptpay.as_ref().map(Account::from)),
            ("paynow", self.paynow.as_ref().map(Account::from)),
            ("qris", self.qris.as_ref().map(Account::from)),
            ("vietqr", self.vietqr.as_ref().map(Account::from)),
            ("fps", self.fps.as_ref().map(Account::from)),
            ("duitnow", self.duitnow.as_ref().map(Account::from)),
            ("khqr", self.khqr.as_ref().map(Account::from)),
        ];
        schemes.into_iter().filter_map(|(word, account)| Some(self.tried(word, account?))).collect()
    }

    fn tried(&self, word: &str, account: Account) -> Result<BankCodes, ConfigError> {
        let payee = Payee {
            name: self.name.clone(),
            city: self.city.clone(),
            category: self.category.clone(),
            postal_code: self.postal_code.clone(),
        };
        let codes = BankCodes { method: Method::parse(word).expect("schemes are words"), account, payee };
        codes.try_out().and_then(|()| codes.account.can_exist()).map_err(|error| Self::complaint(word, error))?;
        Ok(codes)
    }

    fn complaint(word: &str, error: GatewayError) -> ConfigError {
        match error {
            // The payee stands in the section of all schemes.
            GatewayError::Configuration { key: key @ ("name" | "city" | "category" | "postal_code"), problem } => {
                ConfigError::of(&format!("bank.{key}"), format!("{problem}, as bank.{word} needs it"))
            }
            GatewayError::Configuration { key, problem } => ConfigError::of(&format!("bank.{word}.{key}"), problem),
            other => ConfigError::of(&format!("bank.{word}"), other),
        }
    }
}
