//! The rules of form: how long a setting may be and of which characters, by EMV and by each profile. Banks' apps refuse what
//! breaks them, so an operator has to hear of it before a shopper does. Not here: whether there is such an account.

use super::account::{Account, Shown};
use crate::GatewayError;

/// What a setting is called, whether it is well-formed, and what to say if it is not.
type Rule = (&'static str, bool, &'static str);

/// Judges every setting that goes into a code of that account.
///
/// # Errors
/// `Configuration` with the first setting that breaks its rule.
pub(super) fn judge(account: &Account, shown: Option<&Shown<'_>>) -> Result<(), GatewayError> {
    let payee = shown.map(payee_rules).unwrap_or_default();
    let broken = account_rules(account).into_iter().chain(payee).find(|(_, holds, _)| !holds);
    broken.map_or(Ok(()), |(key, _, problem)| Err(GatewayError::Configuration { key, problem: problem.to_owned() }))
}

fn payee_rules(shown: &Shown<'_>) -> Vec<Rule> {
    vec![
        ("name", is_text(&shown.name, 25), "is not 1 to 25 printable characters of ASCII, without accents"),
        ("city", is_text(&shown.city, 15), "is not 1 to 15 printable characters of ASCII, without accents"),
        ("category", has_digits(shown.category, 4..=4), "has not four digits"),
        ("postal_code", shown.postal_code.is_none_or(|code| is_text(code, 10)), "is not 1 to 10 printable characters of ASCII"),
    ]
}

fn account_rules(account: &Account) -> Vec<Rule> {
    match account {
        Account::Pix { key } => {
            vec![(
                "key",
                is_pix_key(key),
                "is no CPF, CNPJ, e-mail address, number with +55, or UUID of up to 77 characters; the central bank keeps addresses and UUIDs in small letters",
            )]
        }
        Account::PromptPay { target } => {
            vec![("target", has_digits(target, 9..=15) && matches!(target.len(), 9 | 13 | 15), "has not 9, 13 or 15 digits")]
        }
        Account::PayNow { proxy } => {
            let is_mobile = |number: &str| has_digits(number, 8..=8) && number.starts_with(['8', '9']);
            let mobile = proxy.strip_prefix("+65").map(is_mobile);
            let is_proxy = mobile.unwrap_or_else(|| (9..=13).contains(&proxy.len()) && proxy.bytes().all(is_capital_or_digit));
            vec![(
                "proxy",
                is_proxy,
                "is no UEN of 9 or 10 capitals and digits with up to 3 of a suffix, and no mobile number: +65, then 8 or 9 and 7 digits",
            )]
        }
        Account::Qris { acquirer, pan, merchant_id, criteria, national_id } => vec![
            ("acquirer", is_text(acquirer, 32) && acquirer.contains('.'), "is no reverse domain of up to 32 characters"),
            ("pan", pan.starts_with("9360") && has_digits(pan, 5..=19), "is not 9360 and up to 15 digits more"),
            ("merchant_id", is_text(merchant_id, 15), "is not 1 to 15 printable characters of ASCII"),
            ("criteria", matches!(criteria.as_str(), "UMI" | "UKE" | "UME" | "UBE" | "URE"), "is none of UMI, UKE, UME, UBE and URE"),
            ("national_id", national_id.strip_prefix("ID").is_some_and(|rest| has_digits(rest, 13..=13)), "is not ID and 13 digits"),
        ],
        Account::VietQr { bank, account } => vec![
            ("bank", has_digits(bank, 6..=6), "has not six digits"),
            (
                "account",
                is_text(account, 19) && account.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "is not 1 to 19 letters and digits",
            ),
        ],
        Account::Fps { id } => vec![("id", has_digits(id, 7..=9) || has_digits(id, 12..=12), "has not 7 to 9, or 12, digits")],
        Account::DuitNow { acquirer, merchant_id } => vec![
            ("acquirer", has_digits(acquirer, 6..=6), "has not six digits"),
            ("merchant_id", is_text(merchant_id, 28), "is not 1 to 28 printable characters of ASCII"),
        ],
        Account::Khqr { bakong_id, merchant_id, bank } => {
            let is_named = |(name, at): (&str, &str)| !name.is_empty() && !at.is_empty() && !at.contains('@');
            let named = bakong_id.split_once('@').is_some_and(is_named) && !bakong_id.contains(' ');
            // Three objects with four characters of head each share the 99 of their template.
            let together = bakong_id.len() + merchant_id.len() + bank.len() <= 87;
            vec![
                ("bakong_id", named && is_text(bakong_id, 32), "is not name@bank of up to 32 characters"),
                ("merchant_id", is_text(merchant_id, 32), "is not 1 to 32 printable characters of ASCII"),
                ("bank", is_text(bank, 32), "is not 1 to 32 printable characters of ASCII"),
                ("bank", together, "is longer than what bakong_id and merchant_id leave of 87 characters"),
            ]
        }
    }
}

/// A tax number of a person or a company (whose first twelve may be capitals since 2026), an address, a number, or a UUID.
fn is_pix_key(key: &str) -> bool {
    let is_company =
        key.len() == 14 && key.bytes().take(12).all(is_capital_or_digit) && key.bytes().skip(12).all(|byte| byte.is_ascii_digit());
    let is_uuid = key.len() == 36
        && key.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => is_small_or_digit(byte) && byte.is_ascii_hexdigit(),
        });
    has_digits(key, 11..=11)
        || is_company
        || key.strip_prefix("+55").is_some_and(|number| has_digits(number, 10..=11))
        || (key.len() <= 77 && is_pix_address(key))
        || is_uuid
}

/// An e-mail address as the central bank's directory of keys takes it: in small letters, at a host of labels.
fn is_pix_address(key: &str) -> bool {
    let is_of_name = |byte: u8| is_small_or_digit(byte) || b".!#$&'*+/=?^_`{|}~-".contains(&byte);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| is_small_or_digit(byte) || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    key.split_once('@').is_some_and(|(name, host)| !name.is_empty() && name.bytes().all(is_of_name) && host.split('.').all(is_label))
}

fn is_small_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_capital_or_digit(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn has_digits(text: &str, count: std::ops::RangeInclusive<usize>) -> bool {
    count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Format ANS of EMV: printable characters of ASCII.
fn is_text(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && !text.trim().is_empty() && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}
