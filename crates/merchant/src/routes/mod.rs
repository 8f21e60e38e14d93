//! All addresses of the backend. A route is a file; the signed ones are listed in [`signed_route`].

mod admin;
mod cancel;
mod deadline;
mod files;
mod health;
mod keys;
mod notify;
mod orders;
mod own_files;
mod paying;
mod payments;
mod quote;
mod releases;
mod return_url;
mod safe_headers;
mod strangers;
mod wechat;

pub use admin::CODES as ADMIN_CODES;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware;
use axum::routing::{any, get, post};
use protocol::OrderId;
use tokio::sync::watch;

use self::health::Readiness;
use self::safe_headers::SafeHeaders;
use crate::answer::{Refusal, Reply, signed, unsigned};
use crate::asked::{self, Asked, Unbound};
use crate::client::Client;
use crate::config::{Config, ServerConfig};
use crate::desk::SharedDesk;
use crate::limits::{Effort, Limits};
use crate::observing::observe;
use crate::official_account;

/// What every route may use.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) desk: SharedDesk,
    pub(crate) stopping: watch::Receiver<bool>,
    /// Whether the server ends soon, and takes everything in until then.
    leaving: std::sync::Arc<std::sync::atomic::AtomicBool>,
    origins: std::sync::Arc<[String]>,
    proxies: usize,
    /// The merchant's own files at the root.
    files: Option<std::sync::Arc<std::path::Path>>,
    pub(crate) limits: std::sync::Arc<Limits>,
    readiness: std::sync::Arc<Readiness>,
    readers: std::sync::Arc<admin::Readers>,
}

impl App {
    pub(crate) fn new(desk: SharedDesk, stopping: watch::Receiver<bool>, config: &Config) -> App {
        let ServerConfig { allowed_origins, trusted_proxies, .. } = &config.server;
        App {
            desk,
            stopping,
            leaving: std::sync::Arc::default(),
            origins: allowed_origins.clone().into(),
            proxies: *trusted_proxies,
            files: config.server.files.as_deref().map(std::sync::Arc::from),
            limits: std::sync::Arc::new(Limits::new(&config.limits)),
            readiness: std::sync::Arc::default(),
            readers: std::sync::Arc::default(),
        }
    }

    /// What makes `/readyz` send everybody elsewhere, while whoever still comes is served.
    pub(crate) fn leaving(&self) -> std::sync::Arc<std::sync::atomic::AtomicBool> {
        std::sync::Arc::clone(&self.leaving)
    }

    /// Whether pages of that origin may ask.
    pub(crate) fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known == "*" || known == origin) || self.desk.is_own(origin)
    }

    /// Gets the code by which the shopper of an order can follow the account, while the shopper pays.
    pub(crate) fn follow_later(&self, order: &OrderId) {
        let (desk, order) = (SharedDesk::clone(&self.desk), order.clone());
        if desk.channel.is_some() {
            tokio::spawn(async move {
                if let Err(failure) = desk.fetch_follow_code(&order).await {
                    tracing::warn!(%order, %failure, "there is no code to follow this order by");
                }
            });
        }
    }

    /// Waits until the server is told to stop.
    async fn stopped(&self) {
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }
}

/// The whole backend as a service.
pub(crate) fn app(app: App, config: &Config) -> Router {
    let (merchant_key, metrics) = (app.desk.keys.merchant_key(), app.desk.metrics.clone());
    let routes = Router::new()
        .route("/notify/official_account", get(wechat::check).post(wechat::receive).layer(DefaultBodyLimit::max(64 * 1024)))
        .route("/notify/{provider}", post(notify::receive).layer(DefaultBodyLimit::max(256 * 1024)))
        .merge(admin::routes(&app))
        .layer(middleware::from_fn_with_state(app.clone(), strangers::counted))
        .merge(
            Router::new()
                .route(official_account::PATH, get(wechat::come_back))
                .layer(middleware::from_fn_with_state(app.clone(), strangers::read)),
        )
        .route("/v1/{*path}", any(signed_api))
        .route("/.well-known/http-message-signatures-directory", get(keys::directory))
        .route("/openapi.json", get(keys::openapi))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/r/{release}/{*file}", any(releases::pinned))
        .with_state(app.clone());
    let time = config.limits.silence();
    let headers = SafeHeaders { is_https: config.public_url().starts_with("https://") };
    files::serve(routes, app, config, &merchant_key)
        .layer(middleware::map_request(move |request: Request| async move { deadline::within(time, request) }))
        .layer(middleware::from_fn(strangers::read_names))
        .layer(middleware::from_fn_with_state(metrics, observe))
        .layer(middleware::map_response(move |response| async move { headers.put_on(response) }))
}

/// The signed API: reads strictly, answers through one signature, with CORS for listed origins.
async fn signed_api(State(app): State<App>, request: Request) -> Response<Body> {
    let origin = allowed_origin(&app, &request);
    let allowed = allowed_methods(request.uri().path());
    let mut response = if request.method() == Method::OPTIONS {
        preflight()
    } else if !asked::METHODS.contains(&request.method().as_str()) {
        // A signature cannot name it.
        refused_method()
    } else {
        let is_lost = request.method() == Method::POST && allowed == "GET";
        let client = Client::of(request.headers(), request.extensions(), app.proxies);
        match Asked::read(&app.desk.public_url, app.proxies, request).await {
            Ok(asked) => {
                let result = signed_route(&app, &asked).await;
                signed(&app.desk.keys, &app.desk.merchant, &asked, result, app.desk.now())
            }
            // What is not counted where it is answered is counted here.
            Err(unbound) => match app.limits.pass(&client, Effort::Reading) {
                Err(seconds) => strangers::silence(seconds),
                Ok(()) if is_lost => refused_method(),
                Ok(()) => unbound_answer(&unbound),
            },
        }
    };
    let is_refused_method = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if is_refused_method {
        headers.insert(header::ALLOW, allowed);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static("Signature, Signature-Input, Unencoded-Digest, Retry-After");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    response
}

/// Says what is missing, unsigned: there is nothing to bind a signature to.
fn unbound_answer(unbound: &Unbound) -> Response<Body> {
    let (code, detail) = match unbound {
        Unbound::Nonce => ("bad-request", "the query needs n, 16 random bytes in base64url, to sign the answer for"),
        Unbound::Digest => ("digest-mismatch", "a POST needs content-digest, for the answer to be bound to"),
        Unbound::Key => {
            ("idempotency-key-missing", "a POST needs idempotency-key, 16 random bytes in base64url, for the answer to be bound to")
        }
    };
    unsigned(StatusCode::BAD_REQUEST, code, detail)
}

/// Every signed route.
async fn signed_route(app: &App, asked: &Asked) -> Result<Reply, Refusal> {
    let effort = if asked.request.method == "POST" { Effort::Making } else { Effort::Reading };
    app.limits.pass(&asked.client, effort).map_err(Refusal::RateLimited)?;
    asked.check_revision()?;
    let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
    match (asked.request.method, segments.as_slice()) {
        ("GET", ["quote"]) => quote::get(app, asked).await,
        ("POST", ["orders"]) => orders::create(app, asked).await,
        ("GET", ["orders", id]) => orders::get(app, asked, id).await,
        ("POST", ["orders", id, "payments"]) => payments::create(app, asked, id).await,
        ("POST", ["orders", id, "cancel"]) => cancel::cancel(app, asked, id).await,
        ("POST", ["orders", id, "close"]) => cancel::close(app, asked, id).await,
        (_, ["quote"] | ["orders"] | ["orders", _] | ["orders", _, "payments" | "cancel" | "close"]) => Err(Refusal::MethodNotAllowed),
        _ => Err(Refusal::NotFound),
    }
}

fn refused_method() -> Response<Body> {
    unsigned(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "this address does not take that method")
}

/// What an address takes, for those who tried something else.
fn allowed_methods(path: &str) -> HeaderValue {
    let reads = path.ends_with("/quote") || path.split('/').skip(2).count() == 2;
    HeaderValue::from_static(if reads { "GET" } else { "POST" })
}

/// The origin to allow, if this one is listed.
fn allowed_origin(app: &App, request: &Request) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    let listed = app.origins.iter().any(|known| known == "*" || known.as_bytes() == origin.as_bytes());
    listed.then(|| origin.clone())
}

fn preflight() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    let allowed = HeaderValue::from_static("content-type, content-digest, idempotency-key");
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}
