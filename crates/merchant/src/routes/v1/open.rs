//! `POST /v1/orders/{id}/open`: what of an order is for its buyer alone, who proves himself by the owner key. Nothing changes by it, so that
//! its idempotency key has nothing to count.

use axum::extract::State;
use protocol::OwnerKey;

use super::super::App;
use super::extract::OrderPath;
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn open(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let key = asked.json()?.text("key").ok().and_then(OwnerKey::parse).ok_or(ApiError::Field("key"))?;
    let order = app.service.owned(&id, &key).await?.ok_or(ApiError::NotOwner)?;
    Ok(Reply { status: 200, body: app.service.open(order).await?.to_json() })
}
