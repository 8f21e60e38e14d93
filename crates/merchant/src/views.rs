//! Orders, payments and refunds as the merchant reads them. Money in minor units, times in unix seconds.

use protocol::Order;
use serde_json::{Value, json};

use crate::number::OrderNumber;
use crate::order_record::{Happened, OrderRecord, PaymentRecord, Refund, link};
use crate::places::AtPlace;

/// An order as shoppers read it, too, with its price as members instead of the text that is signed.
pub(crate) fn order(order: &Order) -> Value {
    let numbered = Order { number: Some(OrderNumber::of(&order.id).to_string()), ..order.clone() };
    let mut view = json!(numbered.to_json());
    view["price"] = json!(order.price.to_json());
    if order.payment.as_ref().is_some_and(link::is_link) || link::lacks_link(order).is_some() {
        // It says where the shopper comes back to, which is nobody's affair but theirs.
        view["payment"]["payload"] = Value::Null;
    }
    view
}

pub(crate) fn record(record: &OrderRecord, ledger: &[Happened]) -> Value {
    json!({
        "order": order(&record.order),
        "reference": record.references.reference,
        "client_reference": record.references.client_reference,
        "metadata": record.references.metadata,
        "place": record.references.place.as_ref().map(place),
        "payments": record.payments.iter().map(payment).collect::<Vec<_>>(),
        "refunds": record.refunds.iter().map(refund).collect::<Vec<_>>(),
        "lines": lines(record),
        "delivery": delivery(record),
        "refundable": record.paying().map_or(0, |payment| record.left(payment)),
        "ledger": ledger.iter().map(entry).collect::<Vec<_>>(),
    })
}

/// At which place an order was made.
pub(crate) fn place(place: &AtPlace) -> Value {
    json!({ "id": place.id.as_str(), "name": place.name })
}

/// What of each line went back, and what its other pieces are worth.
fn lines(record: &OrderRecord) -> Value {
    let (left, _) = record.left_by_part();
    let line = |(at, line): (usize, &protocol::Line)| {
        let (sku, quantity) = (line.item.sku.as_str(), line.item.quantity);
        json!({ "line": at, "sku": sku, "quantity": quantity, "refunded": record.returned(at), "left_to_refund": left[at] })
    };
    record.order.price.lines.iter().enumerate().map(line).collect()
}

fn delivery(record: &OrderRecord) -> Value {
    let (_, left) = record.left_by_part();
    let told = || json!({ "refunded": record.is_delivery_returned(), "left_to_refund": left });
    record.order.price.delivery.as_ref().map_or(Value::Null, |_| told())
}

fn entry(Happened { at, kind, detail, key }: &Happened) -> Value {
    // The first versions wrote texts.
    let detail = serde_json::from_str(detail).unwrap_or_else(|_| Value::String(detail.clone()));
    let key = key.as_ref().map(|(id, name)| json!({ "id": id, "name": name }));
    json!({ "at": at, "kind": kind, "detail": detail, "key": key })
}

fn payment(attempted: &PaymentRecord) -> Value {
    let PaymentRecord { payment, money, .. } = attempted;
    json!({
        "id": payment.id.as_str(),
        "method": payment.method.as_str(),
        "surface": payment.surface.as_str(),
        "status": payment.status.as_str(),
        "amount": money.amount,
        "currency": money.currency.as_str(),
        "reference": attempted.reference,
        "transaction": attempted.transaction,
        "created_at": attempted.created_at,
        "shown_at": attempted.shown_at,
        "scanned_at": attempted.scanned_at,
        "paid_at": attempted.paid_at,
        "expires_at": payment.expires_at,
    })
}

pub(crate) fn refund(refund: &Refund) -> Value {
    json!({
        "id": refund.id,
        "payment": refund.payment.as_str(),
        "amount": refund.amount,
        "lines": refund.parts.lines,
        "delivery": refund.parts.delivery,
        "restock": refund.parts.restock,
        "transaction": refund.parts.transaction,
        "status": refund.status.as_str(),
        "created_at": refund.created_at,
    })
}
