//! The reference backend: keeps orders and payments, speaks to providers through `gateway`, and signs every answer.
//! Not here: wire formats of providers, the widget, the sandbox.
#![warn(missing_docs)]

pub mod api_keys;
pub mod audit;
mod bank;
mod cart_fault;
pub mod catalog;
mod client;
mod clock;
pub mod config;
mod embedded;
mod erased_file;
mod fault;
mod i18n;
pub mod incoming;
mod jobs;
mod keys;
mod limits;
mod number;
mod observing;
mod official_account;
mod order_locks;
pub mod order_record;
mod order_service;
mod providers;
mod random;
pub mod receipts;
pub mod releases;
mod response;
mod routes;
mod running;
pub mod sealed;
mod service_error;
mod serving;
mod shown;
mod signed_request;
pub mod snippet;
pub mod store;
mod views;
mod waiters;
mod webhooks;

pub use catalog::{Catalog, CatalogError};
pub use clock::Clock;
pub use config::{Config, ConfigError};
pub use embedded::{notices, sbom};
pub use erased_file::ErasedFile;
pub use keys::Keys;
pub use number::OrderNumber;
pub use observing::start_logs;
pub use random::keygen;
pub use response::ApiError;
pub use routes::ADMIN_CODES;
pub use running::Merchant;
pub use service_error::ServiceError;
pub use store::{Store, StoreError};
pub use webhooks::EventKind;
