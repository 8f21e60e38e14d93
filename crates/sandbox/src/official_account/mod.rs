//! WeChat's Official Account: tokens, OAuth, messages to followers, codes to follow, and what is called back. It takes
//! no money and has no codes to pay. The wire format is the gateway's; here are state and behaviour.

mod call;
mod calls;
mod desk;
mod facts;
mod grants;
mod hand;
mod leases;
mod messages;
mod oauth;
mod picture;
mod push;
mod scenes;
mod templates;

use std::sync::Arc;

use axum::Router;
use gateway::official_account::NAME;
use gateway::official_account::server::RETRY_DELAYS;
use serde_json::Value;

use crate::codes::{CodeView, PayProblem};
use crate::notifications::{Errand, Message};
use crate::provider::{Provider, Taken};
use crate::world::World;

pub(crate) use desk::Desk;
pub use desk::{CallbackMode, MessageView, PhoneView};
pub(crate) use facts::AccountFacts;
pub use hand::FollowProblem;
pub(crate) use hand::{follow, scan, scanned, set_callback, unfollow, view};
pub(crate) use scenes::is_code;

/// The Official Account, as the rest of the sandbox uses it.
pub(crate) struct OfficialAccount;

impl Provider for OfficialAccount {
    fn name(&self) -> &'static str {
        NAME
    }

    fn routes(&self) -> Router<Arc<World>> {
        calls::routes().merge(messages::routes()).merge(oauth::routes()).merge(hand::routes())
    }

    fn settings(&self, world: &World) -> Value {
        serde_json::to_value(world.account.official_account_settings(&world.base_url)).unwrap_or_default()
    }

    fn code_id<'a>(&self, _: &'a str) -> Option<&'a str> {
        None
    }

    fn views(&self, _: &World) -> Vec<CodeView> {
        Vec::new()
    }

    fn view(&self, _: &World, _: &str) -> Result<CodeView, PayProblem> {
        Err(PayProblem::UnknownCode)
    }

    fn scan(&self, _: &World, _: &str) -> Result<(), PayProblem> {
        Err(PayProblem::UnknownCode)
    }

    fn pay(&self, _: &World, _: &str) -> Result<(), PayProblem> {
        Err(PayProblem::UnknownCode)
    }

    fn decline(&self, _: &World, _: &str) -> Result<(), PayProblem> {
        Err(PayProblem::UnknownCode)
    }

    /// It sells nothing.
    fn taken(&self, _world: &World) -> Vec<Taken> {
        Vec::new()
    }

    fn retry_delays(&self) -> &'static [i64] {
        &RETRY_DELAYS
    }

    fn message(&self, world: &World, errand: &Errand) -> Option<Message> {
        push::message(world, errand)
    }

    /// The word, nothing, or an answer to the person.
    fn accepts(&self, status: u16, body: &[u8]) -> bool {
        status == 200 && (body.is_empty() || body == b"success" || body.starts_with(b"<xml>"))
    }
}
