//! What goes wrong with the mail server on a bad day.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailFault {
    /// Nothing.
    #[default]
    None,
    /// Nobody is let in: each connection ends with 421.
    Down,
    /// Every answer takes a second.
    Slow,
    /// It takes connections, and never says a word.
    Hanging,
    /// It takes a letter, and never says that it has it.
    HangingAfterLetter,
    /// Every recipient is refused for now (451).
    Later,
    /// Every recipient is refused for good (550).
    Refused,
    /// Each recipient is refused for now the first time (450).
    Greylisting,
    /// Letters are refused for good once they are there (554).
    LetterRefused,
}
