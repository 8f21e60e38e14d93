//! `/staff/session`: a key of the admin API with the scope of a door is exchanged for a cookie that no script reads, good for twelve hours and
//! for no longer than the key.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use protocol::Digest;
use protocol::base64::{Alphabet, encode};
use serde::Deserialize;
use serde_json::json;

use super::super::strangers::problem;
use super::host::Staff;
use crate::api_keys::{self, Scope};
use crate::random;
use crate::store::{ApiKey, StoreError};

/// For how long a session is good, seconds.
const LIFE: i64 = 12 * 3600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    key: String,
}

/// Who is logged in.
pub(super) struct OnDuty(pub(super) ApiKey);

impl FromRequestParts<Staff> for OnDuty {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, staff: &Staff) -> Result<OnDuty, Response<Body>> {
        let Some(token) = cookie(&parts.headers, staff.host.is_https()) else { return Err(not_logged_in()) };
        let now = staff.app.service.now();
        let key = staff.app.service.store.staff_session(&digest(token), now).await.map_err(|error| failed(&error))?;
        key.filter(|key| !key.has_expired(now) && key.may(Scope::Doors)).map(OnDuty).ok_or_else(not_logged_in)
    }
}

pub(super) async fn begin(State(staff): State<Staff>, body: Bytes) -> Response<Body> {
    let service = &staff.app.service;
    let Ok(Begin { key: secret }) = serde_json::from_slice(&body) else {
        return problem(StatusCode::BAD_REQUEST, "bad-request", "key: that of whoever stands at the door");
    };
    let now = service.now();
    let key = match api_keys::find(&service.store, secret.trim()).await {
        Ok(key) => key.filter(|key| !key.has_expired(now)),
        Err(error) => return failed(&error),
    };
    let Some(key) = key else { return not_logged_in() };
    if !key.may(Scope::Doors) {
        return problem(StatusCode::FORBIDDEN, "scope", "this key has no scope doors");
    }
    let token = encode(Alphabet::Url, &random::bytes::<32>());
    if let Err(error) = service.store.keep_staff_session(&digest(&token), &key.id, now, now + LIFE).await {
        return failed(&error);
    }
    tracing::info!(key = key.id, "somebody logged in on the pages for staff");
    with_cookie(told(&key, &staff), &staff, &token, LIFE)
}

pub(super) async fn tell(State(staff): State<Staff>, OnDuty(key): OnDuty) -> Response<Body> {
    told(&key, &staff)
}

pub(super) async fn end(State(staff): State<Staff>, headers: HeaderMap) -> Response<Body> {
    if let Some(token) = cookie(&headers, staff.host.is_https())
        && let Err(error) = staff.app.service.store.end_staff_session(&digest(token)).await
    {
        return failed(&error);
    }
    with_cookie(StatusCode::NO_CONTENT.into_response(), &staff, "", 0)
}

/// What the page says of who is logged in, and of whose shop this is.
fn told(key: &ApiKey, staff: &Staff) -> Response<Body> {
    let body = json!({ "name": key.name, "shop": staff.app.service.name.get(""), "now": staff.app.service.now() });
    ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn with_cookie(mut response: Response<Body>, staff: &Staff, token: &str, life: i64) -> Response<Body> {
    let is_https = staff.host.is_https();
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!("{}={token}; Path=/; Max-Age={life}; HttpOnly; SameSite=Strict{secure}", name(is_https));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Browsers take the first name from this host and by https alone.
fn name(is_https: bool) -> &'static str {
    if is_https { "__Host-staff" } else { "staff" }
}

fn cookie(headers: &HeaderMap, is_https: bool) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    all.filter_map(|one| one.trim().split_once('=')).find(|(known, _)| *known == name(is_https)).map(|(_, token)| token)
}

fn digest(token: &str) -> String {
    Digest::of(token.as_bytes()).to_base64()
}

pub(super) fn not_logged_in() -> Response<Body> {
    problem(StatusCode::UNAUTHORIZED, "unauthorized", "log in with a key of the scope doors")
}

pub(super) fn failed(error: &StoreError) -> Response<Body> {
    tracing::error!(%error, "a call of the pages for staff failed");
    problem(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong; see the log")
}
