//! The time, as a value.

use std::sync::Arc;

/// Tells the time, unix seconds. A value, so that tests can move it.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;
