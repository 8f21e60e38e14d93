//! What WeChat calls back: the check of the URL, and events. First the signature, then the clock, then the
//! encryption, and only then is anything of the body read.

use std::collections::BTreeMap;

use super::config::Config;
use super::sign::{callback_signature, same};
use super::xml;
use crate::encoding::parse;
use crate::{GatewayError, NotificationReply};

/// How far the time in a query may be from ours, in seconds: as WeChat Pay's notifications.
const SKEW: u64 = 300;

/// Names the one key of callbacks in errors.
const KEY_ID: &str = "token";

/// An event that WeChat tells.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The same in every repetition, and in no other delivery.
    pub id: String,
    /// When it happened, in unix seconds.
    pub at: i64,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Somebody follows the account from now on.
    Follow {
        /// Who.
        openid: String,
        /// The scene of the code that led there, if one did.
        scene: Option<String>,
    },
    /// Somebody does not follow any more.
    Unfollow {
        /// Who.
        openid: String,
    },
    /// Somebody who follows already has scanned a code.
    Scan {
        /// Who.
        openid: String,
        /// The code's scene.
        scene: String,
    },
    /// What became of a message.
    Delivered {
        /// Whom it was for.
        openid: String,
        /// The number of [`super::Sent::Accepted`].
        message_id: i64,
        /// Whether it arrived.
        arrived: bool,
    },
    /// Something else, to be acknowledged: messages of people, menus.
    Other,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Delivery").field("at", &self.at).finish_non_exhaustive()
    }
}

/// What answers a callback: the word, or for one that is not proved the status that makes WeChat repeat it.
#[must_use]
pub fn acknowledgement(accepted: bool) -> NotificationReply {
    match accepted {
        true => NotificationReply { status: 200, content_type: "text/plain", body: b"success".to_vec() },
        false => NotificationReply { status: 401, content_type: "text/plain", body: Vec::new() },
    }
}

/// The parameters of a callback's query.
struct Query(BTreeMap<String, String>);

impl Query {
    fn read(text: &str) -> Result<Self, GatewayError> {
        let pairs = parse(text.as_bytes()).ok_or(GatewayError::Unreadable { what: "query" })?;
        Ok(Self(pairs.into_iter().collect()))
    }

    fn get(&self, name: &'static str) -> Result<&str, GatewayError> {
        self.0.get(name).map(String::as_str).ok_or(GatewayError::HeaderMissing { header: name })
    }

    /// Whether the parameter `name` signs the token, the query and `more`.
    fn proved(&self, name: &'static str, token: &str, more: &[&str]) -> Result<(), GatewayError> {
        let parts = [&[token, self.get("timestamp")?, self.get("nonce")?], more].concat();
        match same(&callback_signature(&parts), self.get(name)?) {
            true => Ok(()),
            false => Err(GatewayError::BadSignature { id: KEY_ID.to_owned() }),
        }
    }
}

pub(super) fn echo(config: &Config, query: &str) -> Result<String, GatewayError> {
    let query = Query::read(query)?;
    query.proved("signature", &config.token, &[])?;
    query.get("echostr").map(str::to_owned)
}

pub(super) fn read(config: &Config, query: &str, body: &[u8], now: i64) -> Result<Delivery, GatewayError> {
    let query = Query::read(query)?;
    query.proved("signature", &config.token, &[])?;
    let theirs = query.get("timestamp")?.parse().map_err(|_| GatewayError::HeaderMissing { header: "timestamp" })?;
    if now.abs_diff(theirs) > SKEW {
        return Err(GatewayError::ClockSkew { theirs, ours: now });
    }
    let message = envelope(body)?;
    let message = match (&config.aes_key, message.get("Encrypt")) {
        (Some(key), Some(sealed)) => {
            query.proved("msg_signature", &config.token, &[sealed])?;
            let opened = key.open(sealed).ok_or(GatewayError::Undecryptable)?;
            for_us(config, &opened.appid)?;
            envelope(&opened.message)?
        }
        // A plain message where an encrypted one is agreed on: its body is signed by nobody.
        (Some(_), None) => return Err(GatewayError::HeaderMissing { header: "Encrypt" }),
        (None, Some(_)) if !message.contains_key("FromUserName") => return Err(GatewayError::Undecryptable),
        // In compatible mode what is plain stands beside what is encrypted.
        (None, _) => message,
    };
    delivery(&message)
}

fn envelope(body: &[u8]) -> Result<BTreeMap<String, String>, GatewayError> {
    xml::read(body).ok_or(GatewayError::Unreadable { what: "XML" })
}

fn for_us(config: &Config, appid: &[u8]) -> Result<(), GatewayError> {
    match appid == config.appid.as_bytes() {
        true => Ok(()),
        false => {
            let theirs = String::from_utf8_lossy(appid).into_owned();
            Err(GatewayError::NotOurs { what: "appid", ours: config.appid.clone(), theirs })
        }
    }
}

fn delivery(message: &BTreeMap<String, String>) -> Result<Delivery, GatewayError> {
    let need = |name: &'static str| message.get(name).map(String::as_str).ok_or(GatewayError::Unreadable { what: name });
    let text = |name: &str| message.get(name).map(String::as_str).unwrap_or_default();
    let openid = need("FromUserName")?.to_owned();
    let created = need("CreateTime")?;
    let at = created.parse().map_err(|_| GatewayError::Unreadable { what: "CreateTime" })?;
    if need("MsgType")? != "event" {
        // Messages of people have a number of their own (gateways: Official Account, "dedup").
        return Ok(Delivery { id: need("MsgId")?.to_owned(), at, event: Event::Other });
    }
    let kind = need("Event")?;
    let id = format!("{openid} {created} {kind} {}{}", text("EventKey"), text("MsgID"));
    let event = match kind {
        "subscribe" => {
            let scene = text("EventKey").strip_prefix("qrscene_").filter(|scene| !scene.is_empty()).map(str::to_owned);
            Event::Follow { openid, scene }
        }
        "unsubscribe" => Event::Unfollow { openid },
        "SCAN" => Event::Scan { openid, scene: need("EventKey")?.to_owned() },
        "TEMPLATESENDJOBFINISH" => {
            let message_id = need("MsgID")?.parse().map_err(|_| GatewayError::Unreadable { what: "MsgID" })?;
            Event::Delivered { openid, message_id, arrived: need("Status")? == "success" }
        }
        _ => Event::Other,
    };
    Ok(Delivery { id, at, event })
}
