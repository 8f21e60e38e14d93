//! Another master key: the data keys of all records are wrapped anew under the one that writes, and the terms hashed anew, a batch a
//! transaction, while servers work.

use sqlx::Row as _;

use super::connections::Transaction;
use super::sealed::{Lying, lying};
use super::sealed_rows::{forget_terms, insert_terms};
use super::{Store, StoreError};
use crate::sealed::{Opened, Sealer};

/// How many records are wrapped in one transaction.
const BATCH: i64 = 500;

/// What came of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Records that are under the key that writes now.
    pub wrapped: u64,
    /// Records that do not open, and stay as they are; each is an alarm.
    pub unopened: u64,
}

impl Store {
    /// Wraps a batch of records anew that other keys than the first one wrap, behind that order, kind and name. Answers what came of it, and
    /// where the next batch begins; none where there is no other.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub async fn rotate_batch(&self, after: &(String, String, String)) -> Result<(Rotated, Option<(String, String, String)>), StoreError> {
        let sealer = self.sealer()?;
        let query = "SELECT * FROM sealed WHERE master <> $1 AND (order_id, kind, name) > ($2, $3, $4) \
                     ORDER BY order_id, kind, name LIMIT $5";
        let mut transaction = self.begin().await?;
        let work = async {
            let query = sqlx::query(query).bind(sealer.writing().to_owned());
            let query = query.bind(after.0.as_str()).bind(after.1.as_str()).bind(after.2.as_str()).bind(BATCH);
            let rows = query.fetch_all(&mut transaction).await?;
            let (mut rotated, mut last) = (Rotated::default(), None);
            for row in &rows {
                let lying = lying(row)?;
                match self.open_lying(&lying)? {
                    Some(opened) if rotate(&mut transaction, sealer, &lying, &opened).await? => rotated.wrapped += 1,
                    Some(_) => {}
                    None => rotated.unopened += 1,
                }
                last = Some((lying.order, lying.kind.as_str().to_owned(), lying.name));
            }
            Ok((rotated, last))
        };
        match work.await {
            Ok(done) => transaction.commit().await.map(|()| done),
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    /// Forgets keys that no record needs any more, and by which neither this one nor a server at work seals. Answers which are needed still
    /// beside the first one. `now` in unix seconds.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub async fn forget_keys(&self, now: i64) -> Result<Vec<String>, StoreError> {
        let writing = self.sealer()?.writing().to_owned();
        let delete = "DELETE FROM master_keys WHERE id <> $1 AND NOT EXISTS (SELECT 1 FROM sealed WHERE master = master_keys.id) \
                      AND NOT EXISTS (SELECT 1 FROM node_keys WHERE writes = master_keys.id AND seen_at >= $2)";
        sqlx::query(delete).bind(writing.as_str()).bind(self.alive_since(now)).execute(&self.pool).await?;
        let rows = sqlx::query("SELECT id FROM master_keys WHERE id <> $1 ORDER BY id").bind(writing).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }
}

/// Wraps a record anew, unless it was erased or changed meanwhile. Answers whether it did.
async fn rotate(transaction: &mut Transaction, sealer: &Sealer, lying: &Lying, opened: &Opened) -> Result<bool, StoreError> {
    let place = lying.place();
    let Ok(anew) = sealer.wrap_anew(place, &lying.sealed) else { return Ok(false) };
    let update = "UPDATE sealed SET master = $1, wrapped = $2 WHERE order_id = $3 AND kind = $4 AND name = $5 AND wrapped = $6";
    let done = sqlx::query(update)
        .bind(anew.master)
        .bind(anew.wrapped)
        .bind(place.order)
        .bind(place.kind.as_str())
        .bind(place.name)
        .bind(lying.sealed.wrapped.as_slice())
        .execute(&mut *transaction)
        .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    forget_terms(transaction, place).await?;
    let hashes: Vec<String> = opened.terms.iter().map(|term| sealer.hash(term)).collect();
    insert_terms(transaction, &hashes.iter().map(|hash| (hash.as_str(), place)).collect::<Vec<_>>()).await?;
    Ok(true)
}
