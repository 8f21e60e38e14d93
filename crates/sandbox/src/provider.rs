//! What the sandbox asks of every provider that it plays, and where a code's provider is looked up. The calls that merchants make are each
//! provider's own routes.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use serde_json::Value;

use crate::codes::{CodeView, PayProblem, SHOWN};
use crate::notifications::{Delivery, Message};

/// A provider as the phone, the control and the dispatcher use it.
pub(crate) trait Provider: Any + Send + Sync {
    /// Who it is.
    fn name(&self) -> &'static str;

    /// The calls that merchants make.
    fn routes(self: Arc<Self>) -> Router;

    /// What a merchant's gateway needs, under the names of its settings.
    fn settings(&self) -> Value;

    /// Its wallet, if it takes money.
    fn wallet(&self) -> Option<&dyn Wallet> {
        None
    }

    /// Whether a camera's text is a code of this provider.
    fn reads(&self, payload: &str) -> bool {
        self.wallet().is_some_and(|wallet| wallet.code_id(payload).is_some())
    }

    /// Scans a code of this provider that is none to pay, and answers what the phone shows then; `None` for any other.
    fn scan_unpayable(&self, _payload: &str) -> Option<Response> {
        None
    }

    /// One attempt at a notification, with its own time and signature.
    fn message(&self, delivery: &Delivery) -> Option<Message>;

    /// Whether a merchant's answer ends the repetitions.
    fn accepts(&self, status: u16, body: &[u8]) -> bool;
}

/// What a shopper does with the codes of a provider.
pub(crate) trait Wallet {
    /// The id inside a payload of this provider's form.
    fn code_id<'a>(&self, payload: &'a str) -> Option<&'a str>;

    /// The newest codes, newest first.
    fn views(&self) -> Vec<CodeView>;

    /// One code.
    fn view(&self, id: &str) -> Result<CodeView, PayProblem>;

    /// The wallet opens a code.
    fn scan(&self, id: &str) -> Result<(), PayProblem>;

    /// The shopper pays it.
    fn pay(&self, id: &str) -> Result<(), PayProblem>;

    /// The shopper closes the wallet.
    fn decline(&self, id: &str) -> Result<(), PayProblem>;

    /// All money that this provider took, in no order.
    fn taken(&self) -> Vec<Taken>;
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

/// Every provider of a sandbox.
#[derive(Clone)]
pub(crate) struct Providers(Arc<[Arc<dyn Provider>]>);

impl Providers {
    pub fn new(providers: impl IntoIterator<Item = Arc<dyn Provider>>) -> Self {
        Self(providers.into_iter().collect())
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.0.iter()
    }

    pub fn wallets(&self) -> impl Iterator<Item = &dyn Wallet> {
        self.all().filter_map(|provider| provider.wallet())
    }

    /// The provider of this name.
    pub fn named(&self, name: &str) -> Option<&dyn Provider> {
        self.all().find(|provider| provider.name() == name).map(|provider| &**provider)
    }

    /// The provider of this type.
    pub fn of_type<T: Provider>(&self) -> Option<&T> {
        self.all().find_map(|provider| (&**provider as &dyn Any).downcast_ref())
    }

    /// The wallet and the id of what a camera read.
    pub fn read_payload<'a>(&self, payload: &'a str) -> Result<(&dyn Wallet, &'a str), PayProblem> {
        self.wallets().find_map(|wallet| wallet.code_id(payload).map(|id| (wallet, id))).ok_or(PayProblem::UnknownCode)
    }

    /// Whose code this id names; ids are random, so at most one provider knows it.
    pub fn wallet_of(&self, id: &str) -> Result<&dyn Wallet, PayProblem> {
        self.wallets().find(|wallet| wallet.view(id) != Err(PayProblem::UnknownCode)).ok_or(PayProblem::UnknownCode)
    }

    /// The newest codes of all providers, newest first.
    pub fn views(&self) -> Vec<CodeView> {
        let mut views: Vec<_> = self.wallets().flat_map(Wallet::views).collect();
        views.sort_by_key(|view| view.age_seconds);
        views.truncate(SHOWN);
        views
    }
}
