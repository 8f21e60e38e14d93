//! Why an admin call is refused.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use gateway::Family;

use super::super::strangers::problem;
use super::codes::CODES;
use crate::order_service::{NotOffered, PlaceError};
use crate::service_error::{FailureKind, ServiceError};
use crate::store::StoreError;

/// Why a call is refused.
pub(in super::super) struct AdminError {
    status: StatusCode,
    /// Stable, one of [`CODES`].
    code: &'static str,
    /// A sentence for the developer who made the call.
    detail: String,
    /// What did not work inside, for the log alone.
    cause: Option<ServiceError>,
}

impl AdminError {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> AdminError {
        AdminError { status, code, detail: detail.into(), cause: None }
    }

    pub(super) fn bad(detail: impl Into<String>) -> AdminError {
        AdminError::new(StatusCode::BAD_REQUEST, "bad-request", detail)
    }

    pub(super) fn conflict(code: &'static str, detail: impl Into<String>) -> AdminError {
        AdminError::new(StatusCode::CONFLICT, code, detail)
    }

    /// Its status, code and detail; what did not work inside goes to the log.
    pub(in super::super) fn told(self) -> (StatusCode, &'static str, String) {
        if let Some(cause) = self.cause {
            cause.log();
        }
        (self.status, self.code, self.detail)
    }

    pub(super) fn internal() -> AdminError {
        AdminError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong; see the log")
    }

    pub(super) fn unknown(what: &str) -> AdminError {
        AdminError::new(StatusCode::NOT_FOUND, "not-found", format!("there is no such {what}"))
    }
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response<Body> {
        let AdminError { status, code, detail, cause } = self;
        if let Some(cause) = cause {
            cause.log();
        }
        debug_assert!(CODES.iter().any(|known| (known.0, known.1) == (code, status.as_u16())), "{code} {status} is not in codes.rs");
        problem(status, code, &detail)
    }
}

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> AdminError {
        ServiceError::from(error).into()
    }
}

impl From<ServiceError> for AdminError {
    fn from(failure: ServiceError) -> AdminError {
        let told = match failure.kind() {
            FailureKind::UnknownOrder => AdminError::unknown("order"),
            FailureKind::KeyUsed => AdminError::conflict("idempotency-conflict", "this idempotency-key was used with another body"),
            FailureKind::Internal => AdminError::internal(),
            FailureKind::ProviderUnavailable => {
                AdminError::new(StatusCode::SERVICE_UNAVAILABLE, "provider-unavailable", of_provider(&failure))
            }
            FailureKind::NotConfigured => AdminError::conflict("method-not-offered", failure.to_string()),
        };
        AdminError { cause: Some(failure), ..told }
    }
}

fn of_provider(failure: &ServiceError) -> &'static str {
    match failure {
        ServiceError::Gateway(error) if error.family() == Family::Account => "the provider refuses the account; the log says what it wants",
        ServiceError::Gateway(error) if error.family() == Family::Transient => "the provider is busy; try again",
        ServiceError::Gateway(_) => "the provider's answer is not one that can be used; the log says why",
        _ => "the provider cannot be reached; try again",
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
            PlaceError::Price(_)
            | PlaceError::PriceChanged(_)
            | PlaceError::Closed
            | PlaceError::Answers(_)
            | PlaceError::AnswersClosed
            | PlaceError::Link(_)
            | PlaceError::Amount
            | PlaceError::TooManyOpen(_) => return AdminError::internal(),
        };
        AdminError::conflict("method-not-offered", detail)
    }
}
