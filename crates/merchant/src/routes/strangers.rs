//! Failed requests of strangers to addresses that are not for shoppers. Garbage is theirs and never our fault: it is 4xx, counted by itself, and
//! whoever sends much of it is not listened to for a while.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::App;
use crate::client::Client;
use crate::limits::Effort;
use crate::response::unsigned;

/// Lets a request through to an address where somebody has to prove who he is, and counts the one who could not.
pub(super) async fn counted(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let client = Client::of(request.headers(), request.extensions(), app.proxies);
    if let Err(seconds) = app.limits.failures.listen(&client).and_then(|()| app.limits.pass(&client, Effort::Reading)) {
        return silence(seconds);
    }
    let response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        app.limits.failures.count(&client);
    }
    response
}

/// Lets a shopper's browser through as often as it may read.
pub(super) async fn read(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let client = Client::of(request.headers(), request.extensions(), app.proxies);
    match app.limits.pass(&client, Effort::Reading) {
        Ok(()) => next.run(request).await,
        Err(seconds) => silence(seconds),
    }
}

/// Refuses an address that names nothing of ours: with a NUL in it, which neither files nor databases take, or whose path is no text.
pub(super) async fn read_names(request: Request, next: Next) -> Response<Body> {
    let has_nul = request.uri().path_and_query().is_some_and(|address| address.as_str().contains("%00"));
    let is_text = percent_decode_str(request.uri().path()).decode_utf8().is_ok();
    let detail = match (has_nul, is_text) {
        (false, true) => return next.run(request).await,
        (true, _) => "no address here holds %00",
        (false, false) => "no address here holds bytes that are no UTF-8",
    };
    match request.uri().path().starts_with("/v1/") {
        true => unsigned(StatusCode::BAD_REQUEST, "bad-request", detail),
        false => problem(StatusCode::BAD_REQUEST, "bad-request", detail),
    }
}

/// Tells a client for how many seconds it should be silent.
pub(super) fn silence(seconds: u64) -> Response<Body> {
    let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "rate-limited", "too many requests; try again later");
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A problem of RFC 9457, unsigned: what is not for the widget is answered so.
pub(super) fn problem(status: StatusCode, code: &str, detail: &str) -> Response<Body> {
    told_problem(status, code, detail, Map::new())
}

/// The same with members of its own.
pub(super) fn told_problem(status: StatusCode, code: &str, detail: &str, mut body: Map<String, Value>) -> Response<Body> {
    body.extend([("type".to_owned(), json!("about:blank")), ("status".to_owned(), json!(status.as_u16()))]);
    body.extend([("code".to_owned(), json!(code)), ("detail".to_owned(), json!(detail))]);
    let body = Value::Object(body);
    let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
