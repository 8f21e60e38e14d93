//! Work that is due, for the background jobs. Taking something makes it nobody else's for a while, so that of many nodes one does it.

use protocol::{OrderId, PaymentId};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::records::Database;
use super::{Store, StoreError, rows};

/// For how long something taken is left alone by others, seconds: longer than any call, shorter than anybody's patience. A round may take
/// longer: whoever comes to something then looks whether it is still its own.
pub(crate) const LEASE: i64 = 30;

impl Store {
    /// Takes payments of a method to ask its provider about now, the longest waiting first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn due_payments(&self, method: &str, now: i64, most: i64) -> Result<Vec<(OrderId, PaymentId)>, StoreError> {
        let rows = self.take(
            "UPDATE payments SET next_check_at = $1 WHERE id IN (SELECT id FROM payments WHERE next_check_at <= $2 AND method = $4 \
             ORDER BY next_check_at LIMIT $3) RETURNING order_id, id",
            "UPDATE payments SET next_check_at = $1 WHERE id IN (SELECT id FROM payments WHERE next_check_at <= $2 AND method = $4 \
             ORDER BY next_check_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING order_id, id",
            (now, most),
            Some(method),
        );
        rows.await?.iter().map(|row| Ok((rows::order_id(row)?, rows::payment_id(row)?))).collect()
    }

    /// Takes refunds of payments by a method to send, or to ask its provider about, now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn due_refunds(&self, method: &str, now: i64, most: i64) -> Result<Vec<(OrderId, String)>, StoreError> {
        let rows = self.take(
            "UPDATE refunds SET next_check_at = $1 WHERE id IN (SELECT refunds.id FROM refunds JOIN payments \
             ON payments.id = refunds.payment_id WHERE refunds.next_check_at <= $2 AND payments.method = $4 \
             ORDER BY refunds.next_check_at LIMIT $3) RETURNING order_id, id",
            "UPDATE refunds SET next_check_at = $1 WHERE id IN (SELECT refunds.id FROM refunds JOIN payments \
             ON payments.id = refunds.payment_id WHERE refunds.next_check_at <= $2 AND payments.method = $4 \
             ORDER BY refunds.next_check_at LIMIT $3 FOR UPDATE OF refunds SKIP LOCKED) RETURNING order_id, id",
            (now, most),
            Some(method),
        );
        rows.await?.iter().map(|row| Ok((rows::order_id(row)?, row.try_get("id")?))).collect()
    }

    /// The methods of payments that are due, and those of refunds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn due_methods(&self, now: i64) -> Result<(Vec<String>, Vec<String>), StoreError> {
        let methods = async |query| {
            let rows = sqlx::query(query).bind(now).fetch_all(&self.pool).await?;
            rows.iter().map(|row| Ok(row.try_get("method")?)).collect::<Result<_, StoreError>>()
        };
        let payments = methods("SELECT DISTINCT method FROM payments WHERE next_check_at <= $1").await?;
        let refunds = "SELECT DISTINCT payments.method AS method FROM refunds JOIN payments ON payments.id = refunds.payment_id \
                       WHERE refunds.next_check_at <= $1";
        Ok((payments, methods(refunds).await?))
    }

    /// Runs the statement of the database at hand, which takes at most so many things until the lease ends, of one method where it asks
    /// for one.
    pub(super) async fn take(
        &self,
        sqlite: &'static str,
        postgres: &'static str,
        (now, most): (i64, i64),
        method: Option<&str>,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let statement = match self.database {
            Database::Sqlite => sqlite,
            Database::Postgres(_) => postgres,
        };
        let query = sqlx::query(statement).bind(now + LEASE).bind(now).bind(most);
        let query = match method {
            Some(method) => query.bind(method),
            None => query,
        };
        Ok(query.fetch_all(&self.pool).await?)
    }

    /// Pending orders whose deadline has passed, and whose payments have all come to an end: while the fate of one is not known its
    /// order stays open, for money may be on its way.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn overdue(&self, now: i64, most: i64) -> Result<Vec<OrderId>, StoreError> {
        let query = "SELECT id AS order_id FROM orders WHERE status = 'pending' AND expires_at <= $1 AND NOT EXISTS \
                     (SELECT 1 FROM payments WHERE order_id = orders.id AND status IN ('waiting', 'scanned') \
                     AND next_check_at IS NOT NULL) ORDER BY expires_at LIMIT $2";
        let rows = sqlx::query(query).bind(now).bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(rows::order_id).collect()
    }

    /// Says when to ask the provider about a payment again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn check_again_at(&self, payment: &PaymentId, at: i64) -> Result<(), StoreError> {
        let update = "UPDATE payments SET next_check_at = $1, checks = checks + 1 WHERE id = $2 AND next_check_at IS NOT NULL";
        sqlx::query(update).bind(at).bind(payment.as_str()).execute(&self.pool).await?;
        Ok(())
    }

    /// Says when to ask the provider about a refund again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn check_refund_again_at(&self, refund: &str, at: i64) -> Result<(), StoreError> {
        let update = "UPDATE refunds SET next_check_at = $1, checks = checks + 1 WHERE id = $2 AND next_check_at IS NOT NULL";
        sqlx::query(update).bind(at).bind(refund).execute(&self.pool).await?;
        Ok(())
    }

    /// Makes every open payment and refund due: after a start nobody knows what was missed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn check_all(&self, now: i64) -> Result<(), StoreError> {
        for update in [
            "UPDATE payments SET next_check_at = $1 WHERE next_check_at > $1",
            "UPDATE refunds SET next_check_at = $1 WHERE next_check_at > $1",
        ] {
            sqlx::query(update).bind(now).execute(&self.pool).await?;
        }
        Ok(())
    }
}
