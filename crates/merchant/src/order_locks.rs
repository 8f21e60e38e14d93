//! Locks of orders, one at a time each: two requests for the same order never talk to the provider at once, on this node or on another one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use crate::observing::Stopwatch;
use crate::store::{NodeLocks, Store};

/// The pause before another node is looked after again; it doubles up to the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// How long another node is waited for: longer than its calls to a provider can take together.
const PATIENCE: Duration = Duration::from_secs(30);

/// A lock per name, kept only while somebody holds or waits for it.
#[derive(Default)]
pub(crate) struct OrderLocks {
    here: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    among_nodes: Option<Arc<NodeLocks>>,
}

/// A lock that is held until this is dropped.
pub(crate) struct OrderGuard {
    here: Option<OwnedMutexGuard<()>>,
    among_nodes: Option<(Arc<NodeLocks>, String)>,
}

impl OrderLocks {
    /// Locks for the users of these records.
    pub(crate) fn of(store: &Store) -> OrderLocks {
        OrderLocks { here: Mutex::default(), among_nodes: store.turns().map(Arc::new) }
    }

    /// Waits for the lock of that name on this node alone.
    pub(crate) async fn hold_here(&self, name: &str) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.here.lock().unwrap_or_else(PoisonError::into_inner);
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            Arc::clone(locks.entry(name.to_owned()).or_default())
        };
        lock.lock_owned().await
    }

    /// Waits for the lock of that name.
    pub(crate) async fn hold(&self, name: &str) -> OrderGuard {
        let here = self.hold_here(name).await;
        let Some(turns) = self.among_nodes.clone() else { return OrderGuard { here: Some(here), among_nodes: None } };
        let name = name.to_owned();
        // As a task of its own: a request that is given up in between would leave the turn taken for ever.
        let taking = tokio::spawn(async move {
            let is_taken = take(&turns, &name).await;
            OrderGuard { here: Some(here), among_nodes: is_taken.then_some((turns, name)) }
        });
        taking.await.unwrap_or(OrderGuard { here: None, among_nodes: None })
    }
}

/// Answers whether the turn is ours. Without it we go on all the same: an order that waits for ever would be worse than a code that
/// has to be asked for again.
async fn take(turns: &NodeLocks, name: &str) -> bool {
    let since = Stopwatch::start();
    let mut pause = FIRST_PAUSE;
    while since.passed() < PATIENCE {
        match turns.take(name).await {
            Ok(true) => return true,
            Ok(false) => tokio::time::sleep(pause).await,
            Err(error) => {
                tracing::warn!(%error, "an order's lock among nodes could not be taken; this node continues without it");
                return false;
            }
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    tracing::warn!("another node has held an order's lock for too long; this node continues without it");
    false
}

impl Drop for OrderGuard {
    fn drop(&mut self) {
        let (here, Some((turns, name))) = (self.here.take(), self.among_nodes.take()) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            if let Err(error) = turns.give_back(&name).await {
                tracing::warn!(%error, "an order's lock could not be released; it ends with the connection");
            }
            drop(here);
        });
    }
}
