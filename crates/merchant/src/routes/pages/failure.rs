//! What did not work of what a form asked for, in the shopper's words.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

use super::document::said;
use super::form::Refused;
use crate::i18n::Words;
use crate::response::ApiError;

/// What did not work.
pub(super) enum Failure {
    Form(Refused),
    Api(ApiError),
    Place(Gone),
}

/// Why a place opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gone {
    /// There is none of that id.
    Unknown,
    /// The shop has closed it.
    Closed,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        Failure::Form(refused)
    }
}

impl<E: Into<ApiError>> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::Api(error.into())
    }
}

impl Failure {
    /// The status of it, what is said of it, and for how many seconds its client should be silent. Its cause goes into the log.
    pub(super) fn told(self, words: &Words) -> (StatusCode, &'static str, Option<u64>) {
        let texts = &words.pages;
        let error = match self {
            Failure::Form(refused @ Refused::TooMany(seconds)) => return (refused.status(), texts.try_again_soon, Some(seconds)),
            Failure::Form(refused) => return (refused.status(), texts.foreign_form, None),
            Failure::Place(Gone::Unknown) => return (StatusCode::NOT_FOUND, texts.place_unknown, None),
            Failure::Place(Gone::Closed) => return (StatusCode::GONE, texts.place_closed, None),
            Failure::Api(error) => error.logged(),
        };
        let seconds = if let ApiError::RateLimited(seconds) = &error { Some(*seconds) } else { None };
        let (status, code, _) = error.words();
        let text = match code {
            "answers-refused" => texts.questions,
            "method-not-offered" => texts.no_method,
            "order-closed" => texts.order_expired_hint,
            "provider-unavailable" | "internal" | "rate-limited" | "pricing-unavailable" => texts.try_again_soon,
            "link-busy" => texts.link_busy,
            "link-over" => texts.link_over,
            "link-used-up" => texts.link_used_up,
            "idempotency-conflict" => texts.ordered_already,
            "cart-empty" => texts.cart_empty,
            "too-many-items" => texts.cart_full,
            "quantity" => texts.wrong_quantity,
            "unknown-sku" => texts.not_sold,
            "out-of-stock" => texts.sold_out,
            "not-delivered" => texts.not_delivered,
            "pricing-invalid" | "bad-request" => texts.price_refused,
            "download-gone" => words.downloads.gone,
            "download-used-up" => words.downloads.used_up,
            "download-missing" => words.downloads.missing,
            _ => texts.action_refused,
        };
        // The page of such a link is gone, while an order that it made can still be asked for.
        let status = if ["link-over", "link-used-up"].contains(&code) { StatusCode::GONE.as_u16() } else { status };
        (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), text, seconds)
    }

    /// A page that says so.
    pub(super) fn page(self, words: &Words, root: &'static str, shop: &str) -> Response<Body> {
        let (status, text, later) = self.told(words);
        dated(said(status, words, root, shop, text), later)
    }
}

/// The same, with for how many seconds its client should be silent.
pub(super) fn dated(mut response: Response<Body>, later: Option<u64>) -> Response<Body> {
    if let Some(seconds) = later {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
