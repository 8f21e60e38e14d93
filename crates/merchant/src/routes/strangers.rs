//! What strangers send to addresses that are not for shoppers. Garbage is theirs and never our fault: it is 4xx, counted by itself, and
//! whoever sends much of it is not listened to for a while.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse as _;

use super::App;
use crate::asked::client_ip;

/// Lets a request through to an address where somebody has to prove who he is, and counts the one who could not.
pub(super) async fn counted(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let client = client_ip(&parts, app.proxies);
    if let Err(seconds) = app.limits.failures.listen(&client) {
        return silence(seconds);
    }
    let response = next.run(Request::from_parts(parts, body)).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        app.limits.failures.count(&client);
    }
    response
}

/// Lets a shopper's browser through as often as it may read.
pub(super) async fn read(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let (parts, body) = request.into_parts();
    match app.limits.pass(&client_ip(&parts, app.proxies), "GET") {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(seconds) => silence(seconds),
    }
}

fn silence(seconds: u64) -> Response<Body> {
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, HeaderValue::from(seconds))]).into_response()
}
