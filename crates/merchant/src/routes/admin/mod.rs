//! `/admin/v1/…`: the merchant's own calls. JSON both ways, a bearer key with scopes, problems of RFC 9457; not signed, for the shop's
//! server trusts its connection and not a page.

mod bills;
mod codes;
mod confirm;
mod export;
mod insights;
mod metrics;
mod orders;
mod refunds;
mod webhooks;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use gateway::Family;
use protocol::{Digest, OrderId};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize as _, Deserializer};
use serde_json::Value;

pub(super) use self::metrics::Readers;
use super::App;
use super::strangers::problem;
use crate::api_keys::{self, Scope};
use crate::number::OrderNumber;
use crate::order_service::{NotOffered, PlaceError};
use crate::service_error::ServiceError;
use crate::store::{ApiKey, IdempotencyRecord, StoreError};

/// Every admin route.
pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/admin/v1/orders", get(orders::list).post(orders::create))
        .route("/admin/v1/orders/{order}", get(orders::read))
        .route("/admin/v1/orders/{order}/cancel", post(orders::cancel))
        .route("/admin/v1/orders/{order}/refunds", post(refunds::create))
        .route("/admin/v1/orders/{order}/refunds/{refund}/done", post(refunds::done))
        .route("/admin/v1/payments/{payment}/confirm", post(confirm::confirm))
        .route("/admin/v1/export", get(export::export))
        .route("/admin/v1/reconciliation", get(bills::reconciliation))
        .route("/admin/v1/insights", get(insights::insights))
        .route("/admin/v1/webhooks", get(webhooks::list))
        .route("/admin/v1/webhooks/{webhook}/replay", post(webhooks::replay))
        .layer(middleware::from_fn_with_state(app.clone(), authenticated))
        .route("/metrics", get(metrics::metrics))
}

pub use codes::CODES;

/// Why a call is refused: status, stable code, and a sentence for the developer who made it.
pub(super) struct AdminError(StatusCode, &'static str, String);

impl AdminError {
    fn bad(detail: impl Into<String>) -> AdminError {
        AdminError(StatusCode::BAD_REQUEST, "bad-request", detail.into())
    }

    fn conflict(code: &'static str, detail: impl Into<String>) -> AdminError {
        AdminError(StatusCode::CONFLICT, code, detail.into())
    }

    fn internal() -> AdminError {
        AdminError(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong; the log knows".to_owned())
    }

    fn key_used() -> AdminError {
        AdminError::conflict("idempotency-conflict", "this idempotency-key was used with another body")
    }

    fn unknown(what: &str) -> AdminError {
        AdminError(StatusCode::NOT_FOUND, "not-found", format!("there is no such {what}"))
    }
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response<Body> {
        let AdminError(status, code, detail) = self;
        debug_assert!(CODES.iter().any(|known| (known.0, known.1) == (code, status.as_u16())), "{code} {status} is not in codes.rs");
        problem(status, code, &detail)
    }
}

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> AdminError {
        ServiceError::Store(error).into()
    }
}

impl From<ServiceError> for AdminError {
    fn from(failure: ServiceError) -> AdminError {
        match failure {
            ServiceError::Store(StoreError::NoOrder) => return AdminError::unknown("order"),
            ServiceError::Store(StoreError::KeyUsed) => return AdminError::key_used(),
            _ => {}
        }
        tracing::error!(%failure, "an admin call failed");
        let detail = match &failure {
            ServiceError::Store(_) => return AdminError::internal(),
            ServiceError::Gateway(error) if error.family() == Family::Account => {
                "the provider refuses the account; the log says what it wants"
            }
            ServiceError::Gateway(error) if error.family() == Family::Transient => "the provider is busy; try again",
            ServiceError::Gateway(_) => "the provider's answer is not one that can be used; the log says why",
            _ => "the provider cannot be reached; try again",
        };
        AdminError(StatusCode::SERVICE_UNAVAILABLE, "provider-unavailable", detail.to_owned())
    }
}

impl From<PlaceError> for AdminError {
    fn from(error: PlaceError) -> AdminError {
        let detail = match error {
            PlaceError::Service(failure) => return failure.into(),
            PlaceError::NotOffered(NotOffered::NoCode(method)) => format!(
                "method: an order of the shop's begins with a code, and {method} makes none: it is not among the products that the account \
                 was granted (products, native). Name a method that makes codes; shoppers with a cart may still pay by {method}"
            ),
            PlaceError::NotOffered(why @ NotOffered::Nothing(_)) => format!("amount: {why}"),
            PlaceError::NotOffered(why @ NotOffered::Method(..)) => format!("method: {why}"),
            // Of orders of carts, which are not made here.
            PlaceError::Price(_) | PlaceError::PriceChanged(_) | PlaceError::Closed => return AdminError::internal(),
        };
        AdminError::conflict("method-not-offered", detail)
    }
}

type Answer = Result<Response<Body>, AdminError>;

/// A JSON answer.
fn answer(status: StatusCode, body: &Value) -> Answer {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((status, headers, body.to_string()).into_response())
}

/// Lets holders of a good key through, and remembers which one.
async fn authenticated(State(app): State<App>, mut request: Request, next: Next) -> Result<Response<Body>, AdminError> {
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
fn bearer(headers: &HeaderMap) -> Option<&str> {
    // Names of schemes are of any letters (RFC 9110 §11.1).
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim_start_matches(' '))
}

fn unauthorized() -> Response<Body> {
    let complaint = AdminError(StatusCode::UNAUTHORIZED, "unauthorized", "send authorization: Bearer qrk_…".to_owned());
    let mut response = complaint.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// The key of the caller.
struct Caller(ApiKey);

impl Caller {
    /// Whether this call is among what the key is for.
    fn must(&self, scope: Scope) -> Result<(), AdminError> {
        let refuse = || AdminError(StatusCode::FORBIDDEN, "scope", format!("this key has no scope {scope}"));
        if self.0.may(scope) { Ok(()) } else { Err(refuse()) }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = AdminError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Caller, AdminError> {
        let key = parts.extensions.get::<ApiKey>().cloned();
        key.map(Caller).ok_or_else(|| AdminError(StatusCode::UNAUTHORIZED, "unauthorized", "no key".to_owned()))
    }
}

/// The body as that shape; the complaint names the member.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AdminError> {
    serde_json::from_slice(body).map_err(|error| AdminError::bad(error.to_string()))
}

/// The query as that shape.
fn queried<T: DeserializeOwned>(request: Result<Query<T>, axum::extract::rejection::QueryRejection>) -> Result<T, AdminError> {
    request.map(|Query(query)| query).map_err(|rejection| AdminError::bad(rejection.body_text()))
}

/// A time of a query, unix seconds: of this age of the world.
fn seconds<'de, D: Deserializer<'de>>(value: D) -> Result<Option<i64>, D::Error> {
    let seconds = Option::<i64>::deserialize(value)?;
    match seconds {
        Some(seconds) if !(0..=9_999_999_999).contains(&seconds) => Err(D::Error::custom("a time is 0 to 9999999999, unix seconds")),
        seconds => Ok(seconds),
    }
}

/// The order that a caller names: by its number or id, or by whatever else it is known by.
async fn order_id(app: &App, name: &str) -> Result<OrderId, AdminError> {
    let name = name.trim();
    match app.service.store.orders_named(name).await?.as_slice() {
        [] => Err(AdminError::unknown("order")),
        [order] => Ok(order.clone()),
        several => Err(ambiguous("orders", several.iter().map(|order| OrderNumber::of(order).to_string()))),
    }
}

/// More than one thing has that name.
fn ambiguous(what: &str, names: impl Iterator<Item = String>) -> AdminError {
    let names: Vec<_> = names.take(5).collect();
    AdminError::conflict("ambiguous", format!("several {what} are known by that: {}; say which", names.join(", ")))
}

/// What makes a repeated call count once: the header `idempotency-key` of 1 to 255 characters.
fn idempotency(headers: &HeaderMap, target: &str, body: &[u8]) -> Result<IdempotencyRecord, AdminError> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).filter(|key| (1..=255).contains(&key.len()));
    let key = key.ok_or_else(|| AdminError(StatusCode::BAD_REQUEST, "idempotency-key-missing", "send idempotency-key".to_owned()))?;
    Ok(IdempotencyRecord { key: key.to_owned(), target: format!("POST {target}"), digest: Digest::of(body).to_base64() })
}
