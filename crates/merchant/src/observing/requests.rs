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
/// Our addresses; `…` is an id or a file. Figures are kept for each for ever, so a stranger must not be able to
/// make up one more.
const ROUTES: &[&str] = &[
    "/v1/quote",
    "/v1/orders",
    "/v1/orders/…",
    "/v1/orders/…/payments",
    "/v1/orders/…/cancel",
    "/v1/orders/…/close",
    "/notify/official_account",
    "/notify/…",
    "/wechat/openid",
    "/admin/v1/orders",
    "/admin/v1/orders/…",
    "/admin/v1/orders/…/cancel",
    "/admin/v1/orders/…/refunds",
    "/admin/v1/orders/…/refunds/…/done",
    "/admin/v1/payments/…/confirm",
    "/admin/v1/export",
    "/admin/v1/reconciliation",
    "/admin/v1/insights",
    "/admin/v1/webhooks",
    "/admin/v1/webhooks/…/replay",
    "/metrics",
    "/.well-known/http-message-signatures-directory",
    "/r/…/…",
    "/r/…/…/…",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/",
    "/shop",
    "/shop/",
    "/shop/…",
];
/// Files, and what there is not.
const ELSE: &str = "/…";

/// The id of a request, for whoever has to name it.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Tells and counts a request.
pub(crate) async fn observe(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response<Body> {
    let id = told(&request).unwrap_or_else(|| format!("req_{}", encode(Alphabet::Url, &random::bytes::<9>())));
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, route) = (request.method().clone(), template(request.uri().path()));
    let span = tracing::info_span!("request", id);
    async {
        let watch = Stopwatch::start();
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        metrics.answered(route, status, watch.passed());
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

/// Which of our addresses a path is.
fn template(path: &str) -> &'static str {
    ROUTES.iter().copied().find(|route| is_of(path, route)).unwrap_or(ELSE)
}

fn is_of(path: &str, route: &str) -> bool {
    let is_one = |(segment, known): (&str, &str)| segment == known || known == "…" && !segment.is_empty();
    path.split('/').count() == route.split('/').count() && path.split('/').zip(route.split('/')).all(is_one)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{ELSE, template};

    #[test]
    fn a_route_names_nobody() {
        assert_eq!(template("/v1/orders/ord_AbCdEfGhIjKlMnOpQrStUv/cancel"), "/v1/orders/…/cancel");
        assert_eq!(template("/admin/v1/orders/ord_AbC/refunds/one/done"), "/admin/v1/orders/…/refunds/…/done");
    }

    #[test]
    fn every_address_that_is_described_has_figures_of_its_own() {
        let document: Value = serde_json::from_str(include_str!("../../../protocol/schema/openapi.json")).unwrap();
        for path in document["paths"].as_object().unwrap().keys() {
            assert_ne!(template(&path.replace("{provider}", "alipay")), ELSE, "{path}");
        }
    }

    #[test]
    fn a_path_that_is_not_ours_makes_no_route_of_its_own() {
        for path in ["/v1/quote/quote", "/admin/admin/admin", "/v1/orders//cancel", "/qr-checkout.js", "/a/b/c/d/e/f/g/h/i", ""] {
            assert_eq!(template(path), "/…", "{path}");
        }
    }
}
