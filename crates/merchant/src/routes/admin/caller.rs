//! Who calls: the holder of an API key, with what the key is for.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use protocol::Money;

use super::super::App;
use super::error::AdminError;
use crate::api_keys::{self, Scope};
use crate::order_record::OrderRecord;
use crate::store::{ApiKey, ReturnedByHand, Waits};

/// Lets holders of a good key through, and remembers which one.
pub(super) async fn authenticated(State(app): State<App>, mut request: Request, next: Next) -> Result<Response<Body>, AdminError> {
    let key = match bearer(request.headers()) {
        Some(secret) => api_keys::find(&app.service.store, secret).await?,
        None => None,
    };
    let Some(key) = key else { return Ok(unauthorized()) };
    if key.has_expired(app.service.now()) {
        return Ok(expired());
    }
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
    challenge("unauthorized", "send authorization: Bearer qrk_…")
}

/// The time of the caller's key is over.
pub(super) fn expired() -> Response<Body> {
    challenge("key-expired", "the time of this key is over; make another one (api-key create)")
}

fn challenge(code: &'static str, detail: &str) -> Response<Body> {
    let mut response = AdminError::new(StatusCode::UNAUTHORIZED, code, detail).into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// The key of the caller.
pub(in super::super) struct Caller(pub(in super::super) ApiKey);

impl Caller {
    /// The id of the key, by which the ledger knows it.
    pub(super) fn id(&self) -> &str {
        &self.0.id
    }

    /// Whether this call is among what the key is for.
    pub(super) fn must(&self, scope: Scope) -> Result<(), AdminError> {
        let refuse = || AdminError::new(StatusCode::FORBIDDEN, "scope", format!("this key has no scope {scope}"));
        if self.0.may(scope) { Ok(()) } else { Err(refuse()) }
    }

    /// Whether the key may return so much more of an order: within its limit, together with all that it has returned of it before, odd
    /// money by hand as well, so that a sum cannot be split.
    /// `currency` is as the provider wrote it: one that is none has no limit within which it could be.
    pub(super) fn may_return(&self, (amount, currency): (i64, &str), record: &OrderRecord, waits: &Waits) -> Result<(), AdminError> {
        let Some(limit) = self.0.refund_limit else { return Ok(()) };
        let written = |money: Money| format!("{} {}", money.to_decimal(), money.currency.as_str());
        let refuse = |detail| Err(AdminError::new(StatusCode::FORBIDDEN, "refund-limit", detail));
        if currency != limit.currency.as_str() {
            return refuse(format!("this key returns at most {} of an order, and nothing in another currency", written(limit)));
        }
        let is_own = |odd: &&ReturnedByHand| odd.key.as_deref() == Some(self.id()) && odd.currency == limit.currency.as_str();
        let by_hand: i64 = waits.by_hand.iter().filter(is_own).map(|odd| odd.amount).sum();
        let before = record.asked_back_by(self.id()).saturating_add(by_hand);
        if before.saturating_add(amount) > limit.amount {
            let before = written(Money { amount: before, ..limit });
            return refuse(format!("this key returns at most {} of an order, and has returned {before} of this one", written(limit)));
        }
        Ok(())
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = AdminError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Caller, AdminError> {
        let key = parts.extensions.get::<ApiKey>().cloned();
        key.map(Caller).ok_or_else(|| AdminError::new(StatusCode::UNAUTHORIZED, "unauthorized", "no key"))
    }
}
