//! `/staff/tickets`: what the page at a door loads, asks and tells.

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::strangers::problem;
use super::duty::AtDoor;
use super::host::Staff;
use super::refusal::Refusal;
use crate::order_service::{Knock, read_next};
use crate::shown::judge_text;
use crate::store::Mark;

/// The longest name of a door, characters.
const LONGEST: usize = 64;
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

/// Somebody whom a door lets in, or did.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    number: String,
    door: String,
    event: Option<String>,
    at: i64,
    once: String,
}

impl Written {
    fn is_good(&self) -> bool {
        judge_text(&self.door, LONGEST).is_ok() && (1..=64).contains(&self.once.chars().count()) && (0..=9_999_999_999).contains(&self.at)
    }

    fn knock(&self, is_done: bool) -> Knock<'_> {
        let mark = Mark { door: &self.door, at: self.at, once: &self.once, is_done };
        Knock { number: &self.number, event: self.event.as_deref(), mark }
    }
}

pub(super) async fn tickets(State(staff): State<Staff>, _: AtDoor, Query(wanted): Query<Wanted>) -> Response<Body> {
    let Wanted { event, since, next } = wanted;
    let after = next.as_deref().and_then(read_next);
    if (next.is_some() && after.is_none()) || !(0..=9_999_999_999).contains(&since) {
        return bad("next: as the page before tells it; since: 0 to 9999999999");
    }
    match staff.app.service.tickets(event.as_deref(), since, after).await {
        Ok(told) => said(&told),
        Err(error) => Refusal::from(error).into_response(),
    }
}

pub(super) async fn admit(State(staff): State<Staff>, AtDoor(session): AtDoor, body: Bytes) -> Response<Body> {
    let Some(mark) = serde_json::from_slice::<Written>(&body).ok().filter(Written::is_good) else {
        return bad("number, door, at and once");
    };
    match staff.app.service.admit(mark.knock(false)).await {
        Ok(told) => {
            tracing::info!(key = session.key_id(), door = mark.door, outcome = told["outcome"].as_str(), "a ticket at a door");
            said(&told)
        }
        Err(error) => Refusal::from(error).into_response(),
    }
}

pub(super) async fn marks(State(staff): State<Staff>, AtDoor(session): AtDoor, body: Bytes) -> Response<Body> {
    let Ok(marks) = serde_json::from_slice::<Vec<Written>>(&body) else { return bad("a list of marks") };
    if marks.len() > MOST || !marks.iter().all(Written::is_good) {
        return bad("marks: at most 1000, each with number, door, at and once");
    }
    let mut told: Vec<Value> = Vec::new();
    for mark in &marks {
        match staff.app.service.admit(mark.knock(true)).await {
            Ok(heard) => told.push(json!({ "once": mark.once, "outcome": heard["outcome"], "ticket": heard["ticket"] })),
            Err(error) => return Refusal::from(error).into_response(),
        }
    }
    tracing::info!(key = session.key_id(), marks = told.len(), "marks of a door that could not ask");
    said(&json!({ "marks": told }))
}

pub(super) fn said(body: &Value) -> Response<Body> {
    ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn bad(detail: &str) -> Response<Body> {
    problem(StatusCode::BAD_REQUEST, "bad-request", detail)
}
