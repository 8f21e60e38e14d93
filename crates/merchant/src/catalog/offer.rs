//! What a catalog offers to whoever has no cart yet: one piece of each thing.

use protocol::{Item, Line, Sku};

use super::tax::TaxPlace;
use super::{Catalog, Selling};
use crate::store::StockItem;

/// Something that is sold.
pub(crate) struct Offer {
    /// One piece of it, at the price of somebody who does not say where from.
    pub(crate) line: Line,
    /// The most pieces that one order may have.
    pub(crate) most: Option<i64>,
    /// Of what there are only so many, if of it.
    pub(crate) supply: Option<StockItem>,
}

impl Catalog {
    /// Those things, as far as they are sold, in their order; where none are named, all, by their skus.
    pub(super) fn offers(&self, skus: &[String], selling: &Selling<'_>) -> Vec<Offer> {
        let all = || self.products.keys().collect();
        let skus: Vec<&String> = if skus.is_empty() { all() } else { skus.iter().collect() };
        let items: Vec<Item> = skus.iter().filter_map(|sku| Some(Item { sku: Sku::parse(sku)?, quantity: 1 })).collect();
        let offer = |line: Line| {
            let product = self.products.get(line.item.sku.as_str())?;
            Some(Offer { line, most: product.max_per_order, supply: product.supply().map(|supply| supply.of) })
        };
        self.lines(&items, TaxPlace::default(), selling).into_iter().filter_map(offer).collect()
    }
}
