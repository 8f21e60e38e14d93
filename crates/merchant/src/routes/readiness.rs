//! Whether the records take an order, as it was found last.

use std::time::Duration;

use tokio::sync::Mutex;

use crate::observing::Stopwatch;
use crate::order_service::OrderService;

/// For how long a finding is told again, so that asking for it costs nothing.
const FRESH: Duration = Duration::from_secs(1);
/// How long a write may take. A shopper would have waited for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was found last. Whoever asks meanwhile waits for the same finding.
#[derive(Default)]
pub(super) struct Readiness(Mutex<Option<(Stopwatch, bool)>>);

impl Readiness {
    pub(super) async fn takes_orders(&self, service: &OrderService) -> bool {
        let mut last = self.0.lock().await;
        if let Some((_, good)) = last.filter(|(since, _)| since.passed() < FRESH) {
            return good;
        }
        let failure = match tokio::time::timeout(PATIENCE, service.store.prove_writable(service.now())).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {} seconds", PATIENCE.as_secs())),
        };
        if let Some(failure) = &failure {
            tracing::error!(failure, "the store cannot be written to");
        }
        *last = Some((Stopwatch::start(), failure.is_none()));
        failure.is_none()
    }
}
