//! `application/x-www-form-urlencoded` both ways. Spaces are written `%20`, which a query reads alike;
//! both `+` and `%20` are read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986.
const ESCAPED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Writes pairs, percent-encoding all but the unreserved characters.
pub fn form(pairs: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> String {
    let escape = |text: &str| utf8_percent_encode(text, &ESCAPED).to_string();
    let pairs: Vec<String> =
        pairs.into_iter().map(|(name, value)| format!("{}={}", escape(name.as_ref()), escape(value.as_ref()))).collect();
    pairs.join("&")
}

/// Reads pairs in their order; `None` for broken escapes and for what is no UTF-8.
pub fn parse(text: &[u8]) -> Option<Vec<(String, String)>> {
    let texts = |(name, value)| Some((String::from_utf8(name).ok()?, String::from_utf8(value).ok()?));
    parse_bytes(text)?.into_iter().map(texts).collect()
}

/// The same of texts that are no UTF-8: their bytes.
pub fn parse_bytes(text: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let cut = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at(cut);
            Some((unescape(name)?, unescape(value.get(1..).unwrap_or_default())?))
        })
        .collect()
}

fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(*rest.next()?)? * 16 + digit(*rest.next()?)?,
            other => *other,
        });
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_ways_of_writing_a_space_are_read_and_broken_escapes_are_not() {
        assert_eq!(
            parse(b"a=b+c%20d&e=&f"),
            Some(vec![("a".to_owned(), "b c d".to_owned()), ("e".to_owned(), String::new()), ("f".to_owned(), String::new()),])
        );
        for broken in ["a=%", "a=%4", "a=%4g", "a=%ff"] {
            assert_eq!(parse(broken.as_bytes()), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn every_pair_survives_the_round_trip(name in "\\PC{1,20}", value in "\\PC{0,80}") {
            let written = form([(name.as_str(), value.as_str())]);
            prop_assert!(written.is_ascii());
            prop_assert_eq!(parse(written.as_bytes()), Some(vec![(name, value)]));
        }
    }
}
