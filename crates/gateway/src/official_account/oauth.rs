//! Who the shopper is inside of WeChat: the page that hands out a code, and the exchange of the code for an openid.
//! The user's own tokens, which the exchange brings too, are not needed and not kept.

use serde::Deserialize;

use super::config::Config;
use super::reply::{self, get};
use crate::encoding::form;
use crate::{GatewayError, HttpRequest, HttpResponse};

/// What is asked of the shopper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The openid alone: silent.
    Base,
    /// Name and picture as well: asks the shopper.
    UserInfo,
}

/// A person, as this account knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// The person's id for this account.
    pub openid: String,
    /// The same for all accounts of one operator, if those are linked.
    pub unionid: Option<String>,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Member(hidden)")
    }
}

#[derive(Deserialize)]
struct ExchangeReply {
    openid: String,
    unionid: Option<String>,
    is_snapshotuser: Option<i64>,
}

impl Scope {
    /// As WeChat writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::UserInfo => "snsapi_userinfo",
        }
    }
}

/// The live page insists on this order of parameters, and on the fragment.
pub(super) fn authorize_url(config: &Config, redirect_url: &str, scope: Scope, state: &str) -> Option<String> {
    if !(1..=128).contains(&state.len()) || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let redirect = form([("redirect_uri", redirect_url)]);
    let (host, appid, scope) = (&config.open_url, &config.appid, scope.name());
    Some(format!("{host}/connect/oauth2/authorize?appid={appid}&{redirect}&response_type=code&scope={scope}&state={state}#wechat_redirect"))
}

pub(super) fn exchange(config: &Config, code: &str) -> HttpRequest {
    let parameters = [("appid", config.appid.as_str()), ("secret", &config.secret), ("code", code), ("grant_type", "authorization_code")];
    get(&config.base_url, "/sns/oauth2/access_token", &parameters)
}

pub(super) fn exchanged(reply: &HttpResponse) -> Result<Member, GatewayError> {
    let told: ExchangeReply = match reply::read(reply) {
        // No token of ours is in this call: what is invalid is the secret.
        Err(GatewayError::StaleToken { code }) => return Err(reply::wrong_secret(code)),
        other => other?,
    };
    if told.is_snapshotuser == Some(1) {
        let message = "a visitor of WeChat's preview".to_owned();
        return Err(GatewayError::Refused { status: 200, code: "is_snapshotuser".to_owned(), message });
    }
    match told.openid.is_empty() {
        true => Err(GatewayError::Unreadable { what: "openid" }),
        false => Ok(Member { openid: told.openid, unionid: told.unionid }),
    }
}
