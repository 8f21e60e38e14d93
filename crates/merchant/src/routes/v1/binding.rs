//! The layer around the signed routes: binds each answer to its request, and signs it.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;

use super::super::{App, strangers};
use super::outcome::Outcome;
use crate::client::Client;
use crate::limits::Effort;
use crate::response::{ApiError, signed, unsigned};
use crate::serving::Woken;
use crate::signed_request::SignedRequest;

/// Reads what the answer will be bound to, lets the route answer, and signs. CORS comes on top.
pub(super) async fn bind_and_sign(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
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
    // One that has waited was counted when it came.
    let is_counted = parts.extensions.get::<Woken>().is_some();
    let limited = if is_counted { Ok(()) } else { app.limits.pass(&client, effort).map_err(ApiError::RateLimited) };
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
