//! Limits of rate and concurrency for each client, so that the shop stays open for all the others. Not here: limits of one request's size
//! and time, those are where it is read (`serving`, `signed_request.rs`).

mod clients;
mod concurrency;
mod failures;
mod guesses;
mod open_orders;

use crate::client::Client;
use crate::config::LimitsConfig;

use clients::Clients;
pub(crate) use concurrency::{ConcurrencyLimit, Permit};
use failures::Failures;
use guesses::Guesses;
pub(crate) use open_orders::{Coming, OpenOrders};

/// What a request makes the backend do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// It asks a provider: for orders, payments, cancellations.
    Making,
    /// It looks into its records: for prices, states, notifications, and calls of the shop's.
    Reading,
}

/// The limits of this node.
pub(crate) struct Limits {
    making: Clients,
    reading: Clients,
    /// Held polls.
    pub(crate) polls: ConcurrencyLimit,
    /// Forged notifications and calls with keys that are none.
    pub(crate) failures: Failures,
    /// Discount codes that are none.
    pub(crate) guesses: Guesses,
}

impl Limits {
    pub(crate) fn new(config: &LimitsConfig) -> Limits {
        Limits {
            making: Clients::per_minute(config.orders_per_minute),
            reading: Clients::per_minute(config.reads_per_minute),
            polls: ConcurrencyLimit::new(config.held_polls, config.held_polls_per_client),
            failures: Failures::per_minute(config.failures_per_minute),
            guesses: Guesses::per_minute(config.code_guesses_per_minute),
        }
    }

    /// Lets a request through, or says for how many seconds its client should be silent.
    pub(crate) fn pass(&self, client: &Client, effort: Effort) -> Result<(), u64> {
        match effort {
            Effort::Making => self.making.pass(client),
            Effort::Reading => self.reading.pass(client),
        }
    }
}
