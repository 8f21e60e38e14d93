//! `[limits]`: what one client may do, and how much the server takes on. The defaults suit a shop behind any carrier's shared addresses.

use std::time::Duration;

use serde::Deserialize;

use super::error::ConfigError;

/// The most open orders of a client that are looked up at once.
const MOST_OPEN_ORDERS: usize = 10_000;

/// `[limits]`
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Orders, payments and cancellations of one client in a minute; 0: any number.
    pub orders_per_minute: u32,
    /// Prices, states, notifications, ways back from WeChat and calls of the shop's server of one client in a minute; 0: any number.
    pub reads_per_minute: u32,
    /// Forged notifications and admin calls with a key that is none, of one client in a minute, until nobody listens to it; 0: any number.
    pub failures_per_minute: u32,
    /// Discount codes that are none, of one client in a minute, until it is told to wait; 0: any number.
    pub code_guesses_per_minute: u32,
    /// Orders of one client that are open and not paid; 0: any number.
    pub open_orders_per_client: usize,
    /// Polls held at the same time; one more is answered immediately instead of being held.
    pub held_polls: usize,
    /// The same of one client.
    pub held_polls_per_client: usize,
    /// Connections at once; one more waits until another ends.
    pub connections: usize,
    /// The same of one client, unless proxies stand before the server; one more is closed.
    pub connections_per_client: usize,
    /// How long a client may take for the head of a request, and for its body, seconds. For four times as long it may take nothing of an
    /// answer.
    pub silence_seconds: u64,
}

impl Default for LimitsConfig {
    fn default() -> LimitsConfig {
        let (orders_per_minute, reads_per_minute, failures_per_minute, code_guesses_per_minute) = (120, 6_000, 60, 10);
        // Two shoppers a minute of one address who order, do not pay, and do not go back to their cart.
        let open_orders_per_client = 60;
        let (held_polls, held_polls_per_client) = (20_000, 1_000);
        let (connections, connections_per_client, silence_seconds) = (25_000, 2_000, 15);
        LimitsConfig {
            orders_per_minute,
            reads_per_minute,
            failures_per_minute,
            code_guesses_per_minute,
            open_orders_per_client,
            held_polls,
            held_polls_per_client,
            connections,
            connections_per_client,
            silence_seconds,
        }
    }
}

impl LimitsConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, number) in [("connections", self.connections), ("connections_per_client", self.connections_per_client)] {
            if number == 0 {
                return Err(ConfigError::of(&format!("limits.{key}"), "must be at least 1"));
            }
        }
        if self.open_orders_per_client > MOST_OPEN_ORDERS {
            return Err(ConfigError::of("limits.open_orders_per_client", "must be at most 10000; 0 means any number"));
        }
        if !(1..=600).contains(&self.silence_seconds) {
            return Err(ConfigError::of("limits.silence_seconds", "must be 1 to 600"));
        }
        Ok(())
    }

    pub(crate) fn silence(&self) -> Duration {
        Duration::from_secs(self.silence_seconds)
    }

    /// How long a client may take nothing of an answer: longer, for thin lines stall.
    pub(crate) fn taking(&self) -> Duration {
        self.silence() * 4
    }
}
