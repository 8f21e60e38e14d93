//! Decimal integers as messages write them, without the formatter of the standard library: 0.5 kB brotli less in the widget.
//! Not here: decimals of major units, which are for the reader of a screen.

/// How many digits an integer may have: what every language holds exactly.
const MAX_DIGITS: usize = 15;

/// The number that leads some text, and how many digits it has: none, or at most 15.
#[inline(never)]
pub fn leading(text: &[u8]) -> (i64, usize) {
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
pub fn parse(text: &str) -> Option<i64> {
    let (number, digits) = leading(text.as_bytes());
    let one_way = digits == 1 || !text.starts_with('0');
    (digits > 0 && digits == text.len() && one_way).then_some(number)
}

/// Writes an integer the one way there is.
#[inline(never)]
pub fn text(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    let mut text = Vec::new();
    loop {
        text.push(b'0' + u8::try_from(rest % 10).unwrap_or_default());
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        text.push(b'-');
    }
    text.iter().rev().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_is_written_as_the_standard_library_writes_it() {
        for number in [0, 7, 10, 99, 100, 999_999_999_999_999, i64::MAX, -1, -10, i64::MIN] {
            assert_eq!(text(number), number.to_string());
        }
    }

    #[test]
    fn an_integer_has_one_text() {
        assert_eq!([parse("0"), parse("10"), parse("999999999999999")], [Some(0), Some(10), Some(999_999_999_999_999)]);
        for text in ["", "01", "00", "-1", "+1", "1.0", " 1", "1 ", "1000000000000000", "١"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
