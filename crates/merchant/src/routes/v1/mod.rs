//! `/v1`, what widgets ask: every answer is signed and bound to its request (docs/spec/signing.md §3), and only pages that may ask are
//! answered. A route is a file and a line in [`routes`].

mod answers;
mod binding;
mod cancel;
mod downloads;
mod extract;
mod open;
mod orders;
mod origins;
mod outcome;
mod payment_options;
mod payments;
mod quote;
mod return_url;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, post};

pub(super) use self::origins::Origins;

use self::binding::bind_and_sign;
use self::outcome::Outcome;
use super::App;
use crate::response::ApiError;

/// The signed routes.
pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/v1/quote", read(quote::get))
        .route("/v1/orders", make(orders::create))
        .route("/v1/orders/{order}", read(orders::get))
        .route("/v1/orders/{order}/answers", make(answers::give))
        .route("/v1/orders/{order}/open", make(open::open))
        .route("/v1/orders/{order}/downloads", make(downloads::make))
        .route("/v1/orders/{order}/payments", make(payments::create))
        .route("/v1/orders/{order}/cancel", make(cancel::cancel))
        .route("/v1/orders/{order}/close", make(cancel::close))
        .route("/v1/{*nothing}", any(async || ApiError::NotFound))
        .layer(from_fn_with_state(app.clone(), bind_and_sign))
}

/// A route that is read by GET. A HEAD has no body that a digest could be of.
fn read<H: Handler<T, App>, T: 'static>(handler: H) -> MethodRouter<App> {
    let refuse = async || Outcome { result: Err(ApiError::MethodNotAllowed), allow: Some("GET") };
    get(handler).head(refuse).fallback(refuse)
}

/// A route that makes or ends something by POST.
fn make<H: Handler<T, App>, T: 'static>(handler: H) -> MethodRouter<App> {
    post(handler).fallback(async || Outcome { result: Err(ApiError::MethodNotAllowed), allow: Some("POST") })
}
