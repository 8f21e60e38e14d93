//! What a call brings, read strictly, and its answer: JSON both ways.

use axum::body::Body;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use protocol::Digest;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::super::App;
use super::error::AdminError;
use crate::store::IdempotencyRecord;

/// The highest amount of an order, minor units: the integers of signed bodies have 15 digits.
pub(super) const MAX_AMOUNT: i64 = 999_999_999_999_999;

/// How many things a page of a list holds if nothing else is asked for, and at most.
const PAGE: i64 = 50;
const LONGEST_PAGE: i64 = 200;

pub(super) type Answer = Result<Response<Body>, AdminError>;

/// A JSON answer.
pub(super) fn answer(status: StatusCode, body: &Value) -> Answer {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((status, headers, body.to_string()).into_response())
}

/// The body as that shape; the complaint names the member.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AdminError> {
    serde_json::from_slice(body).map_err(|error| AdminError::bad(error.to_string()))
}

/// The query as that shape.
pub(super) fn queried<T: DeserializeOwned>(request: Result<Query<T>, QueryRejection>) -> Result<T, AdminError> {
    request.map(|Query(query)| query).map_err(|rejection| AdminError::bad(rejection.body_text()))
}

/// A time of a body, unix seconds: of this age of the world.
pub(super) fn seconds<'de, D: Deserializer<'de>>(value: D) -> Result<Option<i64>, D::Error> {
    let seconds = Option::<i64>::deserialize(value)?;
    match seconds {
        Some(seconds) if !(0..=9_999_999_999).contains(&seconds) => Err(D::Error::custom("a time is 0 to 9999999999, unix seconds")),
        seconds => Ok(seconds),
    }
}

/// The times of a query, `from` and `to`, as people write them ([`crate::shop_time`]): from the first second of the one, and up to all of
/// the other. Answers the first second of each side, unix seconds.
pub(super) fn span(app: &App, from: Option<&str>, to: Option<&str>) -> Result<(Option<i64>, Option<i64>), AdminError> {
    let (time, now) = (&app.service.time, app.service.now());
    let from = from.map(|text| time.from(text, now).map_err(|fault| AdminError::bad(format!("from: {fault}")))).transpose()?;
    let to = to.map(|text| time.to(text, now).map_err(|fault| AdminError::bad(format!("to: {fault}")))).transpose()?;
    Ok((from, to))
}

/// How many things a page of a list holds: as many as were asked for.
pub(super) fn page_limit(asked: Option<i64>) -> Result<i64, AdminError> {
    let limit = asked.unwrap_or(PAGE);
    if (1..=LONGEST_PAGE).contains(&limit) { Ok(limit) } else { Err(AdminError::bad(format!("limit: 1 to {LONGEST_PAGE}"))) }
}

/// Where the page before ended: the creation, unix seconds, and the id of its last thing, read by `id`.
pub(super) fn page_after<Id>(cursor: &str, id: impl Fn(&str) -> Option<Id>) -> Result<(i64, Id), AdminError> {
    let place = cursor.split_once('.').and_then(|(at, name)| Some((at.parse().ok()?, id(name)?)));
    place.ok_or_else(|| AdminError::bad("after: not from an earlier page"))
}

/// Where a page ends that is as long as asked for, told for the next one; `place` is the creation and the id of a thing.
pub(super) fn page_next<Thing>(page: &[Thing], limit: i64, place: impl Fn(&Thing) -> (i64, &str)) -> Option<String> {
    let is_full = i64::try_from(page.len()).is_ok_and(|number| number == limit);
    page.last().filter(|_| is_full).map(place).map(|(at, id)| format!("{at}.{id}"))
}

/// Which page of a list is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    /// From an earlier page.
    after: Option<String>,
    limit: Option<i64>,
}

impl Paging {
    /// Behind which thing it begins, by creation (unix seconds) and id, and how many things it holds at most.
    pub(super) fn read<Id>(&self, id: impl Fn(&str) -> Option<Id>) -> Result<(Option<(i64, Id)>, i64), AdminError> {
        let limit = page_limit(self.limit)?;
        Ok((self.after.as_deref().map(|cursor| page_after(cursor, id)).transpose()?, limit))
    }
}

/// A page of things, under what they are called; `place` is the creation and the id of a thing.
pub(super) fn page<Thing>(
    kind: &str,
    things: &[Thing],
    limit: i64,
    place: impl Fn(&Thing) -> (i64, &str),
    view: impl Fn(&Thing) -> Value,
) -> Answer {
    let next = page_next(things, limit, place);
    answer(StatusCode::OK, &json!({ kind: things.iter().map(view).collect::<Vec<_>>(), "next": next }))
}

/// What makes a repeated call count once: the header `idempotency-key` of 1 to 255 characters.
pub(super) fn idempotency(headers: &HeaderMap, target: &str, body: &[u8]) -> Result<IdempotencyRecord, AdminError> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).filter(|key| (1..=255).contains(&key.len()));
    let key = key.ok_or_else(|| AdminError::new(StatusCode::BAD_REQUEST, "idempotency-key-missing", "send idempotency-key"))?;
    Ok(IdempotencyRecord { key: key.to_owned(), target: format!("POST {target}"), digest: Digest::of(body).to_base64() })
}
