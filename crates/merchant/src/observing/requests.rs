//! One line and one count for each request, and an id that every line about it bears.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Response};
use axum::middleware::Next;
use protocol::base64::{Alphabet, encode};
use tracing::Instrument as _;

use super::{Metrics, Stopwatch};
use crate::random;

/// Where a proxy tells an id, and where the answer repeats it.
const ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over, characters.
const LONGEST: usize = 64;
/// Files, and what there is not.
const ELSE: &str = "/…";

/// The id of a request, for whoever has to name it.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Tells and counts a request.
pub(crate) async fn observe(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response<Body> {
    // One that has waited keeps both.
    let watch = *request.extensions_mut().get_or_insert_with(Stopwatch::start);
    let told = told(&request);
    let made = || RequestId(told.unwrap_or_else(|| format!("req_{}", encode(Alphabet::Url, &random::bytes::<9>()))));
    let RequestId(id) = request.extensions_mut().get_or_insert_with(made).clone();
    let (method, route) = (request.method().clone(), named(request.extensions().get()));
    let span = tracing::info_span!("request", id);
    async {
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        metrics.answered(&route, status, watch.passed());
        tracing::info!(%method, route, status, milliseconds = watch.milliseconds(), "answered");
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

/// The proxy's id, if it is one that a log can bear.
fn told(request: &Request) -> Option<String> {
    let id = request.headers().get(ID)?.to_str().ok()?;
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (plain && (1..=LONGEST).contains(&id.len())).then(|| id.to_owned())
}

/// A route as figures and lines name it, `…` for an id or a file. Figures are kept for each for ever, so a stranger must not be able to make up one
/// more: only what the router knows has a name.
fn named(matched: Option<&MatchedPath>) -> String {
    let Some(path) = matched.map(MatchedPath::as_str).filter(|path| !is_catch_all(path)) else { return ELSE.to_owned() };
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "…" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// Whether a route answers all that there is not below a folder.
fn is_catch_all(path: &str) -> bool {
    path.ends_with("/{*nothing}")
}
