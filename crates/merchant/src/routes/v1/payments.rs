//! `POST /v1/orders/{id}/payments`: a new code, or another method, for the same order. The old code is closed first.

use axum::extract::State;
use protocol::{OrderStatus, PaymentStatus};

use super::super::App;
use super::OrderPath;
use super::orders::{created, known, read, reply};
use super::paying::Paying;
use crate::answer::{Refusal, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn create(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, Refusal> {
    let desk = &app.desk;
    let attempt = asked.attempt()?;
    let paying = Paying::read(&app, &asked)?;
    let order = read(desk, &id).await?;
    if known(desk, attempt).await?.is_some() {
        return created(&app, &id).await;
    }
    // What cannot be made is refused before the code that is there is closed.
    if !order.methods.contains(&paying.method) || (order.status == OrderStatus::Pending && !paying.is_possible(desk, order.money())) {
        return Err(Refusal::MethodNotOffered);
    }
    {
        let _one_at_a_time = desk.locks.hold(id.as_str()).await;
        // The same request may have come twice at once, and the other one may have been first: its new code must live.
        if known(desk, attempt).await?.is_some() {
            drop(_one_at_a_time);
            return created(&app, &id).await;
        }
        let order = desk.close_open_payments(&id, PaymentStatus::Superseded).await?;
        match order.status {
            OrderStatus::Pending if desk.now() < order.expires_at => {}
            OrderStatus::Pending | OrderStatus::Expired | OrderStatus::Canceled => return Err(Refusal::OrderClosed),
            // The old code was paid in the meantime: that is the answer.
            OrderStatus::Paid | OrderStatus::PartlyRefunded | OrderStatus::Refunded => {
                return Ok(reply(desk, 200, order));
            }
        }
        let payment = paying.payment(desk, order.money(), order.expires_at)?;
        desk.change_once(&id, attempt, |account| account.try_again(payment)).await?;
    }
    created(&app, &id).await
}
