//! What the sandbox asks of every provider that it plays, and the list of them: a provider is a folder and
//! one line here. The calls that merchants make are each provider's own routes.

use std::sync::Arc;

use axum::Router;
use serde_json::Value;

use crate::codes::{CodeView, PayProblem, SHOWN};
use crate::notifications::{Errand, Message};
use crate::world::World;
use crate::{alipay, official_account, wechat_pay};

/// Every provider.
pub(crate) const PROVIDERS: [&dyn Provider; 3] = [&wechat_pay::WechatPay, &alipay::Alipay, &official_account::OfficialAccount];

/// A provider as the phone, the control and the courier use it.
pub(crate) trait Provider: Send + Sync {
    /// The payment method.
    fn name(&self) -> &'static str;

    /// The calls that merchants make.
    fn routes(&self) -> Router<Arc<World>>;

    /// What a merchant's gateway needs, under the names of its settings.
    fn settings(&self, world: &World) -> Value;

    /// The id inside a payload of this provider's form.
    fn code_id<'a>(&self, payload: &'a str) -> Option<&'a str>;

    /// The newest codes, newest first.
    fn views(&self, world: &World) -> Vec<CodeView>;

    /// One code.
    fn view(&self, world: &World, id: &str) -> Result<CodeView, PayProblem>;

    /// The wallet opens a code.
    fn scan(&self, world: &World, id: &str) -> Result<(), PayProblem>;

    /// The shopper pays it.
    fn pay(&self, world: &World, id: &str) -> Result<(), PayProblem>;

    /// The shopper closes the wallet.
    fn decline(&self, world: &World, id: &str) -> Result<(), PayProblem>;

    /// All money that this provider took, in no order.
    fn taken(&self, world: &World) -> Vec<Taken>;

    /// Seconds from one attempt of a notification to the next.
    fn retry_delays(&self) -> &'static [i64];

    /// One attempt at a notification, with its own time and signature.
    fn message(&self, world: &World, errand: &Errand) -> Option<Message>;

    /// Whether a merchant's answer ends the repetitions.
    fn accepts(&self, status: u16, body: &[u8]) -> bool;
}

/// Money that a provider took for a merchant, and what of it went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The merchant's number of the payment.
    pub payment_id: String,
    /// Minor units.
    pub amount: i64,
    /// Minor units.
    pub returned: i64,
}

/// The provider and the id of what a camera read.
pub(crate) fn read_payload(payload: &str) -> Result<(&'static dyn Provider, &str), PayProblem> {
    let mut found = PROVIDERS.into_iter().filter_map(|provider| provider.code_id(payload).map(|id| (provider, id)));
    found.next().ok_or(PayProblem::UnknownCode)
}

/// Whose code this id names; ids are random, so at most one provider knows it.
pub(crate) fn provider_of(world: &World, id: &str) -> Result<&'static dyn Provider, PayProblem> {
    let known = |provider: &&'static dyn Provider| provider.view(world, id) != Err(PayProblem::UnknownCode);
    PROVIDERS.into_iter().find(known).ok_or(PayProblem::UnknownCode)
}

/// The newest codes of all providers, newest first.
pub(crate) fn all_views(world: &World) -> Vec<CodeView> {
    let mut views: Vec<_> = PROVIDERS.into_iter().flat_map(|provider| provider.views(world)).collect();
    views.sort_by_key(|view| view.age_seconds);
    views.truncate(SHOWN);
    views
}
