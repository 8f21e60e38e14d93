//! Where prices come from: the catalog file as it stands.

use super::shelf::Shelf;
use super::{Cart, Priced, Selling};
use crate::answer::Refusal;
use crate::config::{CatalogConfig, ConfigError};
use crate::store::{Store, StoreError};

/// What the shop sells.
#[derive(Debug)]
pub(crate) struct Source {
    shelf: Shelf,
}

impl Source {
    /// Reads the catalog that the configuration names, and counts its stock.
    ///
    /// # Errors
    /// One line that names the key, the file and the line in it.
    pub(crate) async fn open(config: &CatalogConfig, store: &Store) -> Result<Source, ConfigError> {
        let shelf = Shelf::open(&config.file).map_err(|error| ConfigError::of("catalog.file", error))?;
        let counted = |error: StoreError| ConfigError::of("store", error);
        store.restock(&shelf.catalog().supplies()).await.map_err(counted)?;
        Ok(Source { shelf })
    }

    /// Prices a cart, whatever is left of it.
    ///
    /// # Errors
    /// Those of [`super::Catalog::price`].
    pub(crate) async fn price(&self, cart: &Cart<'_>, selling: &Selling<'_>) -> Result<Priced, Refusal> {
        self.shelf.catalog().price(cart, selling)
    }

    /// Why the catalog's file as it stands is not what is sold, if so: for readiness and metrics.
    pub(crate) fn fault(&self) -> Option<String> {
        self.shelf.fault()
    }

    /// Takes the catalog over when it changes, for ever.
    pub(crate) async fn watch(&self, store: &Store) {
        self.shelf.watch(store).await;
    }

    /// Looks now whether the catalog has changed.
    pub(crate) async fn look(&self, store: &Store) {
        self.shelf.look(store).await;
    }
}
