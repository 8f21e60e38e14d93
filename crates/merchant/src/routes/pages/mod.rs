//! Pages of the backend's own, for shoppers. None holds a script or a style of its own inside, none but `/frame` is framed, none is searched
//! or kept, and a GET changes nothing: robots of chats fetch them.

mod amount;
mod answering;
mod basket;
mod bill;
mod buying;
mod code;
mod document;
mod failure;
mod finding;
mod form;
mod frame;
mod goods;
mod link;
mod order;
mod owned;
mod pay;
mod paying;
mod place;
mod questions;
mod surface;
mod wanted;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use axum::routing::get;

use super::{App, strangers};

/// The pages, and what they are drawn by.
pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/o/{order}", get(order::show))
        .route("/l/{link}", get(link::show).post(link::order))
        .route("/at/{place}", get(place::show))
        .route("/pay", get(buying::show).post(buying::order))
        .route("/pay/{order}", get(pay::show).post(pay::act))
        .route("/frame", get(frame::show))
        .route("/frame/{file}", get(frame::file))
        .route("/pages/page.css", get(style))
        .layer(from_fn_with_state(app.clone(), strangers::read))
}

async fn style() -> Response<Body> {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("page.css")).into_response()
}
