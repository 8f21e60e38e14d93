//! Who calls: the holder of an API key, with what the key is for.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse as _;

use super::super::App;
use super::error::AdminError;
use crate::api_keys::{self, Scope};
use crate::store::ApiKey;

/// Lets holders of a good key through, and remembers which one.
pub(super) async fn authenticated(State(app): State<App>, mut request: Request, next: Next) -> Result<Response<Body>, AdminError> {
    let key = match bearer(request.headers()) {
        Some(secret) => api_keys::find(&app.service.store, secret).await?,
        None => None,
    };
    let Some(key) = key else { return Ok(unauthorized()) };
    tracing::info!(key = key.id, "an admin call");
    request.extensions_mut().insert(key);
    Ok(next.run(request).await)
}

/// What a caller sends as its key.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    // Names of schemes are of any letters (RFC 9110 §11.1).
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim_start_matches(' '))
}

pub(super) fn unauthorized() -> Response<Body> {
    let complaint = AdminError::new(StatusCode::UNAUTHORIZED, "unauthorized", "send authorization: Bearer qrk_…");
    let mut response = complaint.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// The key of the caller.
pub(super) struct Caller(pub(super) ApiKey);

impl Caller {
    /// Whether this call is among what the key is for.
    pub(super) fn must(&self, scope: Scope) -> Result<(), AdminError> {
        let refuse = || AdminError::new(StatusCode::FORBIDDEN, "scope", format!("this key has no scope {scope}"));
        if self.0.may(scope) { Ok(()) } else { Err(refuse()) }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = AdminError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Caller, AdminError> {
        let key = parts.extensions.get::<ApiKey>().cloned();
        key.map(Caller).ok_or_else(|| AdminError::new(StatusCode::UNAUTHORIZED, "unauthorized", "no key"))
    }
}
