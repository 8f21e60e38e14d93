//! Pools of licence keys: one a piece sold, in the order in which they were put in, and never twice. What a key is lies in a sealed record.
//! Whoever takes keys or puts some in locks the pool's row first.

use std::collections::BTreeSet;

use protocol::OrderId;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::ledger::Change;
use super::rows::{order_id, places};
use super::sealed::{Detail, PlainText, lying};
use super::{Store, StoreError, attention, ledger, sealed_rows};
use crate::fault;
use crate::order_record::Fact;
use crate::sealed::{Opened, SealedKind, Term};

/// How many keys are looked up by one statement, and written by one.
const BATCH: usize = 500;

/// What came of keys that were put in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeysAdded {
    /// So many are new.
    pub added: i64,
    /// So many were there before, whoever has them now.
    pub known: i64,
    /// So many of the new ones went to orders that were owed some.
    pub given: i64,
    /// So many are free now.
    pub free: i64,
}

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
    /// Puts keys into a pool, each once ever, and gives those that are owed, the oldest order first. `now` in unix seconds.
    ///
    /// # Errors
    /// `NoKeys` where nothing can be sealed; those of the database.
    pub async fn add_licence_keys(&self, pool: &str, keys: &[&str], now: i64) -> Result<KeysAdded, StoreError> {
        let mut transaction = self.begin().await?;
        match self.add_in(&mut transaction, pool, keys, now).await {
            Ok(added) => {
                fault::point("keys-not-committed");
                transaction.commit().await?;
                fault::point("keys-committed");
                Ok(added)
            }
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    async fn add_in(&self, transaction: &mut Transaction, pool: &str, keys: &[&str], now: i64) -> Result<KeysAdded, StoreError> {
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
        added.given = if added.added > 0 { give_owed(transaction, pool, now).await? } else { 0 };
        added.free = free(transaction, pool).await?;
        Ok(added)
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
fn name(pool: &str, n: i64) -> String {
    format!("{n}:{pool}")
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
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

async fn free(transaction: &mut Transaction, pool: &str) -> Result<i64, StoreError> {
    Ok(sqlx::query("SELECT free FROM key_pools WHERE name = $1").bind(pool).fetch_one(&mut *transaction).await?.try_get("free")?)
}

/// Gives orders what they are owed of a locked pool, the oldest sale first, and takes them off the list for people.
async fn give_owed(transaction: &mut Transaction, pool: &str, now: i64) -> Result<i64, StoreError> {
    let query = "SELECT order_id, sku, orders.seq AS seq FROM promises JOIN orders ON orders.id = promises.order_id \
                 WHERE kind = 'keys' AND what = $1 AND owed > 0 ORDER BY sold_at, order_id, sku";
    let mut given = 0;
    for row in sqlx::query(query).bind(pool).fetch_all(&mut *transaction).await? {
        let (order, sku): (OrderId, String) = (order_id(&row)?, row.try_get("sku")?);
        // Locked, for all of its money may just go back, and then nothing is owed any more.
        let lock = "UPDATE promises SET owed = owed WHERE order_id = $1 AND sku = $2 AND kind = 'keys' RETURNING owed";
        let locked = sqlx::query(lock).bind(order.as_str()).bind(sku.as_str()).fetch_one(&mut *transaction).await?;
        let owed: i64 = locked.try_get("owed")?;
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
        let facts = settled(transaction, &order).await?;
        ledger::write(transaction, std::iter::once(Change { order: &order, at: now, seq: row.try_get("seq")?, by: None, facts: &facts }))
            .await?;
        attention::settle(transaction, &order, &facts, now).await?;
    }
    Ok(given)
}

/// That nothing is owed to an order any more, if so.
async fn settled(transaction: &mut Transaction, order: &OrderId) -> Result<Vec<Fact>, StoreError> {
    let query = "SELECT COUNT(*) AS number FROM promises WHERE order_id = $1 AND owed > 0";
    let owed: i64 = sqlx::query(query).bind(order.as_str()).fetch_one(&mut *transaction).await?.try_get("number")?;
    Ok(if owed == 0 { vec![Fact::Settled { reason: "keys-short".to_owned() }] } else { Vec::new() })
}
