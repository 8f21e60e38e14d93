//! By which ways the merchant is told, and of what.

use std::fmt;

use super::kind::NoticeKind;
use super::robot::Robot;
use super::words::Tongue;
use crate::mail::Mailbox;

/// A way, and its name.
pub(crate) enum Channel {
    Robot(Robot),
    Letter(Mailbox),
}

/// What notices are made and sent with.
pub(crate) struct Noticing {
    /// By name: `email`, `wecom`, `dingtalk`, `slack`, and from the second of a kind on with its number: `slack-2`.
    pub(crate) channels: Vec<(String, Channel)>,
    /// What to tell of.
    pub(crate) kinds: Vec<NoticeKind>,
    /// Of so many pieces, or fewer, the merchant hears.
    pub(crate) low_stock: i64,
    /// When of a day its summary is made, `20:00` on the shop's clock.
    pub(crate) summary: Option<String>,
    /// How old a copy of the records may be, days.
    pub(crate) backup_days: i64,
    pub(crate) tongue: Tongue,
    /// Where a notice leads.
    pub(crate) link: String,
    pub(crate) client: reqwest::Client,
}

impl Noticing {
    /// Whether that is told of.
    pub(crate) fn tells(&self, kind: NoticeKind) -> bool {
        self.kinds.contains(&kind)
    }
}

impl fmt::Debug for Noticing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Noticing").field("kinds", &self.kinds).finish_non_exhaustive()
    }
}
