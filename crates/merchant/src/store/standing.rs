//! How the records stand as a whole, for figures. Each question is answered from an index, however many orders there are.

use sqlx::Row as _;

use super::attention::odd;
use super::error::StoreError;
use super::records::Store;
use super::stats::StoreStats;

/// Since when the shop's server has not heard: what was replayed and has not failed since waits from its replay on.
const WAITING_SINCE: &str = "SELECT MIN(CASE WHEN attempts = 0 THEN next_at ELSE created_at END) FROM outbox WHERE next_at IS NOT NULL";

impl Store {
    /// How everything stands. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn standing(&self, now: i64) -> Result<StoreStats, StoreError> {
        let alarms = concat!("SELECT kind, COUNT(*) AS number FROM ledger WHERE ", odd!(), " GROUP BY kind ORDER BY kind");
        let alarms = sqlx::query(alarms).fetch_all(&self.pool).await?;
        Ok(StoreStats {
            pending_orders: self.number("SELECT COUNT(*) FROM orders WHERE status = 'pending'").await?,
            open_payments: self.number("SELECT COUNT(*) FROM payments WHERE next_check_at IS NOT NULL").await?,
            overdue_check: self.age("SELECT MIN(next_check_at) FROM payments WHERE next_check_at IS NOT NULL", now).await?,
            open_refunds: self.number("SELECT COUNT(*) FROM refunds WHERE next_check_at IS NOT NULL").await?,
            stuck_refunds: self.number("SELECT COUNT(*) FROM refunds WHERE status = 'stuck'").await?,
            waiting_webhooks: self.number("SELECT COUNT(*) FROM outbox WHERE next_at IS NOT NULL").await?,
            oldest_webhook: self.age(WAITING_SINCE, now).await?,
            failed_webhooks: self.number("SELECT COUNT(*) FROM outbox WHERE next_at IS NULL AND delivered_at IS NULL").await?,
            waiting_messages: self.number("SELECT COUNT(*) FROM messages WHERE next_at IS NOT NULL").await?,
            oldest_message: self.age("SELECT MIN(since) FROM messages WHERE next_at IS NOT NULL", now).await?,
            failed_messages: self
                .number("SELECT COUNT(*) FROM messages WHERE next_at IS NULL AND sent_at IS NULL AND outcome NOT IN ('erased', 'not following')")
                .await?,
            alarms: alarms.iter().map(|row| Ok((row.try_get("kind")?, row.try_get("number")?))).collect::<Result<_, StoreError>>()?,
        })
    }

    /// How many refunds that were asked for before that time (unix seconds) the provider has not answered for good.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn refunds_under_way_since(&self, before: i64) -> Result<i64, StoreError> {
        let query = "SELECT COUNT(*) FROM refunds WHERE next_check_at IS NOT NULL AND status = 'pending' AND created_at < $1";
        Ok(sqlx::query(query).bind(before).fetch_one(&self.pool).await?.try_get(0)?)
    }

    /// How many orders of an older program are not in the books, because their records cannot be read.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unbooked_orders(&self) -> Result<i64, StoreError> {
        self.number("SELECT COUNT(*) FROM orders WHERE unbooked = 1").await
    }

    async fn number(&self, query: &'static str) -> Result<i64, StoreError> {
        Ok(sqlx::query(query).fetch_one(&self.pool).await?.try_get(0)?)
    }

    /// Seconds since the time that a question answers; 0 where there is none, or it is still to come.
    async fn age(&self, query: &'static str, now: i64) -> Result<i64, StoreError> {
        let at: Option<i64> = sqlx::query(query).fetch_one(&self.pool).await?.try_get(0)?;
        Ok(at.map_or(0, |at| (now - at).max(0)))
    }
}
