//! WeChat Pay's server: the calls of API v3 that a merchant makes, and the
//! notifications that come back. The wire format is the gateway's; here are state and behaviour.

mod account;
mod answer;
mod bills;
mod bridge;
mod call;
mod calls;
mod cashier;
mod certificate;
mod decryption_key;
mod notification;
mod order;
mod orders;
mod pay;
mod rate_limit;
mod refunds;
mod security;
mod sensitive;
mod server;

use std::sync::Arc;

use axum::Router;
use gateway::wechat_pay::PROVIDER;
use serde_json::{Value, json};

use crate::codes::{CodeView, PayProblem};
use crate::notifications::{Delivery, Message};
use crate::provider::{Provider, Taken, Wallet};

pub(crate) use account::WechatPayAccount;
pub(crate) use server::WechatPay;

impl Provider for WechatPay {
    fn name(&self) -> &'static str {
        PROVIDER
    }

    fn routes(self: Arc<Self>) -> Router {
        calls::routes().merge(cashier::routes()).merge(bridge::routes()).with_state(self)
    }

    fn settings(&self) -> Value {
        let settings = self.account.settings(&self.env.base_url);
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

    fn wallet(&self) -> Option<&dyn Wallet> {
        Some(self)
    }

    fn message(&self, delivery: &Delivery) -> Option<Message> {
        notification::message(self, delivery)
    }

    fn accepts(&self, status: u16, _body: &[u8]) -> bool {
        matches!(status, 200 | 204)
    }
}

impl Wallet for WechatPay {
    fn code_id<'a>(&self, payload: &'a str) -> Option<&'a str> {
        order::code_id(payload)
    }

    fn views(&self) -> Vec<CodeView> {
        self.orders().book.views(&self.env.payee, self.env.clock.now())
    }

    fn view(&self, id: &str) -> Result<CodeView, PayProblem> {
        self.orders().book.view(id, &self.env.payee, self.env.clock.now())
    }

    /// WeChat Pay tells merchants nothing of a look at a code.
    fn scan(&self, id: &str) -> Result<(), PayProblem> {
        self.view(id).map(drop)
    }

    fn pay(&self, id: &str) -> Result<(), PayProblem> {
        pay::pay(self, id)
    }

    fn decline(&self, id: &str) -> Result<(), PayProblem> {
        self.orders().book.dismiss(id)
    }

    fn taken(&self) -> Vec<Taken> {
        let now = self.env.clock.now();
        self.orders().book.all().filter_map(|order| order.taken(now)).collect()
    }
}
