//! Everything the Official Account knows at one time: what it has given out, who follows it, what it has told them, and
//! where it calls back. Pure: time is an argument.

use std::collections::HashMap;

use gateway::official_account::server::{ErrorReply, Mode, NAME_LIFE};
use serde::{Deserialize, Serialize};

use super::follow_codes::{FollowCode, FollowCodes};
use super::grants::Grants;
use super::leases::{DailyQuota, Leases};
use super::templates::Templates;

/// How many messages the phone shows.
const SHOWN: usize = 50;

/// The account's books.
#[derive(Default)]
pub(crate) struct Books {
    /// Access tokens of `token`.
    pub(super) tokens: Leases,
    /// Access tokens of `stable_token`. Neither endpoint touches the other's.
    pub(super) stable_tokens: Leases,
    pub(super) tickets: Leases,
    pub(super) grants: Grants,
    pub(super) scenes: FollowCodes,
    pub(super) templates: Templates,
    /// Messages by template of a day.
    pub(super) sent: DailyQuota,
    /// How many messages of each template the person with the phone has consented to and not got.
    pub(super) consents: HashMap<String, u32>,
    pub(super) follower: Follower,
    /// Where callbacks go.
    pub(super) callback: Option<(String, CallbackMode)>,
    /// The bodies of callbacks under way, by the ids of their deliveries.
    pub(super) pushes: HashMap<String, String>,
    inbox: Vec<MessageView>,
    /// Names of messages, and when they were sent.
    names: HashMap<String, i64>,
}

/// The person who holds the phone.
#[derive(Default)]
pub(super) struct Follower {
    pub follows: bool,
    /// Whether the person wants no messages of the account.
    pub muted: bool,
    /// The code that was scanned last, while it waits for "follow".
    pub offered: Option<FollowCode>,
}

/// How much of a callback is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackMode {
    /// Nothing.
    Plain,
    /// Everything is there twice, plain and encrypted.
    Compatible,
    /// Everything.
    #[default]
    Safe,
}

/// A message as the phone shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// The number that the merchant got for it.
    pub id: i64,
    /// What heads it.
    pub title: String,
    /// What it says: the name of each line and its text.
    pub lines: Vec<(String, String)>,
    /// Opened by a tap; may be empty.
    pub url: String,
    /// Unix seconds.
    pub at: i64,
}

/// What the phone shows of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhoneView {
    /// The account's name.
    pub account: String,
    /// Who holds the phone, as the account knows them.
    pub openid: String,
    /// Whether they follow the account.
    pub follows: bool,
    /// Whether they want no messages.
    pub muted: bool,
    /// Whether a code was scanned and "follow" is offered.
    pub offered: bool,
    /// Where the account calls back, if anywhere.
    pub callback: Option<String>,
    /// Messages, newest first.
    pub messages: Vec<MessageView>,
}

impl CallbackMode {
    pub(super) fn mode(self) -> Mode {
        match self {
            Self::Plain => Mode::Plain,
            Self::Compatible => Mode::Compatible,
            Self::Safe => Mode::Safe,
        }
    }
}

impl Books {
    /// Whether an access token is one of the account's and good. Those of persons are not among them.
    pub(super) fn authorize(&self, token: &str, now: i64) -> Result<(), ErrorReply> {
        if token.is_empty() {
            return Err(ErrorReply::of(41001));
        }
        let judged = self.stable_tokens.judge(token, now).or_else(|| self.tokens.judge(token, now));
        judged.unwrap_or_else(|| {
            let looks_like_one = token.len() >= 32 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            Err(ErrorReply::of(if looks_like_one { 40001 } else { 40014 }))
        })
    }

    /// Keeps a second message of the same name out, for ten minutes. No name, no check.
    pub(super) fn name(&mut self, name: &str, now: i64) -> Result<(), ErrorReply> {
        if name.is_empty() {
            return Ok(());
        }
        match self.names.insert(name.to_owned(), now) {
            Some(before) if now - before < NAME_LIFE => {
                self.names.insert(name.to_owned(), before);
                Err(ErrorReply::of(45065))
            }
            _ => Ok(()),
        }
    }

    /// The phone gets a message.
    pub(super) fn deliver(&mut self, message: MessageView) {
        self.inbox.insert(0, message);
        self.inbox.truncate(SHOWN);
    }

    pub(super) fn view(&self, account: &str, openid: &str) -> PhoneView {
        PhoneView {
            account: account.to_owned(),
            openid: openid.to_owned(),
            follows: self.follower.follows,
            muted: self.follower.muted,
            offered: self.follower.offered.is_some() && !self.follower.follows,
            callback: self.callback.as_ref().map(|(url, _)| url.clone()),
            messages: self.inbox.clone(),
        }
    }
}
