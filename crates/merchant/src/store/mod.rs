//! Records: everything a merchant must still know after `kill -9`. Each change of an order is one transaction.
//! Not here: what a change means (that is `account`), and provider calls.

mod rows;

use std::path::Path;
use std::time::Duration;

use protocol::{Order, OrderId, PaymentId};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row as _, Sqlite, SqlitePool, Transaction};

use crate::account::{Account, Attempted};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// The SQLite store: write-ahead log, full synchronisation, foreign keys.
#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
}

/// Why a record could not be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The database.
    Database(sqlx::Error),
    /// A row does not say what this version understands; names the column.
    Unreadable(&'static str),
    /// There is no such order.
    NoOrder,
}

/// One idempotency key with what it was used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The key.
    pub key: String,
    /// Method and path.
    pub target: String,
    /// Of the request's body, base64.
    pub digest: String,
}

/// A notification as it came.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// Which provider.
    pub provider: &'a str,
    /// The provider's id of the event.
    pub id: &'a str,
    /// As received.
    pub body: &'a [u8],
}

impl Store {
    /// Opens the database file and brings it to this version; makes it when it is not there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(path: &Path) -> Result<Store, StoreError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::Database(sqlx::Error::Io(error)))?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        MIGRATIONS.run(&pool).await.map_err(|error| StoreError::Database(error.into()))?;
        Ok(Store { pool })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// The order of that id.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn order(&self, id: &OrderId) -> Result<Order, StoreError> {
        let row = sqlx::query("SELECT body FROM orders WHERE id = ?").bind(id.as_str()).fetch_optional(&self.pool).await?;
        rows::order(&row.ok_or(StoreError::NoOrder)?)
    }

    /// What an idempotency key was used for: the digest of the body, and the order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn attempt(&self, key: &str, target: &str) -> Result<Option<(String, OrderId)>, StoreError> {
        let query = "SELECT digest, order_id FROM attempts WHERE key = ? AND target = ?";
        let row = sqlx::query(query).bind(key).bind(target).fetch_optional(&self.pool).await?;
        row.map(|row| Ok((row.try_get("digest")?, rows::order_id(&row)?))).transpose()
    }

    /// Writes a new order with its first payment. Answers whether it did: not when the key is known already.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn create(&self, order: &Order, payment: &Attempted, attempt: &Attempt, now: i64) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let insert = "INSERT INTO orders (id, seq, status, expires_at, created_at, body) VALUES (?, ?, ?, ?, ?, ?)";
        sqlx::query(insert)
            .bind(order.id.as_str())
            .bind(order.seq)
            .bind(order.status.as_str())
            .bind(order.expires_at)
            .bind(now)
            .bind(order.to_json().to_string())
            .execute(&mut *transaction)
            .await?;
        if !use_key(&mut transaction, attempt, &order.id).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        rows::write_payment(&mut transaction, &order.id, payment).await?;
        rows::note(&mut transaction, &order.id, now, "created", payment.payment.id.as_str()).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Changes an account in one transaction. When the visible order changes, its `seq` rises.
    /// Answers the order as it stands then, and whether it changed.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn change(&self, id: &OrderId, now: i64, change: impl FnOnce(&mut Account)) -> Result<(Order, bool), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let outcome = change_in(&mut transaction, id, now, change).await?;
        transaction.commit().await?;
        Ok(outcome)
    }

    /// As [`Store::change`], once per idempotency key: a known key changes nothing.
    ///
    /// # Errors
    /// As [`Store::change`].
    pub async fn change_once(
        &self,
        id: &OrderId,
        attempt: &Attempt,
        now: i64,
        change: impl FnOnce(&mut Account),
    ) -> Result<(Order, bool), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        if !use_key(&mut transaction, attempt, id).await? {
            transaction.rollback().await?;
            return Ok((self.order(id).await?, false));
        }
        let outcome = change_in(&mut transaction, id, now, change).await?;
        transaction.commit().await?;
        Ok(outcome)
    }

    /// Keeps a notification and applies it, in one transaction and once per event id. `None` when it is known already.
    ///
    /// # Errors
    /// As [`Store::change`].
    pub async fn receive(
        &self,
        received: Received<'_>,
        id: &OrderId,
        now: i64,
        change: impl FnOnce(&mut Account),
    ) -> Result<Option<(Order, bool)>, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let is_new = keep_in(&mut transaction, received, now).await?;
        if !is_new {
            return Ok(None);
        }
        let outcome = change_in(&mut transaction, id, now, change).await?;
        transaction.commit().await?;
        Ok(Some(outcome))
    }

    /// Keeps a notification that changes no order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep(&self, received: Received<'_>, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        keep_in(&mut transaction, received, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The order that a payment is of.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn order_of(&self, payment: &PaymentId) -> Result<Option<OrderId>, StoreError> {
        let query = "SELECT order_id FROM payments WHERE id = ?";
        let row = sqlx::query(query).bind(payment.as_str()).fetch_optional(&self.pool).await?;
        row.map(|row| rows::order_id(&row)).transpose()
    }

    /// The account of that order.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn account(&self, id: &OrderId) -> Result<Account, StoreError> {
        let mut transaction = self.pool.begin().await?;
        rows::account(&mut transaction, id).await
    }

    /// Payments to ask the provider about now, the longest waiting first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn due(&self, now: i64, most: i64) -> Result<Vec<(OrderId, PaymentId)>, StoreError> {
        let query = "SELECT order_id, id FROM payments WHERE next_check_at <= ? ORDER BY next_check_at LIMIT ?";
        let rows = sqlx::query(query).bind(now).bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((rows::order_id(row)?, rows::payment_id(row)?))).collect()
    }

    /// Pending orders whose deadline has passed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn overdue(&self, now: i64, most: i64) -> Result<Vec<OrderId>, StoreError> {
        let query = "SELECT id AS order_id FROM orders WHERE status = 'pending' AND expires_at <= ? ORDER BY expires_at LIMIT ?";
        let rows = sqlx::query(query).bind(now).bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(rows::order_id).collect()
    }

    /// Says when to ask the provider about a payment again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn check_again_at(&self, payment: &PaymentId, at: i64) -> Result<(), StoreError> {
        let update = "UPDATE payments SET next_check_at = ?, checks = checks + 1 WHERE id = ? AND next_check_at IS NOT NULL";
        sqlx::query(update).bind(at).bind(payment.as_str()).execute(&self.pool).await?;
        Ok(())
    }

    /// Makes every open payment due: after a start nobody knows what was missed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn check_all(&self, now: i64) -> Result<(), StoreError> {
        let update = "UPDATE payments SET next_check_at = ? WHERE next_check_at > ?";
        sqlx::query(update).bind(now).bind(now).execute(&self.pool).await?;
        Ok(())
    }

    /// Everything that happened to an order: when, what, detail.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ledger(&self, id: &OrderId) -> Result<Vec<(i64, String, String)>, StoreError> {
        let query = "SELECT at, kind, detail FROM ledger WHERE order_id = ? ORDER BY entry";
        let rows = sqlx::query(query).bind(id.as_str()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("at")?, row.try_get("kind")?, row.try_get("detail")?))).collect()
    }

    /// Writes what is in memory and lets go of the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

async fn use_key(transaction: &mut Transaction<'_, Sqlite>, attempt: &Attempt, order: &OrderId) -> Result<bool, StoreError> {
    let insert = "INSERT INTO attempts (key, target, digest, order_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let inserted = sqlx::query(insert)
        .bind(&attempt.key)
        .bind(&attempt.target)
        .bind(&attempt.digest)
        .bind(order.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Answers whether it was not known yet.
async fn keep_in(transaction: &mut Transaction<'_, Sqlite>, received: Received<'_>, now: i64) -> Result<bool, StoreError> {
    let insert = "INSERT INTO notifications (provider, id, received_at, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let inserted =
        sqlx::query(insert).bind(received.provider).bind(received.id).bind(now).bind(received.body).execute(&mut **transaction).await?;
    Ok(inserted.rows_affected() == 1)
}

async fn change_in(
    transaction: &mut Transaction<'_, Sqlite>,
    id: &OrderId,
    now: i64,
    change: impl FnOnce(&mut Account),
) -> Result<(Order, bool), StoreError> {
    let before = rows::account(transaction, id).await?;
    let mut after = before.clone();
    change(&mut after);
    for payment in &after.payments {
        if !before.payments.contains(payment) {
            rows::write_payment(transaction, id, payment).await?;
        }
    }
    let changed = after.order != before.order;
    if changed {
        after.order.seq = before.order.seq + 1;
        let update = "UPDATE orders SET seq = ?, status = ?, body = ? WHERE id = ?";
        sqlx::query(update)
            .bind(after.order.seq)
            .bind(after.order.status.as_str())
            .bind(after.order.to_json().to_string())
            .bind(id.as_str())
            .execute(&mut **transaction)
            .await?;
    }
    for (kind, detail) in &after.notes {
        rows::note(transaction, id, now, kind, detail).await?;
    }
    Ok((after.order, changed))
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        StoreError::Database(error)
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreError::Database(error) => write!(out, "database: {error}"),
            StoreError::Unreadable(column) => write!(out, "database: column {column} is not of this version"),
            StoreError::NoOrder => out.write_str("no such order"),
        }
    }
}

impl std::error::Error for StoreError {}
