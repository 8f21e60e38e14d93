//! The ledger: facts are added, and nothing is ever changed or taken out, which the database itself sees to (migration 0006).

use protocol::{OrderId, PaymentId};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::rows::places;
use super::{Store, StoreError};
use crate::order_record::{Entry, Fact, Happened, OrderRecord, Refund, RefundStatus, StrayMoney, UsedMoney};

impl Store {
    /// Everything that happened to an order, for people, and by which key. Holds notes of older versions, too.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn history(&self, id: &OrderId) -> Result<Vec<Happened>, StoreError> {
        let query = "SELECT at, kind, detail, key_id, api_keys.name AS key_name FROM ledger LEFT JOIN api_keys ON api_keys.id = key_id \
                     WHERE order_id = $1 ORDER BY entry";
        let rows = sqlx::query(query).bind(id.as_str()).fetch_all(&self.pool).await?;
        let read = |row: &AnyRow| {
            let key: Option<String> = row.try_get("key_id")?;
            let name: Option<String> = row.try_get("key_name")?;
            let key = key.map(|id| (id, name.unwrap_or_default()));
            Ok(Happened { at: row.try_get("at")?, kind: row.try_get("kind")?, detail: row.try_get("detail")?, key })
        };
        rows.iter().map(read).collect()
    }

    /// The same in short: when, what, detail.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ledger(&self, id: &OrderId) -> Result<Vec<(i64, String, String)>, StoreError> {
        Ok(self.history(id).await?.into_iter().map(|one| (one.at, one.kind, one.detail)).collect())
    }
}

/// What happened to an order in one change, which brought it to that `seq`.
pub(super) struct Change<'a> {
    pub(super) order: &'a OrderId,
    pub(super) at: i64,
    pub(super) seq: i64,
    /// The key that has caused it, if one has.
    pub(super) by: Option<&'a str>,
    pub(super) facts: &'a [Fact],
}

/// Adds the facts of these changes.
pub(super) async fn write<'a>(transaction: &mut Transaction, changes: impl Iterator<Item = Change<'a>>) -> Result<(), StoreError> {
    let facts = changes
        .flat_map(|change| change.facts.iter().map(move |fact| (change.order, change.at, change.seq, by(&change, fact), fact.members())));
    let facts: Vec<_> = facts.collect();
    if facts.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO ledger (order_id, at, seq, key_id, kind, detail) VALUES ";
    let mut query = sqlx::query(AssertSqlSafe(format!("{insert}{}", places(facts.len(), 6))));
    for (order, at, seq, by, (kind, detail)) in facts {
        query = query.bind(order.as_str()).bind(at).bind(seq).bind(by).bind(kind).bind(detail.to_string());
    }
    query.execute(&mut *transaction).await?;
    Ok(())
}

/// The key that has caused a fact. What goes back by itself is no key's, whoever told of the money.
fn by<'a>(change: &Change<'a>, fact: &'a Fact) -> Option<&'a str> {
    match fact {
        Fact::Refund(refund) => refund.by.as_deref(),
        _ => change.by,
    }
}

/// Leaves out what is written down already of money that pays nothing, of bills that say otherwise, and of refunds of another amount: whoever
/// asks hears of it again.
pub(super) async fn leave_out_known(transaction: &mut Transaction, order: &OrderId, facts: &mut Vec<Fact>) -> Result<(), StoreError> {
    if !facts.iter().any(is_heard_again) {
        return Ok(());
    }
    let query = "SELECT kind, detail FROM ledger \
                 WHERE order_id = $1 AND kind IN ('wrong-amount', 'paid-twice', 'transaction-used', 'bill-difference', 'refund-amount')";
    let rows = sqlx::query(query).bind(order.as_str()).fetch_all(&mut *transaction).await?;
    let known: Vec<Fact> = rows
        .iter()
        .map(|row| Ok(Fact::read(&row.try_get::<String, _>("kind")?, &row.try_get::<String, _>("detail")?)))
        .filter_map(Result::transpose)
        .collect::<Result<_, StoreError>>()?;
    facts.retain(|fact| !is_heard_again(fact) || !known.iter().any(|known| is_same(known, fact)));
    Ok(())
}

/// Whether these facts are of money of which a person has decided before: it was returned, or is on its way back by its provider; it went back
/// by other means, says a person, and would be booked; or it is kept, and would go back by itself as a second payment. A provider may tell
/// of odd money once more, as what was asked for. `before` is the order before they happened.
pub(super) async fn was_decided(transaction: &mut Transaction, before: &OrderRecord, facts: &[Fact]) -> Result<bool, StoreError> {
    let come = facts.iter().find_map(|fact| match fact {
        Fact::Money { payment, transaction, .. } => Some((payment, transaction, true)),
        Fact::WrongAmount(money) | Fact::PaidTwice(money) => Some((&money.payment, &money.transaction, false)),
        _ => None,
    });
    let come = come.filter(|_| !facts.iter().any(|fact| matches!(fact, Fact::OddKept { .. })));
    let Some((payment, money, is_booked)) = come else { return Ok(false) };
    let returns = |refund: &Refund| refund.status != RefundStatus::Failed && refund.parts.transaction.as_ref() == Some(money);
    let is_decided = before.refunds.iter().any(returns) || (is_booked && said_so(transaction, before, (payment, money), facts).await?);
    if is_decided {
        tracing::warn!(order = %before.order.id, %payment, transaction = money, "money of which a person has decided was told of once more");
    }
    Ok(is_decided)
}

/// Whether a person said that this money went back; or that it is kept, where it would go back by these facts.
async fn said_so(
    transaction: &mut Transaction,
    before: &OrderRecord,
    come: (&PaymentId, &String),
    facts: &[Fact],
) -> Result<bool, StoreError> {
    let goes_back = facts.iter().any(|fact| matches!(fact, Fact::SecondPayment { .. }));
    let query = "SELECT kind, detail FROM ledger WHERE order_id = $1 AND kind IN ('odd-kept', 'odd-returned')";
    for row in &sqlx::query(query).bind(before.order.id.as_str()).fetch_all(&mut *transaction).await? {
        let is_it = match Fact::read(&row.try_get::<String, _>("kind")?, &row.try_get::<String, _>("detail")?) {
            Some(Fact::OddReturned { payment, transaction, .. }) => (&payment, &transaction) == come,
            Some(Fact::OddKept { payment, transaction, .. }) => goes_back && (&payment, &transaction) == come,
            _ => false,
        };
        if is_it {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Alarms of money that pays no order, and of what went back otherwise: what is left of it once what is known already was left out.
pub(super) fn alarm(order: &OrderId, facts: &[Fact]) {
    for fact in facts {
        match fact {
            Fact::WrongAmount(_) | Fact::PaidTwice(_) => {
                let (kind, detail) = fact.members();
                tracing::error!(%order, kind, %detail, "ALARM: money arrived that pays no order");
            }
            Fact::TransactionUsed(UsedMoney { money, order: other }) => {
                let StrayMoney { payment, transaction, .. } = money;
                tracing::error!(%order, %payment, transaction, other, "ALARM: the bank feed reports the same money for two payments");
            }
            Fact::RefundAmount { refund, returned } => {
                tracing::error!(%order, refund, returned, "ALARM: the provider refunded another amount than was asked for");
            }
            Fact::SecondPayment { payment } => {
                tracing::error!(%order, %payment, "ALARM: a paid order was paid a second time; the second payment goes back");
            }
            _ => {}
        }
    }
}

fn is_heard_again(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::WrongAmount(_) | Fact::PaidTwice(_) | Fact::TransactionUsed(_) | Fact::BillDifference { .. } | Fact::RefundAmount { .. }
    )
}

/// Whether both say the same of the same, whoever told and when; `one` is known.
fn is_same(one: &Fact, other: &Fact) -> bool {
    match (one, other) {
        (Fact::WrongAmount(one) | Fact::PaidTwice(one), Fact::WrongAmount(other) | Fact::PaidTwice(other)) => one.is_same_money(other),
        (Fact::TransactionUsed(one), Fact::TransactionUsed(other)) => one.money.is_same_money(&other.money),
        (Fact::BillDifference { .. }, Fact::BillDifference { .. }) => is_same_difference(one, other),
        _ => one == other,
    }
}

/// The same whatever its words: those of another program may be others. An old one names only in them what it is about.
fn is_same_difference(known: &Fact, told: &Fact) -> bool {
    let (
        Fact::BillDifference { payment, date, difference, about: known_about, detail },
        Fact::BillDifference { payment: told_payment, date: told_date, difference: told_difference, about: told_about, .. },
    ) = (known, told)
    else {
        return false;
    };
    let is_about_it = match (known_about, told_about) {
        (None, Some(about)) => detail.split([' ', ';', ',']).any(|word| word == about),
        (known, told) => known == told,
    };
    (payment, date, difference) == (told_payment, told_date, told_difference) && is_about_it
}

/// A line of the ledger, from a row that has a `seq`.
pub(super) fn entry(row: &AnyRow) -> Result<Entry, StoreError> {
    let (kind, detail): (String, String) = (row.try_get("kind")?, row.try_get("detail")?);
    let fact = Fact::read(&kind, &detail).ok_or(StoreError::Unreadable("detail"))?;
    Ok(Entry { at: row.try_get("at")?, seq: row.try_get("seq")?, fact })
}
