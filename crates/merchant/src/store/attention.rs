//! What a person has to look at: orders by which other money came than was asked for, goods that were sold twice, refunds that do not
//! go on by themselves, bills that say otherwise. Each is also an alarm when it happens; this is the list of those that nobody has settled.

use protocol::{Order, OrderId};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::connections::Transaction;
use super::idempotency::{IdempotencyRecord, use_keys};
use super::records::Database;
use super::{Store, StoreError, rows};
use crate::fault;
use crate::order_record::{Fact, OddMoney, OrderRecord};

/// Why a person has to look at an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attention {
    /// A kind of fact in the ledger (`wrong-amount`, `paid-twice`, `transaction-used`, `oversold`, `payment-unclear`, `refund-refused`,
    /// `refund-amount`, `bill-difference`, `keys-short`), or `refund-stuck` or `refund-failed`.
    pub reason: String,
    /// Since when, unix seconds.
    pub since: i64,
    /// The entry of the ledger that tells of it: what comes later has a higher one. 0 where an old program wrote none.
    pub entry: i64,
}

/// What of an order waits for a person, as one transaction sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Why a person has to look at it, the oldest reason first.
    pub attention: Vec<Attention>,
    /// All of its odd money, whatever became of it.
    pub odd: Vec<OddMoney>,
    /// What of it was returned by other means.
    pub by_hand: Vec<ReturnedByHand>,
}

/// Odd money that somebody says to have returned by other means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedByHand {
    /// The id of the key by which that was said.
    pub key: Option<String>,
    /// Minor units.
    pub amount: i64,
    /// As the provider wrote it.
    pub currency: String,
}

/// What is odd in the ledger, in the words of its index (migration 0041), which SQLite takes for no others. A second payment goes back by
/// itself; all else needs a person.
macro_rules! odd {
    () => {
        "kind IN ('wrong-amount', 'paid-twice', 'second-payment', 'oversold', \
         'payment-unclear', 'refund-refused', 'refund-amount', 'transaction-used', 'bill-difference', 'keys-short')"
    };
}
pub(super) use odd;

/// Of these the ones that nobody has settled.
macro_rules! unsettled {
    () => {
        " AND kind <> 'second-payment' AND NOT EXISTS (SELECT 1 FROM settled WHERE settled.entry = ledger.entry)"
    };
}
pub(super) use unsettled;

/// The orders that need a person.
const ORDERS: &str = concat!(
    "SELECT order_id FROM ledger WHERE ",
    odd!(),
    unsettled!(),
    " UNION SELECT order_id FROM refunds WHERE status IN ('stuck', 'failed') AND settled_at IS NULL"
);

impl Store {
    /// How many orders need a person.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn orders_that_need_a_person(&self) -> Result<i64, StoreError> {
        let query = format!("SELECT COUNT(*) AS number FROM ({ORDERS}) AS orders");
        Ok(sqlx::query(sqlx::AssertSqlSafe(query)).fetch_one(&self.pool).await?.try_get("number")?)
    }

    /// Why a person has to look at that order, the oldest reason first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn attention(&self, id: &OrderId) -> Result<Vec<Attention>, StoreError> {
        let mut transaction = self.pool.begin("BEGIN").await?;
        let attention = attention(&mut transaction, id).await;
        transaction.read(attention).await
    }

    /// What of that order waits for a person, and what became of its odd money.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn waits(&self, id: &OrderId) -> Result<Waits, StoreError> {
        let mut transaction = self.pool.begin("BEGIN").await?;
        let waits = waits(&mut transaction, "SELECT * FROM orders WHERE id = $1", id).await;
        transaction.read(waits).await
    }

    /// As [`Store::change`], for what a person says of what waits: the change is told what that is, and nobody else changes it meanwhile. A
    /// change that refuses writes nothing. With an idempotency key it counts once, as [`Store::change_once`].
    ///
    /// # Errors
    /// As [`Store::change`], and the refusal; `KeyUsed` where the key is known with another body.
    pub async fn change_what_waits<E>(
        &self,
        id: &OrderId,
        once: Option<&IdempotencyRecord>,
        now: i64,
        change: impl FnOnce(&mut OrderRecord, &Waits) -> Result<(), E>,
    ) -> Result<Result<(Order, bool), E>, StoreError> {
        let mut transaction = self.begin().await?;
        if let Some(key) = once
            && !use_keys(&mut transaction, std::iter::once((key, id))).await?
        {
            transaction.rollback().await?;
            self.order_made_with(key).await?;
            return Ok(Ok((self.order(id).await?, false)));
        }
        let select = match self.database {
            Database::Sqlite => "SELECT * FROM orders WHERE id = $1",
            Database::Postgres(_) => "SELECT * FROM orders WHERE id = $1 FOR NO KEY UPDATE",
        };
        let mut refusal = None;
        let write = async {
            let waits = waits(&mut transaction, select, id).await?;
            self.change_in(&mut transaction, id, now, |record| refusal = change(record, &waits).err()).await
        };
        match write.await {
            Ok(_) if refusal.is_some() => transaction.rollback().await?,
            Ok(changed) => {
                fault::point("change-once-not-committed");
                transaction.commit().await?;
                fault::point("change-once-committed");
                return Ok(Ok(self.counted_in(changed)));
            }
            Err(error) => return Err(transaction.undone(error).await),
        }
        refusal.map(Err).ok_or(StoreError::NoOrder)
    }
}

async fn attention(transaction: &mut Transaction, id: &OrderId) -> Result<Vec<Attention>, StoreError> {
    let query = concat!(
        "SELECT kind AS reason, at AS since, entry FROM ledger WHERE order_id = $1 AND ",
        odd!(),
        unsettled!(),
        " UNION ALL SELECT 'refund-' || status AS reason, created_at AS since, COALESCE((SELECT MAX(told.entry) FROM ledger told \
         WHERE told.order_id = refunds.order_id AND told.kind = 'refund-status' AND told.detail LIKE '%\"' || refunds.id || '\"%'), 0) AS entry \
         FROM refunds WHERE order_id = $1 AND status IN ('stuck', 'failed') AND settled_at IS NULL ORDER BY since, reason"
    );
    let rows = sqlx::query(query).bind(id.as_str()).fetch_all(&mut *transaction).await?;
    let read = |row: &AnyRow| Ok(Attention { reason: row.try_get("reason")?, since: row.try_get("since")?, entry: row.try_get("entry")? });
    rows.iter().map(read).collect()
}

async fn waits(transaction: &mut Transaction, select: &'static str, id: &OrderId) -> Result<Waits, StoreError> {
    let record = rows::record(transaction, select, id).await?;
    let query = "SELECT kind, detail, key_id FROM ledger WHERE order_id = $1 AND kind IN ('wrong-amount', 'paid-twice', 'refund-refused', \
                 'odd-kept', 'odd-returned') ORDER BY entry";
    let (mut facts, mut by_hand) = (Vec::new(), Vec::new());
    for row in sqlx::query(query).bind(id.as_str()).fetch_all(&mut *transaction).await? {
        let fact = Fact::read(&row.try_get::<String, _>("kind")?, &row.try_get::<String, _>("detail")?);
        if let Some(Fact::OddReturned { amount, currency, .. }) = &fact {
            by_hand.push(ReturnedByHand { key: row.try_get("key_id")?, amount: *amount, currency: currency.clone() });
        }
        facts.extend(fact);
    }
    Ok(Waits { attention: attention(transaction, id).await?, odd: record.odd_money(&facts), by_hand })
}

/// Takes out of the list what these facts settle, which were written into the ledger just now. `now` in unix seconds.
pub(super) async fn settle(transaction: &mut Transaction, order: &OrderId, facts: &[Fact], now: i64) -> Result<(), StoreError> {
    let is_any = |fact: &Fact| matches!(fact, Fact::OddKept { .. } | Fact::OddReturned { .. } | Fact::Settled { .. } | Fact::Refund(_));
    if !facts.iter().any(is_any) {
        return Ok(());
    }
    let query = concat!("SELECT entry, kind, detail FROM ledger WHERE order_id = $1 AND ", odd!(), unsettled!());
    for row in sqlx::query(query).bind(order.as_str()).fetch_all(&mut *transaction).await? {
        let kind: String = row.try_get("kind")?;
        let odd = Fact::read(&kind, &row.try_get::<String, _>("detail")?);
        if facts.iter().any(|fact| settles(fact, &kind, odd.as_ref())) {
            let insert = "INSERT INTO settled (entry) VALUES ($1) ON CONFLICT DO NOTHING";
            sqlx::query(insert).bind(row.try_get::<i64, _>("entry")?).execute(&mut *transaction).await?;
        }
    }
    for fact in facts {
        let Fact::Settled { reason } = fact else { continue };
        if let Some(status) = reason.strip_prefix("refund-") {
            let update = "UPDATE refunds SET settled_at = $1 WHERE order_id = $2 AND status = $3 AND settled_at IS NULL";
            sqlx::query(update).bind(now).bind(order.as_str()).bind(status).execute(&mut *transaction).await?;
        }
    }
    Ok(())
}

/// Whether a fact settles an entry of that kind, which says that.
fn settles(fact: &Fact, kind: &str, odd: Option<&Fact>) -> bool {
    match (fact, odd) {
        (Fact::Settled { reason }, _) => reason == kind,
        (decided, Some(Fact::WrongAmount(money) | Fact::PaidTwice(money))) => decided.decides(money),
        (Fact::OddKept { payment, .. } | Fact::OddReturned { payment, .. }, Some(Fact::RefundRefused { payment: refused })) => {
            payment == refused
        }
        (Fact::Refund(refund), Some(Fact::RefundRefused { payment })) => refund.payment == *payment && refund.parts.transaction.is_none(),
        _ => false,
    }
}
