//! Which master keys the records need, and whether they are there. A server that starts writes its own down first, so that none starts
//! beside it, or after it, that could not read what it writes.

use sqlx::Row as _;

use super::connections::Transaction;
use super::records::Database;
use super::{Store, StoreError};
use crate::sealed::Unopened;

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
        self.lock_keys(transaction).await?;
        if !self.is_shared() {
            // Who was at work on this file before is so no more.
            sqlx::query("DELETE FROM node_keys").execute(&mut *transaction).await?;
        }
        if !self.is_shared() || self.keys_at_work(transaction, now).await?.is_empty() {
            // A key by which nobody has sealed anything, and nobody will.
            let delete = "DELETE FROM master_keys WHERE NOT EXISTS (SELECT 1 FROM sealed WHERE master = master_keys.id)";
            sqlx::query(delete).execute(&mut *transaction).await?;
        }
        self.judge_in(transaction).await?;
        self.write_down_in(transaction, now).await?;
        self.announce_key_in(transaction, now).await
    }

    /// Makes sure that every server at work seals by the key that writes here, and writes it down, so that none starts any more that lacks
    /// it: from now on all may be sealed anew. `now` in unix seconds.
    ///
    /// # Errors
    /// `OtherKeyAtWork`, `NoKeys`; those of the database.
    pub async fn begin_rotation(&self, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let begin = async {
            self.lock_keys(&mut transaction).await?;
            let writing = self.sealer()?.writing();
            if let Some(other) = self.keys_at_work(&mut transaction, now).await?.into_iter().find(|key| key != writing) {
                return Err(StoreError::OtherKeyAtWork { other, first: writing.to_owned() });
            }
            self.write_down_in(&mut transaction, now).await
        };
        match begin.await {
            Ok(()) => transaction.commit().await,
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    /// Two that start at once come one after the other, and the second one sees the first one's.
    async fn lock_keys(&self, transaction: &mut Transaction) -> Result<(), StoreError> {
        if let Database::Postgres(_) = self.database {
            sqlx::query("LOCK TABLE master_keys IN EXCLUSIVE MODE").execute(&mut *transaction).await?;
        }
        Ok(())
    }

    async fn write_down_in(&self, transaction: &mut Transaction, now: i64) -> Result<(), StoreError> {
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

    /// A key that a record, or a server at work, needs, for whoever has none yet. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn needed_key(&self, now: i64) -> Result<Option<String>, StoreError> {
        let mut transaction = self.pool.begin("BEGIN").await?;
        let needed = async {
            let sealed = masters(&mut transaction).await?.into_iter().next();
            Ok(sealed.or(self.keys_at_work(&mut transaction, now).await?.into_iter().next()))
        };
        let needed = needed.await;
        transaction.read(needed).await
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
