//! What the shop puts into stock, or takes out, beside the catalog's number: goods that arrive, and goods that are lost.

use sqlx::Row as _;

use super::connections::Transaction;
use super::stock_item::{Shortage, StockItem};
use super::{Store, StoreError};

impl Store {
    /// Puts so many into stock, or takes them out where that is negative, once per idempotency key. Answers whether it is counted at all:
    /// where the catalog never named a number there is nothing to change.
    ///
    /// # Errors
    /// `Short` where more would be taken out than are left; `KeyUsed` where the key is known with another change; those of the database.
    pub async fn change_stock(&self, of: &StockItem, change: i64, key: &str) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        match write(&mut transaction, of, change, key).await {
            Ok(true) => {
                transaction.commit().await?;
                self.forget_falls().await?;
                Ok(true)
            }
            Ok(false) => transaction.rollback().await.map(|()| false),
            Err(error) => Err(transaction.undone(error).await),
        }
    }
}

async fn write(transaction: &mut Transaction, of: &StockItem, change: i64, key: &str) -> Result<bool, StoreError> {
    let (kind, name) = of.columns();
    let insert = "INSERT INTO stock_changes (key, kind, name, change) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let insert = sqlx::query(insert).bind(key).bind(kind).bind(name).bind(change);
    if insert.execute(&mut *transaction).await?.rows_affected() == 0 {
        let query = "SELECT change FROM stock_changes WHERE key = $1 AND kind = $2 AND name = $3";
        let known: i64 = sqlx::query(query).bind(key).bind(kind).bind(name).fetch_one(&mut *transaction).await?.try_get("change")?;
        return if known == change { Ok(true) } else { Err(StoreError::KeyUsed) };
    }
    // What arrives is taken in, however much late money has sold beyond what there was.
    let update = match change {
        0.. => "UPDATE stock SET added = added + $1 WHERE kind = $2 AND name = $3",
        _ => "UPDATE stock SET added = added + $1 WHERE kind = $2 AND name = $3 AND baseline + added + $1 >= taken",
    };
    if sqlx::query(update).bind(change).bind(kind).bind(name).execute(&mut *transaction).await?.rows_affected() == 1 {
        return Ok(true);
    }
    let query = "SELECT baseline + added - taken AS remaining FROM stock WHERE kind = $1 AND name = $2";
    match sqlx::query(query).bind(kind).bind(name).fetch_optional(&mut *transaction).await? {
        Some(row) => Err(StoreError::Short(Shortage { of: of.clone(), left: row.try_get::<i64, _>("remaining")?.max(0) })),
        None => Ok(false),
    }
}
