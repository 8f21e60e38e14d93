//! Events: what a change of an order means to the shop. They follow from the order before and after, not from who changed it, so that
//! no way of changing can forget one.

use protocol::{FulfilmentKind, OrderStatus};
use serde_json::{Value, json};

use crate::order_record::{Fact, OrderRecord, RefundStatus};
use crate::views;

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A shopper, or the shop, made an order.
    OrderCreated,
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
    /// Things can be picked up.
    OrderReadyForPickup,
    /// Things are on their way.
    OrderShipped,
    /// What is known of a shipment was corrected.
    OrderShipmentCorrected,
    /// The buyer has things.
    OrderHandedOver,
    /// Things came back.
    OrderReturned,
    /// A refund has arrived.
    RefundDone,
    /// A refund was refused, or a person has to make it another way.
    RefundFailed,
    /// A person has to look at a payment.
    PaymentNeedsAttention,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [EventKind; 14] = [
        EventKind::OrderCreated,
        EventKind::OrderPaid,
        EventKind::OrderExpired,
        EventKind::OrderCanceled,
        EventKind::OrderPartlyRefunded,
        EventKind::OrderRefunded,
        EventKind::OrderReadyForPickup,
        EventKind::OrderShipped,
        EventKind::OrderShipmentCorrected,
        EventKind::OrderHandedOver,
        EventKind::OrderReturned,
        EventKind::RefundDone,
        EventKind::RefundFailed,
        EventKind::PaymentNeedsAttention,
    ];

    /// Its `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::OrderCreated => "order.created",
            EventKind::OrderPaid => "order.paid",
            EventKind::OrderExpired => "order.expired",
            EventKind::OrderCanceled => "order.canceled",
            EventKind::OrderPartlyRefunded => "order.partly_refunded",
            EventKind::OrderRefunded => "order.refunded",
            EventKind::OrderReadyForPickup => "order.ready_for_pickup",
            EventKind::OrderShipped => "order.shipped",
            EventKind::OrderShipmentCorrected => "order.shipment_corrected",
            EventKind::OrderHandedOver => "order.handed_over",
            EventKind::OrderReturned => "order.returned",
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

impl From<FulfilmentKind> for EventKind {
    fn from(kind: FulfilmentKind) -> EventKind {
        match kind {
            FulfilmentKind::ReadyForPickup => EventKind::OrderReadyForPickup,
            FulfilmentKind::Shipped => EventKind::OrderShipped,
            FulfilmentKind::HandedOver => EventKind::OrderHandedOver,
            FulfilmentKind::Returned => EventKind::OrderReturned,
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
    let mut tell = |kind, member: &str, what: Value| events.push(event(kind, after, (member, what), now));
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
    for fulfilled in after.order.fulfilment.iter().skip(before.order.fulfilment.len()) {
        tell(fulfilled.kind.into(), "fulfilled", json!(fulfilled.to_json()));
    }
    for fact in &after.facts {
        if let Fact::ShipmentCorrected { shipment, .. } = fact {
            tell(EventKind::OrderShipmentCorrected, "corrected", json!({ "shipment": shipment }));
        }
    }
    events
}

/// That an order was made. `now` in unix seconds.
pub(crate) fn created(record: &OrderRecord, now: i64) -> Event {
    event(EventKind::OrderCreated, record, ("", Value::Null), now)
}

fn event(kind: EventKind, record: &OrderRecord, (member, what): (&str, Value), now: i64) -> Event {
    let mut data = views::record(record, &[]);
    if let Some(data) = data.as_object_mut() {
        // The history is there to be asked for.
        data.remove("ledger");
        if !member.is_empty() {
            data.insert(member.to_owned(), what);
        }
    }
    Event { kind, body: json!({ "type": kind.as_str(), "timestamp": now, "data": data }).to_string() }
}
