//! E-mail: how a letter is written, and the way to the server that takes it. Not here: what it says, and to whom.

mod letter;
mod mailbox;
mod transport;

pub(crate) use letter::{Attached, Letter};
pub(crate) use mailbox::{Mailbox, mailbox};
pub(crate) use transport::{MailLine, MailServer, Security, Undelivered};

/// Who sends, and by which server.
pub(crate) struct Mailer {
    pub(crate) server: MailServer,
    pub(crate) from: Mailbox,
    pub(crate) reply_to: Option<Mailbox>,
}
