//! The account's access token, by the endpoint that gives all nodes of a merchant the same one.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::reply::{self, post};
use crate::{AccountFault, GatewayError, HttpRequest, HttpResponse};

/// Which token is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// The one that is in use, or its successor in its last five minutes. Harms nobody who holds it.
    Current,
    /// A new one at once, and the one before stops working: for a token that got into wrong hands. WeChat allows it
    /// 20 times a day, 30 seconds apart.
    Renewed,
}

/// Something that authorizes calls for a time. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The token. Up to 512 characters and more.
    pub value: String,
    /// How long it works from now on, in seconds.
    pub lifetime_seconds: i64,
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Token").field("lifetime_seconds", &self.lifetime_seconds).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct TokenBody<'a> {
    grant_type: &'a str,
    appid: &'a str,
    secret: &'a str,
    force_refresh: bool,
}

#[derive(Deserialize)]
struct TokenReply {
    access_token: String,
    expires_in: i64,
}

pub(super) fn request(config: &Config, freshness: Freshness) -> HttpRequest {
    let body = TokenBody {
        grant_type: "client_credential",
        appid: &config.appid,
        secret: &config.secret,
        force_refresh: freshness == Freshness::Renewed,
    };
    post(&config.base_url, "/cgi-bin/stable_token", &[], &body)
}

/// The same code that elsewhere means a token means the secret here. Whatever else is refused is about the account: the call is about
/// nothing else.
pub(super) fn read(reply: &HttpResponse) -> Result<Token, GatewayError> {
    match reply::read::<TokenReply>(reply) {
        Ok(TokenReply { access_token: value, expires_in: lifetime_seconds }) => checked(Token { value, lifetime_seconds }),
        Err(GatewayError::StaleToken { code }) => Err(reply::wrong_secret(code)),
        Err(GatewayError::Refused { code, message, .. }) => Err(GatewayError::Account { fault: AccountFault::NotProved, code, message }),
        Err(error) => Err(error),
    }
}

/// A token without text or time would be asked for again and again.
pub(super) fn checked(token: Token) -> Result<Token, GatewayError> {
    match token.value.is_empty() || token.lifetime_seconds <= 0 {
        true => Err(GatewayError::Unreadable { what: "token" }),
        false => Ok(token),
    }
}
