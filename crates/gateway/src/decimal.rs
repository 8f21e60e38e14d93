//! Amounts as decimals of major units, to and from integer minor units, for currencies of any number of decimals. No float ever.

/// Writes minor units as major ones: `101` of a currency with two decimals as `1.01`, of one without any as `101`. Amounts below zero do
/// not exist here and become nought.
#[must_use]
pub fn format(minor: i64, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let digits = format!("{:0width$}", minor.max(0), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    if fraction.is_empty() { digits } else { format!("{whole}.{fraction}") }
}

/// Reads major units with at most so many decimals into minor ones; signs, exponents and separators are no amount.
#[must_use]
pub fn parse(text: &str, decimals: u8) -> Option<i64> {
    let decimals = usize::from(decimals);
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if (1..=decimals).contains(&fraction.len()) => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    let digits = format!("{whole}{fraction:0<decimals$}");
    let is_amount = !whole.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_amount.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_amount_is_refused() {
        assert_eq!([parse("1.01", 2), parse("1.5", 2), parse("7", 2), parse("0.00", 2)], [Some(101), Some(150), Some(700), Some(0)]);
        for text in ["", ".", "1.", ".5", "1,00", "-1", "+1", "1e3", "1.001", "1.0.0", " 1", "１", "99999999999999999999"] {
            assert_eq!(parse(text, 2), None, "{text}");
        }
    }

    #[test]
    fn a_currency_has_its_own_decimals() {
        assert_eq!([0, 2, 3, 4].map(|decimals| format(12_345, decimals)), ["12345", "123.45", "12.345", "1.2345"]);
        assert_eq!([format(5, 3), format(-5, 0)], ["0.005", "0"]);
        assert_eq!([parse("100", 0), parse("100.0", 0), parse("1.5", 3), parse("1.5000", 3)], [Some(100), None, Some(1500), None]);
    }

    proptest! {
        #[test]
        fn every_amount_survives_the_round_trip(minor in 0..=i64::MAX, decimals in 0..5_u8) {
            prop_assert_eq!(parse(&format(minor, decimals), decimals), Some(minor));
        }
    }
}
