//! `GET /admin/v1/webhooks`: what the shop's server was told, the newest first. `POST /admin/v1/webhooks/{webhook}/replay`: tells it again.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, queried};
use crate::api_keys::Scope;
use crate::store::{Webhook, WebhookState};

/// How many a page holds.
const PAGE: i64 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// `waiting`, `delivered` or `failed`.
    state: Option<String>,
    /// `next` of an earlier page.
    cursor: Option<i64>,
}

pub(super) async fn list(State(app): State<App>, caller: Caller, query: Result<Query<Wanted>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let wanted = queried(query)?;
    if wanted.cursor.is_some_and(|cursor| !(0..=999_999_999_999_999).contains(&cursor)) {
        return Err(AdminError::bad("cursor: not from an earlier page"));
    }
    let state = wanted.state.as_deref().map(|word| {
        let state = WebhookState::parse(word);
        state.ok_or_else(|| AdminError::bad("state: waiting, delivered or failed"))
    });
    let page = app.service.store.webhooks(state.transpose()?, wanted.cursor.unwrap_or(i64::MAX), PAGE + 1).await?;
    let more = page.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    let page = &page[..page.len() - usize::from(more)];
    let next = page.last().filter(|_| more).map(|last| last.entry);
    answer(StatusCode::OK, &json!({ "webhooks": page.iter().map(view).collect::<Vec<_>>(), "next": next }))
}

pub(super) async fn replay(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Answer {
    caller.must(Scope::Orders)?;
    if !app.service.store.replay_webhook(&id, app.service.now()).await? {
        return Err(AdminError::unknown("webhook"));
    }
    answer(StatusCode::ACCEPTED, &json!({ "id": id, "state": "waiting" }))
}

fn view(webhook: &Webhook) -> Value {
    json!({
        "id": webhook.id,
        "order": webhook.order,
        "type": webhook.kind,
        "created_at": webhook.created_at,
        "state": webhook.state(),
        "attempts": webhook.attempts,
        "next_at": webhook.next_at,
        "delivered_at": webhook.delivered_at,
        "outcome": webhook.outcome,
    })
}
