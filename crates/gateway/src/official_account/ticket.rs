//! The ticket that signs pages, and the signature that WeChat's JavaScript wants of a page.

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::reply::{self, get};
use super::sign::page_signature;
use super::token::{Token, checked};
use crate::{CallContext, GatewayError, HttpRequest, HttpResponse};

/// What a page hands to `wx.config`, beside its list of calls; the members are named as there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageSignature {
    /// The account.
    #[serde(rename = "appId")]
    pub appid: String,
    /// Unix seconds.
    pub timestamp: i64,
    /// The random text that was signed along.
    #[serde(rename = "nonceStr")]
    pub nonce: String,
    /// Hex.
    pub signature: String,
}

#[derive(Deserialize)]
struct TicketReply {
    ticket: String,
    expires_in: i64,
}

pub(super) fn request(config: &Config, token: &str) -> HttpRequest {
    get(&config.base_url, "/cgi-bin/ticket/getticket", &[("access_token", token), ("type", "jsapi")])
}

pub(super) fn read(reply: &HttpResponse) -> Result<Token, GatewayError> {
    let TicketReply { ticket: value, expires_in: lifetime_seconds } = reply::read(reply)?;
    checked(Token { value, lifetime_seconds })
}

pub(super) fn sign_page(config: &Config, ticket: &str, url: &str, at: &CallContext) -> PageSignature {
    let nonce = hex::encode(at.nonce);
    let signature = page_signature(ticket, &nonce, at.now, url);
    PageSignature { appid: config.appid.clone(), timestamp: at.now, nonce, signature }
}
