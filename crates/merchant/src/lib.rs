//! THE BACKEND: keeps orders and payments, speaks to providers through `gateway`, and signs every answer.
//! Not here: wire formats of providers, the widget, the sandbox.
#![warn(missing_docs)]

mod account;
mod answer;
mod asked;
mod catalog;
pub mod config;
mod desk;
mod failure;
mod keys;
mod locks;
mod provider;
mod random;
pub mod receipts;
mod reconcile;
mod routes;
mod running;
pub mod snippet;
mod store;
mod waiters;

pub use answer::Refusal;
pub use catalog::{Catalog, CatalogError};
pub use config::{Config, ConfigError};
pub use failure::Failure;
pub use keys::Keys;
pub use random::keygen;
pub use running::{Clock, Merchant};
pub use store::{Store, StoreError};
