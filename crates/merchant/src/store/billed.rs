//! What bills of providers say of our money, kept as of the comparison of each day, and a month of the books beside it.

use protocol::OrderId;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::{Store, StoreError, rows};
use crate::books::{Movement, MovementKind};

/// How many lines of a bill are kept in one transaction.
const BATCH: usize = 200;
/// How many lines of each side a month lists that the other side lacks.
const LISTED: i64 = 500;

/// A line of a bill that is about money of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BilledLine {
    /// When, by the bill, unix seconds.
    pub at: i64,
    /// Our id of the payment.
    pub payment: String,
    /// The provider's id of the money.
    pub transaction: String,
    /// Our id of the refund; empty for the payment itself.
    pub refund: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Minor units: came in, or went out where it is negative.
    pub amount: i64,
    /// What the provider takes, minor units; negative where it gives some of it back.
    pub fee: i64,
}

/// A month of ours, and the days of a provider that it touches.
#[derive(Clone, Copy, Debug)]
pub struct BilledMonth<'a> {
    /// Who collects.
    pub provider: &'a str,
    /// The first second of the month, unix seconds.
    pub from: i64,
    /// The first second behind it.
    pub to: i64,
    /// The first day of the provider, `YYYY-MM-DD`.
    pub first: &'a str,
    /// The last one.
    pub last: &'a str,
}

/// Whose words are added up, or listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BooksSide {
    /// All of the month by our books.
    Books,
    /// All of the days by the bills.
    Bills,
    /// What our month has and the bills of these days lack.
    BooksAlone,
    /// What the bills of these days have and our month lacks.
    BillsAlone,
}

/// What came, went back, or was taken, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BooksSum {
    /// ISO 4217 code.
    pub currency: String,
    /// `sale`, `refund` or `fee`.
    pub kind: String,
    /// Minor units, signed.
    pub amount: i64,
}

/// One line that one side has and the other lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoneLine {
    /// Its day by the bill, where the bill has it; by the books the day it belongs to, where that is another than it counts in.
    pub date: Option<String>,
    /// When, unix seconds.
    pub at: i64,
    /// What it is, and how much.
    pub sum: BooksSum,
    /// The provider's id of the money.
    pub transaction: Option<String>,
    /// Our id of the refund.
    pub refund: Option<String>,
    /// Its order, if that is known.
    pub order: Option<OrderId>,
}

impl BooksSide {
    /// The lines of a side: $1 the provider, $2 and $3 the month, $4 and $5 the days.
    fn lines(self) -> &'static str {
        match self {
            BooksSide::Books => {
                "SELECT currency, CASE kind WHEN 'refund' THEN 'refund' WHEN 'fee' THEN 'fee' ELSE 'sale' END AS what, amount, at, \
                 belongs_to AS date, transaction_id, refund, order_id FROM movements \
                 WHERE provider = $1 AND booked_at >= $2 AND booked_at < $3 AND $4 <= $5"
            }
            BooksSide::Bills => {
                "SELECT currency, CASE refund WHEN '' THEN 'sale' ELSE 'refund' END AS what, amount, at, date, transaction_id, refund, \
                 NULL AS order_id FROM billed WHERE provider = $1 AND date >= $4 AND date <= $5 AND $2 <= $3 \
                 UNION ALL SELECT currency, 'fee' AS what, -fee AS amount, at, date, transaction_id, refund, NULL AS order_id \
                 FROM billed WHERE provider = $1 AND date >= $4 AND date <= $5 AND fee <> 0"
            }
            BooksSide::BooksAlone => {
                "SELECT currency, CASE kind WHEN 'refund' THEN 'refund' WHEN 'fee' THEN 'fee' ELSE 'sale' END AS what, amount, at, \
                 belongs_to AS date, transaction_id, refund, order_id FROM movements \
                 WHERE provider = $1 AND booked_at >= $2 AND booked_at < $3 AND NOT EXISTS (SELECT 1 FROM billed \
                 WHERE billed.provider = $1 AND billed.transaction_id = movements.transaction_id \
                 AND billed.refund = COALESCE(movements.refund, '') AND (kind <> 'refund' OR billed.refund <> '') \
                 AND date >= $4 AND date <= $5 AND (kind <> 'fee' OR fee <> 0))"
            }
            BooksSide::BillsAlone => {
                "SELECT currency, CASE refund WHEN '' THEN 'sale' ELSE 'refund' END AS what, amount, at, date, transaction_id, refund, \
                 (SELECT order_id FROM payments WHERE payments.id = billed.payment) AS order_id FROM billed \
                 WHERE provider = $1 AND date >= $4 AND date <= $5 AND NOT EXISTS (SELECT 1 FROM movements \
                 WHERE movements.transaction_id = billed.transaction_id AND COALESCE(movements.refund, '') = billed.refund \
                 AND kind <> 'fee' AND (kind <> 'refund' OR billed.refund <> '') AND booked_at >= $2 AND booked_at < $3) \
                 UNION ALL SELECT currency, 'fee' AS what, -fee AS amount, at, date, transaction_id, refund, \
                 (SELECT order_id FROM payments WHERE payments.id = billed.payment) AS order_id FROM billed \
                 WHERE provider = $1 AND date >= $4 AND date <= $5 AND fee <> 0 AND NOT EXISTS (SELECT 1 FROM movements \
                 WHERE movements.transaction_id = billed.transaction_id AND COALESCE(movements.refund, '') = billed.refund \
                 AND kind = 'fee' AND booked_at >= $2 AND booked_at < $3)"
            }
        }
    }
}

impl Store {
    /// Keeps what the bill of a provider's day says, and books what the provider took, each once. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep_bill(&self, provider: &str, date: &str, lines: &[BilledLine], now: i64) -> Result<(), StoreError> {
        for some in lines.chunks(BATCH) {
            let mut transaction = self.begin().await?;
            match self.keep_lines(&mut transaction, provider, date, some).await {
                Ok(()) => transaction.commit().await?,
                Err(error) => return Err(transaction.undone(error).await),
            }
        }
        let insert = "INSERT INTO billed_days (provider, date, compared_at) VALUES ($1, $2, $3) \
                      ON CONFLICT (provider, date) DO UPDATE SET compared_at = excluded.compared_at";
        sqlx::query(insert).bind(provider).bind(date).bind(now).execute(&self.pool).await?;
        Ok(())
    }

    async fn keep_lines(&self, transaction: &mut Transaction, provider: &str, date: &str, lines: &[BilledLine]) -> Result<(), StoreError> {
        let mut fees = Vec::new();
        for line in lines {
            let upsert = "INSERT INTO billed (provider, date, transaction_id, refund, payment, at, currency, amount, fee) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (provider, transaction_id, refund) DO UPDATE SET \
                          date = excluded.date, at = excluded.at, currency = excluded.currency, amount = excluded.amount, fee = excluded.fee";
            sqlx::query(upsert)
                .bind(provider)
                .bind(date)
                .bind(line.transaction.as_str())
                .bind(line.refund.as_str())
                .bind(line.payment.as_str())
                .bind(line.at)
                .bind(line.currency.as_str())
                .bind(line.amount)
                .bind(line.fee)
                .execute(&mut *transaction)
                .await?;
            if line.fee != 0 {
                fees.push(fee(transaction, provider, line).await?);
            }
        }
        self.book(transaction, fees).await
    }

    /// The days of a provider, `YYYY-MM-DD`, from one to another, whose bills are kept.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn billed_days(&self, provider: &str, first: &str, last: &str) -> Result<Vec<String>, StoreError> {
        let query = "SELECT date FROM billed_days WHERE provider = $1 AND date >= $2 AND date <= $3 ORDER BY date";
        let rows = sqlx::query(query).bind(provider).bind(first).bind(last).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get("date")?)).collect()
    }

    /// Who collected what counts in that time, unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn collectors(&self, from: i64, to: i64) -> Result<Vec<String>, StoreError> {
        let query = "SELECT DISTINCT provider FROM movements WHERE booked_at >= $1 AND booked_at < $2 ORDER BY provider";
        let rows = sqlx::query(query).bind(from).bind(to).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get("provider")?)).collect()
    }

    /// What a side comes to, by currency and kind.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn books_sums(&self, month: &BilledMonth<'_>, side: BooksSide) -> Result<Vec<BooksSum>, StoreError> {
        let query = format!(
            "SELECT currency, what, CAST(SUM(amount) AS BIGINT) AS amount FROM ({}) AS lines GROUP BY currency, what ORDER BY currency, what",
            side.lines()
        );
        self.of_month(query, month).await?.iter().map(sum).collect()
    }

    /// The first lines of a side, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn books_lines(&self, month: &BilledMonth<'_>, side: BooksSide) -> Result<Vec<LoneLine>, StoreError> {
        let query = format!("SELECT * FROM ({}) AS lines ORDER BY at, transaction_id, what LIMIT {LISTED}", side.lines());
        let line = |row: &AnyRow| {
            let order: Option<String> = row.try_get("order_id")?;
            let refund: Option<String> = row.try_get("refund")?;
            Ok(LoneLine {
                date: row.try_get("date")?,
                at: row.try_get("at")?,
                sum: sum(row)?,
                transaction: row.try_get("transaction_id")?,
                refund: refund.filter(|refund| !refund.is_empty()),
                order: order.and_then(|order| OrderId::parse(&order)),
            })
        };
        self.of_month(query, month).await?.iter().map(line).collect()
    }

    async fn of_month(&self, query: String, month: &BilledMonth<'_>) -> Result<Vec<AnyRow>, StoreError> {
        let BilledMonth { provider, from, to, first, last } = *month;
        // Nothing in it comes from outside.
        let query = sqlx::query(AssertSqlSafe(query)).bind(provider).bind(from).bind(to).bind(first).bind(last);
        Ok(query.fetch_all(&self.pool).await?)
    }
}

fn sum(row: &AnyRow) -> Result<BooksSum, StoreError> {
    Ok(BooksSum { currency: row.try_get("currency")?, kind: row.try_get("what")?, amount: row.try_get("amount")? })
}

/// What the provider took, with the order whose money it is.
async fn fee(transaction: &mut Transaction, provider: &str, line: &BilledLine) -> Result<Movement, StoreError> {
    let query = "SELECT order_id, method, (SELECT MAX(test) FROM movements WHERE movements.order_id = payments.order_id) AS test \
                 FROM payments WHERE id = $1";

    let row = sqlx::query(query).bind(line.payment.as_str()).fetch_optional(&mut *transaction).await?;
    let is_test: Option<i64> = row.as_ref().map(|row| row.try_get("test")).transpose()?.flatten();
    let refund = (!line.refund.is_empty()).then(|| line.refund.clone());
    Ok(Movement {
        name: format!("fee {provider} {} {}", line.transaction, line.refund).trim_end().to_owned(),
        is_test: is_test == Some(1),
        order: row.as_ref().map(rows::order_id).transpose()?,
        kind: MovementKind::Fee,
        at: line.at,
        payment: Some(line.payment.clone()),
        refund,
        transaction: Some(line.transaction.clone()),
        provider: provider.to_owned(),
        method: row.map(|row| row.try_get("method")).transpose()?,
        currency: line.currency.clone(),
        amount: -line.fee,
        taxes: Vec::new(),
        lines: Vec::new(),
        discount_code: None,
        country: None,
    })
}
