//! Licence keys are put into a pool: each once ever, and first to those to whom some are owed. Not here: how they are sold.

use std::collections::BTreeSet;

use protocol::OrderId;
use sqlx::{AssertSqlSafe, Row as _};

use super::changes::Changed;
use super::connections::Transaction;
use super::licence_keys::{lock, name, settled, take};
use super::rows::{order_id, places};
use super::sealed::{Detail, PlainText};
use super::{Store, StoreError, sealed_rows};
use crate::fault;
use crate::order_record::Fact;
use crate::sealed::{SealedKind, Term};

/// How many keys are looked up by one statement, and written by one.
const BATCH: usize = 500;

/// What came of keys that were put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeysAdded {
    /// So many are new.
    pub added: i64,
    /// So many were there before, whoever has them now.
    pub known: i64,
    /// So many of the new ones went to orders that were owed some.
    pub given: i64,
    /// So many are free now.
    pub free: i64,
    /// The orders that were owed some and changed by it.
    pub orders: Vec<OrderId>,
}

impl Store {
    /// Puts keys into a pool, each once ever, and gives those that are owed, the oldest order first. `now` in unix seconds.
    ///
    /// # Errors
    /// `NoKeys` where nothing can be sealed; those of the database.
    pub async fn add_licence_keys(&self, pool: &str, keys: &[&str], now: i64) -> Result<KeysAdded, StoreError> {
        let mut transaction = self.begin().await?;
        match self.add_in(&mut transaction, pool, keys, now).await {
            Ok((mut added, changes)) => {
                fault::point("keys-not-committed");
                transaction.commit().await?;
                fault::point("keys-committed");
                added.orders = changes.into_iter().map(|changed| self.counted_in(changed).0.id).collect();
                Ok(added)
            }
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    async fn add_in(
        &self,
        transaction: &mut Transaction,
        pool: &str,
        keys: &[&str],
        now: i64,
    ) -> Result<(KeysAdded, Vec<Changed>), StoreError> {
        lock(transaction, pool).await?;
        let query = "SELECT added FROM key_pools WHERE name = $1";
        let first: i64 = sqlx::query(query).bind(pool).fetch_one(&mut *transaction).await?.try_get("added")?;
        let (mut seen, mut last, mut added) = (BTreeSet::new(), first, KeysAdded::default());
        let keys: Vec<&str> = keys.iter().copied().filter(|key| seen.insert(*key)).collect();
        for some in keys.chunks(BATCH) {
            let new = self.unknown_of(transaction, pool, some).await?;
            added.known += count(some.len() - new.len());
            last += self.insert_keys(transaction, pool, &new, last, now).await?;
        }
        added.added = last - first;
        let update = "UPDATE key_pools SET added = $1, free = free + $2, warned = 0 WHERE name = $3";
        sqlx::query(update).bind(last).bind(added.added).bind(pool).execute(&mut *transaction).await?;
        let mut changes = Vec::new();
        if added.added > 0 {
            (added.given, changes) = self.give_owed(transaction, pool, now).await?;
        }
        added.free = free(transaction, pool).await?;
        Ok((added, changes))
    }

    /// Those of the keys that were never put into the pool.
    async fn unknown_of<'a>(&self, transaction: &mut Transaction, pool: &str, keys: &[&'a str]) -> Result<Vec<&'a str>, StoreError> {
        let sealer = self.sealer()?;
        let hashes: Vec<Vec<String>> = keys.iter().map(|key| sealer.hashes(&Term::licence_key(pool, key))).collect();
        let places: Vec<String> = (1..=hashes.iter().map(Vec::len).sum()).map(|place| format!("${place}")).collect();
        let query = format!("SELECT term_hash FROM sealed_terms WHERE kind = 'licence_key' AND term_hash IN ({})", places.join(", "));
        let query = hashes.iter().flatten().fold(sqlx::query(AssertSqlSafe(query)), |query, hash| query.bind(hash.clone()));
        let rows = query.fetch_all(&mut *transaction).await?;
        let known = rows.iter().map(|row| Ok(row.try_get("term_hash")?)).collect::<Result<BTreeSet<String>, StoreError>>()?;
        let is_new = |(_, hashes): &(&&str, &Vec<String>)| !hashes.iter().any(|hash| known.contains(hash));
        Ok(keys.iter().zip(&hashes).filter(is_new).map(|(key, _)| *key).collect())
    }

    /// Writes keys behind the last one. Answers how many those were.
    async fn insert_keys(&self, transaction: &mut Transaction, pool: &str, keys: &[&str], last: i64, now: i64) -> Result<i64, StoreError> {
        if keys.is_empty() {
            return Ok(0);
        }
        let named: Vec<(String, [Term; 1])> =
            keys.iter().zip(last + 1..).map(|(key, n)| (name(pool, n), [Term::licence_key(pool, key)])).collect();
        let detail = |(key, (name, terms))| Detail { kind: SealedKind::LicenceKey, name, text: PlainText(key), terms };
        let keyed = keys.iter().map(|key| key.as_bytes()).zip(named.iter().map(|(name, terms)| (name.as_str(), terms.as_slice())));
        let details: Vec<Detail<'_>> = keyed.map(detail).collect();
        sealed_rows::insert(transaction, &self.seal("", &details, now)?).await?;
        let insert = "INSERT INTO licence_keys (pool, n) VALUES ";
        let query = sqlx::query(AssertSqlSafe(format!("{insert}{}", places(keys.len(), 2))));
        let numbers = keys.iter().zip(last + 1..).map(|(_, n)| n);
        numbers.fold(query, |query, n| query.bind(pool).bind(n)).execute(&mut *transaction).await?;
        Ok(count(keys.len()))
    }

    /// Gives orders what they are owed of a locked pool, the oldest sale first, takes them off the list for people, and tells their buyers.
    /// Answers how many keys those were, and what changed.
    async fn give_owed(&self, transaction: &mut Transaction, pool: &str, now: i64) -> Result<(i64, Vec<Changed>), StoreError> {
        let query = "SELECT order_id, sku FROM promises WHERE kind = 'keys' AND what = $1 AND owed > 0 ORDER BY sold_at, order_id, sku";
        let (mut given, mut changes) = (0, Vec::new());
        for row in sqlx::query(query).bind(pool).fetch_all(&mut *transaction).await? {
            let (order, sku): (OrderId, String) = (order_id(&row)?, row.try_get("sku")?);
            // The order is locked first, as by whoever returns its money: of what is back nothing is owed any more.
            sqlx::query("UPDATE orders SET seq = seq WHERE id = $1").bind(order.as_str()).execute(&mut *transaction).await?;
            let query = "SELECT owed FROM promises WHERE order_id = $1 AND sku = $2 AND kind = 'keys'";
            let owed: i64 =
                sqlx::query(query).bind(order.as_str()).bind(sku.as_str()).fetch_one(&mut *transaction).await?.try_get("owed")?;
            if owed == 0 {
                continue;
            }
            let taken = take(transaction, pool, (&order, &sku), owed, now).await?;
            if taken == 0 {
                break;
            }
            given += taken;
            let update = "UPDATE promises SET owed = owed - $1 WHERE order_id = $2 AND sku = $3 AND kind = 'keys'";
            sqlx::query(update).bind(taken).bind(order.as_str()).bind(sku.as_str()).execute(&mut *transaction).await?;
            let mut facts = vec![Fact::KeysGiven { sku, given: taken }];
            facts.extend(settled(transaction, &order).await?);
            changes.push(self.change_in(transaction, &order, now, |record| record.facts = facts).await?);
        }
        Ok((given, changes))
    }
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

async fn free(transaction: &mut Transaction, pool: &str) -> Result<i64, StoreError> {
    Ok(sqlx::query("SELECT free FROM key_pools WHERE name = $1").bind(pool).fetch_one(&mut *transaction).await?.try_get("free")?)
}
