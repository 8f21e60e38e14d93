//! What a key of the admin API has sold: its orders, and what came in by them.

use protocol::{Order, OrderId};
use sqlx::Row as _;

use super::insights::read_taken;
use super::{Store, StoreError, rows};
use crate::insights::Taken;

/// The orders of a key since a time, the newest first.
pub(super) const MADE_BY: &str = "SELECT ledger.at, orders.body FROM ledger JOIN orders ON orders.id = ledger.order_id \
    WHERE ledger.key_id = $1 AND ledger.kind = 'created' AND ledger.at >= $2 ORDER BY ledger.at DESC, ledger.entry DESC LIMIT $3";
/// Movements of a time that are of orders of a key. SQLite asks each whose it is: a day has fewer than a key has orders.
const TAKEN_BY: &str = "SELECT method AS of_what, kind, currency, COUNT(*) AS number, CAST(SUM(amount) AS BIGINT) AS amount \
    FROM movements WHERE booked_at >= $1 AND booked_at < $2 AND kind <> 'fee' AND test = 0 AND EXISTS (SELECT 1 FROM ledger \
    WHERE ledger.order_id = movements.order_id AND ledger.key_id = $3 AND ledger.kind = 'created') GROUP BY 1, kind, currency";

impl Store {
    /// The orders that a key has made since then (unix seconds), the newest first, with when each was made.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn orders_made_by(&self, key: &str, since: i64, most: i64) -> Result<Vec<(i64, Order)>, StoreError> {
        let rows = sqlx::query(MADE_BY).bind(key).bind(since).bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("at")?, rows::order(row)?))).collect()
    }

    /// Whether a key has made that order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn has_made(&self, key: &str, order: &OrderId) -> Result<bool, StoreError> {
        let query = "SELECT 1 AS made FROM ledger WHERE order_id = $1 AND key_id = $2 AND kind = 'created'";
        Ok(sqlx::query(query).bind(order.as_str()).bind(key).fetch_optional(&self.pool).await?.is_some())
    }

    /// What moved in that time (unix seconds) by the orders of a key, as the books count it, by method.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn taken_by(&self, key: &str, from: i64, to: i64) -> Result<Vec<Taken>, StoreError> {
        let rows = sqlx::query(TAKEN_BY).bind(from).bind(to).bind(key).fetch_all(&self.pool).await?;
        rows.iter().map(read_taken).collect()
    }
}
