//! `/admin/v1/tickets`: what doors judge by, and who was let in.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, idempotency, queried, read, seconds};
use crate::api_keys::Scope;
use crate::order_service::{Knock, read_next};
use crate::shown;
use crate::store::Mark;

/// The most marks of one call.
const MOST: usize = 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    event: Option<String>,
    #[serde(default)]
    since: i64,
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Admit {
    /// Which door.
    door: String,
    /// Where it leads to.
    event: Option<String>,
    /// When it was, unix seconds; now if absent.
    #[serde(default, deserialize_with = "seconds")]
    at: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marks {
    marks: Vec<Written>,
}

/// Somebody whom a door let in while it could not ask.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    number: String,
    door: String,
    at: i64,
    /// A word of the mark's own.
    once: String,
}

/// Whoever stands at a door, or reads anyway.
fn at_door(caller: &Caller) -> Result<(), AdminError> {
    caller.must(Scope::Doors).or_else(|refusal| caller.must(Scope::Read).map_err(|_| refusal))
}

pub(super) async fn list(State(app): State<App>, caller: Caller, wanted: Result<Query<Wanted>, QueryRejection>) -> Answer {
    at_door(&caller)?;
    let Wanted { event, since, next } = queried(wanted)?;
    if !(0..=9_999_999_999).contains(&since) {
        return Err(AdminError::bad("since: 0 to 9999999999, unix seconds"));
    }
    let after = next.as_deref().map(|next| read_next(next).ok_or_else(|| AdminError::bad("next: as the page before tells it")));
    answer(StatusCode::OK, &app.service.tickets(event.as_deref(), since, after.transpose()?).await?)
}

pub(super) async fn check(State(app): State<App>, caller: Caller, Path(number): Path<String>) -> Answer {
    at_door(&caller)?;
    let ticket = app.service.ticket(&number).await?.ok_or_else(|| AdminError::unknown("ticket"))?;
    answer(StatusCode::OK, &ticket)
}

pub(super) async fn admit(State(app): State<App>, caller: Caller, Path(number): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    caller.must(Scope::Doors)?;
    let Admit { door, event, at } = read(&body)?;
    judge_door(&door)?;
    let once = idempotency(&headers, "/admin/v1/tickets", &body)?.key;
    let mark = Mark { door: &door, at: at.unwrap_or_else(|| app.service.now()), once: &once, is_done: false };
    let told = app.service.admit(Knock { number: &number, event: event.as_deref(), mark }).await?;
    tracing::info!(key = caller.id(), door, outcome = told["outcome"].as_str(), "a ticket at a door");
    answer(StatusCode::OK, &told)
}

pub(super) async fn marks(State(app): State<App>, caller: Caller, body: Bytes) -> Answer {
    caller.must(Scope::Doors)?;
    let Marks { marks } = read(&body)?;
    if marks.len() > MOST {
        return Err(AdminError::bad(format!("marks: at most {MOST}")));
    }
    for mark in &marks {
        judge_door(&mark.door)?;
        if !(1..=64).contains(&mark.once.chars().count()) || !(0..=9_999_999_999).contains(&mark.at) {
            return Err(AdminError::bad("marks: each has a word once of 1 to 64 characters, and a time at, unix seconds"));
        }
    }
    let mut told: Vec<Value> = Vec::new();
    for Written { number, door, at, once } in &marks {
        let mark = Mark { door, at: *at, once, is_done: true };
        let heard = app.service.admit(Knock { number, event: None, mark }).await?;
        told.push(json!({ "once": once, "outcome": heard["outcome"], "ticket": heard["ticket"] }));
    }
    tracing::info!(key = caller.id(), marks = told.len(), "marks of a door that could not ask");
    answer(StatusCode::OK, &json!({ "marks": told }))
}

fn judge_door(door: &str) -> Result<(), AdminError> {
    shown::judge_door(door).map_err(|fault| AdminError::bad(format!("door: {fault}")))
}
