//! Orders of a counter as its page names and lists them.

use protocol::{Order, OrderId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::duty::Session;
use super::super::host::Staff;
use super::super::refusal::Refusal;
use super::super::session::money;
use crate::i18n;
use crate::number::OrderNumber;

/// In which language the page speaks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spoken {
    #[serde(default)]
    pub(super) locale: String,
}

/// An order as the counter names it.
pub(super) fn view(order: &Order, locale: &str) -> Value {
    let names = &i18n::spoken(locale).pages;
    let method = order.payment.as_ref().map(|payment| names.method(&payment.method));
    let words = order.price.lines.first().map(|line| line.name.as_str());
    json!({
        "order": order.id.as_str(),
        "number": OrderNumber::of(&order.id).to_string(),
        "status": order.status.as_str(),
        "money": money(order.money()),
        "method": method,
        "words": words,
        "lines": order.price.lines.len(),
    })
}

/// An order that this counter has sold.
pub(super) async fn sold_here(staff: &Staff, session: &Session, order: &str) -> Result<OrderId, Refusal> {
    let id = OrderId::parse(order).ok_or_else(Refusal::unknown_order)?;
    let is_ours = staff.app.service.store.has_made(session.key_id(), &id).await?;
    if is_ours { Ok(id) } else { Err(Refusal::unknown_order()) }
}
