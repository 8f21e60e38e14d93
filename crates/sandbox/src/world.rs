//! Everything one running sandbox knows, and the list of its routes.
//! Locks are held for one change at a time and never across an await.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::sync::Notify;

use crate::account::{Account, Keys};
use crate::alipay::Trades;
use crate::clock::{Clock, TimeSource};
use crate::faults::{CallFault, Faults};
use crate::notifications::{Outbox, client};
use crate::official_account::Desk;
use crate::provider::PROVIDERS;
use crate::random::Randomness;
use crate::wechat_pay::Orders;
use crate::{control, phone};

/// What a sandbox is started with.
#[derive(Clone)]
pub struct Settings {
    /// The merchant it serves.
    pub account: Account,
    /// Tells the time, in unix seconds.
    pub time: TimeSource,
    /// Fills buffers with random bytes.
    pub random: Randomness,
}

/// The state of one sandbox.
pub struct World {
    pub(crate) account: Account,
    pub(crate) keys: Keys,
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) random: Randomness,
    pub(crate) client: reqwest::Client,
    /// Tells waiters that an attempt to notify has ended.
    pub(crate) attempted: Notify,
    faults: Mutex<Faults>,
    orders: Mutex<Orders>,
    trades: Mutex<Trades>,
    outbox: Mutex<Outbox>,
    desk: Mutex<Desk>,
}

impl World {
    /// A world without orders, whose servers answer at `base_url` (scheme and host, no path).
    ///
    /// # Errors
    /// `InvalidInput`, if the account's keys cannot be used; the HTTP client's.
    pub fn new(settings: Settings, base_url: String) -> io::Result<Self> {
        let unusable = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
        Ok(Self {
            keys: settings.account.keys().map_err(unusable)?,
            client: client().map_err(io::Error::other)?,
            account: settings.account,
            base_url,
            clock: Clock::new(settings.time),
            random: settings.random,
            attempted: Notify::new(),
            faults: Mutex::default(),
            orders: Mutex::default(),
            trades: Mutex::default(),
            outbox: Mutex::default(),
            desk: Mutex::default(),
        })
    }

    pub(crate) fn orders(&self) -> MutexGuard<'_, Orders> {
        lock(&self.orders)
    }

    pub(crate) fn trades(&self) -> MutexGuard<'_, Trades> {
        lock(&self.trades)
    }

    pub(crate) fn outbox(&self) -> MutexGuard<'_, Outbox> {
        lock(&self.outbox)
    }

    /// The Official Account's books.
    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        lock(&self.desk)
    }

    pub(crate) fn faults(&self) -> Faults {
        lock(&self.faults).clone()
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        *lock(&self.faults) = faults;
    }

    pub(crate) fn next_account_error(&self) -> Option<i64> {
        lock(&self.faults).next_account_call()
    }

    pub(crate) fn next_opened_by_another(&self) -> bool {
        lock(&self.faults).next_opened_by_another()
    }

    pub(crate) fn next_call_fault(&self) -> CallFault {
        lock(&self.faults).next_call()
    }
}

/// A panic elsewhere leaves data that is whole, because every change is made under one lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Every route: the providers' own, the control of the sandbox, and the phone. Notifications are sent
/// by [`crate::Sandbox`] only: routes alone wait for nothing.
pub fn app(world: Arc<World>) -> Router {
    let providers = PROVIDERS.into_iter().map(|provider| provider.routes()).fold(Router::new(), Router::merge);
    providers.merge(control::routes()).merge(phone::routes()).with_state(world)
}
