//! What a cart costs now: the catalog's price of what is there, with the methods that can collect it.

use protocol::{Fault, Item, Quote};

use super::service::OrderService;
use crate::cart_fault::{self, CartFault};
use crate::catalog::{Cart, Code, PriceError, Priced};
use crate::payment_links::LinkState;
use crate::service_error::ServiceError;
use crate::store::{Reservation, Shortage, StockItem, StoreError};

/// How often the rest of a refused cart is priced: for things that are gone, and for things that ran short.
const ROUNDS: usize = 3;

/// Why a cart is not priced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QuoteError {
    /// It has no price.
    #[error(transparent)]
    Price(#[from] PriceError),
    /// The payment link does not sell; holds how it stands.
    #[error("the payment link does not sell")]
    Link(LinkState),
    /// The amount is none that the payment link takes.
    #[error("the amount is not within the limits of the payment link")]
    Amount,
    /// Something inside did not work.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for QuoteError {
    fn from(error: StoreError) -> QuoteError {
        QuoteError::Service(error.into())
    }
}

impl OrderService {
    /// The price of a cart of which everything is there now. A cart that is refused is told with all that is wrong with it and all that is known.
    pub(crate) async fn price(&self, cart: Cart<'_>, locale: &str) -> Result<Priced, QuoteError> {
        match self.try_to_price(cart, locale).await {
            Err(QuoteError::Price(PriceError::Cart(fault))) => {
                let explained = self.explained(cart.items, locale, *fault).await;
                Err(PriceError::Cart(Box::new(explained)).into())
            }
            other => other,
        }
    }

    /// What else there is to say of a refused cart: the faults that its other lines have, and the names, pictures and prices of those that can be had.
    pub(crate) async fn explained(&self, items: &[Item], locale: &str, mut cart: CartFault) -> CartFault {
        // Each round leaves out what the one before has named.
        for _ in 0..ROUNDS {
            let is_named =
                |item: &Item| cart.faults.iter().any(|fault| fault.code != "quantity" && fault.sku.as_deref() == Some(item.sku.as_str()));
            let is_first = |at: usize, item: &Item| items[..at].iter().all(|earlier| earlier.sku != item.sku);
            let rest = items.iter().enumerate().filter(|(at, item)| is_first(*at, item) && !is_named(item));
            let rest: Vec<Item> = rest.map(|(_, item)| as_sold(item, &cart.faults)).collect();
            let told = match self.try_to_price(Cart { items: &rest, ..Cart::default() }, locale).await {
                Ok(priced) => {
                    CartFault { faults: Vec::new(), lines: priced.quote.price.lines.clone(), currency: Some(priced.quote.price.currency) }
                }
                Err(QuoteError::Price(PriceError::Cart(fault))) => *fault,
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
        cart
    }

    async fn try_to_price(&self, cart: Cart<'_>, locale: &str) -> Result<Priced, QuoteError> {
        let selling = self.selling(locale);
        let mut priced = self.catalog.price(&cart, &selling).await?;
        let short = self.shortages(&priced).await?;
        if !short.is_empty() {
            priced = self.catalog.price(&without(cart, &short, &priced.quote)?, &selling).await?;
        }
        Ok(self.offered(priced))
    }

    /// A price with the methods that can collect it now.
    pub(super) fn offered(&self, priced: Priced) -> Priced {
        let methods = self.providers.methods(priced.quote.money());
        let is_test = self.providers.are_test();
        let ways = self.providers.ways(&methods, is_test);
        priced.offering(methods, ways, is_test)
    }

    /// Everything of which there is less than an order would take.
    async fn shortages(&self, priced: &Priced) -> Result<Vec<Shortage>, StoreError> {
        let told_with_the_price = |hold: &Reservation| priced.supplies.iter().any(|supply| supply.of == hold.of);
        let mut short = Vec::new();
        for hold in priced.holds.iter().filter(|hold| !told_with_the_price(hold)) {
            let left = self.store.left(&hold.of).await?;
            if left < hold.quantity {
                short.push(Shortage { of: hold.of.clone(), left });
            }
        }
        Ok(short)
    }
}

/// The cart that can be had when something ran short: one whose code takes nothing off. `quote` is its price until then.
///
/// # Errors
/// `out-of-stock` for every thing in it of which there is too little.
pub(super) fn without<'a>(cart: Cart<'a>, short: &[Shortage], quote: &Quote) -> Result<Cart<'a>, PriceError> {
    let faults = short.iter().filter_map(|shortage| match &shortage.of {
        StockItem::Product(sku) => Some(cart_fault::out_of_stock(sku, shortage.left)),
        StockItem::Code(_) | StockItem::Link(_) => None,
    });
    let faults: Vec<_> = faults.collect();
    if faults.is_empty() {
        return Ok(Cart { code: cart.code.map(|code| Code::UsedUp(code.text())), ..cart });
    }
    Err(PriceError::Cart(Box::new(CartFault { faults, lines: quote.price.lines.clone(), currency: Some(quote.price.currency) })))
}

/// The thing, no more of it than can be had if a fault says how many that is.
fn as_sold(item: &Item, faults: &[Fault]) -> Item {
    let most = faults
        .iter()
        .find(|fault| fault.code == "quantity" && fault.sku.as_deref() == Some(item.sku.as_str()))
        .and_then(|fault| fault.left);
    let most = most.and_then(|most| u32::try_from(most).ok()).filter(|most| *most > 0);
    Item { sku: item.sku.clone(), quantity: most.map_or(item.quantity, |most| item.quantity.min(most)) }
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
