//! What orders give once they are paid, beside what is sent: promised when an order is written, given in the transaction that makes it paid,
//! and taken back with its money. Not here: files on the disk, and what a shopper is shown.

use protocol::{OrderId, OrderStatus};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::promise::{Gives, Promise};
use super::rows::places;
use super::{Store, StoreError, licence_keys, tickets};
use crate::fault;
use crate::order_record::{Fact, OrderRecord};

/// What an order gives, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promised {
    /// What.
    pub promise: Promise,
    /// Since when it is sold, unix seconds; `None` while nothing is paid.
    pub sold_at: Option<i64>,
    /// So many of its keys were not there yet.
    pub owed: i64,
    /// How often its file was loaded.
    pub taken: i64,
}

impl Promised {
    fn read(row: &AnyRow) -> Result<Promised, StoreError> {
        let (kind, what): (String, String) = (row.try_get("kind")?, row.try_get("what")?);
        let gives = Gives::read(&kind, what, row.try_get("low")?).ok_or(StoreError::Unreadable("what"))?;
        let promise = Promise { sku: row.try_get("sku")?, pieces: row.try_get("pieces")?, gives };
        Ok(Promised { promise, sold_at: row.try_get("sold_at")?, owed: row.try_get("owed")?, taken: row.try_get("taken")? })
    }
}

impl Store {
    /// What an order gives beside what is sent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn promised(&self, order: &OrderId) -> Result<Vec<Promised>, StoreError> {
        let query = "SELECT * FROM promises WHERE order_id = $1 ORDER BY sku, kind";
        let rows = sqlx::query(query).bind(order.as_str()).fetch_all(&self.pool).await?;
        rows.iter().map(Promised::read).collect()
    }
}

/// Writes down what new orders give.
pub(super) async fn promise<'a>(
    transaction: &mut Transaction,
    orders: impl Iterator<Item = (&'a OrderId, &'a [Promise])>,
) -> Result<(), StoreError> {
    let promises: Vec<_> = orders.flat_map(|(order, promises)| promises.iter().map(move |promise| (order, promise))).collect();
    if promises.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO promises (order_id, sku, kind, pieces, what, low) VALUES ";
    let mut query = sqlx::query(AssertSqlSafe(format!("{insert}{}", places(promises.len(), 6))));
    for (order, promise) in promises {
        let (kind, what, low) = promise.gives.columns();
        query = query.bind(order.as_str()).bind(promise.sku.as_str()).bind(kind).bind(promise.pieces).bind(what).bind(low);
    }
    query.execute(&mut *transaction).await?;
    Ok(())
}

/// What a change of an order does to what it gives: the change that makes it paid gives it, one that returns pieces takes their tickets back,
/// and with all of its money everything goes. Answers the pools of keys in which few are left, of which nobody was told yet.
pub(super) async fn follow(
    transaction: &mut Transaction,
    before: &OrderRecord,
    after: &mut OrderRecord,
    now: i64,
) -> Result<Vec<String>, StoreError> {
    let mut few = Vec::new();
    if !after.order.status.has_money() {
        return Ok(few);
    }
    if !before.order.status.has_money() {
        few = give(transaction, after, now).await?;
    }
    if after.order.status == OrderStatus::Refunded {
        // Whatever else goes back later gives nothing again.
        if before.order.status != OrderStatus::Refunded {
            sqlx::query("UPDATE promises SET owed = 0 WHERE order_id = $1")
                .bind(after.order.id.as_str())
                .execute(&mut *transaction)
                .await?;
            tickets::revoke_all(transaction, &after.order.id, now).await?;
        }
    } else if after.refunds != before.refunds {
        tickets::revoke_returned(transaction, after, now).await?;
    }
    Ok(few)
}

async fn give(transaction: &mut Transaction, after: &mut OrderRecord, now: i64) -> Result<Vec<String>, StoreError> {
    let OrderRecord { order, .. } = &*after;
    // Rows of pools are locked by name, so that no two transactions wait for each other.
    let query = "SELECT * FROM promises WHERE order_id = $1 ORDER BY what, sku, kind";
    let rows = sqlx::query(query).bind(order.id.as_str()).fetch_all(&mut *transaction).await?;
    let (mut few, mut short) = (Vec::new(), Vec::new());
    if rows.is_empty() {
        return Ok(few);
    }
    fault::point("goods-not-given");
    for row in &rows {
        let Promised { promise: Promise { sku, pieces, gives }, .. } = Promised::read(row)?;
        match gives {
            Gives::File(_) => {}
            // A test takes nothing from those who pay.
            Gives::Keys { .. } if order.is_test => {}
            Gives::Keys { pool, low } => {
                licence_keys::lock(transaction, &pool).await?;
                let taken = licence_keys::take(transaction, &pool, (&order.id, &sku), pieces, now).await?;
                if licence_keys::has_few(transaction, &pool, low).await? {
                    few.push(pool);
                }
                if taken < pieces {
                    tracing::error!(order = %order.id, sku, missing = pieces - taken, "ALARM: licence keys were sold that are not there; add some");
                    let update = "UPDATE promises SET owed = $1 WHERE order_id = $2 AND sku = $3 AND kind = 'keys'";
                    let update = sqlx::query(update).bind(pieces - taken).bind(order.id.as_str()).bind(sku.as_str());
                    update.execute(&mut *transaction).await?;
                    short.push(Fact::KeysShort { sku, missing: pieces - taken });
                }
            }
            Gives::Ticket(words) => tickets::issue(transaction, (order, &sku), pieces, &words, now).await?,
        }
    }
    let update = "UPDATE promises SET sold_at = $1 WHERE order_id = $2";
    sqlx::query(update).bind(now).bind(order.id.as_str()).execute(&mut *transaction).await?;
    fault::point("goods-given");
    after.facts.extend(short);
    Ok(few)
}
