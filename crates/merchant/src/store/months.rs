//! Closed months: nothing comes into them any more. Whoever writes a movement and whoever closes a month wait for each other, so that a
//! month that is told as closed has all that it will ever have.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::connections::Transaction;
use super::node_locks;
use super::records::Database;
use super::{Store, StoreError};
use crate::books::ClosedMonth;
use crate::shop_time::ShopTime;

/// The name of what they wait for.
const LOCK: &str = "months of the books";

const LAST: &str = "SELECT * FROM closed_months ORDER BY until_at DESC LIMIT 1";

/// What came of closing a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// It is closed, now or since before.
    Closed(ClosedMonth),
    /// An earlier month, `YYYY-MM`, has movements and is open.
    EarlierOpen(String),
}

/// Up to when the books are closed.
pub(super) struct ClosedUntil(Option<ClosedMonth>);

impl ClosedUntil {
    /// When a movement of that time (unix seconds) counts, and its own day if that is another.
    pub(super) fn booked(&self, at: i64) -> Result<(i64, Option<String>), StoreError> {
        match &self.0 {
            Some(last) if at < last.until_at => {
                let zone = ShopTime::named(&last.zone).map_err(|_| StoreError::Unreadable("zone"))?;
                Ok((last.until_at, Some(zone.date(at).to_string())))
            }
            _ => Ok((at, None)),
        }
    }
}

impl Store {
    /// Closes a month, `YYYY-MM`, of the shop's zone. Once it is closed it stays as it is; `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn close_month(&self, month: &ClosedMonth, time: &ShopTime, by_key: &str) -> Result<Closing, StoreError> {
        let mut transaction = self.begin().await?;
        match self.close_in(&mut transaction, month, time, by_key).await {
            Ok(closing) => {
                transaction.commit().await?;
                Ok(closing)
            }
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    async fn close_in(
        &self,
        transaction: &mut Transaction,
        month: &ClosedMonth,
        time: &ShopTime,
        by_key: &str,
    ) -> Result<Closing, StoreError> {
        self.wait_for_months(transaction, "SELECT pg_advisory_xact_lock($1) IS NULL AS done").await?;
        let closed = closed_months(transaction).await?;
        if let Some(known) = closed.iter().find(|known| known.month == month.month) {
            return Ok(Closing::Closed(known.clone()));
        }
        let until = closed.iter().map(|month| month.until_at).max().unwrap_or(0);
        if let Some(first) = first_movement(transaction, until, month.from_at).await? {
            return Ok(Closing::EarlierOpen(time.month_of(first)));
        }
        let insert = "INSERT INTO closed_months (month, from_at, until_at, zone, closed_at, by_key) VALUES ($1, $2, $3, $4, $5, $6)";
        sqlx::query(insert)
            .bind(month.month.as_str())
            .bind(month.from_at)
            .bind(month.until_at)
            .bind(month.zone.as_str())
            .bind(month.closed_at)
            .bind(by_key)
            .execute(&mut *transaction)
            .await?;
        Ok(Closing::Closed(month.clone()))
    }

    /// That month, `YYYY-MM`, if it is closed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn closed_month(&self, month: &str) -> Result<Option<ClosedMonth>, StoreError> {
        let row = self.pool.look_up("SELECT * FROM closed_months WHERE month = $1", &[month]).await?;
        row.map(|row| closed_month(&row)).transpose()
    }

    /// Since when movements may still come, from that time on, unix seconds; from the first one on if no time is named, and `now` where
    /// there is none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_since(&self, from: Option<i64>, now: i64) -> Result<i64, StoreError> {
        let query = "SELECT (SELECT MAX(until_at) FROM closed_months) AS closed, (SELECT MIN(booked_at) FROM movements) AS first";
        let row = sqlx::query(query).fetch_one(&self.pool).await?;
        let (closed, first): (Option<i64>, Option<i64>) = (row.try_get("closed")?, row.try_get("first")?);
        Ok(closed.map_or_else(|| from.or(first).unwrap_or(now), |closed| closed.max(from.unwrap_or(0))))
    }

    /// The month that was closed last.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn last_closed_month(&self) -> Result<Option<ClosedMonth>, StoreError> {
        let row = sqlx::query(LAST).fetch_optional(&self.pool).await?;
        row.map(|row| closed_month(&row)).transpose()
    }

    /// Makes sure that no month is closed until the end of a transaction that writes movements; answers what is closed by then. `None` if
    /// it writes none.
    pub(super) async fn months_stay(&self, transaction: &mut Transaction, writes: bool) -> Result<Option<ClosedUntil>, StoreError> {
        if !writes {
            return Ok(None);
        }
        self.wait_for_months(transaction, "SELECT pg_advisory_xact_lock_shared($1) IS NULL AS done").await?;
        let last = sqlx::query(LAST).fetch_optional(&mut *transaction).await?;
        Ok(Some(ClosedUntil(last.map(|row| closed_month(&row)).transpose()?)))
    }

    /// In SQLite one transaction writes at a time.
    async fn wait_for_months(&self, transaction: &mut Transaction, statement: &'static str) -> Result<(), StoreError> {
        if let Database::Postgres(_) = self.database {
            sqlx::query(statement).bind(node_locks::number(LOCK)).fetch_one(&mut *transaction).await?;
        }
        Ok(())
    }
}

async fn closed_months(transaction: &mut Transaction) -> Result<Vec<ClosedMonth>, StoreError> {
    let rows = sqlx::query("SELECT * FROM closed_months ORDER BY month").fetch_all(&mut *transaction).await?;
    rows.iter().map(closed_month).collect()
}

/// When the first movement of that time counts, unix seconds.
async fn first_movement(transaction: &mut Transaction, from: i64, to: i64) -> Result<Option<i64>, StoreError> {
    let query = "SELECT MIN(booked_at) AS first FROM movements WHERE booked_at >= $1 AND booked_at < $2 AND test = 0";
    Ok(sqlx::query(query).bind(from).bind(to).fetch_one(&mut *transaction).await?.try_get("first")?)
}

fn closed_month(row: &AnyRow) -> Result<ClosedMonth, StoreError> {
    Ok(ClosedMonth {
        month: row.try_get("month")?,
        from_at: row.try_get("from_at")?,
        until_at: row.try_get("until_at")?,
        zone: row.try_get("zone")?,
        closed_at: row.try_get("closed_at")?,
    })
}
