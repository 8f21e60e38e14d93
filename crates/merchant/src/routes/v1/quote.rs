//! `GET /v1/quote?item=SKU:QTY&item=…&locale=TAG&code=CODE&n=`: prices a cart; keeps nothing.

use axum::extract::State;
use protocol::{Item, MAX_QUANTITY, Quote, Sku};

use super::super::App;
use crate::answer::{Refusal, Reply};
use crate::cart_fault::{self, CartFault};
use crate::catalog::{Cart, Code, Priced};
use crate::desk::Desk;
use crate::signed_request::SignedRequest;
use crate::store::{Hold, Scarce, Shortage, StoreError};

/// The longest discount code that is looked at.
const MAX_CODE: usize = 64;

pub(super) async fn get(State(app): State<App>, asked: SignedRequest) -> Result<Reply, Refusal> {
    let items = items(&asked)?;
    let locale = asked.parameter("locale")?.unwrap_or_default();
    let code = code(asked.parameter("code")?.map(str::to_owned));
    let cart = Cart { items: &items, code: code.as_deref().map(Code::Offered) };
    Ok(Reply { status: 200, body: price(&app.desk, cart, locale).await?.quote.to_json() })
}

/// The price of a cart of which everything is there now.
pub(super) async fn price(desk: &Desk, cart: Cart<'_>, locale: &str) -> Result<Priced, Refusal> {
    let selling = desk.selling(locale);
    let mut priced = desk.catalog.price(&cart, &selling).await?;
    let short = shortages(desk, &priced).await?;
    if !short.is_empty() {
        priced = desk.catalog.price(&without(cart, &short, &priced.quote)?, &selling).await?;
    }
    let methods = desk.providers.methods(priced.quote.money());
    let ways = desk.providers.ways(&methods);
    Ok(priced.offering(methods, ways))
}

/// The cart that can be had when something ran short: one whose code takes nothing off. `quote` is its price until then.
///
/// # Errors
/// `out-of-stock` for every thing in it of which there is too little.
pub(super) fn without<'a>(cart: Cart<'a>, short: &[Shortage], quote: &Quote) -> Result<Cart<'a>, Refusal> {
    let faults = short.iter().filter_map(|shortage| match &shortage.of {
        Scarce::Product(sku) => Some(cart_fault::out_of_stock(sku, shortage.left)),
        Scarce::Code(_) => None,
    });
    let faults: Vec<_> = faults.collect();
    if faults.is_empty() {
        return Ok(Cart { code: cart.code.map(|code| Code::UsedUp(code.text())), ..cart });
    }
    Err(Refusal::Cart(Box::new(CartFault { faults, lines: quote.lines.clone(), currency: Some(quote.currency) })))
}

/// Everything of which there is less than an order would take.
async fn shortages(desk: &Desk, priced: &Priced) -> Result<Vec<Shortage>, StoreError> {
    let told_with_the_price = |hold: &Hold| priced.supplies.iter().any(|supply| supply.of == hold.of);
    let mut short = Vec::new();
    for hold in priced.holds.iter().filter(|hold| !told_with_the_price(hold)) {
        let left = desk.store.left(&hold.of).await?;
        if left < hold.quantity {
            short.push(Shortage { of: hold.of.clone(), left });
        }
    }
    Ok(short)
}

/// A discount code as somebody wrote it; none where nothing was written. One that is longer than any is no reason to refuse a cart: it is
/// a code that nobody knows.
pub(super) fn code(text: Option<String>) -> Option<String> {
    let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    let is_long = text.chars().count() > MAX_CODE;
    Some(if is_long { text.chars().take(MAX_CODE).chain(['…']).collect() } else { text.to_owned() })
}

/// The cart of a query, `item=SKU:QTY` for each line.
fn items(asked: &SignedRequest) -> Result<Vec<Item>, Refusal> {
    let values = asked.query.iter().filter(|(name, _)| name == "item");
    let written = values.map(|(_, value)| value.rsplit_once(':').map(|(sku, quantity)| (sku, quantity.parse().ok())));
    cart(&written.collect::<Option<Vec<_>>>().ok_or(Refusal::Field("item"))?)
}

/// The cart of those SKUs and quantities, as a client wrote them.
///
/// # Errors
/// `unknown-sku` and `quantity` for every line that is no SKU or has no quantity that is sold.
pub(super) fn cart(written: &[(&str, Option<i64>)]) -> Result<Vec<Item>, Refusal> {
    let line = |&(sku, quantity): &(&str, Option<i64>)| {
        let known = Sku::parse(sku).ok_or_else(|| cart_fault::unknown_sku(sku))?;
        let quantity = quantity.and_then(|quantity| u32::try_from(quantity).ok()).filter(|quantity| (1..=MAX_QUANTITY).contains(quantity));
        Ok(Item { sku: known, quantity: quantity.ok_or_else(|| cart_fault::quantity(sku, MAX_QUANTITY.into()))? })
    };
    let (mut items, mut faults) = (Vec::new(), Vec::new());
    for line in written.iter().map(line) {
        match line {
            Ok(item) => items.push(item),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(items) } else { Err(Refusal::Cart(Box::new(CartFault { faults, ..CartFault::default() }))) }
}
