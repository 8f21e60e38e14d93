//! `POST /v1/orders/{id}/downloads`: makes an address under which a file of the order is loaded, for whoever has the order's owner key. The
//! key comes in the body, and stands in no address.

use axum::extract::State;
use protocol::OwnerKey;

use super::super::App;
use super::extract::OrderPath;
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn make(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let text = |name| asked.json()?.text(name).map_err(|_| ApiError::Field(name));
    let (key, sku) = (OwnerKey::parse(text("key")?).ok_or(ApiError::Field("key"))?, text("sku")?);
    let order = app.service.owned(&id, &key).await?.ok_or(ApiError::NotOwner)?;
    let body = app.service.make_download(&order, sku).await?;
    Ok(Reply { status: 201, body })
}
