//! A letter as it travels: heads, the text twice (plain, and as a page), and what is attached. Whatever a name or a subject holds, it stays
//! within its line.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, MultiPart};

use super::Mailer;
use super::mailbox::Mailbox;
use crate::shown::one_line;

/// The longest subject, characters.
const SUBJECT: usize = 200;
/// The longest name of whom it is for, characters.
const NAME: usize = 80;

/// A letter that is to be sent.
pub(crate) struct Letter<'a> {
    /// Names it: one that is sent again has the same.
    pub(crate) id: &'a str,
    /// Whom it is for.
    pub(crate) to: Mailbox,
    pub(crate) subject: String,
    /// The same twice: plain, and as a page.
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) attached: Option<Attached>,
    /// When it was written, unix seconds.
    pub(crate) at: i64,
}

/// A page that goes along.
pub(crate) struct Attached {
    /// Of the file: plain letters, digits, hyphens and a dot.
    pub(crate) name: String,
    pub(crate) page: String,
}

impl Letter<'_> {
    /// The letter as it is sent.
    ///
    /// # Errors
    /// Says why it can never be: its recipient's address is none.
    pub(crate) fn written(self, mailer: &Mailer) -> Result<Message, String> {
        let Letter { id, to, subject, text, html, attached, at } = self;
        let name = to.name.map(|name| one_line(&name, NAME)).filter(|name| !name.is_empty());
        let heads = Message::builder()
            .message_id(Some(format!("<{id}@{}>", mailer.from.email.domain())))
            .date(UNIX_EPOCH + Duration::from_secs(at.unsigned_abs()))
            .from(mailer.from.clone())
            .to(Mailbox::new(name, to.email))
            .subject(one_line(&subject, SUBJECT))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
        let heads = mailer.reply_to.iter().fold(heads, |heads, reply_to| heads.reply_to(reply_to.clone()));
        let said = MultiPart::alternative_plain_html(text, html);
        let built = match attached {
            None => heads.multipart(said),
            Some(Attached { name, page }) => {
                heads.multipart(MultiPart::mixed().multipart(said).singlepart(Attachment::new(name).body(page, ContentType::TEXT_HTML)))
            }
        };
        built.map_err(|error| error.to_string())
    }
}
