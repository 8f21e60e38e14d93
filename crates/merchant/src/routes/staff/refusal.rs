//! Why a call of the pages for staff is refused: a stable word, by which the page says so in the language of whoever stands there.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};

use super::super::admin::AdminError;
use super::super::strangers::told_problem;
use crate::catalog::PriceError;
use crate::order_service::{PlaceError, QuoteError};
use crate::service_error::{FailureKind, ServiceError};
use crate::store::StoreError;

/// Why a call is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    /// For whoever reads the answer; the page has words of its own.
    detail: String,
    /// What else the page needs to say it.
    more: Map<String, Value>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Refusal {
        Refusal { status, code, detail: detail.into(), more: Map::new() }
    }

    pub(super) fn bad(detail: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, "bad-request", detail)
    }

    pub(super) fn conflict(code: &'static str, detail: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::CONFLICT, code, detail)
    }

    pub(super) fn not_logged_in() -> Refusal {
        Refusal::new(StatusCode::UNAUTHORIZED, "unauthorized", "log in with a key of the scope doors or counter")
    }

    pub(super) fn no_scope(scope: &str) -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, "scope", format!("this key has no scope {scope}"))
    }

    pub(super) fn unknown_order() -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, "not-found", "this counter has sold no such order")
    }

    /// The same with something more to say.
    pub(super) fn with(mut self, name: &str, value: Value) -> Refusal {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// Whether nobody is logged in.
    pub(super) fn is_of_nobody(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    fn internal() -> Refusal {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong; see the log")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        told_problem(self.status, self.code, &self.detail, self.more)
    }
}

impl From<AdminError> for Refusal {
    fn from(error: AdminError) -> Refusal {
        let (status, code, detail) = error.told();
        Refusal::new(status, code, detail)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        ServiceError::from(error).into()
    }
}

impl From<ServiceError> for Refusal {
    fn from(failure: ServiceError) -> Refusal {
        failure.log();
        match failure.kind() {
            FailureKind::UnknownOrder => Refusal::unknown_order(),
            FailureKind::KeyUsed => Refusal::conflict("idempotency-conflict", "this word was used with another wish"),
            FailureKind::Internal => Refusal::internal(),
            FailureKind::ProviderUnavailable | FailureKind::NotConfigured => {
                Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "provider-unavailable", "the provider does not do it now")
            }
        }
    }
}

impl From<PlaceError> for Refusal {
    fn from(error: PlaceError) -> Refusal {
        match error {
            PlaceError::Service(failure) => failure.into(),
            PlaceError::Price(error) => error.into(),
            PlaceError::NotOffered(why) => Refusal::conflict("method-not-offered", why.to_string()),
            other => Refusal::conflict("refused", other.to_string()),
        }
    }
}

impl From<QuoteError> for Refusal {
    fn from(error: QuoteError) -> Refusal {
        match error {
            QuoteError::Service(failure) => failure.into(),
            QuoteError::Price(error) => error.into(),
            QuoteError::Link(_) | QuoteError::Amount => Refusal::internal(),
        }
    }
}

impl From<PriceError> for Refusal {
    fn from(error: PriceError) -> Refusal {
        let faults: Vec<Value> = match &error {
            PriceError::Cart(cart) => {
                cart.faults.iter().map(|fault| json!({ "code": fault.code, "sku": fault.sku, "left": fault.left })).collect()
            }
            _ => Vec::new(),
        };
        Refusal::conflict("cart", error.to_string()).with("faults", faults.into())
    }
}
