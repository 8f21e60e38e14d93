//! Codes that lead to the account and tell which of them was scanned: temporary ones with a scene of text.

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::reply::{self, post};
use crate::{GatewayError, HttpRequest, HttpResponse};

/// The longest life of a temporary code, in seconds: 30 days.
pub(super) const LONGEST_LIFE: u32 = 2_592_000;

/// A code to follow the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneCode {
    /// What the QR code encodes.
    pub payload: String,
    /// Names the code in events.
    pub ticket: String,
    /// How long it works from now on, in seconds.
    pub lifetime_seconds: i64,
}

#[derive(Serialize)]
struct SceneBody<'a> {
    expire_seconds: u32,
    action_name: &'a str,
    action_info: ActionInfo<'a>,
}

#[derive(Serialize)]
struct ActionInfo<'a> {
    scene: SceneText<'a>,
}

#[derive(Serialize)]
struct SceneText<'a> {
    scene_str: &'a str,
}

#[derive(Deserialize)]
struct SceneReply {
    ticket: String,
    url: String,
    expire_seconds: i64,
}

pub(super) fn request(config: &Config, token: &str, scene: &str, lifetime_seconds: u32) -> HttpRequest {
    let body = SceneBody {
        expire_seconds: lifetime_seconds.clamp(1, LONGEST_LIFE),
        action_name: "QR_STR_SCENE",
        action_info: ActionInfo { scene: SceneText { scene_str: scene } },
    };
    post(&config.base_url, "/cgi-bin/qrcode/create", &[("access_token", token)], &body)
}

pub(super) fn made(reply: &HttpResponse) -> Result<SceneCode, GatewayError> {
    let SceneReply { ticket, url, expire_seconds } = reply::read(reply)?;
    match url.is_empty() || ticket.is_empty() {
        true => Err(GatewayError::Unreadable { what: "url" }),
        false => Ok(SceneCode { payload: url, ticket, lifetime_seconds: expire_seconds }),
    }
}
