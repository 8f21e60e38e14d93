//! The clock of a journey: everybody's time, moved by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-01-01 08:00 in Beijing, where the provider is; unix milliseconds.
const START_MS: i64 = 1_767_225_600_000;

/// Clones show the same time.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn start() -> Clock {
        Clock(Arc::new(AtomicI64::new(START_MS)))
    }

    /// Unix seconds, for servers.
    pub fn seconds(&self) -> i64 {
        self.now_ms() / 1000
    }

    /// Milliseconds that never go back, for shells.
    pub fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub fn advance_ms(&self, by: i64) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }

    /// On to that moment, unless it has passed.
    pub fn reach(&self, ms: i64) {
        self.0.fetch_max(ms, Ordering::SeqCst);
    }
}
