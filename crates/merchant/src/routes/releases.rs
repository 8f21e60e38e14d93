//! The widget's files: `/r/{release}/…` for pages that pin a release, for ever the same; and for pages that pin none the release of the
//! day under plain names. Never a page.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse as _;

use super::App;
use crate::releases::{self, Found};

/// A name with a hash never changes what it stands for.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A plain name does: a new release reaches every page within minutes.
const FOR_MINUTES: &str = "public, max-age=300";

/// A file of the release that the address names.
pub(super) async fn pinned(State(app): State<App>, Path((release, file)): Path<(String, String)>, request: Request) -> Response<Body> {
    if !reads(request.method()) {
        return only_read();
    }
    let found = app.service.releases.pinned(&release, &file).await;
    dressed(FOR_EVER, found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |found| answer(found, &file, request.headers())))
}

/// A file under a plain name, or under the hashed name that an older release's script asks for. `None`: it belongs to no release.
pub(super) async fn unpinned(app: &App, path: &str, asked: &HeaderMap) -> Option<Response<Body>> {
    let file = path.trim_start_matches('/');
    let found = app.service.releases.unpinned(file).await?;
    Some(dressed(caching(file), answer(found, file, asked)))
}

/// Files are read, and nothing else.
pub(super) fn only_read() -> Response<Body> {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response()
}

pub(super) fn reads(method: &Method) -> bool {
    [Method::GET, Method::HEAD].contains(method)
}

/// For how long an answer to that path may be kept.
pub(super) fn caching(path: &str) -> &'static str {
    if releases::is_hashed(path) { FOR_EVER } else { FOR_MINUTES }
}

/// Lets every page load it. What is not there today may be there tomorrow, so only what is there is kept.
pub(super) fn dressed(caching: &'static str, mut response: Response<Body>) -> Response<Body> {
    let is_there = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(if is_there { caching } else { "no-store" }));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

/// The file in the smallest form that the browser takes.
fn answer(found: Found, name: &str, asked: &HeaderMap) -> Response<Body> {
    let (body, digest) = match found {
        Found::File(body, digest) => (body, digest),
        Found::Revoked => return StatusCode::GONE.into_response(),
        Found::Unavailable => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let text = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Weak, because it is the same for each coding.
    let tag = format!("W/\"{digest}\"");
    let is_known = text(header::IF_NONE_MATCH).contains(&tag);
    let accepted = text(header::ACCEPT_ENCODING);
    let packed = body.packed.iter().find(|(coding, _)| accepts(accepted, coding));
    let (coding, bytes) = packed.map_or((None, &body.plain), |(coding, bytes)| (Some(*coding), bytes));
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(bytes.clone()) });
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(releases::kind(name).unwrap_or("application/octet-stream")));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// Whether a browser that sends this takes that coding.
pub(super) fn accepts(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|one| one.trim().split(';').next() == Some(coding) && !one.ends_with("q=0"))
}
