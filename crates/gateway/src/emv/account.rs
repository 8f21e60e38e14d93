//! Whom a bank code pays: the national profile with its account, and what of the merchant a code shows beside it.

use std::borrow::Cow;

/// Where the money goes: one national profile with what it identifies the merchant by.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Account {
    /// Brazil: a key of Pix, such as an e-mail address or a UUID.
    Pix {
        /// The key.
        key: String,
    },
    /// Thailand: a mobile number of nine digits without its leading zero, a tax id of 13, or a wallet id of 15.
    PromptPay {
        /// Digits only.
        target: String,
    },
    /// Singapore: a UEN, or a mobile number that begins with `+65`.
    PayNow {
        /// The UEN or the number.
        proxy: String,
    },
    /// Indonesia: the acquirer's identification and the national one.
    Qris {
        /// The acquirer's reverse domain, such as `ID.CO.EXAMPLE.WWW`.
        acquirer: String,
        /// The merchant's number at the acquirer, 9360 and up to 15 digits.
        pan: String,
        /// The merchant's id, up to 15.
        merchant_id: String,
        /// `UMI`, `UKE`, `UME`, `UBE` or `URE`.
        criteria: String,
        /// The national id: `ID` and 13 digits.
        national_id: String,
    },
    /// Vietnam: an account at a bank.
    VietQr {
        /// Six digits.
        bank: String,
        /// Account number, up to 19.
        account: String,
    },
    /// Hong Kong: an FPS id of 7 to 9, or 12, digits.
    Fps {
        /// Digits.
        id: String,
    },
    /// Malaysia.
    DuitNow {
        /// Six digits.
        acquirer: String,
        /// Up to 28.
        merchant_id: String,
    },
    /// Cambodia: a merchant at Bakong.
    Khqr {
        /// `name@bank`, up to 32.
        bakong_id: String,
        /// The merchant's id there.
        merchant_id: String,
        /// The bank's name.
        bank: String,
    },
}

/// The merchant as the shopper's bank shows it. What a profile fixes itself, or has no room for, is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// Up to 25 characters of ASCII.
    pub name: String,
    /// Up to 15 characters of ASCII.
    pub city: String,
    /// Merchant category code, four digits; `0000` if none applies.
    pub category: String,
    /// Postal code, where the profile has one: up to 10 characters of ASCII.
    pub postal_code: Option<String>,
}

/// What of the merchant a code shows beside the account.
pub(super) struct Shown<'a> {
    pub category: &'a str,
    pub name: Cow<'a, str>,
    pub city: Cow<'a, str>,
    pub postal_code: Option<&'a str>,
}
