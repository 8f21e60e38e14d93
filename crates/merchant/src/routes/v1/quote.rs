//! `GET /v1/quote?item=SKU:QTY&item=…&locale=TAG&code=CODE&n=`: prices a cart; keeps nothing.

use axum::extract::State;
use protocol::{Fault, Item, MAX_QUANTITY, Quote, Sku};

use super::super::App;
use crate::cart_fault::{self, CartFault};
use crate::catalog::{Cart, Code, Priced};
use crate::order_service::OrderService;
use crate::response::{ApiError, Reply};
use crate::signed_request::SignedRequest;
use crate::store::{Reservation, Shortage, StockItem, StoreError};

/// The longest discount code that is looked at.
const MAX_CODE: usize = 64;
/// How often the rest of a refused cart is priced: for things that are gone, and for things that ran short.
const ROUNDS: usize = 3;

/// The lines of a cart as a client wrote them.
struct Written {
    /// Those that can be read, a quantity that is not sold as the nearest that is.
    items: Vec<Item>,
    /// What is wrong with lines.
    faults: Vec<Fault>,
}

pub(super) async fn get(State(app): State<App>, asked: SignedRequest) -> Result<Reply, ApiError> {
    let Written { items, faults } = items(&asked)?;
    let locale = asked.parameter("locale")?.unwrap_or_default();
    if !faults.is_empty() {
        let cart = CartFault { faults, ..CartFault::default() };
        return Err(explained(&app.service, &items, locale, cart).await);
    }
    let code = code(asked.parameter("code")?.map(str::to_owned));
    let cart = Cart { items: &items, code: code.as_deref().map(Code::Offered) };
    Ok(Reply { status: 200, body: price(&app.service, cart, locale).await?.quote.to_json() })
}

/// The price of a cart of which everything is there now. A cart that is refused is told with all that is wrong with it and all that is known.
pub(super) async fn price(service: &OrderService, cart: Cart<'_>, locale: &str) -> Result<Priced, ApiError> {
    match priced(service, cart, locale).await {
        Err(ApiError::Cart(fault)) => Err(explained(service, cart.items, locale, *fault).await),
        other => other,
    }
}

/// What else there is to say of a refused cart: the faults that its other lines have, and the names, pictures and prices of those that can be had.
async fn explained(service: &OrderService, items: &[Item], locale: &str, mut cart: CartFault) -> ApiError {
    // Each round leaves out what the one before has named.
    for _ in 0..ROUNDS {
        let is_named =
            |item: &Item| cart.faults.iter().any(|fault| fault.code != "quantity" && fault.sku.as_deref() == Some(item.sku.as_str()));
        let is_first = |at: usize, item: &Item| items[..at].iter().all(|earlier| earlier.sku != item.sku);
        let rest = items.iter().enumerate().filter(|(at, item)| is_first(*at, item) && !is_named(item));
        let rest: Vec<Item> = rest.map(|(_, item)| item.clone()).collect();
        let told = match priced(service, Cart { items: &rest, code: None }, locale).await {
            Ok(priced) => CartFault { faults: Vec::new(), lines: priced.quote.lines, currency: Some(priced.quote.currency) },
            Err(ApiError::Cart(fault)) => *fault,
            Err(_) => break,
        };
        if cart.lines.is_empty() {
            (cart.lines, cart.currency) = (told.lines, told.currency);
        }
        let known = cart.faults.len();
        cart.faults.extend(told.faults.into_iter().filter(|fault| fault.sku.is_some()));
        dedup(&mut cart.faults);
        if cart.faults.len() == known {
            break;
        }
    }
    ApiError::Cart(Box::new(cart))
}

/// Each fault once, in the order in which they were found.
fn dedup(faults: &mut Vec<Fault>) {
    let mut kept: Vec<Fault> = Vec::new();
    for fault in faults.drain(..) {
        if !kept.contains(&fault) {
            kept.push(fault);
        }
    }
    *faults = kept;
}

async fn priced(service: &OrderService, cart: Cart<'_>, locale: &str) -> Result<Priced, ApiError> {
    let selling = service.selling(locale);
    let mut priced = service.catalog.price(&cart, &selling).await?;
    let short = shortages(service, &priced).await?;
    if !short.is_empty() {
        priced = service.catalog.price(&without(cart, &short, &priced.quote)?, &selling).await?;
    }
    let methods = service.providers.methods(priced.quote.money());
    let ways = service.providers.ways(&methods);
    Ok(priced.offering(methods, ways))
}

/// The cart that can be had when something ran short: one whose code takes nothing off. `quote` is its price until then.
///
/// # Errors
/// `out-of-stock` for every thing in it of which there is too little.
pub(super) fn without<'a>(cart: Cart<'a>, short: &[Shortage], quote: &Quote) -> Result<Cart<'a>, ApiError> {
    let faults = short.iter().filter_map(|shortage| match &shortage.of {
        StockItem::Product(sku) => Some(cart_fault::out_of_stock(sku, shortage.left)),
        StockItem::Code(_) => None,
    });
    let faults: Vec<_> = faults.collect();
    if faults.is_empty() {
        return Ok(Cart { code: cart.code.map(|code| Code::UsedUp(code.text())), ..cart });
    }
    Err(ApiError::Cart(Box::new(CartFault { faults, lines: quote.lines.clone(), currency: Some(quote.currency) })))
}

/// Everything of which there is less than an order would take.
async fn shortages(service: &OrderService, priced: &Priced) -> Result<Vec<Shortage>, StoreError> {
    let told_with_the_price = |hold: &Reservation| priced.supplies.iter().any(|supply| supply.of == hold.of);
    let mut short = Vec::new();
    for hold in priced.holds.iter().filter(|hold| !told_with_the_price(hold)) {
        let left = service.store.left(&hold.of).await?;
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
fn items(asked: &SignedRequest) -> Result<Written, ApiError> {
    let values = asked.query.iter().filter(|(name, _)| name == "item");
    let written = values.map(|(_, value)| value.rsplit_once(':').map(|(sku, quantity)| (sku, quantity.parse().ok())));
    Ok(read(&written.collect::<Option<Vec<_>>>().ok_or(ApiError::Field("item"))?))
}

/// The cart of those SKUs and quantities, as a client wrote them.
///
/// # Errors
/// `unknown-sku` and `quantity` for every line that is no SKU or has no quantity that is sold.
pub(super) fn cart(written: &[(&str, Option<i64>)]) -> Result<Vec<Item>, ApiError> {
    let Written { items, faults } = read(written);
    if faults.is_empty() { Ok(items) } else { Err(ApiError::Cart(Box::new(CartFault { faults, ..CartFault::default() }))) }
}

fn read(written: &[(&str, Option<i64>)]) -> Written {
    let (mut items, mut faults) = (Vec::new(), Vec::new());
    for (sku, quantity) in written {
        let Some(known) = Sku::parse(sku) else {
            faults.push(cart_fault::unknown_sku(sku));
            continue;
        };
        let most = i64::from(MAX_QUANTITY);
        let sold = quantity.unwrap_or(1).clamp(1, most);
        if *quantity != Some(sold) {
            faults.push(cart_fault::quantity(sku, most));
        }
        items.push(Item { sku: known, quantity: u32::try_from(sold).unwrap_or(1) });
    }
    Written { items, faults }
}
