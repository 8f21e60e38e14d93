//! The order that a caller names.

use protocol::OrderId;

use super::super::App;
use super::error::AdminError;
use crate::number::OrderNumber;

/// The order that a caller names: by its number or id, or by whatever else it is known by.
pub(super) async fn order_id(app: &App, name: &str) -> Result<OrderId, AdminError> {
    let name = name.trim();
    match app.service.store.orders_named(name).await?.as_slice() {
        [] => Err(AdminError::unknown("order")),
        [order] => Ok(order.clone()),
        several => Err(ambiguous("orders", several.iter().map(|order| OrderNumber::of(order).to_string()))),
    }
}

/// More than one thing has that name.
pub(super) fn ambiguous(what: &str, names: impl Iterator<Item = String>) -> AdminError {
    let names: Vec<_> = names.take(5).collect();
    AdminError::conflict("ambiguous", format!("several {what} are known by that: {}; say which", names.join(", ")))
}
