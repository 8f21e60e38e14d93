//! `GET /admin/v1/notices`: what the merchant was told, the newest first. `POST /admin/v1/notices/test`: sends a test by each way now.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, queried};
use crate::api_keys::Scope;
use crate::store::NoticeRow;

/// How many a page holds.
const PAGE: i64 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// `next` of an earlier page.
    cursor: Option<i64>,
}

pub(super) async fn list(State(app): State<App>, caller: Caller, query: Result<Query<Wanted>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let wanted = queried(query)?;
    if wanted.cursor.is_some_and(|cursor| !(0..=999_999_999_999_999).contains(&cursor)) {
        return Err(AdminError::bad("cursor: not from an earlier page"));
    }
    let page = app.service.store.notices(wanted.cursor.unwrap_or(i64::MAX), PAGE + 1).await?;
    let more = page.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    let page = &page[..page.len() - usize::from(more)];
    let next = page.last().filter(|_| more).map(|last| last.entry);
    let notices: Vec<Value> = page.iter().map(view).collect();
    answer(StatusCode::OK, &json!({ "notices": notices, "next": next, "time_zone": app.service.time.name() }))
}

/// For whoever has every scope: it makes this server speak to others.
pub(super) async fn test(State(app): State<App>, caller: Caller) -> Answer {
    Scope::ALL.into_iter().try_for_each(|scope| caller.must(scope))?;
    let Some(tried) = app.service.try_notices().await else {
        return Err(AdminError::conflict("no-notices", "no way is configured by which the merchant is told: [notices]"));
    };
    let view = |(channel, sent): &(String, Result<(), String>)| {
        let (is_sent, why) = (sent.is_ok(), sent.as_ref().err());
        json!({ "channel": channel, "sent": is_sent, "why": why })
    };
    answer(StatusCode::OK, &json!({ "channels": tried.iter().map(view).collect::<Vec<_>>() }))
}

fn view(notice: &NoticeRow) -> Value {
    json!({
        "id": notice.id,
        "kind": notice.kind,
        "channel": notice.channel,
        "created_at": notice.created_at,
        "state": notice.state(),
        "attempts": notice.attempts,
        "next_at": notice.next_at,
        "sent_at": notice.sent_at,
        "outcome": notice.outcome,
    })
}
