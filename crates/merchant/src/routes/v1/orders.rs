//! `POST /v1/orders`: orders a cart at the price agreed to. `GET /v1/orders/{id}`: tells how it stands, held until it changes.

use std::time::Duration;

use axum::extract::State;
use protocol::json::Value;
use protocol::{Digest, Order, OrderId};

use super::super::App;
use super::extract::OrderPath;
use super::{payment_options, quote};
use crate::number::OrderNumber;
use crate::order_service::{Agreed, CartOrder, NewOrder, OrderService};
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;
use crate::waiters::Waiter;

/// The longest a poll is held, seconds.
const MAX_WAIT: i64 = 25;

pub(super) async fn create(State(app): State<App>, asked: SignedRequest) -> Result<Reply, ApiError> {
    let placed = app.service.place(asked.idempotency()?, || wanted(&app, &asked).map(NewOrder::Cart)).await?;
    // A retry after the provider was down gets the code, too.
    Ok(reply(&app.service, 201, placed.order?))
}

pub(super) async fn get(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let service = &app.service;
    let seen = asked.number("seen", i64::MAX)?;
    let wait = asked.number("wait", MAX_WAIT)?.unwrap_or(0);
    // Listening begins before reading, so that no change falls in between.
    let mut waiter = service.waiters.listen(&id, seen.unwrap_or(i64::MAX));
    let order = service.with_code(service.store.order(&id).await?).await;
    let (Some(seen), 1..) = (seen, wait) else { return Ok(reply(service, 200, service.refreshed(order).await)) };
    if order.seq > seen {
        return Ok(reply(service, 200, order));
    }
    let Some(_place) = app.limits.polls.hold(&asked.client) else { return Ok(reply(service, 200, order)) };
    // Thousands wait, and none of them needs the order meanwhile.
    drop(order);
    let time = Duration::from_secs(wait.unsigned_abs());
    Ok(reply(service, 200, held(&app, &id, &mut waiter, seen, time).await?))
}

/// The order once it has changed since `seen`, once that time is over, or once the server stops.
async fn held(app: &App, id: &OrderId, waiter: &mut Waiter, seen: i64, time: Duration) -> Result<Order, ApiError> {
    let mut stopped = std::pin::pin!(app.stopped());
    let mut time_is_up = std::pin::pin!(tokio::time::sleep(time));
    loop {
        let is_over = tokio::select! {
            () = waiter.changed() => false,
            () = &mut time_is_up => true,
            () = &mut stopped => true,
        };
        let order = app.service.store.order(id).await?;
        if is_over || order.seq > seen {
            return Ok(order);
        }
    }
}

/// An order as an answer: its receipt under the key of today, with its number, and how it can be paid where.
pub(super) fn reply(service: &OrderService, status: u16, order: Order) -> Reply {
    let (number, ways) = (OrderNumber::of(&order.id).to_string(), service.providers.ways(&order.methods));
    let order = Order { number: Some(number), ways, ..service.keys.renewed(order) };
    Reply { status, body: order.to_json() }
}

/// What a shopper wants, read from the body.
fn wanted(app: &App, asked: &SignedRequest) -> Result<CartOrder, ApiError> {
    let body = asked.json()?;
    let bad = |field| move |_| ApiError::Field(field);
    let items = body.need("items").and_then(Value::as_list).map_err(bad("items"))?;
    let written = items.iter().map(|item| Ok((item.text("sku")?, item.int("quantity").ok())));
    let items = quote::cart(&written.collect::<Result<Vec<_>, _>>().map_err(bad("items"))?)?;
    let expected = body.need("expected").map_err(bad("expected"))?;
    Ok(CartOrder {
        items,
        payment: payment_options::read(app, asked)?,
        locale: body.maybe("locale", |locale| locale.as_text().map(str::to_owned)).map_err(bad("locale"))?.unwrap_or_default(),
        code: quote::code(body.maybe("code", |code| code.as_text().map(str::to_owned)).map_err(bad("code"))?),
        agreed: Agreed {
            total: expected.int("total").map_err(bad("expected.total"))?,
            currency: expected.text("currency").map_err(bad("expected.currency"))?.to_owned(),
            quote_digest: expected.text("quote_digest").ok().and_then(Digest::parse).ok_or(ApiError::Field("expected.quote_digest"))?,
        },
    })
}
