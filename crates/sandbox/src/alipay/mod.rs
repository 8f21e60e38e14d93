//! Alipay's servers: the gateway of forms and the REST calls, and the notifications that come back. The wire
//! format is the gateway's; here are state and behaviour.

mod calls;
mod hand;
mod notice;
mod trades;
mod work;

use std::sync::Arc;

use axum::Router;
use gateway::alipay::PROVIDER;
use gateway::alipay::server::RETRY_DELAYS;
use serde_json::{Value, json};

use crate::codes::{CodeView, PayProblem};
use crate::notifications::{Errand, Message};
use crate::provider::{Provider, Taken};
use crate::world::World;

pub(crate) use trades::Trades;

/// Alipay, as the rest of the sandbox uses it.
pub(crate) struct Alipay;

impl Provider for Alipay {
    fn name(&self) -> &'static str {
        PROVIDER
    }

    fn routes(&self) -> Router<Arc<World>> {
        calls::routes()
    }

    fn settings(&self, world: &World) -> Value {
        let settings = world.account.alipay_settings(&world.base_url);
        json!({
            "base_url": settings.base_url,
            "app_id": settings.app_id,
            "seller_id": settings.seller_id,
            "app_key": settings.app_key,
            "alipay_public_key": settings.alipay_public_key,
        })
    }

    fn code_id<'a>(&self, payload: &'a str) -> Option<&'a str> {
        trades::code_id(payload)
    }

    fn views(&self, world: &World) -> Vec<CodeView> {
        world.trades().book.views(world.account.payee(), world.clock.now())
    }

    fn view(&self, world: &World, id: &str) -> Result<CodeView, PayProblem> {
        world.trades().book.view(id, world.account.payee(), world.clock.now())
    }

    fn scan(&self, world: &World, id: &str) -> Result<(), PayProblem> {
        hand::scan(world, id)
    }

    fn pay(&self, world: &World, id: &str) -> Result<(), PayProblem> {
        hand::pay(world, id)
    }

    fn decline(&self, world: &World, id: &str) -> Result<(), PayProblem> {
        hand::scan(world, id)?;
        world.trades().book.dismiss(id)
    }

    fn taken(&self, world: &World) -> Vec<Taken> {
        world.trades().book.all().filter_map(trades::Trade::taken).collect()
    }

    fn retry_delays(&self) -> &'static [i64] {
        &RETRY_DELAYS
    }

    fn message(&self, world: &World, errand: &Errand) -> Option<Message> {
        notice::message(world, errand)
    }

    /// The seven letters and nothing else.
    fn accepts(&self, status: u16, body: &[u8]) -> bool {
        status == 200 && body == b"success"
    }
}
