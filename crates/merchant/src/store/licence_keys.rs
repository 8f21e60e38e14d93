//! Pools of licence keys: one a piece sold, in the order in which they were put in, and never twice. What a key is lies in a sealed record.
//! Whoever takes keys or puts some in (`adding_keys.rs`) locks the pool's row first.

use protocol::OrderId;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::connections::Transaction;
use super::sealed::lying;
use super::{Store, StoreError};
use crate::order_record::Fact;
use crate::sealed::Opened;

/// How a pool stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPool {
    /// Its name.
    pub name: String,
    /// So many keys were ever put in.
    pub added: i64,
    /// So many of them nobody has.
    pub free: i64,
    /// So many are sold and were not there.
    pub owed: i64,
}

impl Store {
    /// Every pool, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn key_pools(&self) -> Result<Vec<KeyPool>, StoreError> {
        let query = "SELECT name, added, free, (SELECT CAST(COALESCE(SUM(owed), 0) AS BIGINT) FROM promises \
                     WHERE what = key_pools.name AND kind = 'keys' AND owed > 0) AS owed FROM key_pools ORDER BY name";
        let read = |row: &AnyRow| {
            let (added, free, owed) = (row.try_get("added")?, row.try_get("free")?, row.try_get("owed")?);
            Ok(KeyPool { name: row.try_get("name")?, added, free, owed })
        };
        sqlx::query(query).fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// The keys that an order has by a product, in the order in which it got them. One that does not open is an alarm and is left out.
    ///
    /// # Errors
    /// `NoKeys`; those of the database.
    pub async fn licence_keys_of(&self, order: &OrderId, sku: &str) -> Result<Vec<String>, StoreError> {
        let query = "SELECT sealed.* FROM licence_keys JOIN sealed ON sealed.order_id = '' AND sealed.kind = 'licence_key' \
                     AND sealed.name = CAST(licence_keys.n AS TEXT) || ':' || licence_keys.pool \
                     WHERE licence_keys.order_id = $1 AND licence_keys.sku = $2 ORDER BY licence_keys.pool, licence_keys.n";
        let rows = sqlx::query(query).bind(order.as_str()).bind(sku).fetch_all(&self.pool).await?;
        let mut keys = Vec::new();
        for row in &rows {
            keys.extend(self.open_lying(&lying(row)?)?.map(Opened::into_text));
        }
        Ok(keys)
    }
}

/// By which name a key is sealed.
pub(super) fn name(pool: &str, n: i64) -> String {
    format!("{n}:{pool}")
}

/// Locks a pool, which is there afterwards.
pub(super) async fn lock(transaction: &mut Transaction, pool: &str) -> Result<(), StoreError> {
    let insert = "INSERT INTO key_pools (name, added, free, warned) VALUES ($1, 0, 0, 0) ON CONFLICT DO NOTHING";
    sqlx::query(insert).bind(pool).execute(&mut *transaction).await?;
    sqlx::query("UPDATE key_pools SET free = free WHERE name = $1").bind(pool).execute(&mut *transaction).await?;
    Ok(())
}

/// Takes so many keys of a locked pool for a product of an order, or as many as there are. Answers how many.
pub(super) async fn take(
    transaction: &mut Transaction,
    pool: &str,
    (order, sku): (&OrderId, &str),
    wanted: i64,
    now: i64,
) -> Result<i64, StoreError> {
    let update = "UPDATE licence_keys SET order_id = $1, sku = $2, taken_at = $3 WHERE pool = $4 AND n IN \
                  (SELECT n FROM licence_keys WHERE pool = $5 AND order_id IS NULL ORDER BY n LIMIT $6)";
    let update = sqlx::query(update).bind(order.as_str()).bind(sku).bind(now).bind(pool).bind(pool).bind(wanted);
    let taken = i64::try_from(update.execute(&mut *transaction).await?.rows_affected()).unwrap_or(i64::MAX);
    let update = "UPDATE key_pools SET free = free - $1 WHERE name = $2";
    sqlx::query(update).bind(taken).bind(pool).execute(&mut *transaction).await?;
    Ok(taken)
}

/// Whether fewer than these are left, and nobody was told yet; then that is written down.
pub(super) async fn has_few(transaction: &mut Transaction, pool: &str, low: i64) -> Result<bool, StoreError> {
    let update = "UPDATE key_pools SET warned = 1 WHERE name = $1 AND warned = 0 AND free < $2";
    Ok(sqlx::query(update).bind(pool).bind(low).execute(&mut *transaction).await?.rows_affected() == 1)
}

/// That nothing is owed to an order any more, if so.
pub(super) async fn settled(transaction: &mut Transaction, order: &OrderId) -> Result<Vec<Fact>, StoreError> {
    let query = "SELECT COUNT(*) AS number FROM promises WHERE order_id = $1 AND owed > 0";
    let owed: i64 = sqlx::query(query).bind(order.as_str()).fetch_one(&mut *transaction).await?.try_get("number")?;
    Ok(if owed == 0 { vec![Fact::Settled { reason: "keys-short".to_owned() }] } else { Vec::new() })
}
