//! `POST /admin/v1/orders/{order}/notes`: what people say about an order. It may name somebody, and so it is sealed: the ledger says only that
//! there is a note, and holders of `contact` read it.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::OrderId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, idempotency, read};
use super::naming::order_id;
use super::refunds::short_id;
use crate::api_keys::Scope;
use crate::shown::judge_text;
use crate::store::{Looking, StoreError};

/// The longest note, characters.
const MAX_NOTE: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewNote {
    text: String,
}

pub(super) async fn create(State(app): State<App>, caller: Caller, Path(order): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    caller.must(Scope::Orders)?;
    let order = order_id(&app, &order).await?;
    // What the parser complains of may hold what was sent.
    let NewNote { text } = read(&body).map_err(|_| AdminError::bad("text: the note, alone"))?;
    judge_text(&text, MAX_NOTE).map_err(|fault| AdminError::bad(format!("text: {fault}")))?;
    // Without the text: a digest of few words lets everybody try out which these were, and it is kept when they are erased. The text itself
    // is compared, as long as it is there. With the key of the API: to others the same idempotency key is another call, whatever it says, so
    // that nobody learns by trying out texts what somebody else has written.
    let key = idempotency(&headers, &format!("/admin/v1/orders/{order}/notes"), caller.id().as_bytes())?;
    let name = short_id("note", &format!("{order} {}", key.key));
    app.service.change_once(&order, &key, |record| record.by(caller.id()).noted(name.clone(), text.clone())).await?;
    if !app.service.store.may_say(&order, &name, &text).await? {
        return Err(StoreError::KeyUsed.into());
    }
    answer(StatusCode::CREATED, &json!({ "order": order.as_str(), "note": name }))
}

/// The notes about an order for a caller who may read them, which is written down.
pub(super) async fn of(app: &App, caller: &Caller, order: &OrderId) -> Result<Option<Value>, StoreError> {
    if !caller.0.may(Scope::Contact) {
        return Ok(None);
    }
    let looking = Looking { who: caller.id(), what: "show", now: app.service.now() };
    let seen = app.service.store.look_at_notes(order, looking).await?;
    Ok(Some(seen.iter().map(|note| json!({ "note": note.name, "at": note.sealed_at, "text": note.text })).collect()))
}
