//! `GET /v1/quote?item=SKU:QTY&item=…&locale=TAG&code=CODE&n=`: prices a cart; keeps nothing.

use protocol::{Item, MAX_QUANTITY, Sku};

use super::App;
use crate::answer::{Refusal, Reply};
use crate::asked::Asked;
use crate::catalog::{Cart, Code, Priced};
use crate::desk::Desk;
use crate::store::{Hold, Scarce, Shortage, StoreError};

/// The longest discount code that is looked at.
const MAX_CODE: usize = 64;

pub(super) async fn get(app: &App, asked: &Asked) -> Result<Reply, Refusal> {
    let items = items(asked)?;
    let locale = asked.parameter("locale")?.unwrap_or_default();
    let cart = Cart { items: &items, code: code(asked.parameter("code")?)? };
    Ok(Reply { status: 200, body: price(&app.desk, cart, locale).await?.quote.to_json() })
}

/// The price of a cart of which everything is there now.
pub(super) async fn price(desk: &Desk, cart: Cart<'_>, locale: &str) -> Result<Priced, Refusal> {
    let selling = desk.selling(locale);
    let mut priced = desk.catalog.price(&cart, &selling).await?;
    if let Some(shortage) = shortage(desk, &priced).await? {
        priced = desk.catalog.price(&without(cart, shortage)?, &selling).await?;
    }
    let methods = desk.providers.methods(priced.quote.currency.as_str());
    Ok(priced.offering(methods))
}

/// The cart that can be had when something ran short: one whose code takes nothing off.
///
/// # Errors
/// `out-of-stock` for a thing in it.
pub(super) fn without(cart: Cart<'_>, shortage: Shortage) -> Result<Cart<'_>, Refusal> {
    match shortage.of {
        Scarce::Product(sku) => Err(Refusal::OutOfStock(sku, shortage.left)),
        Scarce::Code(_) => Ok(Cart { code: cart.code.map(|code| Code::UsedUp(code.text())), ..cart }),
    }
}

/// The first thing of which there is less than an order would take, products before codes.
async fn shortage(desk: &Desk, priced: &Priced) -> Result<Option<Shortage>, StoreError> {
    let told_with_the_price = |hold: &Hold| priced.supplies.iter().any(|supply| supply.of == hold.of);
    for hold in priced.holds.iter().filter(|hold| !told_with_the_price(hold)) {
        let left = desk.store.left(&hold.of).await?;
        if left < hold.quantity {
            return Ok(Some(Shortage { of: hold.of.clone(), left }));
        }
    }
    Ok(None)
}

/// A discount code as somebody wrote it; none where nothing was written.
pub(super) fn code(text: Option<&str>) -> Result<Option<Code<'_>>, Refusal> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) if text.len() > MAX_CODE => Err(Refusal::BadRequest),
        text => Ok(text.map(Code::Offered)),
    }
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
