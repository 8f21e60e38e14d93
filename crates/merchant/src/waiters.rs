//! Held polls: who waits for a change of which order. Waking is exact: nobody is woken for another order. Changes made on other
//! nodes wake, too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use std::time::Duration;

use protocol::OrderId;
use tokio::sync::watch;

use crate::store::Store;

/// The pause before listening is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// How often this node looks for changes that it did not hear of.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How many orders are looked at in one question.
const AT_ONCE: usize = 500;

type Map = Mutex<HashMap<OrderId, Held>>;

/// Those who wait for one order.
struct Held {
    changes: watch::Sender<()>,
    /// The least that any of them has seen.
    seen: i64,
}

/// The register of held polls.
#[derive(Clone, Default)]
pub(crate) struct Waiters(Arc<Map>);

/// One held poll; dropping it takes it off the register.
pub(crate) struct Waiter {
    order: OrderId,
    changes: Option<watch::Receiver<()>>,
    register: Waiters,
}

impl Waiters {
    /// Starts to listen for what comes after `seen`. Do this before reading the order, so that no change falls in between.
    pub(crate) fn listen(&self, order: &OrderId, seen: i64) -> Waiter {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = map.entry(order.clone()).or_insert_with(|| Held { changes: watch::channel(()).0, seen });
        held.seen = held.seen.min(seen);
        let changes = held.changes.subscribe();
        Waiter { order: order.clone(), changes: Some(changes), register: self.clone() }
    }

    /// Wakes all polls of that order.
    pub(crate) fn wake(&self, order: &OrderId) {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = map.get(order) {
            held.changes.send_replace(());
        }
    }

    /// The same of several orders.
    pub(crate) fn wake_each(&self, orders: &[OrderId]) {
        orders.iter().for_each(|order| self.wake(order));
    }

    /// Who waits for what, and what they have seen of it.
    fn held(&self) -> Vec<(OrderId, i64)> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.iter().map(|(order, held)| (order.clone(), held.seen)).collect()
    }

    /// Wakes everybody: the server is stopping.
    pub(crate) fn wake_all(&self) {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for held in map.values() {
            held.changes.send_replace(());
        }
    }
}

/// Wakes polls for what other nodes change, for as long as it is polled.
pub(crate) async fn follow_others(store: &Store, waiters: &Waiters) {
    tokio::join!(hear(store, waiters), look(store, waiters));
}

/// A change on another node may go unheard, and then it is found by looking: for all polls together, so that ten thousand of them ask
/// a few questions and not ten thousand.
async fn look(store: &Store, waiters: &Waiters) {
    if !store.is_shared() {
        return;
    }
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        for some in waiters.held().chunks(AT_ONCE) {
            match store.changed_since(some).await {
                Ok(changed) => waiters.wake_each(&changed),
                Err(error) => tracing::warn!(%error, "changes on other nodes cannot be looked for at the moment"),
            }
        }
    }
}

/// Whatever was missed while nobody listened wakes everybody.
async fn hear(store: &Store, waiters: &Waiters) {
    loop {
        match store.listen().await {
            Ok(mut listener) => {
                waiters.wake_all();
                while let Ok(changed) = listener.changed().await {
                    match changed {
                        Some(order) => waiters.wake(&order),
                        None => waiters.wake_all(),
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "changes on other nodes are not received at the moment"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Waiter {
    /// Waits until the order changes.
    pub(crate) async fn changed(&mut self) {
        let woken = match &mut self.changes {
            Some(changes) => changes.changed().await.is_ok(),
            None => false,
        };
        if !woken {
            std::future::pending().await
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.changes = None;
        let mut map = self.register.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.get(&self.order).is_some_and(|held| held.changes.receiver_count() == 0) {
            map.remove(&self.order);
        }
    }
}
