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
    fn symbols(self) -> (char, char) {
        match self {
            Alphabet::Standard => ('+', '/'),
            Alphabet::Url => ('-', '_'),
        }
    }

    fn value(self, symbol: u8) -> Option<u32> {
        let (plus, slash) = self.symbols();
        let symbol = char::from(symbol);
        let value = match symbol {
            'A'..='Z' => u32::from(symbol) - u32::from('A'),
            'a'..='z' => u32::from(symbol) - u32::from('a') + 26,
            '0'..='9' => u32::from(symbol) - u32::from('0') + 52,
            _ if symbol == plus => 62,
            _ if symbol == slash => 63,
            _ => return None,
        };
        Some(value)
    }

    fn symbol(self, value: u32) -> char {
        let (plus, slash) = self.symbols();
        let letter = |first: char, offset: u32| char::from_u32(u32::from(first) + offset).unwrap_or(plus);
        match value & 63 {
            v @ 0..=25 => letter('A', v),
            v @ 26..=51 => letter('a', v - 26),
            v @ 52..=61 => letter('0', v - 52),
            62 => plus,
            _ => slash,
        }
    }
}

/// Writes bytes as text.
pub fn encode(alphabet: Alphabet, bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for at in 0..=chunk.len() {
            text.push(alphabet.symbol(group >> (18 - 6 * at)));
        }
        if alphabet == Alphabet::Standard {
            text.extend(std::iter::repeat_n('=', 3 - chunk.len()));
        }
    }
    text
}

/// Reads text as bytes. `None` for a foreign symbol, missing or surplus padding, or non-zero trailing bits.
pub fn decode(alphabet: Alphabet, text: &str) -> Option<Vec<u8>> {
    let symbols = match alphabet {
        Alphabet::Url => text,
        Alphabet::Standard => text.trim_end_matches('='),
    };
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3 + 2);
    for chunk in symbols.as_bytes().chunks(4) {
        let mut group = 0;
        for at in 0..4 {
            let value = chunk.get(at).map_or(Some(0), |&symbol| alphabet.value(symbol))?;
            group = (group << 6) | value;
        }
        let [_, triple @ ..] = u32::to_be_bytes(group);
        bytes.extend(&triple[..chunk.len() - 1]);
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
