//! Erasing what names a person: because somebody said so, which is written down so that a restored copy does not raise it, or because its
//! time is over.

use protocol::OrderId;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::connections::Transaction;
use super::{Store, StoreError};
use crate::order_record::RefundStatus;

/// How often it is looked again whether details are due, at least, seconds: a shorter time to keep them counts from then on.
const LONGEST_PAUSE: i64 = 7 * 86_400;
/// The same of an order that is not over.
const PAUSE: i64 = 86_400;
/// How many erasures are written in one transaction.
const BATCH: usize = 500;

/// An order whose details were erased because somebody said so. No more is known of it than this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The order.
    pub order: String,
    /// When, unix seconds.
    pub at: i64,
}

/// For how long details are kept, seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// After the last that happened to an order.
    pub paid: i64,
    /// The same of an order that was never paid.
    pub unpaid: i64,
}

impl Store {
    /// Erases all details of an order, and writes down that this was done. Answers how many there were; a second time there are none.
    /// `now` in unix seconds.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn erase_details(&self, order: &OrderId, now: i64) -> Result<u64, StoreError> {
        self.order(order).await?;
        let mut transaction = self.begin().await?;
        let erasure = Erasure { order: order.as_str().to_owned(), at: now };
        let erase = async {
            write_down(&mut transaction, &erasure).await?;
            erase_of(&mut transaction, order.as_str(), i64::MAX).await
        };
        match erase.await {
            Ok(erased) => transaction.commit().await.map(|()| erased),
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    /// What was erased since then, unix seconds, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn erasures(&self, since: i64) -> Result<Vec<Erasure>, StoreError> {
        let query = "SELECT * FROM erasures WHERE erased_at >= $1 ORDER BY erased_at, order_id";
        let rows = sqlx::query(query).bind(since).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(Erasure { order: row.try_get("order_id")?, at: row.try_get("erased_at")? })).collect()
    }

    /// Erases again what these, and those in the records, say was erased: the records may be a copy from before. Answers how many details
    /// that were.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn erase_again(&self, erasures: &[Erasure]) -> Result<u64, StoreError> {
        for some in erasures.chunks(BATCH) {
            let mut transaction = self.begin().await?;
            for erasure in some {
                if let Err(error) = write_down(&mut transaction, erasure).await {
                    return Err(transaction.undone(error).await);
                }
            }
            transaction.commit().await?;
        }
        let query = "SELECT DISTINCT e.order_id, e.erased_at FROM erasures e JOIN sealed s ON s.order_id = e.order_id \
                     WHERE s.sealed_at <= e.erased_at";
        let mut erased = 0;
        for row in sqlx::query(query).fetch_all(&self.pool).await? {
            let (order, at): (String, i64) = (row.try_get("order_id")?, row.try_get("erased_at")?);
            let mut transaction = self.begin().await?;
            match erase_of(&mut transaction, &order, at).await {
                Ok(number) => erased += number,
                Err(error) => return Err(transaction.undone(error).await),
            }
            transaction.commit().await?;
        }
        Ok(erased)
    }

    /// Looks at the details of so many orders that it is time to look at, and erases those whose time is over. Answers how many orders
    /// those were that were looked at, and how many details were erased. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn erase_due(&self, retention: Retention, now: i64, most: i64) -> Result<(usize, u64), StoreError> {
        let query = "SELECT order_id, MIN(look_at) AS due FROM sealed WHERE look_at <= $1 GROUP BY order_id ORDER BY due LIMIT $2";
        let due = sqlx::query(query).bind(now).bind(most).fetch_all(&self.pool).await?;
        if due.is_empty() {
            return Ok((0, 0));
        }
        let mut transaction = self.begin().await?;
        let mut erased = 0;
        for row in &due {
            match look_at(&mut transaction, row.try_get("order_id")?, retention, now).await {
                Ok(number) => erased += number,
                Err(error) => return Err(transaction.undone(error).await),
            }
        }
        transaction.commit().await?;
        Ok((due.len(), erased))
    }
}

/// Erases the details of an order whose time is over, or says when to look again. One with money that counts for nothing is kept as long as
/// one that was paid: a person has to look at it.
async fn look_at(transaction: &mut Transaction, order: String, retention: Retention, now: i64) -> Result<u64, StoreError> {
    let query = "SELECT status, (SELECT MAX(at) FROM ledger WHERE order_id = orders.id) AS happened, \
                 (SELECT COUNT(*) FROM payments WHERE order_id = orders.id AND transaction_id IS NOT NULL) \
                 + (SELECT COUNT(*) FROM ledger WHERE order_id = orders.id AND kind IN ('wrong-amount', 'transaction-used', \
                 'payment-unclear', 'bill-difference')) AS paid, \
                 (SELECT COUNT(*) FROM payments WHERE order_id = orders.id AND next_check_at IS NOT NULL) AS watched, \
                 (SELECT COUNT(*) FROM refunds WHERE order_id = orders.id AND status = $2) AS going_back FROM orders WHERE id = $1";
    let known = sqlx::query(query).bind(order.as_str()).bind(RefundStatus::Pending.as_str()).fetch_optional(&mut *transaction).await?;
    let Some(row) = known else { return look_at_strays(transaction, &order, retention, now).await };
    let sealed = "SELECT MAX(sealed_at) AS sealed FROM sealed WHERE order_id = $1";
    let sealed: Option<i64> = sqlx::query(sealed).bind(order.as_str()).fetch_one(&mut *transaction).await?.try_get("sealed")?;
    let is_over = row.try_get::<String, _>("status")? != "pending" && count(&row, "watched")? == 0 && count(&row, "going_back")? == 0;
    let last = row.try_get::<Option<i64>, _>("happened")?.max(sealed).unwrap_or(now);
    let due = last + if count(&row, "paid")? > 0 { retention.paid } else { retention.unpaid };
    if is_over && due <= now {
        return erase_of(transaction, &order, i64::MAX).await;
    }
    let again = if is_over { due.min(now + LONGEST_PAUSE) } else { now + PAUSE };
    let update = "UPDATE sealed SET look_at = $1 WHERE order_id = $2";
    sqlx::query(update).bind(again).bind(order).execute(&mut *transaction).await?;
    Ok(0)
}

fn count(row: &AnyRow, column: &str) -> Result<i64, StoreError> {
    Ok(row.try_get(column)?)
}

/// The same of what belongs to no order, each by its own age.
async fn look_at_strays(transaction: &mut Transaction, order: &str, retention: Retention, now: i64) -> Result<u64, StoreError> {
    let erased = erase_of(transaction, order, now - retention.paid).await?;
    let update = "UPDATE sealed SET look_at = $1 WHERE order_id = $2 AND look_at <= $3";
    sqlx::query(update).bind(now + PAUSE).bind(order).bind(now).execute(&mut *transaction).await?;
    Ok(erased)
}

/// Erases what was sealed of an order until then, unix seconds, and by what it is found.
async fn erase_of(transaction: &mut Transaction, order: &str, until: i64) -> Result<u64, StoreError> {
    let delete = "DELETE FROM sealed WHERE order_id = $1 AND sealed_at <= $2 AND kind <> 'licence_key'";
    let erased = sqlx::query(delete).bind(order).bind(until).execute(&mut *transaction).await?.rows_affected();
    let delete = "DELETE FROM sealed_terms WHERE order_id = $1 AND NOT EXISTS (SELECT 1 FROM sealed s \
                  WHERE s.order_id = sealed_terms.order_id AND s.kind = sealed_terms.kind AND s.name = sealed_terms.name)";
    sqlx::query(delete).bind(order).execute(&mut *transaction).await?;
    Ok(erased)
}

async fn write_down(transaction: &mut Transaction, erasure: &Erasure) -> Result<(), StoreError> {
    let insert = "INSERT INTO erasures (order_id, erased_at) VALUES ($1, $2) ON CONFLICT (order_id) DO UPDATE SET \
                  erased_at = CASE WHEN excluded.erased_at > erasures.erased_at THEN excluded.erased_at ELSE erasures.erased_at END";
    sqlx::query(insert).bind(erasure.order.as_str()).bind(erasure.at).execute(&mut *transaction).await?;
    Ok(())
}
