//! Messages to shoppers: what is told of an order when something happens to it, in which words, and that it gets there. Where they wait is
//! `store/messages.rs`; the way to a mail server is `mail/`.

mod addressing;
mod mailing;
mod news;
mod occasion;
mod own_words;
mod places;
mod preview;
mod receipt_page;
mod recipient;
mod sending;
mod writing;

pub(crate) use mailing::Mailing;
pub(crate) use news::between;
pub use occasion::{Channel, Occasion};
pub(crate) use own_words::OwnWords;
pub use preview::preview;
pub(crate) use recipient::Recipient;
pub(crate) use sending::run;
