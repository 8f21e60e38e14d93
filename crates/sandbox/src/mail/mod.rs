//! The mail server: SMTP on a port of its own, as strict as a careful one, and a mailbox that keeps what came, for eyes and for tests. It
//! hands nothing on.

mod certificate;
mod faults;
mod mailbox;
mod pages;
mod server;
mod session;

pub use faults::MailFault;
pub use mailbox::{AttachmentView, MailView, Mailbox};
pub(crate) use pages::routes;
pub use server::MailServer;
pub use session::{PASSWORD, USERNAME};
