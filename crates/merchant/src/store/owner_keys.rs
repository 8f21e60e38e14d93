//! By what the buyer of an order opens what is for him alone: digests of keys, of which there may be several.

use protocol::{Digest, OrderId};
use sqlx::AssertSqlSafe;

use super::connections::Transaction;
use super::error::StoreError;
use super::records::Store;
use super::rows::places;

/// Writes the digests of new orders' keys, all of them by one statement. When, in unix seconds.
pub(super) async fn insert(transaction: &mut Transaction, keys: impl Iterator<Item = (&OrderId, Digest, i64)>) -> Result<(), StoreError> {
    let keys: Vec<_> = keys.collect();
    if keys.is_empty() {
        return Ok(());
    }
    let insert = format!("INSERT INTO owner_keys (order_id, digest, made_at) VALUES {}", places(keys.len(), 3));
    let mut query = sqlx::query(AssertSqlSafe(insert));
    for (order, digest, at) in keys {
        query = query.bind(order.as_str()).bind(digest.to_base64()).bind(at);
    }
    query.execute(&mut *transaction).await?;
    Ok(())
}

impl Store {
    /// Takes another key of an order, by its digest. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_owner_key(&self, order: &OrderId, digest: Digest, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        match insert(&mut transaction, std::iter::once((order, digest, now))).await {
            Ok(()) => transaction.commit().await,
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    /// Whether that is the digest of a key of the order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_owner_key(&self, order: &OrderId, digest: Digest) -> Result<bool, StoreError> {
        let query = "SELECT 1 FROM owner_keys WHERE order_id = $1 AND digest = $2";
        let found = sqlx::query(query).bind(order.as_str()).bind(digest.to_base64()).fetch_optional(&self.pool).await?;
        Ok(found.is_some())
    }
}
