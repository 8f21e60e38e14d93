//! The name of a place, which nobody guesses.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::random_name;

const PREFIX: &str = "plc_";

/// The name of a place, `plc_` and 16 bytes in base64url.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PlaceId(String);

impl PlaceId {
    /// The name of those random bytes.
    pub fn from_random(bytes: [u8; 16]) -> PlaceId {
        PlaceId(random_name::written(PREFIX, bytes))
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<PlaceId> {
        random_name::is_one(PREFIX, text).then(|| PlaceId(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for PlaceId {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<PlaceId, D::Error> {
        PlaceId::parse(&String::deserialize(value)?).ok_or_else(|| serde::de::Error::custom("no place"))
    }
}

impl fmt::Display for PlaceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
