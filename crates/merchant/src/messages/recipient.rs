//! Whom an order's messages are for: sealed with the order, and erased with its other details.

use serde::{Deserialize, Serialize};

/// Whom messages are for. It shows itself to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recipient {
    /// An e-mail address, as it was given; absent where an order was answered anew without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    /// What the person is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// In which language to speak, a BCP 47 tag.
    pub(crate) locale: String,
}

impl Recipient {
    /// Reads what was sealed.
    pub(crate) fn parse(text: &str) -> Option<Recipient> {
        serde_json::from_str(text).ok()
    }

    /// As it is sealed.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Recipient(…)")
    }
}
