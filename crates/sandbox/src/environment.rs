//! What all providers of one running sandbox share: address, clock, randomness, faults, and the outbox of notifications. What a provider
//! knows is its own. Locks are held for one change at a time and never across an await.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::clock::Clock;
use crate::faults::{CallFault, Faults};
use crate::locking::lock;
use crate::mail::Mailbox;
use crate::notifications::{Delivery, Outbox};
use crate::random::Randomness;
use crate::robots::Robots;

/// What all providers share.
pub(crate) struct Environment {
    /// Scheme and host, no path.
    pub base_url: String,
    /// The shop's name on the phone.
    pub payee: String,
    pub clock: Clock,
    pub random: Randomness,
    pub client: reqwest::Client,
    /// Tells waiters that an attempt to notify has ended.
    pub attempted: Notify,
    /// What letters came.
    pub mailbox: Arc<Mailbox>,
    /// What robots posted.
    pub robots: Arc<Robots>,
    faults: Mutex<Faults>,
    outbox: Mutex<Outbox>,
}

impl Environment {
    /// One without faults and notifications.
    pub fn new(base_url: String, payee: String, clock: Clock, random: Randomness, client: reqwest::Client) -> Self {
        let (attempted, mailbox, robots) = (Notify::new(), Arc::default(), Arc::default());
        let (faults, outbox) = (Mutex::default(), Mutex::default());
        Self { base_url, payee, clock, random, client, attempted, mailbox, robots, faults, outbox }
    }

    pub fn outbox(&self) -> MutexGuard<'_, Outbox> {
        lock(&self.outbox)
    }

    /// Sets a notification out, as the faults of the moment let it.
    pub fn announce(&self, delivery: Delivery) {
        let faults = self.faults();
        self.outbox().add(delivery, faults.hold_notifications, faults.duplicate_notification);
        self.clock.moved.notify_one();
    }

    pub fn faults(&self) -> Faults {
        lock(&self.faults).clone()
    }

    pub fn set_faults(&self, faults: Faults) {
        self.mailbox.set_fault(faults.mail);
        self.robots.set_fault(faults.robots);
        *lock(&self.faults) = faults;
    }

    pub fn next_account_error(&self) -> Option<i64> {
        lock(&self.faults).next_account_call()
    }

    pub fn next_opened_by_another(&self) -> bool {
        lock(&self.faults).next_opened_by_another()
    }

    pub fn next_call_fault(&self) -> CallFault {
        lock(&self.faults).next_call()
    }
}
