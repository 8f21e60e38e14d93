//! `POST /v1/orders/{id}/downloads`: makes an address under which a file of the order is loaded, for whoever has the order's owner key. The
//! key comes in the body, and stands in no address.

use axum::extract::State;
use protocol::OwnerKey;

use super::super::App;
use super::extract::OrderPath;
use crate::order_service::NoLoad;
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn make(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let text = |name| asked.json()?.text(name).map_err(|_| ApiError::Field(name));
    let (key, sku) = (OwnerKey::parse(text("key")?).ok_or(ApiError::Field("key"))?, text("sku")?);
    app.service.store.order(&id).await?;
    if !app.service.store.is_owner_key(&id, key.digest()).await? {
        return Err(ApiError::NotOwner);
    }
    let body = app.service.make_download(&id, sku).await.map_err(|reason| match reason {
        NoLoad::NoFile | NoLoad::Over => ApiError::DownloadGone,
        NoLoad::UsedUp => ApiError::DownloadUsedUp,
        NoLoad::Missing => ApiError::DownloadMissing,
        NoLoad::Service(failure) => failure.into(),
    })?;
    Ok(Reply { status: 201, body })
}
