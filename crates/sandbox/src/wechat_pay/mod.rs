//! WeChat Pay's server: the calls of API v3 that a merchant makes, and the
//! notifications that come back. The wire format is the gateway's; here are state and behaviour.

mod answer;
mod bills;
mod bridge;
mod call;
mod calls;
mod cashier;
mod notice;
mod orders;
mod pace;
mod pay;
mod refunds;
mod security;
mod sensitive;

use std::sync::Arc;

use axum::Router;
use gateway::wechat_pay::PROVIDER;
use gateway::wechat_pay::server::RETRY_DELAYS;
use serde_json::{Value, json};

use crate::codes::{CodeView, PayProblem};
use crate::notifications::{Errand, Message};
use crate::provider::{Provider, Taken};
use crate::world::World;

pub(crate) use orders::Orders;
pub(crate) use sensitive::Opener;

/// WeChat Pay, as the rest of the sandbox uses it.
pub(crate) struct WechatPay;

impl Provider for WechatPay {
    fn name(&self) -> &'static str {
        PROVIDER
    }

    fn routes(&self) -> Router<Arc<World>> {
        calls::routes().merge(cashier::routes()).merge(bridge::routes())
    }

    fn settings(&self, world: &World) -> Value {
        let settings = world.account.merchant_settings(&world.base_url);
        json!({
            "base_url": settings.base_url,
            "mchid": settings.mchid,
            "appid": settings.appid,
            "merchant_serial": settings.merchant_serial,
            "merchant_key": settings.merchant_key,
            "apiv3_key": settings.apiv3_key,
            "platform_keys": settings.platform_keys,
            "public_key_id": settings.public_key_id,
        })
    }

    fn code_id<'a>(&self, payload: &'a str) -> Option<&'a str> {
        orders::code_id(payload)
    }

    fn views(&self, world: &World) -> Vec<CodeView> {
        world.orders().book.views(world.account.payee(), world.clock.now())
    }

    fn view(&self, world: &World, id: &str) -> Result<CodeView, PayProblem> {
        world.orders().book.view(id, world.account.payee(), world.clock.now())
    }

    /// WeChat Pay tells merchants nothing of a look at a code.
    fn scan(&self, world: &World, id: &str) -> Result<(), PayProblem> {
        self.view(world, id).map(drop)
    }

    fn pay(&self, world: &World, id: &str) -> Result<(), PayProblem> {
        pay::pay(world, id)
    }

    fn decline(&self, world: &World, id: &str) -> Result<(), PayProblem> {
        world.orders().book.dismiss(id)
    }

    fn taken(&self, world: &World) -> Vec<Taken> {
        let now = world.clock.now();
        world.orders().book.all().filter_map(|order| order.taken(now)).collect()
    }

    fn retry_delays(&self) -> &'static [i64] {
        &RETRY_DELAYS
    }

    fn message(&self, world: &World, errand: &Errand) -> Option<Message> {
        notice::message(world, errand)
    }

    fn accepts(&self, status: u16, _body: &[u8]) -> bool {
        matches!(status, 200 | 204)
    }
}
