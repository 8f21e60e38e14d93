//! What names a person: `GET /admin/v1/orders/{order}/details`, `POST …/details/erase` and `POST /admin/v1/details/find`. A scope of its own,
//! and every look is written down under the key that looked.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::OrderId;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer, read};
use super::naming::order_id;
use crate::api_keys::Scope;
use crate::number::OrderNumber;
use crate::sealed::Term;
use crate::store::{Looking, SeenDetail};

pub(super) async fn show(State(app): State<App>, caller: Caller, Path(order): Path<String>) -> Answer {
    caller.must(Scope::Contact)?;
    let order = order_id(&app, &order).await?;
    let looking = Looking { who: &caller.0.id, what: "show", now: app.service.now() };
    let seen = app.service.store.look_at_details(&order, looking).await?;
    answer(StatusCode::OK, &json!({ "order": order.as_str(), "details": seen.iter().map(detail).collect::<Vec<_>>() }))
}

fn detail(seen: &SeenDetail) -> Value {
    json!({ "kind": seen.kind.as_str(), "name": seen.name, "sealed_at": seen.sealed_at, "text": seen.text })
}

/// Once or many times, it is the same.
pub(super) async fn erase(State(app): State<App>, caller: Caller, Path(order): Path<String>) -> Answer {
    caller.must(Scope::Contact)?;
    let order = order_id(&app, &order).await?;
    let erased = app.service.erase_details(&order).await?;
    answer(StatusCode::OK, &json!({ "order": order.as_str(), "erased": erased }))
}

pub(super) async fn find(State(app): State<App>, caller: Caller, body: Bytes) -> Answer {
    caller.must(Scope::Contact)?;
    // What the parser complains of may hold what was sent.
    let shape = || AdminError::bad("one of email, phone, openid and name, a text; also after, the next of the page before");
    let mut wish: BTreeMap<String, String> = read(&body).map_err(|_| shape())?;
    let after = wish.remove("after");
    let Some((member, text)) = wish.pop_first().filter(|_| wish.is_empty()) else { return Err(shape()) };
    if after.as_deref().is_some_and(|after| OrderId::parse(after).is_none()) {
        return Err(AdminError::bad("after: not from an earlier page"));
    }
    let after = after.as_deref().unwrap_or_default();
    let looking = Looking { who: &caller.0.id, what: "find", now: app.service.now() };
    let store = &app.service.store;
    let (found, next) = match member.as_str() {
        "name" if !text.trim().is_empty() => store.find_by_name(text.trim(), after, looking).await?,
        "email" | "phone" | "openid" => store.find_by_term(&term(&member, &text)?, after, looking).await?,
        _ => return Err(shape()),
    };
    let orders: Vec<Value> = found.iter().map(order).collect();
    answer(StatusCode::OK, &json!({ "orders": orders, "next": next }))
}

fn term(member: &str, text: &str) -> Result<Term, AdminError> {
    let term = match member {
        "email" => Term::email(text),
        "phone" => Term::phone(text),
        _ => Term::openid(text),
    };
    term.ok_or_else(|| AdminError::bad(format!("{member}: that is none; a telephone number begins with its country's code, +86 …")))
}

fn order(found: &OrderId) -> Value {
    json!({ "id": found.as_str(), "number": OrderNumber::of(found).to_string() })
}
