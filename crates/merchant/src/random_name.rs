//! Names that nobody guesses: what they are of, and 128 random bits.

use protocol::base64::{Alphabet, decode, encode};

/// The prefix, and those bytes in base64url.
pub(crate) fn written(prefix: &str, bytes: [u8; 16]) -> String {
    format!("{prefix}{}", encode(Alphabet::Url, &bytes))
}

/// Whether a text is such a name.
pub(crate) fn is_one(prefix: &str, text: &str) -> bool {
    let bytes = text.strip_prefix(prefix).and_then(|rest| decode(Alphabet::Url, rest));
    bytes.is_some_and(|bytes| bytes.len() == 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_written() {
        assert!(is_one("lnk_", &written("lnk_", [255; 16])));
        for bad in [
            "",
            "lnk_",
            "lnk_AAAA",
            "ord_AAAAAAAAAAAAAAAAAAAAAA",
            "lnk_AAAAAAAAAAAAAAAAAAAAAAA",
            "lnk_AAAAAAAAAAAAAAAAAAAAA=",
            "AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(!is_one("lnk_", bad), "{bad}");
        }
    }
}
