//! What routes take of a request: the request as its answer will be bound to it, and the order that its path names.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use protocol::OrderId;
use protocol::json::Value;

use super::super::App;
use crate::response::ApiError;
use crate::signed_request::SignedRequest;

impl FromRequestParts<App> for SignedRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<SignedRequest, ApiError> {
        parts.extensions.remove().ok_or(ApiError::BadRequest)
    }
}

/// A text of the body that need not be there.
pub(super) fn text(body: &Value, name: &'static str) -> Result<Option<String>, ApiError> {
    body.maybe(name, |text| text.as_text().map(str::to_owned)).map_err(|_| ApiError::Field(name))
}

/// The `{order}` of a path.
pub(super) struct OrderPath(pub(super) OrderId);

impl FromRequestParts<App> for OrderPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<OrderPath, ApiError> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        path.ok().and_then(|Path(id)| OrderId::parse(&id)).map(OrderPath).ok_or(ApiError::UnknownOrder)
    }
}
