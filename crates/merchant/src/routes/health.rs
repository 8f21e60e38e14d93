//! Health: `/healthz` says that the process lives, `/readyz` that it can take an order.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use tokio::sync::Mutex;

use super::App;
use crate::observing::Stopwatch;

/// For how long a finding is told again, so that asking for it costs nothing.
const FRESH: Duration = Duration::from_secs(1);
/// How long a write may take. A shopper would have waited for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was found last. Whoever asks meanwhile waits for the same finding.
#[derive(Default)]
pub(super) struct Readiness(Mutex<Option<(Stopwatch, bool)>>);

impl Readiness {
    async fn takes_orders(&self, app: &App) -> bool {
        let mut last = self.0.lock().await;
        if let Some((_, good)) = last.filter(|(since, _)| since.passed() < FRESH) {
            return good;
        }
        let failure = match tokio::time::timeout(PATIENCE, app.service.store.prove_writable(app.service.now())).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {} seconds", PATIENCE.as_secs())),
        };
        if let Some(failure) = &failure {
            tracing::error!(failure, "the store takes no write");
        }
        *last = Some((Stopwatch::start(), failure.is_none()));
        failure.is_none()
    }
}

pub(super) async fn alive() -> &'static str {
    "ok\n"
}

pub(super) async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.leaving.load(Ordering::SeqCst) || *app.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match app.readiness.takes_orders(&app).await {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "store\n"),
    }
}
