//! The books: movements of money, each written in the transaction of the fact it follows from, and read page by page in the order in which
//! they count. A movement of a month that is closed counts in the first second of the first open one (`months`).

use std::collections::BTreeMap;

use protocol::{OrderId, PaymentId};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::rows::{self, places};
use super::{Store, StoreError};
use crate::books::{Booked, Movement, MovementKind, Returned, TaxShare, of_facts, returns_money};
use crate::order_record::OrderRecord;

/// How many movements are written by one statement.
const ROWS: usize = 100;

/// A page of movements, in the order in which they count.
#[derive(Clone, Copy, Debug)]
pub struct MovementPage {
    /// Counted from then on, unix seconds.
    pub from: i64,
    /// Counted before then, unix seconds.
    pub to: i64,
    /// Behind that one of the page before: when it counts, and its number.
    pub after: (i64, i64),
    /// How many at most.
    pub limit: i64,
}

impl MovementPage {
    /// The page behind that one, which these rows are; none where there are none.
    pub fn behind(self, rows: &[Booked]) -> Option<MovementPage> {
        rows.last().map(|last| MovementPage { after: (last.booked_at, last.id), ..self })
    }
}

impl Store {
    /// A page of movements.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn movements(&self, page: MovementPage) -> Result<Vec<Booked>, StoreError> {
        let query = "SELECT movements.*, reference, client_reference, metadata, place, place_name FROM movements LEFT JOIN orders ON orders.id = order_id \
                     WHERE booked_at >= $1 AND booked_at < $2 AND (booked_at > $3 OR (booked_at = $3 AND movements.id > $4)) \
                     AND (test = 0 OR booked_at >= (SELECT COALESCE(MAX(until_at), 0) FROM closed_months)) \
                     ORDER BY booked_at, movements.id LIMIT $5";
        let MovementPage { from, to, after: (at, id), limit } = page;
        let rows = sqlx::query(query).bind(from.max(at)).bind(to).bind(at).bind(id).bind(limit).fetch_all(&self.pool).await?;
        rows.iter().map(booked).collect()
    }

    /// Writes down what moved by the facts of a change.
    pub(super) async fn follow_money(&self, transaction: &mut Transaction, record: &OrderRecord, now: i64) -> Result<(), StoreError> {
        let mut returned = BTreeMap::new();
        for payment in returns_money(record, &record.facts) {
            let came = record.payments.iter().find(|attempted| attempted.payment.id == payment);
            let money = came.and_then(|came| came.transaction.as_deref()).unwrap_or_default();
            let before = returned_before(transaction, &record.order.id, &payment, money).await?;
            returned.insert(payment, before);
        }
        self.book(transaction, of_facts(record, &record.facts, &returned, now)).await
    }

    /// Writes movements down, each once. Odd money of before that is now told as another counts no more.
    pub(super) async fn book(&self, transaction: &mut Transaction, movements: Vec<Movement>) -> Result<(), StoreError> {
        let Some(closing) = self.months_stay(transaction, !movements.is_empty()).await? else { return Ok(()) };
        let mut all = Vec::new();
        for movement in movements {
            all.extend(taken_back(transaction, &movement).await?);
            all.push(movement);
        }
        for some in all.chunks(ROWS) {
            let insert = "INSERT INTO movements (name, order_id, kind, at, booked_at, belongs_to, payment, refund, transaction_id, provider, \
                          method, currency, amount, taxes, lines, discount_code, country, test) VALUES ";
            let insert = format!("{insert}{} ON CONFLICT (name) DO NOTHING", places(some.len(), 18));
            let mut query = sqlx::query(AssertSqlSafe(insert));
            for movement in some {
                let (booked_at, belongs_to) = closing.booked(movement.at)?;
                query = query
                    .bind(movement.name.as_str())
                    .bind(movement.order.as_ref().map(|order| order.as_str()))
                    .bind(movement.kind.as_str())
                    .bind(movement.at)
                    .bind(booked_at)
                    .bind(belongs_to)
                    .bind(movement.payment.as_deref())
                    .bind(movement.refund.as_deref())
                    .bind(movement.transaction.as_deref())
                    .bind(movement.provider.as_str())
                    .bind(movement.method.as_deref())
                    .bind(movement.currency.as_str())
                    .bind(movement.amount)
                    .bind(json(&movement.taxes))
                    .bind(json(&movement.lines))
                    .bind(movement.discount_code.as_deref())
                    .bind(movement.country.as_deref())
                    .bind(i64::from(movement.is_test));
            }
            query.execute(&mut *transaction).await?;
        }
        Ok(())
    }
}

/// What went back of a payment's money by what is in the books; not of odd money that came by it, too.
async fn returned_before(transaction: &mut Transaction, order: &OrderId, payment: &PaymentId, money: &str) -> Result<Returned, StoreError> {
    let query = "SELECT amount, taxes FROM movements \
                 WHERE order_id = $1 AND payment = $2 AND transaction_id = $3 AND kind = 'refund' ORDER BY id";
    let rows = sqlx::query(query).bind(order.as_str()).bind(payment.as_str()).bind(money).fetch_all(&mut *transaction).await?;
    let mut returned = Returned::default();
    for row in &rows {
        let taxes: Vec<TaxShare> = read(row, "taxes")?;
        returned.amount -= row.try_get::<i64, _>("amount")?;
        returned.taxes.resize(taxes.len(), 0);
        returned.taxes.iter_mut().zip(taxes).for_each(|(sum, tax)| *sum -= tax.amount);
    }
    Ok(returned)
}

/// A notification may be wrong where the provider's books are right: the money was written down as odd, and then told as what it is. What
/// takes the odd movements of that money back.
async fn taken_back(transaction: &mut Transaction, movement: &Movement) -> Result<Vec<Movement>, StoreError> {
    let (Some(payment), Some(money)) = (&movement.payment, &movement.transaction) else { return Ok(Vec::new()) };
    if !matches!(movement.kind, MovementKind::Sale | MovementKind::SecondPayment | MovementKind::OddMoney) {
        return Ok(Vec::new());
    }
    let query = "SELECT movements.*, NULL AS reference, NULL AS client_reference, NULL AS metadata, NULL AS place, \
                 NULL AS place_name FROM movements \
                 WHERE transaction_id = $1 AND payment = $2 AND kind = 'odd-money' AND name <> $3 AND NOT EXISTS (SELECT 1 FROM movements back \
                 WHERE back.name = movements.name || ' taken back') AND amount > 0 ORDER BY id";
    let rows = sqlx::query(query).bind(money.as_str()).bind(payment.as_str()).bind(movement.name.as_str());
    let odd: Vec<Booked> = rows.fetch_all(&mut *transaction).await?.iter().map(booked).collect::<Result<_, _>>()?;
    let back = |odd: Booked| Movement { name: format!("{} taken back", odd.movement.name), amount: -odd.movement.amount, ..odd.movement };
    Ok(odd.into_iter().map(back).collect())
}

fn booked(row: &AnyRow) -> Result<Booked, StoreError> {
    let order: Option<String> = row.try_get("order_id")?;
    Ok(Booked {
        id: row.try_get("id")?,
        booked_at: row.try_get("booked_at")?,
        belongs_to: row.try_get("belongs_to")?,
        movement: Movement {
            name: row.try_get("name")?,
            is_test: row.try_get::<i64, _>("test")? != 0,
            order: order.map(|id| OrderId::parse(&id).ok_or(StoreError::Unreadable("order_id"))).transpose()?,
            kind: rows::read(row, "kind", MovementKind::parse)?,
            at: row.try_get("at")?,
            payment: row.try_get("payment")?,
            refund: row.try_get("refund")?,
            transaction: row.try_get("transaction_id")?,
            provider: row.try_get("provider")?,
            method: row.try_get("method")?,
            currency: row.try_get("currency")?,
            amount: row.try_get("amount")?,
            taxes: read(row, "taxes")?,
            lines: read(row, "lines")?,
            discount_code: row.try_get("discount_code")?,
            country: row.try_get("country")?,
        },
        references: rows::references(row)?,
    })
}

fn json<T: serde::Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".to_owned())
}

fn read<T: serde::de::DeserializeOwned>(row: &AnyRow, column: &'static str) -> Result<Vec<T>, StoreError> {
    rows::read(row, column, |text| serde_json::from_str(text).ok())
}
