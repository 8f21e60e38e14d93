//! `GET /metrics`: figures for Prometheus, for holders of a key that may read.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;

use super::super::App;
use super::{Answer, Caller, Complaint};
use crate::api_keys::Scope;

/// OpenMetrics 1.0, which Prometheus asks for.
const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn metrics(State(app): State<App>, caller: Caller) -> Answer {
    caller.must(Scope::Read)?;
    let standing = app.desk.store.standing(app.desk.now()).await?;
    let text = app.desk.metrics.told(&standing, app.limits.polls.held(), app.desk.catalog.fault().is_some());
    let text = text.map_err(|_| Complaint::internal())?;
    Ok(([(header::CONTENT_TYPE, KIND), (header::CACHE_CONTROL, "no-store")], text).into_response())
}
