//! Addresses under which a file is loaded: each is kept as a digest, ends by itself, and counts once however often its parts are asked for.

use protocol::OrderId;
use sqlx::Row as _;

use super::rows::order_id;
use super::{Store, StoreError};

/// What an address leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// Of which order.
    pub order: OrderId,
    /// By which product.
    pub sku: String,
    /// Until when, unix seconds.
    pub expires_at: i64,
}

impl Store {
    /// Keeps an address, by its digest, and forgets those that are over. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep_download(&self, digest: &str, download: &Download, now: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM downloads WHERE expires_at < $1").bind(now).execute(&self.pool).await?;
        let insert = "INSERT INTO downloads (digest, order_id, sku, expires_at, counted) VALUES ($1, $2, $3, $4, 0)";
        let insert = sqlx::query(insert).bind(digest).bind(download.order.as_str()).bind(download.sku.as_str());
        insert.bind(download.expires_at).execute(&self.pool).await?;
        Ok(())
    }

    /// What the address of that digest leads to.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn download(&self, digest: &str) -> Result<Option<Download>, StoreError> {
        let row = sqlx::query("SELECT * FROM downloads WHERE digest = $1").bind(digest).fetch_optional(&self.pool).await?;
        let read = |row| Ok(Download { order: order_id(&row)?, sku: row.try_get("sku")?, expires_at: row.try_get("expires_at")? });
        row.map(read).transpose()
    }

    /// Counts that a file is loaded by an address, if it may be loaded so often: `most` times a piece. What is left of it may be asked for
    /// without another count. Answers whether it may.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_download(&self, digest: &str, download: &Download, is_rest: bool, most: i64) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let count = async {
            // Locked, so that two who ask by the same address count one after the other.
            let lock = "UPDATE downloads SET counted = counted WHERE digest = $1 RETURNING counted";
            let row = sqlx::query(lock).bind(digest).fetch_optional(&mut transaction).await?;
            let Some(row) = row else { return Ok(false) };
            if is_rest && row.try_get::<i64, _>("counted")? == 1 {
                return Ok(true);
            }
            let update = "UPDATE promises SET taken = taken + 1 WHERE order_id = $1 AND sku = $2 AND kind = 'file' AND taken < pieces * $3";
            let update = sqlx::query(update).bind(download.order.as_str()).bind(download.sku.as_str()).bind(most);
            let may = update.execute(&mut transaction).await?.rows_affected() == 1;
            if may {
                sqlx::query("UPDATE downloads SET counted = 1 WHERE digest = $1").bind(digest).execute(&mut transaction).await?;
            }
            Ok(may)
        };
        match count.await {
            Ok(may) => transaction.commit().await.map(|()| may),
            Err(error) => Err(transaction.undone(error).await),
        }
    }
}
