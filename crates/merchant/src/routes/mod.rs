//! All addresses of the backend. A route is a file; the signed ones are listed in [`v1`].

mod admin;
mod deadline;
mod files;
mod health;
mod keys;
mod notify;
mod own_files;
mod releases;
mod safe_headers;
mod strangers;
mod v1;
mod wechat;

pub use admin::CODES as ADMIN_CODES;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware;
use axum::routing::{any, get, post};
use tokio::sync::watch;

use self::health::Readiness;
use self::safe_headers::SafeHeaders;
use crate::config::{Config, ServerConfig};
use crate::limits::Limits;
use crate::observing::observe;
use crate::official_account;
use crate::order_service::SharedOrderService;

/// What every route may use.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) service: SharedOrderService,
    pub(crate) stopping: watch::Receiver<bool>,
    /// Whether the server ends soon, and takes everything in until then.
    leaving: std::sync::Arc<std::sync::atomic::AtomicBool>,
    /// Whose pages may ask.
    origins: v1::Origins,
    proxies: usize,
    /// The merchant's own files at the root.
    files: Option<std::sync::Arc<std::path::Path>>,
    pub(crate) limits: std::sync::Arc<Limits>,
    readiness: std::sync::Arc<Readiness>,
    readers: std::sync::Arc<admin::Readers>,
}

impl App {
    pub(crate) fn new(service: SharedOrderService, stopping: watch::Receiver<bool>, config: &Config) -> App {
        let ServerConfig { allowed_origins, trusted_proxies, .. } = &config.server;
        App {
            service,
            stopping,
            leaving: std::sync::Arc::default(),
            origins: v1::Origins::new(config.public_url(), allowed_origins),
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

    /// Waits until the server is told to stop.
    async fn stopped(&self) {
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }
}

/// The whole backend as a service.
pub(crate) fn app(app: App, config: &Config) -> Router {
    let (merchant_key, metrics) = (app.service.keys.merchant_key(), app.service.metrics.clone());
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
        .merge(v1::routes(&app))
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
