//! Alipay's servers: the gateway of forms and the REST calls, and the notifications that come back. The wire
//! format is the gateway's; here are state and behaviour.

mod account;
mod bills;
mod calls;
mod methods;
mod notification;
mod server;
mod trades;
mod wallet;

use std::sync::Arc;

use axum::Router;
use gateway::alipay::PROVIDER;
use serde_json::{Value, json};

use crate::codes::{CodeView, PayProblem};
use crate::notifications::{Delivery, Message};
use crate::provider::{Provider, Taken, Wallet};

pub(crate) use account::AlipayAccount;
pub(crate) use server::Alipay;

impl Provider for Alipay {
    fn name(&self) -> &'static str {
        PROVIDER
    }

    fn routes(self: Arc<Self>) -> Router {
        calls::routes().with_state(self)
    }

    fn settings(&self) -> Value {
        let settings = self.account.clone().settings(&self.env.base_url);
        json!({
            "base_url": settings.base_url,
            "app_id": settings.app_id,
            "seller_id": settings.seller_id,
            "app_key": settings.app_key,
            "alipay_public_key": settings.alipay_public_key,
        })
    }

    fn wallet(&self) -> Option<&dyn Wallet> {
        Some(self)
    }

    fn message(&self, delivery: &Delivery) -> Option<Message> {
        notification::message(self, delivery)
    }

    /// The seven letters and nothing else.
    fn accepts(&self, status: u16, body: &[u8]) -> bool {
        status == 200 && body == b"success"
    }
}

impl Wallet for Alipay {
    fn code_id<'a>(&self, payload: &'a str) -> Option<&'a str> {
        trades::code_id(payload)
    }

    fn views(&self) -> Vec<CodeView> {
        self.trades().book.views(&self.env.payee, self.env.clock.now())
    }

    fn view(&self, id: &str) -> Result<CodeView, PayProblem> {
        self.trades().book.view(id, &self.env.payee, self.env.clock.now())
    }

    fn scan(&self, id: &str) -> Result<(), PayProblem> {
        wallet::scan(self, id)
    }

    fn pay(&self, id: &str) -> Result<(), PayProblem> {
        wallet::pay(self, id)
    }

    fn decline(&self, id: &str) -> Result<(), PayProblem> {
        wallet::scan(self, id)?;
        self.trades().book.dismiss(id)
    }

    fn taken(&self) -> Vec<Taken> {
        self.trades().book.all().filter_map(trades::Trade::taken).collect()
    }
}
