//! What this counter has sold today: a list, and what can still be done about an order.

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{Response, StatusCode};
use protocol::{Digest, Order, OrderStatus};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::admin::{Caller, CreateRefund, give_back};
use super::super::door::said;
use super::super::duty::AtCounter;
use super::super::host::Staff;
use super::super::refusal::Refusal;
use super::sold::{Spoken, sold_here, view};
use crate::store::IdempotencyRecord;

/// The most orders of a list.
const MOST: i64 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// Under this word it counts once.
    once: String,
    /// Minor units.
    amount: i64,
}

pub(super) async fn list(
    State(staff): State<Staff>,
    AtCounter(session): AtCounter,
    Query(spoken): Query<Spoken>,
) -> Result<Response<Body>, Refusal> {
    let service = &staff.app.service;
    let today = service.time.begin(service.time.date(service.now()));
    let orders = service.store.orders_made_by(session.key_id(), today, MOST).await?;
    let listed = |(made_at, order): &(i64, Order)| {
        let mut told = view(order, &spoken.locale);
        told["made_at"] = json!(made_at);
        told
    };
    Ok(said(&json!({ "orders": orders.iter().map(listed).collect::<Vec<Value>>() })))
}

/// One of them, with what of its money can still go back from here.
pub(super) async fn show(
    State(staff): State<Staff>,
    AtCounter(session): AtCounter,
    Path(order): Path<String>,
) -> Result<Response<Body>, Refusal> {
    let id = sold_here(&staff, &session, &order).await?;
    let record = staff.app.service.store.record(&id).await?;
    let left = record.paying().map_or(0, |payment| record.left(payment));
    let limit = session.is.key.refund_limit.filter(|limit| limit.currency == record.order.currency).map_or(0, |limit| limit.amount);
    let mut told = view(&record.order, "");
    told["refundable"] = json!(left.min(limit.saturating_sub(record.asked_back_by(session.key_id()))).max(0));
    Ok(said(&told))
}

/// Gives an order up that nobody has paid; money that was faster wins.
pub(super) async fn cancel(
    State(staff): State<Staff>,
    AtCounter(session): AtCounter,
    Path(order): Path<String>,
) -> Result<Response<Body>, Refusal> {
    let (id, service) = (sold_here(&staff, &session, &order).await?, &staff.app.service);
    let order = service.give_up(&id, Some(session.key_id())).await?;
    if order.status == OrderStatus::Paid {
        return Err(Refusal::conflict("paid-meanwhile", "the money has come"));
    }
    Ok(said(&view(&order, "")))
}

/// Returns money up to the limit of the key; a key without one returns none.
pub(super) async fn refund(
    State(staff): State<Staff>,
    AtCounter(session): AtCounter,
    Path(order): Path<String>,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let (id, service) = (sold_here(&staff, &session, &order).await?, &staff.app.service);
    let wish: Wish = serde_json::from_slice(&body).map_err(|error| Refusal::bad(error.to_string()))?;
    if session.is.key.refund_limit.is_none() {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "refund-limit", "this key returns no money; make one with --refund-limit"));
    }
    if !(16..=64).contains(&wish.once.len()) {
        return Err(Refusal::bad("once: 16 to 64 characters"));
    }
    let target = format!("POST /staff/counter/orders/{id}/refund");
    let key = |said: &[u8]| Ok(IdempotencyRecord { key: wish.once.clone(), target, digest: Digest::of(said).to_base64() });
    give_back(&staff.app, &Caller(session.is.key.clone()), &id, CreateRefund::of_amount(wish.amount), key).await?;
    Ok(said(&view(&service.store.order(&id).await?, "")))
}
