//! `GET /v1/quote?item=SKU:QTY&item=…&locale=TAG&n=`: prices a cart; keeps nothing.

use protocol::{Item, MAX_QUANTITY, Sku};

use super::App;
use crate::answer::{Refusal, Reply};
use crate::asked::Asked;

pub(super) fn get(app: &App, asked: &Asked) -> Result<Reply, Refusal> {
    let items = items(asked)?;
    let locale = asked.parameter("locale")?.unwrap_or_default();
    let methods = app.desk.providers.methods(app.desk.catalog.currency());
    let quote = app.desk.catalog.price(&items, &app.desk.selling(locale, &methods))?;
    Ok(Reply { status: 200, body: quote.to_json() })
}

fn items(asked: &Asked) -> Result<Vec<Item>, Refusal> {
    let values = asked.query.iter().filter(|(name, _)| name == "item");
    values.map(|(_, value)| item(value)).collect()
}

fn item(value: &str) -> Result<Item, Refusal> {
    let (sku, quantity) = value.rsplit_once(':').ok_or(Refusal::BadRequest)?;
    let sku = Sku::parse(sku).ok_or(Refusal::UnknownSku)?;
    let quantity = quantity.parse().ok().filter(|quantity| (1..=MAX_QUANTITY).contains(quantity)).ok_or(Refusal::Quantity)?;
    Ok(Item { sku, quantity })
}
