//! Bank codes that the merchant's backend makes itself: EMV merchant-presented codes in their national profiles. No
//! provider is asked and none notifies; the merchant's bank feed tells what was paid. Pure text, no money moves here.

mod account;
mod digits;
mod form;
mod tlv;

use std::borrow::Cow;

use account::Shown;
pub use account::{Account, Payee};
use tlv::Objects;

use crate::provider_time::BEIJING;
use crate::text::{Budget, Unit};
use crate::{GatewayError, Limits, decimal};

/// Letters, digits and spaces: what else a Pix code may hold by its specification makes some banks refuse it.
const WORDS: Budget = Budget {
    unit: Unit::Characters,
    longest: 25,
    takes: |character| character == ' ' || character.is_ascii_alphanumeric(),
    instead: &[('-', ' '), ('/', ' '), ('.', ' '), (',', ' '), ('&', ' '), ('+', ' '), ('_', ' '), ('\'', ' '), (':', ' '), (';', ' ')],
    ellipsis: "",
};

/// What one code collects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand<'a> {
    /// Minor units of `currency` (ISO 4217), at least 1.
    pub amount: i64,
    /// ISO 4217 code; has to be one of the profile's.
    pub currency: &'a str,
    /// What the bank feed is matched by: up to 25 letters, digits, spaces and `-`; for Pix letters and digits only, or `***`
    /// for none; for FPS nothing for none. PromptPay's codes have no room for it.
    pub reference: &'a str,
    /// The terminal that a code of QRIS names, as those of acquirers do: up to 25 letters and digits. Others name none.
    pub terminal: Option<&'a str>,
    /// When the code is made, in unix seconds.
    pub made_at: i64,
    /// When it stops being payable, in unix seconds. Codes of KHQR and PayNow say so themselves.
    pub expires_at: i64,
}

/// The payload of a code.
///
/// # Errors
/// `Configuration` with the setting at fault, or `Refused` for an amount or currency that the profile cannot say.
pub fn payload(account: &Account, payee: &Payee, demand: &Demand<'_>) -> Result<String, GatewayError> {
    let shown = account.shown(payee);
    form::judge(account, shown.as_ref())?;
    if let (Account::Pix { .. }, Some(shown)) = (account, &shown) {
        for (key, text) in [("name", &shown.name), ("city", &shown.city)] {
            if WORDS.fit(text).is_empty() {
                return Err(fault(key, "has no letters and digits"));
            }
        }
    }
    let amount = account.amount(demand)?;
    if !account.takes_reference(demand.reference) {
        return Err(fault("reference", "is not 1 to 25 letters, digits, spaces and -, or of letters and digits alone for Pix"));
    }
    if !demand
        .terminal
        .is_none_or(|terminal| (1..=25).contains(&terminal.len()) && terminal.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        return Err(fault("terminal", "is not 1 to 25 letters and digits"));
    }
    let objects = account.template(demand).and_then(|template| account.objects(template, shown.as_ref(), demand, &amount));
    objects.map(Objects::payload).ok_or_else(|| fault("account", "does not fit into a code"))
}

impl Account {
    /// What of the payee a code shows: some profiles fix parts of it, and Thai and Vietnamese codes name an account only.
    fn shown<'a>(&self, payee: &'a Payee) -> Option<Shown<'a>> {
        let (mut category, mut name, mut city) = (payee.category.as_str(), Cow::from(&payee.name), Cow::from(&payee.city));
        match self {
            Self::PromptPay { .. } | Self::VietQr { .. } => return None,
            Self::PayNow { .. } => city = Cow::from("Singapore"),
            Self::Fps { .. } => (name, city) = (Cow::from("NA"), Cow::from("HK")),
            Self::Khqr { .. } => category = "5999",
            Self::Pix { .. } | Self::Qris { .. } | Self::DuitNow { .. } => {}
        }
        let postal_code = payee.postal_code.as_deref().filter(|_| matches!(self, Self::Qris { .. }));
        Some(Shown { category, name, city, postal_code })
    }

    /// Identifier and value of the merchant account template.
    fn template(&self, demand: &Demand<'_>) -> Option<(u8, Objects)> {
        let objects = Objects::default;
        Some(match self {
            Self::Pix { key } => (26, objects().put(0, "br.gov.bcb.pix")?.put(1, key)?),
            Self::PromptPay { target } => {
                let inside = objects().put(0, "A000000677010111")?;
                let inside = match target.len() {
                    9 => inside.put(1, &format!("0066{target}"))?,
                    13 => inside.put(2, target)?,
                    _ => inside.put(3, target)?,
                };
                (29, inside)
            }
            Self::PayNow { proxy } => {
                let kind = if proxy.starts_with('+') { "0" } else { "2" };
                // Singapore's clocks go as Beijing's do.
                let expires = BEIJING.format_plain(demand.expires_at).replace(['-', ' ', ':'], "");
                (26, objects().put(0, "SG.PAYNOW")?.put(1, kind)?.put(2, proxy)?.put(3, "0")?.put(4, &expires)?)
            }
            Self::Qris { acquirer, pan, merchant_id, criteria, .. } => {
                (26, objects().put(0, acquirer)?.put(1, pan)?.put(2, merchant_id)?.put(3, criteria)?)
            }
            Self::VietQr { bank, account } => {
                let beneficiary = objects().put(0, bank)?.put(1, account)?;
                (38, objects().put(0, "A000000727")?.nest(1, beneficiary)?.put(2, "QRIBFTTA")?)
            }
            Self::Fps { id } => (26, objects().put(0, "hk.com.hkicl")?.put(2, id)?),
            Self::DuitNow { acquirer, merchant_id } => (26, objects().put(0, "A0000006150001")?.put(1, acquirer)?.put(2, merchant_id)?),
            Self::Khqr { bakong_id, merchant_id, bank } => (30, objects().put(0, bakong_id)?.put(1, merchant_id)?.put(2, bank)?),
        })
    }

    /// All objects but the checksum, by ascending identifier.
    fn objects(&self, template: (u8, Objects), shown: Option<&Shown<'_>>, demand: &Demand<'_>, amount: &str) -> Option<Objects> {
        let version = if matches!(self, Self::DuitNow { .. }) { "02" } else { "01" };
        let mut objects = Objects::default().put(0, version)?;
        // A Pix code by key is static even with an amount.
        if !matches!(self, Self::Pix { .. }) {
            objects = objects.put(1, "12")?;
        }
        objects = objects.nest(template.0, template.1)?;
        if let Self::Qris { criteria, national_id, .. } = self {
            let national = Objects::default().put(0, "ID.CO.QRIS.WWW")?.put(2, national_id)?.put(3, criteria)?;
            objects = objects.nest(51, national)?;
        }
        objects = objects.put_some(52, shown.map(|shown| shown.category))?;
        objects = objects.put(53, self.currency(demand.currency)?)?.put(54, amount)?.put(58, self.country())?;
        let worded = |text: &Cow<'_, str>| if matches!(self, Self::Pix { .. }) { WORDS.fit(text) } else { text.to_string() };
        let name = shown.map(|shown| worded(&shown.name));
        objects = objects.put_some(59, name.as_deref())?.put_some(60, shown.map(|shown| worded(&shown.city)).as_deref())?;
        objects = objects.put_some(61, shown.and_then(|shown| shown.postal_code))?;
        objects = match self {
            Self::PromptPay { .. } => objects,
            Self::Fps { .. } if demand.reference.is_empty() => objects,
            Self::Qris { .. } => {
                let more = Objects::default().put(5, demand.reference)?.put_some(7, demand.terminal)?;
                objects.nest(62, more)?
            }
            Self::Pix { .. } | Self::Fps { .. } | Self::DuitNow { .. } => reference(objects, 5, demand)?,
            Self::PayNow { .. } | Self::Khqr { .. } => reference(objects, 1, demand)?,
            Self::VietQr { .. } => reference(objects, 8, demand)?,
        };
        match self {
            Self::Khqr { .. } => {
                let milliseconds = |seconds: i64| seconds.saturating_mul(1000).to_string();
                let times = Objects::default().put(0, &milliseconds(demand.made_at))?.put(1, &milliseconds(demand.expires_at))?;
                objects.nest(99, times)
            }
            _ => Some(objects),
        }
    }

    /// A txid of Pix is narrower than what EMV allows: the central bank refuses a code with anything else in it.
    fn takes_reference(&self, text: &str) -> bool {
        let others: &[u8] = match self {
            // Such codes have no room for one.
            Self::PromptPay { .. } => return true,
            Self::Pix { .. } => b"",
            Self::Fps { .. } if text.is_empty() => return true,
            _ => b" -",
        };
        (1..=25).contains(&text.len()) && (text == "***" || text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte)))
    }

    fn country(&self) -> &'static str {
        match self {
            Self::Pix { .. } => "BR",
            Self::PromptPay { .. } => "TH",
            Self::PayNow { .. } => "SG",
            Self::Qris { .. } => "ID",
            Self::VietQr { .. } => "VN",
            Self::Fps { .. } => "HK",
            Self::DuitNow { .. } => "MY",
            Self::Khqr { .. } => "KH",
        }
    }

    /// What codes of this profile can collect in that currency, an ISO 4217 code: an amount has 13 characters (EMV, tag 54), and
    /// rupiah and riel have hundredths in ISO 4217, but nobody pays them.
    #[must_use]
    pub fn limits(&self, currency: &str) -> Option<Limits> {
        self.currency(currency)?;
        let step = if matches!(currency, "IDR" | "KHR") { 100 } else { 1 };
        let most = if step == 100 || currency == "VND" { 9_999_999_999_999 * step } else { 999_999_999_999 };
        Some(Limits { step, least: step, most })
    }

    /// ISO 4217's number of a currency that the profile collects.
    fn currency(&self, code: &str) -> Option<&'static str> {
        match (self, code) {
            (Self::Pix { .. }, "BRL") => Some("986"),
            (Self::PromptPay { .. }, "THB") => Some("764"),
            (Self::PayNow { .. }, "SGD") => Some("702"),
            (Self::Qris { .. }, "IDR") => Some("360"),
            (Self::VietQr { .. }, "VND") => Some("704"),
            (Self::Fps { .. }, "HKD") => Some("344"),
            (Self::Fps { .. }, "CNY") => Some("156"),
            (Self::DuitNow { .. }, "MYR") => Some("458"),
            (Self::Khqr { .. }, "KHR") => Some("116"),
            (Self::Khqr { .. }, "USD") => Some("840"),
            _ => None,
        }
    }

    /// The amount as the profile writes it.
    fn amount(&self, demand: &Demand<'_>) -> Result<String, GatewayError> {
        let refuse = |what: &str| {
            let message = format!("{} {} {what}", demand.amount, demand.currency);
            Err(GatewayError::Refused { status: 0, code: "amount".to_owned(), message })
        };
        let Some(limits) = self.limits(demand.currency) else { return refuse("is of another currency than the code's") };
        if !limits.allow(demand.amount) {
            return refuse("cannot be written");
        }
        Ok(match demand.currency {
            "IDR" | "KHR" => decimal::format(demand.amount / limits.step, 0),
            "VND" => decimal::format(demand.amount, 0),
            _ => decimal::format(demand.amount, 2),
        })
    }
}

fn reference(objects: Objects, id: u8, demand: &Demand<'_>) -> Option<Objects> {
    objects.nest(62, Objects::default().put(id, demand.reference)?)
}

fn fault(key: &'static str, problem: &str) -> GatewayError {
    GatewayError::Configuration { key, problem: problem.to_owned() }
}
