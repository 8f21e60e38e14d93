//! What a place offers to whoever scans its code, and where that code leads.

use protocol::{Fault, Item, Line, Sku};

use super::pricing::QuoteError;
use super::service::OrderService;
use crate::cart_fault;
use crate::catalog::{Cart, Offer, PriceError};
use crate::places::PlaceId;

/// The most things that one place offers.
pub(crate) const MOST_OFFERED: usize = 200;
/// The most pieces of one thing that are chosen at once.
const MOST_PIECES: i64 = 10;

/// Something that can be ordered.
pub(crate) struct Offered {
    /// One piece of it, in the shopper's language.
    pub(crate) line: Line,
    /// So many pieces can be chosen; 0 of what is sold out.
    pub(crate) most: i64,
}

/// What a place offers.
pub(crate) struct Menu {
    pub(crate) offered: Vec<Offered>,
    /// What of it cannot be had, and why.
    pub(crate) faults: Vec<Fault>,
}

impl OrderService {
    /// The address of a place.
    pub(crate) fn place_url(&self, place: &PlaceId) -> String {
        format!("{}/at/{place}", self.public_url)
    }

    /// What can be had of those things; of all that are sold, where none are named.
    ///
    /// # Errors
    /// Those of a cart; those of the database.
    pub(crate) async fn menu(&self, skus: &[String], locale: &str) -> Result<Menu, QuoteError> {
        match self.catalog.offers(skus, &self.selling(locale)) {
            Some(offers) => {
                let unknown = skus.iter().filter(|sku| !offers.iter().any(|offer| offer.line.item.sku.as_str() == sku.as_str()));
                let faults = unknown.map(|sku| cart_fault::unknown_sku(sku)).collect();
                let mut offered = Vec::new();
                for Offer { line, most, supply } in offers {
                    let left = match &supply {
                        Some(supply) => self.store.left(supply).await?,
                        None => MOST_PIECES,
                    };
                    offered.push(Offered { line, most: most.unwrap_or(MOST_PIECES).min(left).clamp(0, MOST_PIECES) });
                }
                Ok(Menu { offered, faults })
            }
            None => self.menu_of_shop(skus, locale).await,
        }
    }

    /// The same where the shop's own server prices carts: it is asked for one of each.
    async fn menu_of_shop(&self, skus: &[String], locale: &str) -> Result<Menu, QuoteError> {
        let items: Vec<Item> = skus.iter().filter_map(|sku| Some(Item { sku: Sku::parse(sku)?, quantity: 1 })).collect();
        let offered = |lines: &[Line]| lines.iter().map(|line| Offered { line: line.clone(), most: MOST_PIECES }).collect();
        match self.price(Cart { items: &items, ..Cart::default() }, locale).await {
            Ok(priced) => Ok(Menu { offered: offered(&priced.quote.price.lines), faults: Vec::new() }),
            Err(QuoteError::Price(PriceError::Cart(cart))) => Ok(Menu { offered: offered(&cart.lines), faults: cart.faults }),
            Err(error) => Err(error),
        }
    }
}
