//! `/staff/counter/…`: what the page at a counter asks and tells. It sells by orders of the shop's own, of its key; turned to a customer, it
//! answers nothing but what that side shows.

mod closing;
mod day;
mod selling;
mod turning;

use axum::Router;
use axum::routing::{get, post};
use protocol::OrderId;

use super::duty::Session;
use super::host::Staff;
use super::refusal::Refusal;

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

/// An order that this counter has sold.
async fn sold_here(staff: &Staff, session: &Session, order: &str) -> Result<OrderId, Refusal> {
    let id = OrderId::parse(order).ok_or_else(Refusal::unknown_order)?;
    let is_ours = staff.app.service.store.has_made(session.key_id(), &id).await?;
    if is_ours { Ok(id) } else { Err(Refusal::unknown_order()) }
}
