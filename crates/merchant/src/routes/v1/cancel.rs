//! `POST /v1/orders/{id}/cancel`: ends the attempt to pay; the order can be paid by another.
//! `POST /v1/orders/{id}/close`: gives up an order that was made from a cart. Money that was faster wins over both.

use axum::extract::State;
use protocol::Channel;

use super::super::App;
use super::extract::OrderPath;
use super::orders::reply;
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn cancel(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    Ok(reply(&app.service, 200, app.service.cancel_payment(&id, asked.idempotency()?).await?))
}

pub(super) async fn close(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let key = asked.idempotency()?;
    if app.service.store.order(&id).await?.channel == Channel::Shop {
        return Err(ApiError::OrderOfShop);
    }
    Ok(reply(&app.service, 200, app.service.close_order(&id, key).await?))
}
