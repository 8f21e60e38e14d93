//! Events: what a change of an order means to the shop. They follow from the order before and after, not from who changed it, so that
//! no way of changing can forget one.

use protocol::OrderStatus;
use serde_json::{Value, json};

use crate::order_record::{Fact, OrderRecord, RefundStatus};
use crate::views;

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The money has come.
    OrderPaid,
    /// The time to pay is over.
    OrderExpired,
    /// The order was given up.
    OrderCanceled,
    /// Part of the money is back.
    OrderPartlyRefunded,
    /// All of the money is back.
    OrderRefunded,
    /// A refund has arrived.
    RefundDone,
    /// A refund was refused, or a person has to make it another way.
    RefundFailed,
    /// A person has to look at a payment.
    PaymentNeedsAttention,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [EventKind; 8] = [
        EventKind::OrderPaid,
        EventKind::OrderExpired,
        EventKind::OrderCanceled,
        EventKind::OrderPartlyRefunded,
        EventKind::OrderRefunded,
        EventKind::RefundDone,
        EventKind::RefundFailed,
        EventKind::PaymentNeedsAttention,
    ];

    /// Its `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::OrderPaid => "order.paid",
            EventKind::OrderExpired => "order.expired",
            EventKind::OrderCanceled => "order.canceled",
            EventKind::OrderPartlyRefunded => "order.partly_refunded",
            EventKind::OrderRefunded => "order.refunded",
            EventKind::RefundDone => "refund.done",
            EventKind::RefundFailed => "refund.failed",
            EventKind::PaymentNeedsAttention => "payment.needs_attention",
        }
    }

    /// The kind of that `type`.
    pub fn parse(word: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    fn of_status(status: OrderStatus) -> Option<EventKind> {
        match status {
            OrderStatus::Pending => None,
            OrderStatus::Paid => Some(EventKind::OrderPaid),
            OrderStatus::Expired => Some(EventKind::OrderExpired),
            OrderStatus::Canceled => Some(EventKind::OrderCanceled),
            OrderStatus::PartlyRefunded => Some(EventKind::OrderPartlyRefunded),
            OrderStatus::Refunded => Some(EventKind::OrderRefunded),
        }
    }
}

/// Something to tell the shop.
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    /// JSON, as it is sent at every attempt.
    pub(crate) body: String,
}

/// What a change has to tell, in the order in which it is to be read. `now` in unix seconds.
pub(crate) fn between(before: &OrderRecord, after: &OrderRecord, now: i64) -> Vec<Event> {
    let mut events = Vec::new();
    let mut tell = |kind, member: &str, what: Value| {
        let mut data = views::record(after, &[]);
        if let Some(data) = data.as_object_mut() {
            // The history is there to be asked for.
            data.remove("ledger");
            if !member.is_empty() {
                data.insert(member.to_owned(), what);
            }
        }
        events.push(Event { kind, body: json!({ "type": kind.as_str(), "timestamp": now, "data": data }).to_string() });
    };
    for (kind, detail) in after.facts.iter().filter(|fact| fact.needs_attention()).map(Fact::members) {
        tell(EventKind::PaymentNeedsAttention, "attention", json!({ "reason": kind, "detail": detail }));
    }
    for (at, refund) in after.refunds.iter().enumerate() {
        if before.refunds.get(at).map(|before| before.status) == Some(refund.status) {
            continue;
        }
        match refund.status {
            RefundStatus::Pending => {}
            RefundStatus::Done => tell(EventKind::RefundDone, "refund", views::refund(refund)),
            RefundStatus::Failed | RefundStatus::Stuck => tell(EventKind::RefundFailed, "refund", views::refund(refund)),
        }
    }
    if after.order.status != before.order.status
        && let Some(kind) = EventKind::of_status(after.order.status)
    {
        tell(kind, "", Value::Null);
    }
    events
}
