//! The host of the pages for staff, and which requests are to it.

use axum::extract::Request;
use axum::http::header;

use super::super::App;
use crate::config::StaffHost;

/// What routes of staff may use.
#[derive(Clone)]
pub(super) struct Staff {
    pub(super) app: App,
    pub(super) host: StaffHost,
}

/// Whether a request is to that host.
pub(super) fn is_to(request: &Request, host: &StaffHost) -> bool {
    let named = request.headers().get(header::HOST).and_then(|name| name.to_str().ok());
    let named = request.uri().authority().map(|authority| authority.as_str()).or(named);
    named.is_some_and(|name| name.eq_ignore_ascii_case(&host.host))
}
