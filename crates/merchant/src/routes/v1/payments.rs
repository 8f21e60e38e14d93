//! `POST /v1/orders/{id}/payments`: a new code, or another method, for the same order. The old code is closed first.

use axum::extract::State;

use super::super::App;
use super::extract::OrderPath;
use super::orders::reply;
use super::payment_options;
use crate::order_service::Repaid;
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn create(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    match app.service.pay_again(&id, asked.idempotency()?, || payment_options::read(&app, &asked)).await? {
        Repaid::Made(order) => Ok(reply(&app.service, 201, order)),
        // That is the answer.
        Repaid::PaidMeanwhile(order) => Ok(reply(&app.service, 200, order)),
    }
}
