//! `GET /admin/v1/insights?from=&to=`: what the shop learns from its checkouts.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::json::{Answer, answer, queried, span};
use crate::api_keys::Scope;
use crate::store::MethodStats;

/// The time looked at if none is asked for, seconds.
const LAST_30_DAYS: i64 = 30 * 86_400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    /// A time as people write it.
    from: Option<String>,
    /// The same; a day or a month counts as a whole.
    to: Option<String>,
}

pub(super) async fn insights(State(app): State<App>, caller: Caller, asked: Result<Query<Params>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let asked = queried(asked)?;
    let (from, to) = span(&app, asked.from.as_deref(), asked.to.as_deref())?;
    let to = to.unwrap_or_else(|| app.service.now() + 1);
    let from = from.unwrap_or(to - LAST_30_DAYS);
    let channels = app.service.store.channels(from, to).await?;
    let linked = app.service.store.followers(from, to).await?;
    let body = json!({ "from": from, "to": to, "channels": channels.iter().map(view).collect::<Vec<_>>(), "linked_shoppers": linked });
    answer(StatusCode::OK, &body)
}

fn view(channel: &MethodStats) -> Value {
    json!({
        "method": channel.method,
        "surface": channel.surface,
        "shown": channel.shown,
        "paid": channel.paid,
        "abandoned": channel.abandoned,
        "abandoned_after_scan": channel.abandoned_after_scan,
        "median_seconds_to_paid": channel.median_seconds,
    })
}
