//! The ledger: facts are added, and nothing is ever changed or taken out, which the database itself sees to (migration 0006).

use protocol::OrderId;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::connections::Transaction;
use super::{Store, StoreError};
use crate::account::{Entry, Fact, StrayMoney};

impl Store {
    /// Everything that happened to an order, for people: when, what, detail. Holds notes of older versions, too.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ledger(&self, id: &OrderId) -> Result<Vec<(i64, String, String)>, StoreError> {
        let query = "SELECT at, kind, detail FROM ledger WHERE order_id = $1 ORDER BY entry";
        let rows = sqlx::query(query).bind(id.as_str()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("at")?, row.try_get("kind")?, row.try_get("detail")?))).collect()
    }
}

/// Adds the facts of one change, which brought the order to that `seq`.
pub(super) async fn write(transaction: &mut Transaction, order: &OrderId, at: i64, seq: i64, facts: &[Fact]) -> Result<(), StoreError> {
    for fact in facts {
        let (kind, detail) = fact.members();
        let insert = "INSERT INTO ledger (order_id, at, seq, kind, detail) VALUES ($1, $2, $3, $4, $5)";
        sqlx::query(insert).bind(order.as_str()).bind(at).bind(seq).bind(kind).bind(detail.to_string()).execute(&mut *transaction).await?;
    }
    Ok(())
}

/// Leaves out what is written down already of money that pays nothing: whoever asks the provider hears of it again. What is left of it
/// is an alarm.
pub(super) async fn leave_out_known(transaction: &mut Transaction, order: &OrderId, facts: &mut Vec<Fact>) -> Result<(), StoreError> {
    if !facts.iter().any(|fact| stray(fact).is_some()) {
        return Ok(());
    }
    let query = "SELECT kind, detail FROM ledger WHERE order_id = $1 AND kind IN ('wrong-amount', 'paid-twice')";
    let rows = sqlx::query(query).bind(order.as_str()).fetch_all(&mut *transaction).await?;
    let known: Vec<Fact> = rows
        .iter()
        .map(|row| Ok(Fact::read(&row.try_get::<String, _>("kind")?, &row.try_get::<String, _>("detail")?)))
        .filter_map(Result::transpose)
        .collect::<Result<_, StoreError>>()?;
    facts.retain(|fact| match stray(fact) {
        Some(money) => !known.iter().filter_map(stray).any(|known| known.is_same_money(money)),
        None => true,
    });
    for fact in facts.iter().filter(|fact| stray(fact).is_some()) {
        let (kind, detail) = fact.members();
        tracing::error!(%order, kind, %detail, "ALARM: money that pays nothing");
    }
    Ok(())
}

fn stray(fact: &Fact) -> Option<&StrayMoney> {
    match fact {
        Fact::WrongAmount(money) | Fact::PaidTwice(money) => Some(money),
        _ => None,
    }
}

/// A line of the ledger, from a row that has a `seq`.
pub(super) fn entry(row: &AnyRow) -> Result<Entry, StoreError> {
    let (kind, detail): (String, String) = (row.try_get("kind")?, row.try_get("detail")?);
    let fact = Fact::read(&kind, &detail).ok_or(StoreError::Unreadable("detail"))?;
    Ok(Entry { at: row.try_get("at")?, seq: row.try_get("seq")?, fact })
}
