//! `GET /admin/v1/messages`: what shoppers were told, the newest first; nothing of it names a person.
//! `POST /admin/v1/messages/{message}/retry`: sends one again that was not sent.

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
use crate::store::{MessageRow, MessageState, Retried};

/// How many a page holds.
const PAGE: i64 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// `waiting`, `sent`, `failed` or `dropped`.
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
        let state = MessageState::parse(word);
        state.ok_or_else(|| AdminError::bad("state: waiting, sent, failed or dropped"))
    });
    let page = app.service.store.messages(state.transpose()?, wanted.cursor.unwrap_or(i64::MAX), PAGE + 1).await?;
    let more = page.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    let page = &page[..page.len() - usize::from(more)];
    let next = page.last().filter(|_| more).map(|last| last.entry);
    let messages: Vec<Value> = page.iter().map(view).collect();
    answer(StatusCode::OK, &json!({ "messages": messages, "next": next, "time_zone": app.service.time.name() }))
}

pub(super) async fn retry(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Answer {
    caller.must(Scope::Orders)?;
    match app.service.store.retry_message(&id, app.service.now()).await? {
        Retried::Waits => answer(StatusCode::ACCEPTED, &json!({ "id": id, "state": "waiting" })),
        Retried::Over => Err(AdminError::conflict("message-over", "it was sent, or the details of its order were erased")),
        Retried::Unknown => Err(AdminError::unknown("message")),
    }
}

fn view(message: &MessageRow) -> Value {
    json!({
        "id": message.id,
        "order": message.order,
        "template": message.template,
        "about": message.about,
        "channel": message.channel,
        "locale": message.locale,
        "created_at": message.created_at,
        "state": message.state().as_str(),
        "attempts": message.attempts,
        "next_at": message.next_at,
        "sent_at": message.sent_at,
        "outcome": message.outcome,
    })
}
