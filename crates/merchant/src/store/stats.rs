//! The figures of the records as a whole.

/// Numbers of things, and ages in seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Orders that can be paid.
    pub pending_orders: i64,
    /// Payments that the provider will be asked about.
    pub open_payments: i64,
    /// For how long the longest waiting of these questions is overdue.
    pub overdue_check: i64,
    /// Refunds that are not over.
    pub open_refunds: i64,
    /// Refunds that need a person.
    pub stuck_refunds: i64,
    /// Events that the shop's server has not heard.
    pub waiting_webhooks: i64,
    /// The age of the oldest of them.
    pub oldest_webhook: i64,
    /// Events that were given up.
    pub failed_webhooks: i64,
    /// Messages that are still to be sent to shoppers.
    pub waiting_messages: i64,
    /// The age of the oldest of them.
    pub oldest_message: i64,
    /// Messages that were refused, or given up.
    pub failed_messages: i64,
    /// What a person had to look at, ever, by kind of fact.
    pub alarms: Vec<(String, i64)>,
}
