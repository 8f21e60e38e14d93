//! `GET /metrics`: figures for Prometheus, for holders of a key that may read. They are wanted most when the database is away, and keys
//! are in it: a key that the store knew when it last told opens what is in memory meanwhile, and nothing else.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse as _;

use super::super::App;
use super::caller::{Caller, bearer, expired, unauthorized};
use super::error::AdminError;
use super::json::Answer;
use super::readers::PATIENCE;
use crate::api_keys::Scope;

/// OpenMetrics 1.0, which Prometheus asks for.
const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
pub(super) async fn metrics(State(app): State<App>, headers: HeaderMap) -> Answer {
    let reader = match bearer(&headers) {
        Some(secret) => app.readers.find(&app.service.store, secret).await.map_err(|_| AdminError::internal())?,
        None => None,
    };
    let Some(reader) = reader else { return Ok(unauthorized()) };
    if reader.has_expired(app.service.now()) {
        return Ok(expired());
    }
    Caller(reader).must(Scope::Read)?;
    let standing = match tokio::time::timeout(PATIENCE, app.service.store.standing(app.service.now())).await {
        Ok(Ok(standing)) => Some(standing),
        Ok(Err(error)) => {
            tracing::error!(%error, "metrics are served without those of the store");
            None
        }
        Err(_) => {
            tracing::error!("metrics are served without those of the store, which does not answer");
            None
        }
    };
    let text = app.service.metrics.told(standing.as_ref(), app.limits.polls.held(), app.service.catalog.fault().is_some());
    let text = text.map_err(|_| AdminError::internal())?;
    Ok(([(header::CONTENT_TYPE, KIND), (header::CACHE_CONTROL, "no-store")], text).into_response())
}
