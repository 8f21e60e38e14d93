//! Strict base64 (RFC 4648): canonical input only, so that one byte string has exactly one text.
//! Our own because verification stands on this strictness and the widget pays for every byte.

/// Which alphabet and padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// RFC 4648 §4, padded: structured fields, digests, pins.
    Standard,
    /// RFC 4648 §5, without padding: nonces, ids, thumbprints, JWS.
    Url,
}

impl Alphabet {
    fn symbols(self) -> &'static [u8; 64] {
        match self {
            Alphabet::Standard => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            Alphabet::Url => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        }
    }
}

/// Writes bytes as text.
pub fn encode(alphabet: Alphabet, bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    let mut put = |six: usize| text.push(char::from(alphabet.symbols()[six % 64]));
    let (mut held, mut bits) = (0, 0);
    for &byte in bytes {
        held = held << 8 | usize::from(byte);
        bits += 8;
        while bits >= 6 {
            bits -= 6;
            put(held >> bits);
        }
    }
    if bits > 0 {
        put(held << (6 - bits));
    }
    while alphabet == Alphabet::Standard && !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// Reads text as bytes. `None` for a foreign symbol, missing or surplus padding, or non-zero trailing bits.
pub fn decode(alphabet: Alphabet, text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut held, mut bits) = (0, 0);
    for symbol in text.bytes().take_while(|symbol| *symbol != b'=') {
        held = held << 6 | alphabet.symbols().iter().position(|known| *known == symbol)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits).to_le_bytes()[0]);
        }
    }
    // Only the canonical text is accepted: this settles padding, a lone symbol and trailing bits at once.
    (encode(alphabet, &bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Alphabet::{Standard, Url};

    #[test]
    fn rfc_4648_section_10_round_trips() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(encode(Standard, bytes.as_bytes()), text);
            assert_eq!(decode(Standard, text).unwrap(), bytes.as_bytes());
            assert_eq!(decode(Url, text.trim_end_matches('=')).unwrap(), bytes.as_bytes());
        }
        assert_eq!(encode(Url, &[251, 255]), "-_8");
    }

    #[test]
    fn anything_but_the_canonical_text_is_refused() {
        for text in ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "=", "Zm9v=", "Zm 9v", "Zm9v\n", "-_8=", "Zg==Zg=="] {
            assert_eq!(decode(Standard, text), None, "{text:?}");
        }
        for text in ["Zg==", "+/8", "Zh", "Z", "Zm9vY"] {
            assert_eq!(decode(Url, text), None, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_byte_string_survives(bytes: Vec<u8>) {
            proptest::prop_assert_eq!(decode(Standard, &encode(Standard, &bytes)), Some(bytes.clone()));
            proptest::prop_assert_eq!(decode(Url, &encode(Url, &bytes)), Some(bytes));
        }
    }
}
