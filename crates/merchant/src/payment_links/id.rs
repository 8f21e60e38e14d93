//! The name of a link, which nobody guesses: 128 random bits.

use std::fmt;

use protocol::base64::{Alphabet, decode, encode};

/// The name of a link, `lnk_` and 16 bytes in base64url.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(String);

impl LinkId {
    /// The name of those random bytes.
    pub fn from_random(bytes: [u8; 16]) -> LinkId {
        LinkId(format!("lnk_{}", encode(Alphabet::Url, &bytes)))
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<LinkId> {
        let bytes = decode(Alphabet::Url, text.strip_prefix("lnk_")?)?;
        (bytes.len() == 16).then(|| LinkId(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_written() {
        let id = LinkId::from_random([255; 16]);
        assert_eq!(LinkId::parse(id.as_str()), Some(id));
        for bad in [
            "",
            "lnk_",
            "lnk_AAAA",
            "ord_AAAAAAAAAAAAAAAAAAAAAA",
            "lnk_AAAAAAAAAAAAAAAAAAAAAAA",
            "lnk_AAAAAAAAAAAAAAAAAAAAA=",
            "AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(LinkId::parse(bad), None, "{bad}");
        }
    }
}
