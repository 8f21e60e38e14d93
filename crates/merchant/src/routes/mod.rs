//! All addresses of the backend. A route is a file; the signed ones are listed in [`v1`].

mod admin;
mod app;
mod deadline;
mod files;
mod health;
mod keys;
mod notify;
mod own_files;
mod pages;
mod readiness;
mod releases;
mod safe_headers;
mod strangers;
mod v1;
mod wechat;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware;
use axum::routing::{any, get, post};

pub use admin::CODES as ADMIN_CODES;
pub(crate) use app::App;

use self::safe_headers::SafeHeaders;
use crate::config::Config;
use crate::observing::observe;
use crate::official_account;

/// The whole backend as a service.
pub(crate) fn router(app: App, config: &Config) -> Router {
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
        .merge(pages::routes(&app))
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
