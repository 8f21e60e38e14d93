//! Sealed records on their way into the database.

use sqlx::AssertSqlSafe;

use super::connections::Transaction;
use super::error::StoreError;
use super::rows::places;
use crate::sealed::{Place, Sealed, SealedKind};

/// For how long nobody looks whether a new record is to be erased, seconds: the shortest time that records are kept for.
const FIRST_LOOK: i64 = 86_400;

/// When it is looked whether what is kept for ever is to be erased.
const NEVER: i64 = i64::MAX;

/// A sealed record on its way into the database.
#[derive(Clone, Debug)]
pub(super) struct SealedRow {
    pub(super) order: String,
    pub(super) kind: SealedKind,
    pub(super) name: String,
    pub(super) sealed: Sealed,
    /// By what it is found.
    pub(super) hashes: Vec<String>,
    /// Since when, unix seconds.
    pub(super) at: i64,
}

impl SealedRow {
    fn place(&self) -> Place<'_> {
        Place { order: &self.order, kind: self.kind, name: &self.name }
    }
}

/// Inserts records that are new, or puts them in the place of what was there, whose terms are gone then.
pub(super) async fn put(transaction: &mut Transaction, rows: &[SealedRow]) -> Result<(), StoreError> {
    for row in rows.iter().filter(|row| row.kind.has_terms()) {
        forget_terms(transaction, row.place()).await?;
    }
    insert(transaction, rows).await
}

/// Nobody is found any more by what was there.
pub(super) async fn forget_terms(transaction: &mut Transaction, place: Place<'_>) -> Result<(), StoreError> {
    let delete = "DELETE FROM sealed_terms WHERE order_id = $1 AND kind = $2 AND name = $3";
    sqlx::query(delete).bind(place.order).bind(place.kind.as_str()).bind(place.name).execute(&mut *transaction).await?;
    Ok(())
}

/// Inserts records, all of them by one statement, and their terms by another one.
pub(super) async fn insert(transaction: &mut Transaction, rows: &[SealedRow]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO sealed (order_id, kind, name, master, wrapped, body, sealed_at, look_at) VALUES ";
    let update = " ON CONFLICT (order_id, kind, name) DO UPDATE SET master = excluded.master, wrapped = excluded.wrapped, \
                  body = excluded.body, sealed_at = excluded.sealed_at, look_at = excluded.look_at";
    let mut query = sqlx::query(AssertSqlSafe(format!("{insert}{}{update}", places(rows.len(), 8))));
    for row in rows {
        query = query
            .bind(row.order.as_str())
            .bind(row.kind.as_str())
            .bind(row.name.as_str())
            .bind(row.sealed.master.as_str())
            .bind(row.sealed.wrapped.as_slice())
            .bind(row.sealed.body.as_slice())
            .bind(row.at)
            .bind(if row.kind.is_kept() { NEVER } else { row.at + FIRST_LOOK });
    }
    query.execute(&mut *transaction).await?;
    let terms: Vec<_> = rows.iter().flat_map(|row| row.hashes.iter().map(|hash| (hash.as_str(), row.place()))).collect();
    insert_terms(transaction, &terms).await
}

/// Inserts hashes of terms with what is found by each.
pub(super) async fn insert_terms(transaction: &mut Transaction, terms: &[(&str, Place<'_>)]) -> Result<(), StoreError> {
    if terms.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO sealed_terms (term_hash, order_id, kind, name) VALUES ";
    let mut query = sqlx::query(AssertSqlSafe(format!("{insert}{} ON CONFLICT DO NOTHING", places(terms.len(), 4))));
    for (hash, place) in terms {
        query = query.bind(*hash).bind(place.order).bind(place.kind.as_str()).bind(place.name);
    }
    query.execute(&mut *transaction).await?;
    Ok(())
}
