//! What the host page is told: names and details of events, and the element's properties. Public; every order fact is verified.

use checkout::PageEvent;
use protocol::json::Value;
use protocol::{Fault, Item, Order, Payment, Quote, Severity};

/// An event for the page: its name after `qr-checkout-`, and its detail.
pub(crate) fn event(event: &PageEvent) -> (&'static str, Value) {
    match event {
        PageEvent::ItemsChanged(cart) => ("items-changed", Value::object([("items", items(cart))])),
        PageEvent::Quoted(price) => ("quoted", quote(price)),
        PageEvent::OrderCreated(facts) => ("order-created", order(facts)),
        PageEvent::QrShown(facts) => ("qr-shown", order(facts)),
        PageEvent::StatusChanged(facts) => ("status-changed", order(facts)),
        PageEvent::Paid(facts, _) => ("paid", paid(facts)),
        PageEvent::Expired(facts) => ("expired", order(facts)),
        PageEvent::Refused(facts) => ("refused", order(facts)),
        PageEvent::Unsure(code) => ("unsure", Value::object([("code", code.as_str().into())])),
        PageEvent::Error(code) => ("error", error(code.as_str(), code.severity().as_str())),
        PageEvent::Refusal { code, faults } => ("error", refusal(code, faults)),
    }
}

/// The cart, as `items` and `qr-checkout-items-changed` give it.
pub(crate) fn items(items: &[Item]) -> Value {
    items.iter().map(Item::to_json).collect()
}

/// An order, as `order` and the events give it. Amounts are minor units, times unix seconds.
pub(crate) fn order(order: &Order) -> Value {
    let payment = order.payment.as_ref();
    Value::object([
        ("id", (&order.id).into()),
        ("number", order.number.as_deref().into()),
        ("status", order.status.as_str().into()),
        ("amount", order.amount.into()),
        ("currency", order.currency.as_str().into()),
        ("merchant", (&order.merchant).into()),
        ("method", payment.map(|payment| &payment.method).into()),
        ("paymentStatus", payment.map(|payment| payment.status.as_str()).into()),
        ("expiresAt", payment.map_or(order.expires_at, |Payment { expires_at, .. }| *expires_at).into()),
    ])
}

/// A configuration error of this page.
pub(crate) fn misconfigured(code: &str) -> Value {
    error(code, Severity::Configuration.as_str())
}

/// The detail of `qr-checkout-error`, but for the message: the loader looks that up by code or severity.
fn error(code: &str, severity: &str) -> Value {
    Value::object([("code", code.into()), ("severity", severity.into())])
}

/// The same of a refusal, with what it is about.
fn refusal(code: &str, faults: &[Fault]) -> Value {
    Value::object([("code", code.into()), ("severity", "refused".into()), ("faults", faults.iter().map(Fault::to_json).collect())])
}

fn quote(quote: &Quote) -> Value {
    Value::object([
        ("amount", quote.price.total.into()),
        ("currency", quote.price.currency.as_str().into()),
        ("merchant", (&quote.merchant).into()),
        ("methods", quote.methods.iter().collect()),
        ("discountCode", quote.price.discount_code.as_ref().map(|code| &*code.state).into()),
        ("expiresAt", quote.expires_at.into()),
    ])
}

fn paid(order: &Order) -> Value {
    Value::object([
        ("order", (&order.id).into()),
        ("amount", order.amount.into()),
        ("currency", order.currency.as_str().into()),
        ("receipt", order.receipt.as_deref().into()),
    ])
}
