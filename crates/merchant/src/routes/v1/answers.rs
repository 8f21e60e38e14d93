//! `POST /v1/orders/{id}/answers`: answers what an order of the shop's own asks, perhaps anew. It has no payment before.

use axum::extract::State;

use super::super::App;
use super::extract::{OrderPath, text};
use super::orders::{answers, reply};
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;

pub(super) async fn give(State(app): State<App>, asked: SignedRequest, OrderPath(id): OrderPath) -> Result<Reply, ApiError> {
    let wanted = || -> Result<_, ApiError> {
        let body = asked.json()?;
        let locale = text(body, "locale")?.unwrap_or_default();
        Ok((answers(body.text("answers").map_err(|_| ApiError::Field("answers"))?)?, locale))
    };
    let order = app.service.answer(&id, asked.idempotency()?, wanted).await?;
    Ok(reply(&app.service, 200, order))
}
