//! Codes to follow the account, by the id in their payload. Pure: time and new texts are arguments.

use std::collections::HashMap;

use gateway::official_account::server::{ErrorReply, SceneRequest};

/// What every payload begins with; the rest names the code.
const PREFIX: &str = "http://weixin.qq.com/q/";

/// How many permanent codes an account can have.
const PERMANENT: usize = 100_000;

/// Whether a payload has the form of such a code.
pub(crate) fn is_code(payload: &str) -> bool {
    payload.starts_with(PREFIX)
}

/// The codes of an account.
#[derive(Default)]
pub(super) struct FollowCodes {
    by_id: HashMap<String, FollowCode>,
}

/// One code.
#[derive(Clone)]
pub(super) struct FollowCode {
    pub scene: String,
    pub ticket: String,
    /// Unix seconds; `None` for never.
    dies_at: Option<i64>,
}

impl FollowCodes {
    /// Makes a code and returns its payload.
    pub fn make(&mut self, asked: &SceneRequest, ticket: String, id: String, now: i64) -> Result<String, ErrorReply> {
        let dies_at = asked.lifetime.map(|lifetime| now + lifetime);
        if dies_at.is_none() && self.by_id.values().filter(|scene| scene.dies_at.is_none()).count() >= PERMANENT {
            return Err(ErrorReply::of(45029));
        }
        let payload = format!("{PREFIX}{id}");
        self.by_id.insert(id, FollowCode { scene: asked.scene.clone(), ticket, dies_at });
        Ok(payload)
    }

    /// The payload of a ticket's code, while it works.
    pub fn of_ticket(&self, ticket: &str, now: i64) -> Option<String> {
        let (id, _) = self.by_id.iter().find(|(_, scene)| scene.ticket == ticket && scene.dies_at.is_none_or(|dies_at| now < dies_at))?;
        Some(format!("{PREFIX}{id}"))
    }

    /// The code behind a payload, unless there is none or its time is over, which WeChat tells apart.
    pub fn behind(&self, payload: &str, now: i64) -> Option<Result<FollowCode, Expired>> {
        let scene = self.by_id.get(payload.strip_prefix(PREFIX)?)?;
        Some(match scene.dies_at {
            Some(dies_at) if now >= dies_at => Err(Expired),
            _ => Ok(scene.clone()),
        })
    }
}

/// A code whose time is over.
pub(super) struct Expired;
