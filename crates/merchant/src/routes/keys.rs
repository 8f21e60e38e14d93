//! The public keys of today, of tomorrow and of before as a JWKS, for people, receipts and monitoring. The widget never learns trust from it (docs/spec/signing.md §6).

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use protocol::Pin;
use protocol::base64::{Alphabet, encode};
use serde_json::json;

use super::App;

pub(super) async fn directory(State(app): State<App>) -> impl IntoResponse {
    let key = |pin: &Pin| json!({"kty": "OKP", "crv": "Ed25519", "kid": pin.keyid(), "x": encode(Alphabet::Url, pin.key()), "use": "sig"});
    let keys: Vec<_> = app.service.keys.all().map(key).collect();
    let headers = [(header::CONTENT_TYPE, "application/http-message-signatures-directory+json"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, Json(json!({ "keys": keys })).into_response().into_body())
}

/// The description of the API.
pub(super) async fn openapi() -> impl IntoResponse {
    let document = include_str!("../../../protocol/schema/openapi.json");
    ([(header::CONTENT_TYPE, "application/json")], document)
}
