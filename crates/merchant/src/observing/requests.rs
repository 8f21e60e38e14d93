//! One line and one count for each request, and an id that every line about it bears.

use axum::body::Body;
use axum::extract::{Request, State};
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
/// The words of our addresses. Everything else in a path is somebody's id or a file.
const WORDS: [&str; 25] = [
    "v1",
    "quote",
    "orders",
    "payments",
    "cancel",
    "notify",
    "wechat_pay",
    "alipay",
    "official_account",
    "admin",
    "refunds",
    "done",
    "confirm",
    "export",
    "insights",
    "reconciliation",
    "webhooks",
    "replay",
    "healthz",
    "readyz",
    "metrics",
    "openapi.json",
    ".well-known",
    "shop",
    "wechat",
];
/// The longest path that is told, segments.
const DEEPEST: usize = 7;

/// Tells and counts a request.
pub(crate) async fn observe(State(metrics): State<Metrics>, request: Request, next: Next) -> Response<Body> {
    let id = told(&request).unwrap_or_else(|| format!("req_{}", encode(Alphabet::Url, &random::bytes::<9>())));
    let (method, route) = (request.method().clone(), template(request.uri().path()));
    let span = tracing::info_span!("request", id);
    async {
        let watch = Stopwatch::start();
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

/// A path without what is different for everybody.
fn template(path: &str) -> String {
    let segments = path.split('/').skip(1).take(DEEPEST);
    segments.flat_map(|segment| ["/", WORDS.into_iter().find(|word| *word == segment).unwrap_or("…")]).collect()
}

#[cfg(test)]
mod tests {
    use super::template;

    #[test]
    fn a_route_names_nobody() {
        assert_eq!(template("/v1/orders/ord_AbCdEfGhIjKlMnOpQrStUv/cancel"), "/v1/orders/…/cancel");
        assert_eq!(template("/"), "/…");
        assert_eq!(template("/a/b/c/d/e/f/g/h/i"), "/…/…/…/…/…/…/…");
    }
}
