//! WeChat's Official Account: tokens, OAuth, messages to followers, codes to follow, and what is called back. It takes
//! no money and has no codes to pay. The wire format is the gateway's; here are state and behaviour.

mod books;
mod call;
mod calls;
mod facts;
mod follow_codes;
mod grants;
mod leases;
mod messages;
mod oauth;
mod phone;
mod picture;
mod push;
mod sandbox;
mod server;
mod templates;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use gateway::official_account::NAME;
use serde_json::Value;

use crate::notifications::{Delivery, Message};
use crate::provider::Provider;

pub use books::{CallbackMode, MessageView, PhoneView};
pub(crate) use facts::AccountFacts;
pub use phone::FollowProblem;
pub(crate) use server::OfficialAccount;

impl Provider for OfficialAccount {
    fn name(&self) -> &'static str {
        NAME
    }

    fn routes(self: Arc<Self>) -> Router {
        calls::routes().merge(messages::routes()).merge(oauth::routes()).merge(phone::routes()).with_state(self)
    }

    fn settings(&self) -> Value {
        serde_json::to_value(self.facts.settings(&self.env.base_url, &self.appid)).unwrap_or_default()
    }

    fn reads(&self, payload: &str) -> bool {
        follow_codes::is_code(payload)
    }

    fn scan_unpayable(&self, payload: &str) -> Option<Response> {
        self.reads(payload).then(|| phone::scanned(self, payload))
    }

    fn message(&self, delivery: &Delivery) -> Option<Message> {
        push::message(self, delivery)
    }

    /// The word, nothing, or an answer to the person.
    fn accepts(&self, status: u16, body: &[u8]) -> bool {
        status == 200 && (body.is_empty() || body == b"success" || body.starts_with(b"<xml>"))
    }
}
