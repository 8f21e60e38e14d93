//! THE BACKEND: keeps orders and payments, speaks to providers through `gateway`, and signs every answer.
//! Not here: wire formats of providers, the widget, the sandbox.
#![warn(missing_docs)]

pub mod account;
mod answer;
pub mod api_keys;
pub mod audit;
mod bank;
mod cart_fault;
pub mod catalog;
mod client;
pub mod config;
mod desk;
mod embedded;
mod failure;
mod fault;
pub mod incoming;
mod jobs;
mod keys;
mod limits;
mod locks;
mod number;
mod observing;
mod official_account;
mod providers;
mod random;
pub mod receipts;
pub mod releases;
mod routes;
mod running;
mod serving;
mod shown;
mod signed_request;
mod slow_readers;
pub mod snippet;
pub mod store;
mod views;
mod waiters;
mod webhooks;

pub use answer::Refusal;
pub use catalog::{Catalog, CatalogError};
pub use config::{Config, ConfigError};
pub use embedded::{notices, sbom};
pub use failure::Failure;
pub use keys::Keys;
pub use number::OrderNumber;
pub use observing::start_logs;
pub use random::keygen;
pub use routes::ADMIN_CODES;
pub use running::{Clock, Merchant};
pub use store::{Store, StoreError};
