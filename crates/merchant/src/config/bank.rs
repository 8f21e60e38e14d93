//! `[bank]`: who the shopper's bank shows as payee, and a section for each national scheme that the merchant has an account in.

use gateway::GatewayError;
use gateway::emv::{Account, Payee};
use protocol::Method;
use serde::Deserialize;

use super::error::ConfigError;
use crate::bank::{BankCodes, Says};

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
    /// Whether the accounts are for tests, and no money moves.
    #[serde(default)]
    pub test: bool,
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

/// A Pix code that names no transaction.
const NO_TXID: &str = "***";

fn any_category() -> String {
    "0000".to_owned()
}

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident $variant:ident { $($field:ident),* } $(and { $($(#[$more_doc:meta])* $more:ident: $kind:ty),* })? ;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                #[doc = concat!("As `gateway::emv::Account::", stringify!($variant), "` says.")]
                pub $field: String,
            )*
            $($(
                $(#[$more_doc])*
                #[serde(default)]
                pub $more: $kind,
            )*)?
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
    Pix Pix { key } and {
        /// `***`, for a receiving bank that takes no txid which it did not issue; one of each payment's own if absent.
        txid: Option<String>
    };
    /// `[bank.promptpay]`
    PromptPay PromptPay { target };
    /// `[bank.paynow]`
    PayNow PayNow { proxy };
    /// `[bank.qris]`
    Qris Qris { acquirer, pan, merchant_id, criteria, national_id } and {
        /// The terminal that codes name, as those of acquirers do; `A01` if absent.
        terminal: Option<String>
    };
    /// `[bank.vietqr]`
    VietQr VietQr { bank, account };
    /// `[bank.fps]`
    Fps Fps { id } and {
        /// Whether codes carry a reference, which the receiving bank has to have enabled; they do if absent.
        reference: Option<bool>
    };
    /// `[bank.duitnow]`
    DuitNow DuitNow { acquirer, merchant_id } and {
        /// Whether the acquirer has said that this account may stand in codes with an amount.
        dynamic: bool
    };
    /// `[bank.khqr]`
    Khqr Khqr { bakong_id, merchant_id, bank };
}

impl BankConfig {
    /// Every scheme of the section, tried out.
    ///
    /// # Errors
    /// One line that names the key whose value makes no code.
    pub(crate) fn codes(&self) -> Result<Vec<BankCodes>, ConfigError> {
        self.check_schemes()?;
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
        let codes = BankCodes {
            method: Method::parse(word).expect("schemes are words"),
            account,
            payee,
            says: self.says(word),
            terminal: self.qris.as_ref().filter(|_| word == "qris").map(|qris| qris.terminal.clone().unwrap_or_else(|| "A01".to_owned())),
        };
        codes.try_out().and_then(|()| codes.account.can_exist()).map_err(|error| Self::complaint(word, error))?;
        Ok(codes)
    }

    /// What is written down that would make codes which banks refuse.
    fn check_schemes(&self) -> Result<(), ConfigError> {
        if self.duitnow.as_ref().is_some_and(|duitnow| !duitnow.dynamic) {
            let reason = "a DuitNow code with an amount names an account that the acquirer issues for such codes, and a static one is refused; \
                          ask your acquirer for one, put it into merchant_id and say dynamic = true";
            return Err(ConfigError::of("bank.duitnow.dynamic", reason));
        }
        match self.pix.as_ref().and_then(|pix| pix.txid.as_deref()) {
            None | Some(NO_TXID) => Ok(()),
            Some(_) => Err(ConfigError::of("bank.pix.txid", "must be \"***\", or absent: then each payment has its own")),
        }
    }

    /// What the codes of a scheme say of a payment.
    fn says(&self, word: &str) -> Says {
        let has_no_txid = self.pix.as_ref().is_some_and(|pix| pix.txid.is_some());
        let has_no_reference = self.fps.as_ref().is_some_and(|fps| fps.reference == Some(false));
        match word {
            "pix" if has_no_txid => Says::Nothing(NO_TXID),
            "fps" if has_no_reference => Says::Nothing(""),
            "promptpay" => Says::Nothing(""),
            _ => Says::Reference,
        }
    }

    /// What an operator should know of codes that banks may refuse, or that leave work to a person, a line each.
    pub(super) fn hints(&self) -> Vec<String> {
        let by_hand = |word: &str| {
            format!("bank.{word}: codes carry no reference, so a person has to find each payment by its amount and time to confirm it")
        };
        let schemes = [("pix", self.pix.is_some()), ("promptpay", self.promptpay.is_some()), ("fps", self.fps.is_some())];
        let silent = schemes.into_iter().filter(|(word, is_there)| *is_there && matches!(self.says(word), Says::Nothing(_)));
        let mut hints: Vec<_> = silent.map(|(word, _)| by_hand(word)).collect();
        if self.pix.as_ref().is_some_and(|pix| pix.txid.is_none()) {
            hints
                .push("bank.pix: some receiving banks refuse a txid that they did not issue; if yours does, say txid = \"***\"".to_owned());
        }
        if self.fps.as_ref().is_some_and(|fps| fps.reference != Some(false)) {
            hints.push(
                "bank.fps: a reference has to be enabled by the receiving bank; if apps refuse your codes, say reference = false"
                    .to_owned(),
            );
        }
        if self.qris.is_some() {
            hints.push(
                "bank.qris: some wallets refuse codes that the acquirer did not make; pay one of the smallest amount before you open"
                    .to_owned(),
            );
        }
        hints
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
