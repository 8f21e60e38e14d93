//! Answers: the signed "yes" and the signed "no". The one place where an answer is signed, over the exact bytes that are sent.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use protocol::json::Value;
use protocol::{Fault, MerchantId, Problem, Request};

use crate::cart_fault::{CartFault, of_field};
use crate::catalog::{PriceError, Priced};
use crate::keys::Keys;
use crate::order_service::{NoLoad, PlaceError, QuoteError};
use crate::payment_links::LinkState;
use crate::service_error::{FailureKind, ServiceError};
use crate::store::StoreError;

/// What a route answers: a status and a JSON body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident $status:literal $code:literal $detail:literal;)*) => {
        /// Why the backend says no. Codes and statuses are public and stable.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum ApiError {
            /// The price is another one; holds the new quote.
            PriceChanged(Box<Priced>),
            /// The client asks too often; holds for how many seconds it should be silent.
            RateLimited(u64),
            /// The client has tried too many discount codes; the same cart is priced without one.
            TooManyGuesses(u64),
            /// The cart cannot be sold as it is; holds what is wrong with which line.
            Cart(Box<CartFault>),
            /// What is asked is not answered well; holds a fault for each question.
            Answers(Vec<Fault>),
            /// One field of the request is missing or mistyped; names it.
            Field(&'static str),
            /// Something inside did not work; holds what, for the log alone.
            Failed(Arc<ServiceError>),
            $($(#[$doc])* $variant,)*
        }

        impl ApiError {
            /// Every code with its status, and a sentence for developers.
            pub const ALL: &'static [(&'static str, u16, &'static str)] = &[
                ("price-changed", 409, "The price is not what was expected."),
                ("rate-limited", 429, "Too many requests. Try again later."),
                ("answers-refused", 400, "What the cart or the order asks is not answered, or not well; `faults` has each field."),
                ("out-of-stock", 409, "There is less of a thing than the cart holds."),
                $(($code, $status, $detail),)*
            ];

            fn code(&self) -> &str {
                match self {
                    ApiError::PriceChanged(_) => "price-changed",
                    ApiError::RateLimited(_) | ApiError::TooManyGuesses(_) => "rate-limited",
                    ApiError::Cart(cart) => cart.faults.first().map_or("quantity", |fault| &fault.code),
                    ApiError::Answers(_) => "answers-refused",
                    ApiError::Field(_) => "bad-request",
                    ApiError::Failed(_) => "internal",
                    $(ApiError::$variant => $code,)*
                }
            }
        }
    };
}

refusals! {
    /// Malformed query, body or header.
    BadRequest 400 "bad-request" "The request is malformed.";
    /// The address to come back to is none of an allowed origin.
    ReturnUrl 400 "return-url" "return_url must be an absolute address, and a page of an origin that this backend allows.";
    /// No items.
    CartEmpty 400 "cart-empty" "Name at least one item.";
    /// More items than a cart may hold.
    TooManyItems 400 "too-many-items" "A cart holds at most 50 different things.";
    /// A quantity out of range, or a thing named twice.
    Quantity 400 "quantity" "Quantities are 1 to 999, each thing once.";
    /// `d` is missing or not the digest of the body.
    DigestMismatch 400 "digest-mismatch" "d must be the SHA-256 of the body's bytes in base64url, once.";
    /// `k` is missing or malformed.
    IdempotencyKeyMissing 400 "idempotency-key-missing" "k, the idempotency key, must be 16 bytes in base64url, once.";
    /// The page is of an origin that may not ask.
    OriginNotAllowed 403 "origin-not-allowed" "Pages of this origin may not ask. The backend's allowed_origins lists those that may.";
    /// The request is not made by fetch from a page.
    FetchModeNotAllowed 403 "fetch-mode-not-allowed" "Ask by fetch in mode cors: neither a form nor an address bar does.";
    /// The key is none of the order.
    NotOwner 403 "not-owner" "This key opens nothing of this order.";
    /// There is no such thing.
    UnknownSku 404 "unknown-sku" "A thing in the cart is not for sale.";
    /// There is no such order.
    UnknownOrder 404 "unknown-order" "There is no such order.";
    /// There is no such route.
    NotFound 404 "not-found" "There is nothing at this address.";
    /// The route does not take that method.
    MethodNotAllowed 405 "method-not-allowed" "This address does not take that method.";
    /// The payment method is not offered.
    MethodNotOffered 409 "method-not-offered" "This payment method is not offered here.";
    /// The widget is of a release whose API is not spoken here any more, or not yet.
    ReleaseRevoked 410 "release-revoked" "r names a revision of the API that is not served here. Load the page anew.";
    /// The order is canceled or expired.
    OrderClosed 409 "order-closed" "The order can no longer be paid.";
    /// Nothing takes the cart to the country that was chosen, or it is too heavy for all that could.
    NotDelivered 409 "not-delivered" "No delivery of the shop takes this cart there.";
    /// The shop made the order on its own, and alone can close it.
    OrderOfShop 409 "order-of-shop" "The shop made this order, and alone can close it.";
    /// The order asks nothing, or an attempt to pay it is open.
    AnswersClosed 409 "answers-closed" "The order asks nothing, or is being paid; its answers stand.";
    /// The order gives no such file, or no more.
    DownloadGone 409 "download-gone" "The order gives no such file: it is not paid, or its money went back.";
    /// The file was loaded too often.
    DownloadUsedUp 409 "download-used-up" "The file was loaded as often as it may be.";
    /// The file is not on the disk.
    DownloadMissing 409 "download-missing" "The file is not there now; the shop has been told. Try again later.";
    /// All uses of a payment link are held by those who pay.
    LinkBusy 409 "link-busy" "Everybody who may pay by this link is doing so now. Try again in a minute.";
    /// The time of a payment link is over, or the shop has closed it.
    LinkOver 409 "link-over" "The time of this link is over, or the shop has closed it.";
    /// A payment link was paid as often as it may be.
    LinkUsedUp 409 "link-used-up" "This link was paid as often as it may be.";
    /// The key was used with another body.
    IdempotencyConflict 409 "idempotency-conflict" "This idempotency key was used with another body.";
    /// The body is larger than any honest one.
    BodyTooLarge 413 "body-too-large" "The body is over 64 kB.";
    /// Not sent as text.
    MediaType 415 "media-type" "Send JSON as text/plain;charset=utf-8.";
    /// Something inside failed; the log knows.
    Internal 500 "internal" "Something went wrong; the order is safe. Try again.";
    /// The shop's own server answered what cannot be a price.
    PricingInvalid 502 "pricing-invalid" "The shop's answer about prices cannot be used.";
    /// The shop's own server does not tell prices now; the same request may succeed later.
    PricingUnavailable 503 "pricing-unavailable" "The shop cannot tell prices now. Try again.";
    /// The provider is down or unreachable; the same request may succeed later.
    ProviderUnavailable 503 "provider-unavailable" "The payment provider cannot be reached. Try again.";
}

impl ApiError {
    /// Status, code, and a sentence for developers.
    pub(crate) fn words(&self) -> (u16, &'static str, &'static str) {
        let known = ApiError::ALL.iter().find(|(code, ..)| *code == self.code());
        known.map_or((500, "internal", "Something went wrong."), |&(code, status, detail)| (status, code, detail))
    }

    fn reply(&self, merchant: &MerchantId, id: &str) -> Reply {
        let (status, code, detail) = self.words();
        let CartFault { faults, lines, currency } = match self {
            ApiError::Cart(cart) => CartFault::clone(cart),
            ApiError::Answers(faults) => CartFault { faults: faults.clone(), ..CartFault::default() },
            ApiError::Field(field) => CartFault::of(of_field(code, field)),
            ApiError::TooManyGuesses(_) => CartFault::of(of_field(code, "code")),
            ApiError::MethodNotOffered => CartFault::of(of_field(code, "method")),
            ApiError::ReturnUrl => CartFault::of(of_field(code, "return_url")),
            ApiError::TooManyItems => CartFault::of(of_field(code, "items")),
            _ => CartFault::default(),
        };
        let more = match (self, faults.first()) {
            (ApiError::PriceChanged(priced), _) => Some(("quote".to_owned(), priced.quote.to_json())),
            (_, Some(Fault { code, sku: Some(sku), left: Some(left), .. })) if code == "out-of-stock" => {
                Some(("stock".to_owned(), Value::object([("sku", sku.as_str().into()), ("left", (*left).into())])))
            }
            _ => None,
        };
        let problem = Problem {
            merchant: merchant.clone(),
            id: id.to_owned(),
            code: code.to_owned(),
            status: i64::from(status),
            detail: detail.to_owned(),
            faults,
            lines,
            currency,
            more,
        };
        Reply { status, body: problem.to_json() }
    }
}

impl ApiError {
    /// What a caller is told of a failure inside.
    fn of(failure: FailureKind) -> ApiError {
        match failure {
            FailureKind::UnknownOrder => ApiError::UnknownOrder,
            FailureKind::KeyUsed => ApiError::IdempotencyConflict,
            FailureKind::Internal => ApiError::Internal,
            FailureKind::ProviderUnavailable => ApiError::ProviderUnavailable,
            FailureKind::NotConfigured => ApiError::MethodNotOffered,
        }
    }

    /// What a shopper is told of a payment link that does not sell.
    fn of_link(state: LinkState) -> ApiError {
        match state {
            LinkState::Open | LinkState::Busy => ApiError::LinkBusy,
            LinkState::UsedUp => ApiError::LinkUsedUp,
            LinkState::Ended | LinkState::Closed => ApiError::LinkOver,
        }
    }

    /// The same without its cause, which goes into the log.
    pub(crate) fn logged(self) -> ApiError {
        match self {
            ApiError::Failed(failure) => {
                failure.log();
                ApiError::of(failure.kind())
            }
            other => other,
        }
    }
}

impl From<ServiceError> for ApiError {
    fn from(failure: ServiceError) -> ApiError {
        ApiError::Failed(Arc::new(failure))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> ApiError {
        ServiceError::from(error).into()
    }
}

impl From<PriceError> for ApiError {
    fn from(error: PriceError) -> ApiError {
        match error {
            PriceError::Empty => ApiError::CartEmpty,
            PriceError::TooManyItems => ApiError::TooManyItems,
            PriceError::UnknownItem => ApiError::UnknownSku,
            PriceError::Quantity => ApiError::Quantity,
            PriceError::Cart(fault) => ApiError::Cart(fault),
            PriceError::Unavailable => ApiError::PricingUnavailable,
            PriceError::Invalid => ApiError::PricingInvalid,
        }
    }
}

impl From<QuoteError> for ApiError {
    fn from(error: QuoteError) -> ApiError {
        match error {
            QuoteError::Price(error) => error.into(),
            QuoteError::Link(state) => ApiError::of_link(state),
            QuoteError::Amount => ApiError::Field("amount"),
            QuoteError::Service(failure) => failure.into(),
        }
    }
}

impl From<PlaceError> for ApiError {
    fn from(error: PlaceError) -> ApiError {
        match error {
            PlaceError::Price(error) => error.into(),
            PlaceError::PriceChanged(priced) => ApiError::PriceChanged(priced),
            PlaceError::NotOffered(_) => ApiError::MethodNotOffered,
            PlaceError::Closed => ApiError::OrderClosed,
            PlaceError::TooManyOpen(seconds) => ApiError::RateLimited(seconds),
            PlaceError::AnswersClosed => ApiError::AnswersClosed,
            PlaceError::Answers(faults) => ApiError::Answers(faults),
            PlaceError::Link(state) => ApiError::of_link(state),
            PlaceError::Amount => ApiError::Field("amount"),
            PlaceError::Service(failure) => failure.into(),
        }
    }
}

impl From<NoLoad> for ApiError {
    fn from(reason: NoLoad) -> ApiError {
        match reason {
            NoLoad::NoFile | NoLoad::Over => ApiError::DownloadGone,
            NoLoad::UsedUp => ApiError::DownloadUsedUp,
            NoLoad::Missing => ApiError::DownloadMissing,
            NoLoad::Service(failure) => failure.into(),
        }
    }
}

/// Signs an answer and dresses it in the headers of docs/spec/signing.md §3. `id` names the request in a problem.
pub(crate) fn signed(
    keys: &Keys,
    merchant: &MerchantId,
    request: &Request,
    id: &str,
    result: Result<Reply, ApiError>,
    now: i64,
) -> Response<Body> {
    let result = result.map_err(ApiError::logged);
    let later = match &result {
        Err(ApiError::ProviderUnavailable | ApiError::PricingUnavailable) => Some(2),
        Err(ApiError::RateLimited(seconds) | ApiError::TooManyGuesses(seconds)) => Some(*seconds),
        _ => None,
    };
    let reply = result.unwrap_or_else(|refusal| refusal.reply(merchant, id));
    let body = reply.body.to_string();
    let Ok(signature) = keys.sign_answer(request, reply.status, body.as_bytes(), now) else {
        return unsigned(StatusCode::BAD_REQUEST, "bad-request", "the address holds characters that no address has");
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).expect("signature fields are ASCII");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    headers.insert(HeaderName::from_static("unencoded-digest"), value(&signature.unencoded_digest));
    headers.insert(HeaderName::from_static("signature-input"), value(&signature.signature_input));
    headers.insert(HeaderName::from_static("signature"), value(&signature.signature));
    if let Some(seconds) = later {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// For a request that cannot be answered with a signature: it lacks what a signature would be bound to.
pub(crate) fn unsigned(status: StatusCode, code: &str, detail: &str) -> Response<Body> {
    let body = Value::object([("type", "problem".into()), ("code", code.into()), ("detail", detail.into())]);
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
