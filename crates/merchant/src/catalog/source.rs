//! Where prices come from: the catalog's file as it stands, or the shop's own server.

use protocol::Line;

use super::price_error::PriceError;
use super::pricing_url::Shop;
use super::shelf::Shelf;
use super::{Cart, Offer, Priced, Selling};
use crate::clock::Clock;
use crate::config::{CatalogConfig, ConfigError, Place};
use crate::goods::GoodsFiles;
use crate::store::{Promise, Store, StoreError};
use crate::waiters::Waiters;

/// What the shop sells.
#[derive(Debug)]
pub(crate) enum Source {
    File(Shelf),
    Shop(Shop),
}

/// What a source is opened with.
pub(crate) struct With<'a> {
    /// Asks the shop; it follows no redirects.
    pub(crate) client: &'a reqwest::Client,
    /// Where files of licence keys lie.
    pub(crate) files: GoodsFiles,
    /// Unix seconds.
    pub(crate) now: i64,
}

impl Source {
    /// Reads the catalog that the configuration names and counts its stock and its licence keys, or gets ready to ask the shop.
    ///
    /// # Errors
    /// One line that names the key, the file and the line in it.
    pub(crate) async fn open(config: &CatalogConfig, store: &Store, with: With<'_>) -> Result<Source, ConfigError> {
        let file = match config.place()? {
            Place::File(file) => file,
            Place::Url(url) => return Ok(Source::Shop(Shop::new(url, with.client.clone()))),
        };
        let shelf = Shelf::open(file, with.files).map_err(|error| ConfigError::of("catalog.file", error))?;
        let counted = |error: StoreError| ConfigError::of("store", error);
        store.restock(&shelf.catalog().supplies()).await.map_err(counted)?;
        shelf.fill_pools(store, with.now).await;
        Ok(Source::File(shelf))
    }

    /// Prices a cart, whatever is left of it.
    ///
    /// # Errors
    /// Those of [`super::Catalog::price`]; of a shop that is asked, `Unavailable`, `Invalid` and a cart of which there is too little, too.
    pub(crate) async fn price(&self, cart: &Cart<'_>, selling: &Selling<'_>) -> Result<Priced, PriceError> {
        match self {
            Source::File(shelf) => shelf.catalog().price(cart, selling),
            Source::Shop(shop) => shop.price(cart, selling).await,
        }
    }

    /// What is sold of those things, and of all where none are named; `None` where only the shop's own server knows.
    pub(crate) fn offers(&self, skus: &[String], selling: &Selling<'_>) -> Option<Vec<Offer>> {
        match self {
            Source::File(shelf) => Some(shelf.catalog().offers(skus, selling)),
            Source::Shop(_) => None,
        }
    }

    /// Whether all that is sold is known here.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Source::File(_))
    }

    /// Whose rates of tax are those of everybody who does not say where from, ISO 3166-1 alpha-2, if the catalog tells.
    pub(crate) fn home(&self) -> Option<String> {
        match self {
            Source::File(shelf) => shelf.catalog().tax.as_ref().and_then(|tax| tax.home()).map(str::to_owned),
            Source::Shop(_) => None,
        }
    }

    /// ISO 4217 code of all prices.
    pub(crate) fn currency(&self) -> String {
        match self {
            Source::File(shelf) => shelf.catalog().currency().to_owned(),
            Source::Shop(shop) => shop.currency().to_owned(),
        }
    }

    /// What an order of these lines gives once it is paid, beside what is sent. A shop that prices carts itself gives nothing by us.
    pub(crate) fn promises(&self, lines: &[Line]) -> Vec<Promise> {
        match self {
            Source::File(shelf) => shelf.catalog().promises(lines),
            Source::Shop(_) => Vec::new(),
        }
    }

    /// What a product is called in a language, as far as that is known here.
    pub(crate) fn product_name(&self, sku: &str, locale: &str) -> Option<String> {
        match self {
            Source::File(shelf) => shelf.catalog().product_name(sku, locale),
            Source::Shop(_) => None,
        }
    }

    /// The pool out of which a product's licence keys come, if it has any.
    pub(crate) fn key_pool(&self, sku: &str) -> Option<String> {
        match self {
            Source::File(shelf) => shelf.catalog().key_pool(sku),
            Source::Shop(_) => None,
        }
    }

    /// Whether nothing of a product is delivered, as far as that is known here.
    pub(crate) fn is_digital(&self, sku: &str) -> bool {
        match self {
            Source::File(shelf) => shelf.catalog().is_digital(sku),
            Source::Shop(_) => false,
        }
    }

    /// Whether there is anything that a cart could hold, as far as that is known here.
    pub(crate) fn sells(&self) -> bool {
        match self {
            Source::File(shelf) => !shelf.catalog().products.is_empty(),
            Source::Shop(_) => true,
        }
    }

    /// Why nothing, or not what the catalog's file says, can be sold now, if so: for readiness and metrics.
    pub(crate) fn fault(&self) -> Option<String> {
        match self {
            Source::File(shelf) => shelf.fault(),
            Source::Shop(shop) => shop.fault(),
        }
    }

    /// Takes the catalog's file over when it changes, for ever.
    pub(crate) async fn watch(&self, store: &Store, waiters: &Waiters, clock: &Clock) {
        match self {
            Source::File(shelf) => shelf.watch(store, waiters, clock).await,
            Source::Shop(_) => std::future::pending().await,
        }
    }

    /// Looks now whether the catalog's file has changed.
    pub(crate) async fn look(&self, store: &Store, waiters: &Waiters, now: i64) {
        if let Source::File(shelf) = self {
            shelf.look(store, waiters, now).await;
        }
    }
}
