//! What came, newest last, up to a number; read by anybody, changed by the mail server alone.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;

use mail_parser::{MessageParser, MimeHeaders as _};
use serde::Serialize;
use tokio::sync::Notify;

use super::faults::MailFault;
use crate::locking::lock;

/// How many letters are kept.
const MOST: usize = 10_000;

/// A letter as it came.
#[derive(Clone)]
pub(super) struct Mail {
    pub(super) id: u64,
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) is_encrypted: bool,
    pub(super) source: Vec<u8>,
}

/// All letters, and what goes wrong with further ones.
#[derive(Default)]
pub struct Mailbox {
    kept: Mutex<Kept>,
    fault: Mutex<MailFault>,
    /// Tells whoever waits that a letter came.
    came: Notify,
}

#[derive(Default)]
struct Kept {
    mails: VecDeque<Mail>,
    last: u64,
    /// Recipients who were refused once.
    seen: BTreeSet<String>,
}

/// A letter as it is read.
#[derive(Debug, Clone, Serialize)]
pub struct MailView {
    /// Its number, which rises.
    pub id: u64,
    /// Who sent it, as the server was told.
    pub envelope_from: String,
    /// Whom it is for, as the server was told.
    pub envelope_to: Vec<String>,
    /// Whether it came by TLS.
    pub encrypted: bool,
    /// Its heads.
    pub from: String,
    /// Its heads.
    pub to: String,
    /// Its heads.
    pub subject: String,
    /// Its heads.
    pub message_id: String,
    /// The plain text.
    pub text: String,
    /// The page.
    pub html: String,
    /// What is attached.
    pub attachments: Vec<AttachmentView>,
    /// As it came.
    pub source: String,
}

/// Something that is attached.
#[derive(Debug, Clone, Serialize)]
pub struct AttachmentView {
    /// Of its file.
    pub name: String,
    /// Its text, as far as it is one.
    pub text: String,
}

impl Mailbox {
    /// What goes wrong from now on.
    pub fn set_fault(&self, fault: MailFault) {
        *lock(&self.fault) = fault;
    }

    pub(super) fn fault(&self) -> MailFault {
        *lock(&self.fault)
    }

    /// All letters, the oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<MailView> {
        lock(&self.kept).mails.iter().map(view).collect()
    }

    /// Waits until there are so many letters.
    pub async fn mails_until(&self, number: usize) -> Vec<MailView> {
        loop {
            let mut came = std::pin::pin!(self.came.notified());
            came.as_mut().enable();
            let mails = self.mails();
            if mails.len() >= number {
                return mails;
            }
            came.await;
        }
    }

    /// Forgets all letters, and whom it knows.
    pub fn clear(&self) {
        let mut kept = lock(&self.kept);
        kept.mails.clear();
        kept.seen.clear();
    }

    pub(super) fn keep(&self, mut mail: Mail) {
        let mut kept = lock(&self.kept);
        kept.last += 1;
        mail.id = kept.last;
        kept.mails.push_back(mail);
        if kept.mails.len() > MOST {
            kept.mails.pop_front();
        }
        drop(kept);
        self.came.notify_waiters();
    }

    pub(super) fn find(&self, id: u64) -> Option<MailView> {
        lock(&self.kept).mails.iter().find(|mail| mail.id == id).map(view)
    }

    /// Whether somebody writes to that recipient for the first time.
    pub(super) fn is_first(&self, to: &str) -> bool {
        lock(&self.kept).seen.insert(to.to_owned())
    }
}

fn view(mail: &Mail) -> MailView {
    let parsed = MessageParser::default().parse(&mail.source).unwrap_or_default();
    let people = |people: Option<&mail_parser::Address<'_>>| {
        let written = people.into_iter().flat_map(|people| people.iter()).map(|one| match &one.name {
            Some(name) => format!("{name} <{}>", one.address.as_deref().unwrap_or_default()),
            None => one.address.as_deref().unwrap_or_default().to_owned(),
        });
        written.collect::<Vec<_>>().join(", ")
    };
    let attachments = parsed.attachments().map(|part| AttachmentView {
        name: part.attachment_name().unwrap_or("attachment").to_owned(),
        text: String::from_utf8_lossy(part.contents()).into_owned(),
    });
    MailView {
        id: mail.id,
        envelope_from: mail.from.clone(),
        envelope_to: mail.to.clone(),
        encrypted: mail.is_encrypted,
        from: people(parsed.from()),
        to: people(parsed.to()),
        subject: parsed.subject().unwrap_or_default().to_owned(),
        message_id: parsed.message_id().unwrap_or_default().to_owned(),
        text: parsed.body_text(0).unwrap_or_default().into_owned(),
        html: parsed.body_html(0).unwrap_or_default().into_owned(),
        attachments: attachments.collect(),
        source: String::from_utf8_lossy(&mail.source).into_owned(),
    }
}
