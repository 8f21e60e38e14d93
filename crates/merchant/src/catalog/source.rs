//! Where prices come from: the catalog file.

use super::{Cart, Catalog, Priced, Selling};
use crate::answer::Refusal;

/// What the shop sells.
#[derive(Debug)]
pub(crate) struct Source {
    catalog: Catalog,
}

impl Source {
    pub(crate) fn file(catalog: Catalog) -> Source {
        Source { catalog }
    }

    /// Prices a cart, whatever is left of it.
    ///
    /// # Errors
    /// Those of [`Catalog::price`].
    pub(crate) async fn price(&self, cart: &Cart<'_>, selling: &Selling<'_>) -> Result<Priced, Refusal> {
        self.catalog.price(cart, selling)
    }
}
