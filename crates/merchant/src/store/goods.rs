//! What orders give once they are paid, beside what is sent: promised when an order is written, given in the transaction that makes it paid,
//! and taken back with its money. Not here: files on the disk, and what a shopper is shown.

use protocol::{OrderId, OrderStatus};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::promise::{Gives, Promise};
use super::rows::places;
use super::{Store, StoreError, licence_keys, rows, tickets};
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
    /// So many of its pieces were returned, or are on their way back.
    pub returned: i64,
}

impl Promised {
    /// Whether all of it was returned: it gives nothing any more.
    pub fn is_over(&self) -> bool {
        self.returned >= self.promise.pieces
    }

    /// What a row says, which knows of no refund.
    fn read(row: &AnyRow) -> Result<Promised, StoreError> {
        let (kind, what): (String, String) = (row.try_get("kind")?, row.try_get("what")?);
        let gives = Gives::read(&kind, what, row.try_get("low")?).ok_or(StoreError::Unreadable("what"))?;
        let promise = Promise { sku: row.try_get("sku")?, pieces: row.try_get("pieces")?, gives };
        let (sold_at, owed, taken) = (row.try_get("sold_at")?, row.try_get("owed")?, row.try_get("taken")?);
        Ok(Promised { promise, sold_at, owed, taken, returned: 0 })
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
        let mut promised = rows.iter().map(Promised::read).collect::<Result<Vec<_>, _>>()?;
        if !promised.is_empty() {
            let mut transaction = self.pool.begin("BEGIN").await?;
            let record = rows::record(&mut transaction, "SELECT * FROM orders WHERE id = $1", order).await;
            let record = transaction.read(record).await?;
            promised.iter_mut().for_each(|one| one.returned = record.returned_of(&one.promise.sku));
        }
        Ok(promised)
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

/// What a change did to what its order gives.
#[derive(Default)]
pub(super) struct Followed {
    /// The pools of keys in which few are left, of which nobody was told yet.
    pub(super) few_keys: Vec<String>,
    /// Whether the order's owner sees something else than before.
    pub(super) is_news: bool,
}

/// What a change of an order does to what it gives: the change that makes it paid gives it, one that returns pieces takes their tickets back
/// and owes their keys no more, and with all of its money everything goes.
pub(super) async fn follow(
    transaction: &mut Transaction,
    before: &OrderRecord,
    after: &mut OrderRecord,
    now: i64,
) -> Result<Followed, StoreError> {
    let mut followed = Followed { is_news: after.facts.iter().any(Fact::is_for_the_buyer), ..Followed::default() };
    if !after.order.status.has_money() {
        return Ok(followed);
    }
    if !before.order.status.has_money() {
        followed.few_keys = give(transaction, after, now).await?;
    }
    let is_over = after.order.status == OrderStatus::Refunded;
    // Whatever goes back once everything is back gives nothing again.
    if after.refunds == before.refunds && after.order.status == before.order.status || before.order.status == OrderStatus::Refunded {
        return Ok(followed);
    }
    if is_over {
        tickets::revoke_all(transaction, &after.order.id, now).await?;
    } else {
        tickets::revoke_returned(transaction, after, now).await?;
    }
    let rows = sqlx::query("SELECT * FROM promises WHERE order_id = $1 ORDER BY what, sku, kind");
    let rows = rows.bind(after.order.id.as_str()).fetch_all(&mut *transaction).await?;
    let promised = rows.iter().map(Promised::read).collect::<Result<Vec<_>, _>>()?;
    followed.is_news |= promised.iter().any(|one| before.returned_of(&one.promise.sku) != after.returned_of(&one.promise.sku));
    let mut is_owed_less = false;
    for Promised { promise: Promise { sku, pieces, .. }, owed, .. } in promised.iter().filter(|one| one.owed > 0) {
        let order = after.order.id.as_str();
        let kept = if is_over { 0 } else { pieces - after.money_back_of(sku) };
        let query = "SELECT COUNT(*) AS number FROM licence_keys WHERE order_id = $1 AND sku = $2";
        let given: i64 = sqlx::query(query).bind(order).bind(sku.as_str()).fetch_one(&mut *transaction).await?.try_get("number")?;
        let left = (kept - given).clamp(0, *owed);
        let update = "UPDATE promises SET owed = $1 WHERE order_id = $2 AND sku = $3 AND kind = 'keys'";
        sqlx::query(update).bind(left).bind(order).bind(sku.as_str()).execute(&mut *transaction).await?;
        is_owed_less |= left < *owed;
    }
    if is_owed_less {
        after.facts.extend(licence_keys::settled(transaction, &after.order.id).await?);
    }
    Ok(followed)
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
