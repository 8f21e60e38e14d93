//! `POST /v1/orders/{id}/cancel`: ends the attempt to pay, at the provider too; the order can be paid by another.
//! `POST /v1/orders/{id}/close`: gives up an order that was made from a cart. Money that was faster wins over both.

use axum::extract::State;
use protocol::{OrderStatus, PaymentStatus};

use super::super::App;
use super::OrderPath;
use super::orders::{known, read, reply};
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn cancel(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let service = &app.service;
    let attempt = asked.attempt()?;
    let _one_at_a_time = service.locks.hold(id.as_str()).await;
    let order = read(service, &id).await?;
    // A request that comes again must not end the attempt that the shopper has begun since.
    if known(service, attempt).await?.is_some() {
        return Ok(reply(service, 200, order));
    }
    // An order that has ended is told as it is.
    if order.status == OrderStatus::Pending {
        service.close_open_payments(&id, PaymentStatus::Canceled).await?;
    }
    Ok(reply(service, 200, service.change_once(&id, attempt, |_| {}).await?))
}

pub(super) async fn close(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let service = &app.service;
    let attempt = asked.attempt()?;
    let order = read(service, &id).await?;
    if order.quote_digest.is_none() {
        return Err(ApiError::OrderOfShop);
    }
    if known(service, attempt).await?.is_some() {
        return Ok(reply(service, 200, order));
    }
    service.give_up(&id).await?;
    Ok(reply(service, 200, service.change_once(&id, attempt, |_| {}).await?))
}
