//! When something was last done for a payment, so that it is not done again too soon.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use protocol::PaymentId;

/// When each of these payments was noted, unix seconds.
#[derive(Default)]
pub(crate) struct Recently(Mutex<HashMap<PaymentId, i64>>);

impl Recently {
    /// Whether that payment was noted within that many seconds; notes it now if not.
    pub(super) fn noted(&self, payment: &PaymentId, now: i64, seconds: i64) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, at| now - *at < seconds);
        noted.contains_key(payment) || noted.insert(payment.clone(), now).is_some()
    }
}
