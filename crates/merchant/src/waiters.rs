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

type Map = Mutex<HashMap<OrderId, watch::Sender<()>>>;

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
    /// Starts to listen. Do this before reading the order, so that no change falls in between.
    pub(crate) fn listen(&self, order: &OrderId) -> Waiter {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = map.entry(order.clone()).or_insert_with(|| watch::channel(()).0).subscribe();
        Waiter { order: order.clone(), changes: Some(changes), register: self.clone() }
    }

    /// Wakes all polls of that order.
    pub(crate) fn wake(&self, order: &OrderId) {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = map.get(order) {
            sender.send_replace(());
        }
    }

    /// Wakes everybody: the server is stopping.
    pub(crate) fn wake_all(&self) {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in map.values() {
            sender.send_replace(());
        }
    }
}

/// Wakes polls for what other nodes change, for as long as it is polled. Whatever was missed while nobody listened wakes everybody.
pub(crate) async fn hear_others(store: &Store, waiters: &Waiters) {
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
            Err(error) => tracing::warn!(%error, "changes on other nodes are not heard for the moment"),
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
        if map.get(&self.order).is_some_and(|sender| sender.receiver_count() == 0) {
            map.remove(&self.order);
        }
    }
}
