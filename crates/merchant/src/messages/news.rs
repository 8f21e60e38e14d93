//! What a change of an order means to its shopper. It follows from the order before and after, not from who changed it, so that no way of
//! changing can forget one.

use protocol::FulfilmentKind;

use super::occasion::Occasion;
use crate::order_record::{Fact, OrderRecord, RefundStatus};

/// What a change has to tell, and what of the order each is about: a refund, a parcel, a place among what became of its pieces, or nothing but
/// the order itself.
pub(crate) fn between(before: &OrderRecord, after: &OrderRecord) -> Vec<(Occasion, String)> {
    let mut news = Vec::new();
    if after.order.status.has_money() && !before.order.status.has_money() {
        news.push((Occasion::Paid, String::new()));
    }
    let fulfilled = after.facts.iter().filter_map(|fact| match fact {
        Fact::Fulfilled { what, shipment, .. } => Some((*what, shipment)),
        _ => None,
    });
    for ((what, shipment), place) in fulfilled.zip(before.order.fulfilment.len()..) {
        let occasion = match what {
            FulfilmentKind::Shipped => Occasion::Shipped,
            FulfilmentKind::ReadyForPickup => Occasion::ReadyForPickup,
            FulfilmentKind::HandedOver | FulfilmentKind::Returned => continue,
        };
        news.push((occasion, shipment.clone().unwrap_or_else(|| place.to_string())));
    }
    let gives = after.facts.iter().any(|fact| matches!(fact, Fact::KeysGiven { .. }));
    if gives && after.facts.iter().any(|fact| matches!(fact, Fact::Settled { .. })) {
        // Once, when nothing is owed any more.
        news.push((Occasion::Given, String::new()));
    }
    let was_done = |at: usize| before.refunds.get(at).is_some_and(|refund| refund.status == RefundStatus::Done);
    let done = after.refunds.iter().enumerate().filter(|(at, refund)| refund.status == RefundStatus::Done && !was_done(*at));
    news.extend(done.map(|(_, refund)| (Occasion::Refunded, refund.id.clone())));
    news
}
