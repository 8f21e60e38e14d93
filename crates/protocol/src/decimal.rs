//! Decimal integers as messages write them. Not here: decimals of major units, which are for the reader of a screen.

/// How many digits an integer may have: what every language holds exactly.
const MAX_DIGITS: usize = 15;

/// The number that leads some text, and how many digits it has: none, or at most 15.
#[inline(never)]
pub(crate) fn leading(text: &[u8]) -> (i64, usize) {
    let mut number = 0;
    let mut digits = 0;
    while let Some(digit @ b'0'..=b'9') = text.get(digits)
        && digits < MAX_DIGITS
    {
        number = number * 10 + i64::from(digit - b'0');
        digits += 1;
    }
    (number, digits)
}

/// Reads a text that is an integer, not negative, and written the one way there is.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (number, digits) = leading(text.as_bytes());
    let one_way = digits == 1 || !text.starts_with('0');
    (digits > 0 && digits == text.len() && one_way).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_has_one_text() {
        assert_eq!([parse("0"), parse("10"), parse("999999999999999")], [Some(0), Some(10), Some(999_999_999_999_999)]);
        for text in ["", "01", "00", "-1", "+1", "1.0", " 1", "1 ", "1000000000000000", "١"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
