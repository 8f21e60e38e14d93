//! Links by which a shopper goes to the wallet and comes back: they say to which page. Like everything that names a person they are no part
//! of facts and rows, which hold a word in their place.

use protocol::{Order, Payment, Surface};

/// Stands in facts and rows where the link is kept apart.
pub(crate) const KEPT_APART: &str = "sealed:";

/// Whether that is such a link.
pub(crate) fn is_link(payment: &Payment) -> bool {
    payment.payload.as_deref().is_some_and(|payload| leads_away(payment.surface, payload))
}

pub(super) fn leads_away(surface: Surface, payload: &str) -> bool {
    // Over plain http on a loopback address, where the sandbox is.
    surface == Surface::App && ["https://", "http://"].iter().any(|scheme| payload.starts_with(scheme))
}

/// The payload as rows hold it.
pub(crate) fn kept(payment: &Payment) -> Option<&str> {
    if is_link(payment) { Some(KEPT_APART) } else { payment.payload.as_deref() }
}

/// The order as rows hold it.
pub(crate) fn without_link(order: &Order) -> Order {
    let payment = order.payment.clone().map(|payment| Payment { payload: kept(&payment).map(str::to_owned), ..payment });
    Order { payment, ..order.clone() }
}

/// Whether the link of an order's payment is kept apart, and is to be put in here.
pub(crate) fn lacks_link(order: &Order) -> Option<&Payment> {
    order.payment.as_ref().filter(|payment| payment.payload.as_deref() == Some(KEPT_APART))
}

/// The order as it is shown where its link is gone.
pub(crate) fn shown(order: Order) -> Order {
    if lacks_link(&order).is_none() {
        return order;
    }
    Order { payment: order.payment.map(|payment| Payment { payload: None, ..payment }), ..order }
}
