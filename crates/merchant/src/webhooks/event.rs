//! Events: what a change of an order means to the shop. They follow from the order before and after, not from who changed it, so that
//! no way of changing can forget one.

use protocol::OrderStatus;
use serde_json::{Value, json};

use crate::order_record::{Fact, OrderRecord, RefundStatus};
use crate::views;

/// Every kind of event.
pub(crate) const KINDS: [&str; 8] = [
    "order.paid",
    "order.expired",
    "order.canceled",
    "order.partly_refunded",
    "order.refunded",
    "refund.done",
    "refund.failed",
    "payment.needs_attention",
];

/// Facts in the ledger that a person has to look at.
pub(crate) const ALARMS: [&str; 7] =
    ["paid-twice", "wrong-amount", "second-payment", "oversold", "payment-unclear", "transaction-used", "bill-difference"];

/// Something to tell the shop.
pub(crate) struct Event {
    /// One of [`KINDS`].
    pub(crate) kind: &'static str,
    /// JSON, as it is sent at every attempt.
    pub(crate) body: String,
}

/// What a change has to tell, in the order in which it is to be read. `now` in unix seconds.
pub(crate) fn between(before: &OrderRecord, after: &OrderRecord, now: i64) -> Vec<Event> {
    let mut events = Vec::new();
    let mut tell = |kind, member: &str, what: Value| {
        let mut data = views::record(after, &[]);
        if let Some(data) = data.as_object_mut() {
            // Who follows the account is the shopper's own affair; the history is there to be asked for.
            data.retain(|name, _| !["follower", "ledger"].contains(&name.as_str()));
            if !member.is_empty() {
                data.insert(member.to_owned(), what);
            }
        }
        events.push(Event { kind, body: json!({ "type": kind, "timestamp": now, "data": data }).to_string() });
    };
    let facts = after.facts.iter().map(Fact::members);
    for (kind, detail) in facts.filter(|(kind, _)| ALARMS.contains(&kind.as_str())) {
        tell("payment.needs_attention", "attention", json!({ "reason": kind, "detail": detail }));
    }
    for (at, refund) in after.refunds.iter().enumerate() {
        if before.refunds.get(at).map(|before| before.status) == Some(refund.status) {
            continue;
        }
        match refund.status {
            RefundStatus::Pending => {}
            RefundStatus::Done => tell("refund.done", "refund", views::refund(refund)),
            RefundStatus::Failed | RefundStatus::Stuck => tell("refund.failed", "refund", views::refund(refund)),
        }
    }
    if after.order.status != before.order.status
        && let Some(kind) = of_status(after.order.status)
    {
        tell(kind, "", Value::Null);
    }
    events
}

fn of_status(status: OrderStatus) -> Option<&'static str> {
    match status {
        OrderStatus::Pending => None,
        OrderStatus::Paid => Some("order.paid"),
        OrderStatus::Expired => Some("order.expired"),
        OrderStatus::Canceled => Some("order.canceled"),
        OrderStatus::PartlyRefunded => Some("order.partly_refunded"),
        OrderStatus::Refunded => Some("order.refunded"),
    }
}
