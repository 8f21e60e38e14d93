//! `/v1`, what widgets ask: every answer is signed and bound to its request (docs/spec/signing.md §3), and only pages that may ask are
//! answered. A route is a file and a line in [`routes`].

mod cancel;
mod orders;
mod origins;
mod payment_options;
mod payments;
mod quote;
mod return_url;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, any, get, post};
use protocol::OrderId;

pub(super) use self::origins::Origins;
use super::{App, strangers};
use crate::client::Client;
use crate::limits::Effort;
use crate::response::{ApiError, Reply, signed, unsigned};
use crate::signed_request::SignedRequest;

/// The signed routes.
pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/v1/quote", read(quote::get))
        .route("/v1/orders", make(orders::create))
        .route("/v1/orders/{order}", read(orders::get))
        .route("/v1/orders/{order}/payments", make(payments::create))
        .route("/v1/orders/{order}/cancel", make(cancel::cancel))
        .route("/v1/orders/{order}/close", make(cancel::close))
        .route("/v1/{*nothing}", any(async || ApiError::NotFound))
        .layer(from_fn_with_state(app.clone(), bind_and_sign))
}

/// A route that is read by GET. A HEAD has no body that a digest could be of.
fn read<H: Handler<T, App>, T: 'static>(handler: H) -> MethodRouter<App> {
    let refuse = async || Outcome { result: Err(ApiError::MethodNotAllowed), allow: Some("GET") };
    get(handler).head(refuse).fallback(refuse)
}

/// A route that makes or ends something by POST.
fn make<H: Handler<T, App>, T: 'static>(handler: H) -> MethodRouter<App> {
    post(handler).fallback(async || Outcome { result: Err(ApiError::MethodNotAllowed), allow: Some("POST") })
}

/// The layer around all of them: reads what the answer will be bound to, lets the route answer, and signs. CORS comes on top.
async fn bind_and_sign(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let origin = app.origins.granted(request.headers());
    let mut response = answer(&app, request, next).await;
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static("Signature, Signature-Input, Unencoded-Digest, Retry-After");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    response
}

async fn answer(app: &App, request: Request, next: Next) -> Response<Body> {
    let client = Client::of(request.headers(), request.extensions(), app.proxies);
    let (mut parts, body) = request.into_parts();
    let Some(asked) = SignedRequest::read(&app.service.public_url, client, &parts) else {
        return unbound(app, &client, Request::from_parts(parts, Body::empty()), next).await;
    };
    let (request, id) = (asked.request.clone(), asked.id.clone());
    let effort = if asked.is_post() { Effort::Making } else { Effort::Reading };
    let limited = app.limits.pass(&client, effort).map_err(ApiError::RateLimited);
    let admitted = limited.and_then(|()| app.origins.admit(&parts.method, &parts.headers)).and_then(|()| asked.check_revision());
    let outcome = match admitted {
        Err(refusal) => Outcome::from(Err(refusal)),
        Ok(()) => {
            let Some(asked) = asked.with_body(&parts, body).await else { return late() };
            parts.extensions.insert(asked);
            Outcome::of(next.run(Request::from_parts(parts, Body::empty())).await)
        }
    };
    let response = signed(&app.service.keys, &app.service.merchant, &request, &id, outcome.result, app.service.now());
    allowing(response, outcome.allow)
}

/// The answer to a request without a nonce, unsigned, for nothing says what a signature would be for. No route runs for it.
async fn unbound(app: &App, client: &Client, request: Request, next: Next) -> Response<Body> {
    if let Err(seconds) = app.limits.pass(client, Effort::Reading) {
        return strangers::silence(seconds);
    }
    let outcome = Outcome::of(next.run(request).await);
    let (status, code, detail) = match &outcome.result {
        Err(refusal @ (ApiError::NotFound | ApiError::MethodNotAllowed)) => refusal.words(),
        _ => (400, "bad-request", "the query needs n, 16 random bytes in base64url, once, to sign the answer for"),
    };
    allowing(unsigned(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), code, detail), outcome.allow)
}

/// To a client whose body did not come: nothing was asked, so that there is nothing to sign.
fn late() -> Response<Body> {
    let mut response = unsigned(StatusCode::REQUEST_TIMEOUT, "bad-request", "the body did not come, or not in time");
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn allowing(mut response: Response<Body>, allow: Option<&'static str>) -> Response<Body> {
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    response
}

/// What a route says, on its way to the layer that signs it.
#[derive(Clone)]
struct Outcome {
    result: Result<Reply, ApiError>,
    /// For the wrong method: the right one.
    allow: Option<&'static str>,
}

impl Outcome {
    /// What came back from the routes. All of them say something.
    fn of(mut response: Response<Body>) -> Outcome {
        response.extensions_mut().remove().unwrap_or(Outcome::from(Err(ApiError::Internal)))
    }
}

impl From<Result<Reply, ApiError>> for Outcome {
    fn from(result: Result<Reply, ApiError>) -> Outcome {
        Outcome { result, allow: None }
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response<Body> {
        Outcome::from(Ok(self)).into_response()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response<Body> {
        Outcome::from(Err(self)).into_response()
    }
}

impl FromRequestParts<App> for SignedRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<SignedRequest, ApiError> {
        parts.extensions.remove().ok_or(ApiError::BadRequest)
    }
}

/// The `{order}` of a path.
struct OrderPath(OrderId);

impl FromRequestParts<App> for OrderPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<OrderPath, ApiError> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        path.ok().and_then(|Path(id)| OrderId::parse(&id)).map(OrderPath).ok_or(ApiError::UnknownOrder)
    }
}
