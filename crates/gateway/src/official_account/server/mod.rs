//! WeChat's own end of the Official Account, for the sandbox: judging what calls ask for, its refusals, and writing
//! what is called back. Pure like the rest of the crate; tokens, followers, clocks and sockets live in the sandbox.

mod bodies;
mod error_reply;
mod keywords;
mod push;

pub use bodies::{GrantType, SceneRequest, Template, TemplateRequest, TokenRequest, read_json, text};
pub use error_reply::ErrorReply;
pub use keywords::Keyword;
pub use push::{Endpoint, Mode, Push, Pushed};

pub use super::seal::{AesKey, Opened};
pub use super::sign::{callback_signature, page_signature};
pub use super::xml::read as read_xml;
pub use crate::encoding::parse as parse_form;

use crate::encoding::form;

/// How long an access token and a ticket live, in seconds.
pub const TOKEN_LIFE: i64 = 7200;

/// How long the token before and the token after are both good, in seconds.
pub const TOKEN_OVERLAP: i64 = 300;

/// How often a day a stable token may be renewed by force.
pub const RENEWALS_PER_DAY: usize = 20;

/// How far two renewals by force have to be apart, in seconds.
pub const RENEWAL_PAUSE: i64 = 30;

/// How long a code of OAuth can be exchanged, in seconds.
pub const CODE_LIFE: i64 = 300;

/// How long a refresh token of OAuth lives, in seconds.
pub const REFRESH_LIFE: i64 = 30 * 24 * 3600;

/// How many messages by template an account may send in a day.
pub const MESSAGES_PER_DAY: usize = 100_000;

/// How many templates an account can have.
pub const MOST_TEMPLATES: usize = 25;

/// How long a name of a message keeps a second one out, in seconds.
pub const NAME_LIFE: i64 = 600;

/// Seconds after which a callback that was not answered is repeated, each counted from the attempt before.
pub const RETRY_DELAYS: [i64; 3] = [5, 5, 5];

/// Writes the parameters of a query, percent-encoded.
#[must_use]
pub fn query(parameters: &[(&str, &str)]) -> String {
    form(parameters.iter().copied())
}
