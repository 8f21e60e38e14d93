//! The pages for staff, on a host of their own (`[staff] url`): a request to that host gets nothing else, and to any other host none of them.
//! Whoever logs in with a key gets a session; what changes something comes from these pages alone, says its `Origin`.

mod counter;
mod door;
mod duty;
mod files;
mod host;
mod picture;
mod refusal;
mod session;
mod watch;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use tower::ServiceExt as _;

use self::host::{Staff, is_to};
use super::App;
use super::strangers::{self, problem};
use crate::config::StaffHost;

/// A picture of a camera, a byte a point.
const PICTURE: usize = 2 * 1024 * 1024;

/// Both hosts as one service: `staff` answers to its own, `shop` to every other.
pub(super) fn beside(shop: Router, staff: Option<(StaffHost, Router)>) -> Router {
    let Some((host, staff)) = staff else { return shop };
    Router::new().fallback(move |request: Request| {
        let chosen = if is_to(&request, &host) { staff.clone() } else { shop.clone() };
        async move {
            match chosen.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    })
}

/// Every route for staff.
pub(super) fn routes(app: &App, host: &StaffHost) -> Router {
    let staff = Staff { app: app.clone(), host: host.clone() };
    let policy = files::policy(app.origins.own());
    let calls = Router::new()
        .route("/staff/session", get(session::tell).post(session::begin))
        .route("/staff/session/end", post(session::end))
        .route("/staff/watch", get(watch::watch))
        .merge(counter::routes())
        .route("/staff/tickets", get(door::tickets))
        .route("/staff/tickets/admit", post(door::admit))
        .route("/staff/tickets/marks", post(door::marks))
        .route("/staff/picture", post(picture::read).layer(DefaultBodyLimit::max(PICTURE)))
        .layer(from_fn_with_state(staff.clone(), own_pages_alone))
        .layer(from_fn_with_state(app.clone(), strangers::counted))
        .with_state(staff);
    files::routes()
        .merge(calls)
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(from_fn(files::one_worker_alone))
        .layer(map_response(move |response| dressed(policy.clone(), response)))
}

/// What changes something comes from a page of this host.
async fn own_pages_alone(State(staff): State<Staff>, request: Request, next: Next) -> Response<Body> {
    let is_own = request.headers().get(header::ORIGIN).is_some_and(|origin| origin.as_bytes() == staff.host.origin.as_bytes());
    if request.method() == Method::POST && !is_own {
        return problem(StatusCode::FORBIDDEN, "origin-not-allowed", "only pages of this host may ask");
    }
    next.run(request).await
}

async fn dressed(policy: HeaderValue, response: Response<Body>) -> Response<Body> {
    let mut response = response.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow, noarchive"));
    headers.insert(HeaderName::from_static("permissions-policy"), HeaderValue::from_static("camera=(self)"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    response
}
