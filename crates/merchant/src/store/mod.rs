//! Records: everything a merchant must still know after `kill -9`. Each change of an order is one transaction.
//! The same statements run on SQLite and PostgreSQL. Not here: what a change means (that is `account`), and provider calls.

mod alone;
mod api_keys;
mod attention;
mod audit;
mod backup;
mod changes;
mod connections;
mod due;
mod error;
mod followers;
mod ledger;
mod listener;
mod lists;
mod looking_up;
mod node_locks;
mod outbox;
pub(crate) mod private;
mod reads;
mod records;
mod releases;
mod rows;
mod standing;
mod stats;
mod stock;
mod stock_item;
mod tokens;

pub use api_keys::ApiKey;
pub use attention::Attention;
pub use audit::Kept;
pub use changes::{IdempotencyRecord, NewRecord, Received};
pub(crate) use due::LEASE;
pub use error::StoreError;
pub use followers::{MessageOutcome, ShopperMessage, UnsentMessage};
pub use lists::{Filter, Listed, MethodStats};
pub use looking_up::KnownMoney;
pub(crate) use node_locks::NodeLocks;
pub use outbox::{Waiting, Webhook, WebhookState};
pub use records::Store;
pub use releases::{Node, Release, ReleaseFile};
pub use stats::StoreStats;
pub use stock_item::{Counted, Reservation, Shortage, StockItem, Supply};
