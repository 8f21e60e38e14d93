//! What an order gives once it is paid, beside what is sent.

use serde::{Deserialize, Serialize};

/// Something that an order gives, by the piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// By which product.
    pub sku: String,
    /// So many pieces, at least 1.
    pub pieces: i64,
    /// What.
    pub gives: Gives,
}

/// What a product gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A file to load, by its path below the folder of such files.
    File(String),
    /// A licence key a piece.
    Keys {
        /// Out of which pool.
        pool: String,
        /// With fewer left than these a person is told.
        low: i64,
    },
    /// A ticket a piece.
    Ticket(TicketWords),
}

/// What stands on a ticket, in the words of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketWords {
    /// Where it admits to; doors ask by this word.
    pub event: String,
    /// When that begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<String>,
    /// Where that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl Gives {
    /// Its kind, what it is, and how few are few, as rows have them.
    pub(super) fn columns(&self) -> (&'static str, String, i64) {
        match self {
            Gives::File(path) => ("file", path.clone(), 0),
            Gives::Keys { pool, low } => ("keys", pool.clone(), *low),
            Gives::Ticket(words) => ("ticket", serde_json::to_string(words).unwrap_or_default(), 0),
        }
    }

    /// Reads these columns.
    pub(super) fn read(kind: &str, what: String, low: i64) -> Option<Gives> {
        match kind {
            "file" => Some(Gives::File(what)),
            "keys" => Some(Gives::Keys { pool: what, low }),
            "ticket" => Some(Gives::Ticket(serde_json::from_str(&what).ok()?)),
            _ => None,
        }
    }
}
