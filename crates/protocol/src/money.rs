//! Money: an integer in minor units beside an ISO 4217 code. No fractions, no rounding, no formatting.

use std::fmt;

use crate::decimal;
use crate::json::Fields;

/// An ISO 4217 alphabetic code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// ISO 4217's code for no currency.
    pub(crate) const NONE: Currency = Currency(*b"XXX");

    /// Reads three upper-case letters.
    pub fn parse(text: &str) -> Option<Currency> {
        let code: [u8; 3] = text.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Currency(code))
    }

    /// Reads the member `currency` of a message.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Currency {
        let currency = Currency::parse(fields.text("currency"));
        fields.require(currency, Currency::NONE)
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many minor-unit digits the currency has (ISO 4217:2015 table A.1); two where the table has no say.
    pub fn exponent(self) -> u8 {
        let among = |codes: &[u8]| codes.chunks(4).any(|code| code.starts_with(&self.0));
        if among(b"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF") {
            return 0;
        }
        if among(b"BHD IQD JOD KWD LYD OMR TND") {
            return 3;
        }
        if among(b"CLF UYW") { 4 } else { 2 }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// An amount of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units (cents, fen); never negative in a message, at most 15 digits.
    pub amount: i64,
    /// The currency those units are of.
    pub currency: Currency,
}

impl Money {
    /// The amount as a plain decimal of major units, `"12.50"`: what `Intl.NumberFormat` takes without loss.
    ///
    /// ```
    /// use protocol::{Currency, Money};
    ///
    /// let decimal = |amount, currency| Money { amount, currency: Currency::parse(currency).unwrap() }.to_decimal();
    /// assert_eq!(decimal(1250, "CNY"), "12.50");
    /// assert_eq!(decimal(1250, "JPY"), "1250");
    /// ```
    pub fn to_decimal(self) -> String {
        let exponent = self.currency.exponent();
        let scale = 10_i64.pow(u32::from(exponent));
        let units = self.amount.saturating_abs();
        // A unit on top keeps the zeros that lead the minor part; it is cut off again.
        let minor = decimal::text(units % scale + scale);
        let sign = if self.amount < 0 { "-" } else { "" };
        let point = if exponent > 0 { "." } else { "" };
        [sign, &decimal::text(units / scale), point, &minor[1..]].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_exponent() {
        let decimal = |amount, code| Money { amount, currency: Currency::parse(code).unwrap() }.to_decimal();
        assert_eq!(decimal(1250, "CNY"), "12.50");
        assert_eq!(decimal(5, "EUR"), "0.05");
        assert_eq!(decimal(-5, "EUR"), "-0.05");
        assert_eq!(decimal(1250, "JPY"), "1250");
        assert_eq!(decimal(1250, "KWD"), "1.250");
        assert_eq!(decimal(0, "USD"), "0.00");
    }

    #[test]
    fn a_currency_is_three_upper_case_letters() {
        for text in ["cny", "CN", "CNYX", "C1Y", ""] {
            assert_eq!(Currency::parse(text), None, "{text}");
        }
    }
}
