//! Amounts as people write them: in the currency's own units, with all of its digits. What could be read in two ways is refused, and the
//! refusal says how it is written.

use protocol::{Currency, Money};

/// The longest amount, digits of minor units: what the backend takes.
const DIGITS: usize = 15;
/// The currencies of countries (ISO 4217:2015 table A.1, with its amendments up to 2025).
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF \
                          CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG \
                          HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA \
                          MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD \
                          RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX \
                          USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// Whether that is the code of a currency of some country, in capitals.
pub(super) fn is_currency(text: &str) -> bool {
    CURRENCIES.split(' ').any(|code| code == text)
}

/// The minor units of an amount of a currency: `120.00` of EUR, `1500` of JPY. One with a minus is less than nothing.
///
/// # Errors
/// One line that says how the amount is written.
pub(super) fn minor_units(text: &str, currency: &str) -> Result<i64, String> {
    let currency = Currency::parse(currency).ok_or_else(|| format!("{currency:?}: a currency is three capital letters, such as EUR"))?;
    let exponent = usize::from(currency.exponent());
    let written = |amount| Money { amount, currency }.to_decimal();
    match meant(text, exponent) {
        Some(amount) if written(amount) == text => Ok(amount),
        Some(amount) => Err(format!("{text:?}: write {}", written(amount))),
        None => {
            let example = written(12 * 10_i64.pow(u32::from(currency.exponent()) + 1));
            Err(format!("{text:?}: an amount of {} is written as in {example}, of at most {DIGITS} digits", currency.as_str()))
        }
    }
}

/// The minor units that somebody meant by digits, of which so many stand behind the point: one way to read it, or none.
fn meant(text: &str, exponent: usize) -> Option<i64> {
    let (minus, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    // Three digits behind a comma or a point may be thousands.
    let is_clear = part.len() <= exponent && (part.len() < 3 || digits.contains('.'));
    let is_short = !whole.is_empty() && whole.len() + exponent <= DIGITS;
    let are_digits = [whole, part].concat().bytes().all(|byte| byte.is_ascii_digit());
    let has_part = part.is_empty() != digits.contains(['.', ',']);
    if !(is_clear && is_short && are_digits && has_part) {
        return None;
    }
    format!("{minus}{whole}{part:0<exponent$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::minor_units;

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        for (text, currency, amount) in [
            ("120.00", "EUR", 12_000),
            ("0.01", "EUR", 1),
            ("0.00", "CNY", 0),
            ("1500", "JPY", 1_500),
            ("0", "JPY", 0),
            ("1.250", "KWD", 1_250),
            ("0.005", "BHD", 5),
            ("1.0000", "CLF", 10_000),
            ("-5.00", "EUR", -500),
            ("-5", "JPY", -5),
            ("-0.01", "EUR", -1),
            ("9999999999999.99", "EUR", 999_999_999_999_999),
            ("999999999999999", "JPY", 999_999_999_999_999),
            ("999999999999.999", "KWD", 999_999_999_999_999),
        ] {
            assert_eq!(minor_units(text, currency), Ok(amount), "{text} {currency}");
        }
    }

    #[test]
    fn what_is_meant_and_written_otherwise_is_said() {
        for (text, currency, right) in [
            ("120", "EUR", "120.00"),
            ("0", "EUR", "0.00"),
            ("1,50", "EUR", "1.50"),
            ("1.5", "EUR", "1.50"),
            ("1,5", "EUR", "1.50"),
            ("007.00", "EUR", "7.00"),
            ("-0.00", "EUR", "0.00"),
            ("-3", "EUR", "-3.00"),
            ("01500", "JPY", "1500"),
            ("1,25", "KWD", "1.250"),
            ("120", "KWD", "120.000"),
        ] {
            assert_eq!(minor_units(text, currency), Err(format!("{text:?}: write {right}")), "{text} {currency}");
        }
    }

    #[test]
    fn what_could_be_two_amounts_or_none_is_refused() {
        for (text, currency) in [
            ("", "EUR"),
            (".50", "EUR"),
            ("5.", "EUR"),
            ("1.500", "EUR"),
            ("1,500", "EUR"),
            ("1,500", "JPY"),
            ("1,500", "KWD"),
            ("1500.00", "JPY"),
            ("1.", "JPY"),
            ("1,500.00", "EUR"),
            ("1.50 EUR", "EUR"),
            (" 1.50", "EUR"),
            ("+1.50", "EUR"),
            ("--1.50", "EUR"),
            ("-", "EUR"),
            ("−1.50", "EUR"),
            ("1e3", "JPY"),
            ("١٢", "JPY"),
            ("10000000000000.00", "EUR"),
            ("1000000000000000", "JPY"),
            ("99999999999999999999999999", "EUR"),
        ] {
            let refused = minor_units(text, currency).unwrap_err();
            assert!(refused.contains("is written as in 120"), "{text} {currency}: {refused}");
        }
        for currency in ["eur", "", "EURO"] {
            assert!(minor_units("1.00", currency).unwrap_err().contains("three capital letters"), "{currency}");
        }
    }
}
