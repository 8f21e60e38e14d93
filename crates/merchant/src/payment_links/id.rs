//! The name of a link, which nobody guesses.

use std::fmt;

use crate::random_name;

const PREFIX: &str = "lnk_";

/// The name of a link, `lnk_` and 16 bytes in base64url.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(String);

impl LinkId {
    /// The name of those random bytes.
    pub fn from_random(bytes: [u8; 16]) -> LinkId {
        LinkId(random_name::written(PREFIX, bytes))
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<LinkId> {
        random_name::is_one(PREFIX, text).then(|| LinkId(text.to_owned()))
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
