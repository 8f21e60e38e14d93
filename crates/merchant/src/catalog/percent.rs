//! Percentages and the rounding of amounts: integers only, and every remainder has a stated place to go.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// One hundred percent in the unit of [`Percent`], thousandths of a percent.
const WHOLE: i64 = 100_000;

/// A percentage of at most three decimals: a whole number, or a text such as `"8.1"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Percent(i64);

impl Percent {
    pub(super) const ZERO: Percent = Percent(0);

    /// Whether it is 0 to 100.
    pub(super) fn is_part(self) -> bool {
        (0..=WHOLE).contains(&self.0)
    }

    /// So much of a sum, rounded half up.
    pub(super) fn of(self, sum: i64) -> i64 {
        ratio(sum, self.0, WHOLE)
    }

    /// How much of a sum was put on by this percentage, rounded half up.
    pub(super) fn within(self, sum: i64) -> i64 {
        ratio(sum, self.0, WHOLE + self.0)
    }

    /// A sum that holds this percentage, holding another one instead; rounded half up.
    pub(super) fn exchanged(self, other: Percent, sum: i64) -> i64 {
        ratio(sum, WHOLE + other.0, WHOLE + self.0)
    }

    /// As [`Percent::parse`] reads it, without zeros at its end.
    pub(super) fn text(self) -> String {
        let text = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// Reads `8`, `8.1`, `8.125`.
    fn parse(text: &str) -> Option<Percent> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return None;
        }
        format!("{whole}{fraction:0<3}").parse().ok().map(Percent)
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Percent, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Percent;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a whole number of percent, or one with up to three decimals in quotes, such as \"8.1\"")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Percent, E> {
                let thousandths = number.checked_mul(1000).map(Percent);
                thousandths.ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Percent, E> {
                Percent::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// `sum × part ⁄ whole`, rounded half up; none of them negative.
fn ratio(sum: i64, part: i64, whole: i64) -> i64 {
    let [sum, part, whole] = [sum, part, whole].map(i128::from);
    i64::try_from((sum * part * 2 + whole) / (whole * 2)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_half_up() {
        assert_eq!([5, 4, 15, 0].map(|sum| Percent(10_000).of(sum)), [1, 0, 2, 0]);
        assert_eq!((Percent(8_100).within(10_810), Percent(8_100).of(10_000)), (810, 810));
    }

    #[test]
    fn a_percentage_has_at_most_three_decimals() {
        assert_eq!(
            [Percent::parse("8.1"), Percent::parse("19"), Percent::parse("0.125")].map(Option::unwrap).map(|p| p.0),
            [8100, 19_000, 125]
        );
        for bad in ["", ".5", "8.", "8.1234", "-1", "8,1", "1e2", "1000"] {
            assert_eq!(Percent::parse(bad).filter(|percent| percent.is_part()), None, "{bad}");
        }
    }
}
