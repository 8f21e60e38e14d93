//! Which master keys the records need, and whether they are there. A server that starts writes its own down first, so that none starts
//! beside it, or after it, that could not read what it writes.

use sqlx::Row as _;

use super::connections::Transaction;
use super::records::Database;
use super::{Store, StoreError};
use crate::sealed::Unopened;

/// For how long a node that said nothing may be at work still, seconds.
const NODE_LIVES: i64 = 120;

impl Store {
    /// Makes sure that every key is there that a record, or another server at work, needs, and writes down the one that this server writes
    /// by. `now` in unix seconds.
    ///
    /// # Errors
    /// `NeedsKey`, `WrongKey`, `NoKeys`; those of the database.
    pub(crate) async fn register_keys(&self, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        match self.register_in(&mut transaction, now).await {
            Ok(()) => transaction.commit().await,
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    async fn register_in(&self, transaction: &mut Transaction, now: i64) -> Result<(), StoreError> {
        if let Database::Postgres(_) = self.database {
            // Two that start at once come one after the other, and the second one sees the first one's.
            sqlx::query("LOCK TABLE master_keys IN EXCLUSIVE MODE").execute(&mut *transaction).await?;
        }
        let is_alone = !self.is_shared() || no_node_is_at_work(transaction, now).await?;
        if is_alone {
            // A key by which nobody has sealed anything, and nobody will.
            let delete = "DELETE FROM master_keys WHERE NOT EXISTS (SELECT 1 FROM sealed WHERE master = master_keys.id)";
            sqlx::query(delete).execute(&mut *transaction).await?;
        }
        self.judge_in(transaction).await?;
        let sealer = self.sealer()?;
        let insert = "INSERT INTO master_keys (id, check_value, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        sqlx::query(insert).bind(sealer.writing().to_owned()).bind(sealer.check_value()).bind(now).execute(&mut *transaction).await?;
        Ok(())
    }

    /// Makes sure that every key is there that a record, or a server at work, needs.
    ///
    /// # Errors
    /// `NeedsKey`, `WrongKey`, `NoKeys`; those of the database.
    pub(crate) async fn judge_keys(&self) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin("BEGIN").await?;
        let judged = self.judge_in(&mut transaction).await;
        transaction.read(judged).await
    }

    async fn judge_in(&self, transaction: &mut Transaction) -> Result<(), StoreError> {
        let sealer = self.sealer()?;
        for row in sqlx::query("SELECT id, check_value FROM master_keys ORDER BY id").fetch_all(&mut *transaction).await? {
            let (id, value): (String, Vec<u8>) = (row.try_get("id")?, row.try_get("check_value")?);
            sealer.check(&id, &value).map_err(|unopened| match unopened {
                Unopened::NoKey(id) => StoreError::NeedsKey(id),
                Unopened::Changed => StoreError::WrongKey(id),
            })?;
        }
        for master in masters(transaction).await? {
            if !sealer.knows(&master) {
                return Err(StoreError::NeedsKey(master));
            }
        }
        Ok(())
    }
}

/// The keys that records need. There are few, so that the index is asked for one after the other.
async fn masters(transaction: &mut Transaction) -> Result<Vec<String>, StoreError> {
    let mut masters: Vec<String> = Vec::new();
    loop {
        let after = masters.last().cloned().unwrap_or_default();
        let query = "SELECT MIN(master) AS master FROM sealed WHERE master > $1";
        let row = sqlx::query(query).bind(after).fetch_one(&mut *transaction).await?;
        match row.try_get("master")? {
            Some(master) => masters.push(master),
            None => return Ok(masters),
        }
    }
}

async fn no_node_is_at_work(transaction: &mut Transaction, now: i64) -> Result<bool, StoreError> {
    let query = "SELECT 1 AS one FROM nodes WHERE seen_at >= $1 LIMIT 1";
    Ok(sqlx::query(query).bind(now - NODE_LIVES).fetch_optional(&mut *transaction).await?.is_none())
}
