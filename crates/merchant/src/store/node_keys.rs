//! By which master key each server at work seals. Whoever seals all anew asks first: a server that lacks the new key could read nothing
//! more, and a key that a server seals by must not be forgotten.

use sqlx::Row as _;

use super::connections::Transaction;
use super::{Store, StoreError};

/// For how long a node that said nothing may be at work still, seconds.
const NODE_LIVES: i64 = 120;

impl Store {
    /// Says that this server is at work, and by which key it seals. `now` in unix seconds.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub(crate) async fn announce_key(&self, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        match self.announce_key_in(&mut transaction, now).await {
            Ok(()) => transaction.commit().await,
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    pub(super) async fn announce_key_in(&self, transaction: &mut Transaction, now: i64) -> Result<(), StoreError> {
        let writing = self.sealer()?.writing();
        let insert = "INSERT INTO node_keys (node, seen_at, writes) VALUES ($1, $2, $3) \
                      ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at, writes = excluded.writes";
        sqlx::query(insert).bind(self.node()).bind(now).bind(writing).execute(&mut *transaction).await?;
        Ok(())
    }

    /// Says no more that this server is at work, and forgets those that were silent for long. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn leave_keys(&self, now: i64) -> Result<(), StoreError> {
        let delete = "DELETE FROM node_keys WHERE node = $1 OR seen_at < $2";
        sqlx::query(delete).bind(self.node()).bind(now - NODE_LIVES).execute(&self.pool).await?;
        Ok(())
    }

    /// The keys by which servers at work seal, in the order of their ids. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn keys_at_work(&self, transaction: &mut Transaction, now: i64) -> Result<Vec<String>, StoreError> {
        let query = "SELECT DISTINCT writes FROM node_keys WHERE seen_at >= $1 ORDER BY writes";
        let rows = sqlx::query(query).bind(self.alive_since(now)).fetch_all(&mut *transaction).await?;
        rows.iter().map(|row| Ok(row.try_get("writes")?)).collect()
    }

    /// A node that was last seen before then is not at work, unix seconds. The one on an SQLite file says nothing while it works: its lock
    /// does.
    pub(super) fn alive_since(&self, now: i64) -> i64 {
        match (self.is_shared(), self.is_served()) {
            (true, _) => now - NODE_LIVES,
            (false, true) => 0,
            (false, false) => i64::MAX,
        }
    }
}
