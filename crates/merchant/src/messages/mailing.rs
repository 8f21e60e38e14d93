//! What messages by e-mail are made and sent with.

use super::own_words::OwnWords;
use crate::mail::Mailer;

/// Who sends, and what the merchant says in place of our words.
pub(crate) struct Mailing {
    pub(crate) mailer: Mailer,
    pub(crate) words: OwnWords,
}
