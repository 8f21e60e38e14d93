//! All addresses of the backend. A route is a file; the signed ones are listed in [`v1`].

mod admin;
mod app;
mod carts;
mod deadline;
mod downloads;
mod files;
mod health;
mod keys;
mod notify;
mod own_files;
mod pages;
mod readiness;
mod releases;
mod safe_headers;
mod staff;
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
    let staff = config.staff_host().ok().flatten();
    let staff = staff.map(|host| {
        let routes = observed(staff::routes(&app, &host), &app, config, SafeHeaders { is_https: host.is_https() });
        (host, routes)
    });
    staff::beside(shop(app, config), staff)
}

/// All that shoppers, providers and the shop's own server ask.
fn shop(app: App, config: &Config) -> Router {
    let merchant_key = app.service.keys.merchant_key();
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
        .merge(Router::new().route("/d/{token}", get(downloads::load)).layer(middleware::from_fn_with_state(app.clone(), strangers::read)))
        .merge(v1::routes(&app))
        .merge(pages::routes(&app))
        .route("/.well-known/http-message-signatures-directory", get(keys::directory))
        .route("/openapi.json", get(keys::openapi))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/r/{release}/{*file}", any(releases::pinned))
        .with_state(app.clone());
    let headers = SafeHeaders { is_https: config.public_url().starts_with("https://") };
    let routes = files::serve(routes, app.clone(), config, &merchant_key);
    observed(routes, &app, config, headers)
}

/// What every request has around it.
fn observed(routes: Router, app: &App, config: &Config, headers: SafeHeaders) -> Router {
    let (time, metrics) = (config.limits.silence(), app.service.metrics.clone());
    routes
        .layer(middleware::map_request(move |request: Request| async move { deadline::within(time, request) }))
        .layer(middleware::from_fn(strangers::read_names))
        .layer(middleware::from_fn_with_state(metrics, observe))
        .layer(middleware::map_response(move |response| async move { headers.put_on(response) }))
}
