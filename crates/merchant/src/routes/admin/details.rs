//! What names a person: `GET /admin/v1/orders/{order}/details`, `POST …/details/erase` and `POST /admin/v1/details/find`. A scope of its own,
//! and every look is written down under the key that looked.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
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

/// One of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Find {
    email: Option<String>,
    phone: Option<String>,
    openid: Option<String>,
    name: Option<String>,
    /// Of a name: `next` of the page before.
    after: Option<String>,
}

pub(super) async fn find(State(app): State<App>, caller: Caller, body: Bytes) -> Answer {
    caller.must(Scope::Contact)?;
    // What the parser complains of may hold what was sent.
    let wish: Find = read(&body).map_err(|_| AdminError::bad("one of email, phone, openid and name, a text; with name also after"))?;
    let looking = Looking { who: &caller.0.id, what: "find", now: app.service.now() };
    let none = |what: &str| AdminError::bad(format!("{what}: that is none"));
    let term = match (&wish.email, &wish.phone, &wish.openid, &wish.name) {
        (Some(text), None, None, None) => Term::email(text).ok_or_else(|| none("email"))?,
        (None, Some(text), None, None) => Term::phone(text).ok_or_else(|| AdminError::bad("phone: with the country's code, +86 …"))?,
        (None, None, Some(text), None) => Term::openid(text).ok_or_else(|| none("openid"))?,
        (None, None, None, Some(name)) if !name.trim().is_empty() => {
            let after = wish.after.as_deref().unwrap_or_default();
            let (found, next) = app.service.store.find_by_name(name.trim(), after, looking).await?;
            return answer(StatusCode::OK, &json!({ "orders": orders(&found), "next": next }));
        }
        _ => return Err(AdminError::bad("one of email, phone, openid and name")),
    };
    let found = app.service.store.find_by_term(&term, looking).await?;
    answer(StatusCode::OK, &json!({ "orders": orders(&found), "next": null }))
}

fn orders(found: &[protocol::OrderId]) -> Vec<Value> {
    found.iter().map(|order| json!({ "id": order.as_str(), "number": OrderNumber::of(order).to_string() })).collect()
}
