//! `POST /v1/orders/{id}/payments`: a new code, or another method, for the same order. The old code is closed first.

use axum::extract::State;
use protocol::{OrderStatus, PaymentStatus};

use super::super::App;
use super::OrderPath;
use super::orders::{created, known, read, reply};
use super::payment_options::PaymentOptions;
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn create(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let service = &app.service;
    let attempt = asked.attempt()?;
    let paying = PaymentOptions::read(&app, &asked)?;
    let order = read(service, &id).await?;
    if known(service, attempt).await?.is_some() {
        return created(&app, &id).await;
    }
    // What cannot be made is refused before the code that is there is closed.
    if !order.methods.contains(&paying.method) || (order.status == OrderStatus::Pending && !paying.is_possible(service, order.money())) {
        return Err(ApiError::MethodNotOffered);
    }
    {
        let _one_at_a_time = service.locks.hold(id.as_str()).await;
        // The same request may have come twice at once, and the other one may have been first: its new code must live.
        if known(service, attempt).await?.is_some() {
            drop(_one_at_a_time);
            return created(&app, &id).await;
        }
        let order = service.close_open_payments(&id, PaymentStatus::Superseded).await?;
        match order.status {
            OrderStatus::Pending if service.now() < order.expires_at => {}
            OrderStatus::Pending | OrderStatus::Expired | OrderStatus::Canceled => return Err(ApiError::OrderClosed),
            // The old code was paid in the meantime: that is the answer.
            OrderStatus::Paid | OrderStatus::PartlyRefunded | OrderStatus::Refunded => {
                return Ok(reply(service, 200, order));
            }
        }
        let payment = paying.payment(service, order.money(), order.expires_at)?;
        service.change_once(&id, attempt, |record| record.try_again(payment)).await?;
    }
    created(&app, &id).await
}
