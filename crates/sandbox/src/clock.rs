//! The sandbox's clock: the caller's time plus an offset that tests and operators move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::Notify;

/// Tells unix seconds.
pub type TimeSource = Arc<dyn Fn() -> i64 + Send + Sync>;

pub struct Clock {
    source: TimeSource,
    offset: AtomicI64,
    /// Wakes whoever waits for a moment to come, because it may have come now.
    pub moved: Notify,
}

impl Clock {
    pub fn new(source: TimeSource) -> Self {
        Self { source, offset: AtomicI64::new(0), moved: Notify::new() }
    }

    /// Unix seconds.
    pub fn now(&self) -> i64 {
        (self.source)().saturating_add(self.offset.load(Ordering::SeqCst))
    }

    /// Moves the clock forward, or back for a negative number.
    pub fn advance(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::SeqCst);
        self.moved.notify_one();
    }

    /// Back to the caller's time.
    pub fn reset(&self) {
        self.offset.store(0, Ordering::SeqCst);
        self.moved.notify_one();
    }
}
