//! Locks of what the servers share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A panic elsewhere leaves data that is whole, because every change is made under one lock.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
