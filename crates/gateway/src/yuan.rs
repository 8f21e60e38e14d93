//! Amounts as Alipay's calls and WeChat Pay's bills write them, yuan with two decimals, to and from integer fen.
//! No float ever.

/// Writes fen as yuan: `101` as `1.01`. Amounts below zero do not exist here and become `0.00`.
pub fn format(fen: i64) -> String {
    let fen = fen.max(0);
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// Reads yuan with at most two decimals into fen; signs, exponents and separators are no amount.
pub fn parse(text: &str) -> Option<i64> {
    let (whole, decimals) = match text.split_once('.') {
        Some((whole, decimals)) if (1..=2).contains(&decimals.len()) => (whole, decimals),
        Some(_) => return None,
        None => (text, "0"),
    };
    let digits = |text: &str| (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<i64>().ok()).flatten();
    let fen = if decimals.len() == 1 { digits(decimals)? * 10 } else { digits(decimals)? };
    digits(whole)?.checked_mul(100)?.checked_add(fen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_amount_is_refused() {
        assert_eq!((parse("1.01"), parse("1.5"), parse("7"), parse("0.00")), (Some(101), Some(150), Some(700), Some(0)));
        for text in ["", ".", "1.", ".5", "1,00", "-1", "+1", "1e3", "1.001", "1.0.0", " 1", "１", "99999999999999999999"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_survives_the_round_trip(fen in 0..=i64::MAX) {
            prop_assert_eq!(parse(&format(fen)), Some(fen));
        }
    }
}
