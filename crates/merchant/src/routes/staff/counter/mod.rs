//! `/staff/counter/…`: what the page at a counter asks and tells. It sells by orders of the shop's own, of its key; turned to a customer, it
//! answers nothing but what that side shows.

mod closing;
mod day;
mod selling;
mod sold;
mod turning;

use axum::Router;
use axum::routing::{get, post};

use super::host::Staff;

/// Every route of the counter.
pub(super) fn routes() -> Router<Staff> {
    Router::new()
        .route("/staff/counter/pin", post(turning::choose))
        .route("/staff/counter/back", post(turning::back))
        .route("/staff/counter/wares", get(selling::wares))
        .route("/staff/counter/price", post(selling::price))
        .route("/staff/counter/orders", get(day::list).post(selling::sell))
        .route("/staff/counter/orders/{order}", get(day::show))
        .route("/staff/counter/orders/{order}/show", post(turning::show))
        .route("/staff/counter/orders/{order}/cancel", post(day::cancel))
        .route("/staff/counter/orders/{order}/refund", post(day::refund))
        .route("/staff/counter/closing", get(closing::tell))
}
