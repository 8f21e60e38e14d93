//! `POST /v1/orders/{id}/cancel`: ends the attempt to pay, at the provider too; the order can be paid by another.
//! `POST /v1/orders/{id}/close`: gives up an order that was made from a cart. Money that was faster wins over both.

use axum::extract::State;
use protocol::{OrderStatus, PaymentStatus};

use super::super::App;
use super::OrderPath;
use super::orders::{known, read, reply};
use crate::answer::{Refusal, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn cancel(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, Refusal> {
    let desk = &app.desk;
    let attempt = asked.attempt()?;
    let _one_at_a_time = desk.locks.hold(id.as_str()).await;
    let order = read(desk, &id).await?;
    // A request that comes again must not end the attempt that the shopper has begun since.
    if known(desk, attempt).await?.is_some() {
        return Ok(reply(desk, 200, order));
    }
    // An order that has ended is told as it is.
    if order.status == OrderStatus::Pending {
        desk.close_open_payments(&id, PaymentStatus::Canceled).await?;
    }
    Ok(reply(desk, 200, desk.change_once(&id, attempt, |_| {}).await?))
}

pub(super) async fn close(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, Refusal> {
    let desk = &app.desk;
    let attempt = asked.attempt()?;
    let order = read(desk, &id).await?;
    if order.quote_digest.is_none() {
        return Err(Refusal::OrderOfShop);
    }
    if known(desk, attempt).await?.is_some() {
        return Ok(reply(desk, 200, order));
    }
    desk.give_up(&id).await?;
    Ok(reply(desk, 200, desk.change_once(&id, attempt, |_| {}).await?))
}
