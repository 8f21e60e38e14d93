//! `application/x-www-form-urlencoded` both ways. Spaces are written `%20`, which a query reads alike;
//! both `+` and `%20` are read.

use std::fmt::Write as _;

/// Writes pairs, percent-encoding all but the unreserved characters of RFC 3986.
pub fn form<'a>(pairs: impl IntoIterator<Item = (&'a &'a str, &'a String)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        escape(&mut text, name);
        text.push('=');
        escape(&mut text, value);
    }
    text
}

fn escape(text: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => text.push(char::from(byte)),
            _ => write!(text, "%{byte:02X}").expect("writing to a string cannot fail"),
        }
    }
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
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
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
            let written = form([(&name.as_str(), &value)]);
            prop_assert!(written.is_ascii());
            prop_assert_eq!(parse(written.as_bytes()), Some(vec![(name, value)]));
        }
    }
}
