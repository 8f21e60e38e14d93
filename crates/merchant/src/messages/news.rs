//! What a change of an order means to its shopper. It follows from the order before and after, not from who changed it, so that no way of
//! changing can forget one.

use super::occasion::Occasion;
use crate::order_record::{Fact, OrderRecord, RefundStatus};
use protocol::FulfilmentKind;

/// What a change has to tell, and what of the order each is about: a refund, or nothing but the order itself.
pub(crate) fn between<'a>(before: &OrderRecord, after: &'a OrderRecord) -> Vec<(Occasion, &'a str)> {
    let mut news = Vec::new();
    if after.order.status.has_money() && !before.order.status.has_money() {
        news.push((Occasion::Paid, ""));
    }
    let was_done = |at: usize| before.refunds.get(at).is_some_and(|refund| refund.status == RefundStatus::Done);
    let done = after.refunds.iter().enumerate().filter(|(at, refund)| refund.status == RefundStatus::Done && !was_done(*at));
    news.extend(done.map(|(_, refund)| (Occasion::Refunded, refund.id.as_str())));
    news.extend(after.facts.iter().filter_map(|fact| match fact {
        Fact::Fulfilled { what: FulfilmentKind::Shipped, shipment, .. } => {
            Some((Occasion::Shipped, shipment.as_deref().unwrap_or_default()))
        }
        Fact::Fulfilled { what: FulfilmentKind::ReadyForPickup, .. } => Some((Occasion::ReadyForPickup, "")),
        _ => None,
    }));
    news
}
