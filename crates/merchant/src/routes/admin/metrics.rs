//! `GET /metrics`: figures for Prometheus, for holders of a key that may read. They are wanted most when the database is away, and keys
//! are in it: a key that the store knew when it last told opens what is in memory meanwhile, and nothing else.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse as _;
use protocol::Digest;

use super::super::App;
use super::{AdminError, Answer, Caller, bearer, unauthorized};
use crate::api_keys::{self, Scope};
use crate::observing::Stopwatch;
use crate::store::{ApiKey, Store};

/// OpenMetrics 1.0, which Prometheus asks for.
const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// How long the store may take for each of two questions. Prometheus waits for ten seconds unless it is told otherwise.
const PATIENCE: Duration = Duration::from_secs(3);
/// For how long a key is remembered: a night without its database, and its morning.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// Keys that asked for figures and were good, as the store told last.
#[derive(Default)]
pub(crate) struct Readers(Mutex<Vec<(Digest, Stopwatch, ApiKey)>>);

impl Readers {
    /// The key that a caller holds, if it is good, or was when the store last told.
    async fn find(&self, store: &Store, secret: &str) -> Result<Option<ApiKey>, AdminError> {
        let digest = Digest::of(secret.as_bytes());
        let told = tokio::time::timeout(PATIENCE, api_keys::find(store, secret)).await;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(_, since, _)| since.passed() < REMEMBERED);
        let Ok(Ok(found)) = told else {
            let remembered = known.iter().find(|(reader, ..)| *reader == digest).map(|(.., key)| key.clone());
            return remembered.map(Some).ok_or_else(AdminError::internal);
        };
        known.retain(|(reader, ..)| *reader != digest);
        known.extend(found.clone().map(|key| (digest, Stopwatch::start(), key)));
        Ok(found)
    }
}

pub(super) async fn metrics(State(app): State<App>, headers: HeaderMap) -> Answer {
    let reader = match bearer(&headers) {
        Some(secret) => app.readers.find(&app.service.store, secret).await?,
        None => None,
    };
    let Some(reader) = reader else { return Ok(unauthorized()) };
    Caller(reader).must(Scope::Read)?;
    let standing = match tokio::time::timeout(PATIENCE, app.service.store.standing(app.service.now())).await {
        Ok(Ok(standing)) => Some(standing),
        Ok(Err(error)) => {
            tracing::error!(%error, "figures without those of the store");
            None
        }
        Err(_) => {
            tracing::error!("figures without those of the store, which does not answer");
            None
        }
    };
    let text = app.service.metrics.told(standing.as_ref(), app.limits.polls.held(), app.service.catalog.fault().is_some());
    let text = text.map_err(|_| AdminError::internal())?;
    Ok(([(header::CONTENT_TYPE, KIND), (header::CACHE_CONTROL, "no-store")], text).into_response())
}
