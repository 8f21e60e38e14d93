//! What a person has to look at: orders by which other money came than was asked for, goods that were sold twice, refunds that do not
//! go on by themselves, bills that say otherwise. Each is also an alarm when it happens; this is the list of them.

use protocol::OrderId;
use sqlx::Row as _;

use super::{Store, StoreError};

/// Why a person has to look at an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attention {
    /// A kind of fact in the ledger (`wrong-amount`, `paid-twice`, `transaction-used`, `oversold`, `payment-unclear`, `refund-refused`,
    /// `refund-amount`, `bill-difference`), or `refund-stuck` or `refund-failed`.
    pub reason: String,
    /// Since when, unix seconds.
    pub since: i64,
}

/// What is odd in the ledger, in the words of its index (migration 0041), which SQLite takes for no others. A second payment goes back by
/// itself; all else needs a person.
macro_rules! odd {
    () => {
        "kind IN ('wrong-amount', 'paid-twice', 'second-payment', 'oversold', \
         'payment-unclear', 'refund-refused', 'refund-amount', 'transaction-used', 'bill-difference')"
    };
}
pub(super) use odd;

/// The orders that need a person, for a condition on ids of orders.
pub(super) const ORDERS: &str = concat!(
    "SELECT order_id FROM ledger WHERE ",
    odd!(),
    " AND kind <> 'second-payment' UNION SELECT order_id FROM refunds WHERE status IN ('stuck', 'failed')"
);

impl Store {
    /// Why a person has to look at that order, the oldest reason first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn attention(&self, id: &OrderId) -> Result<Vec<Attention>, StoreError> {
        let query = concat!(
            "SELECT kind AS reason, at AS since FROM ledger WHERE order_id = $1 AND ",
            odd!(),
            " AND kind <> 'second-payment' UNION ALL SELECT 'refund-' || status AS reason, created_at AS since FROM refunds \
             WHERE order_id = $1 AND status IN ('stuck', 'failed') ORDER BY since, reason"
        );
        let rows = sqlx::query(query).bind(id.as_str()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(Attention { reason: row.try_get("reason")?, since: row.try_get("since")? })).collect()
    }
}
