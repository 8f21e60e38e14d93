//! Records: everything a merchant must still know after `kill -9`. Each change of an order is one transaction.
//! The same statements run on SQLite and PostgreSQL. Not here: what a change means (that is `account`), and provider calls.

mod api_keys;
mod audit;
mod backup;
mod changes;
mod due;
mod followers;
mod ledger;
mod listener;
mod lists;
mod outbox;
mod reads;
mod rows;
mod standing;
mod stock;
mod tokens;
mod turns;

use std::path::Path;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyConnection, AnyPool, Executor as _, Transaction};

pub use api_keys::ApiKey;
pub use audit::Kept;
pub use changes::{Attempt, Received};
pub use followers::{News, Told, Untold};
pub use lists::{Channel, Filter, Listed};
pub use outbox::{Waiting, Webhook, WebhookState};
pub use standing::Standing;
pub use stock::{Counted, Hold, Scarce, Shortage, Supply};
pub(crate) use turns::Turns;

use crate::observing::Metrics;

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// Connections kept open: SQLite writes one at a time anyway, PostgreSQL shares a hundred among all nodes.
const SQLITE_CONNECTIONS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 12;

/// Orders, payments, notifications and keys, in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    database: Database,
    /// The kinds of events that the shop is told of.
    told: Vec<&'static str>,
    /// Counts what is written.
    metrics: Metrics,
}

/// Which one it is, for the few lines that differ.
#[derive(Clone, Debug)]
enum Database {
    Sqlite,
    /// With the address, for the connection that listens.
    Postgres(String),
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
    /// Somebody was faster, and what is left does not do.
    Short(Shortage),
}

impl Store {
    /// Opens an SQLite file and brings it to this version; makes it when it is not there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(path: &Path) -> Result<Store, StoreError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::Database(sqlx::Error::Io(error)))?;
        }
        let address = format!("sqlite:{}?mode=rwc", escaped(&path.to_string_lossy()));
        let options = AnyPoolOptions::new().max_connections(SQLITE_CONNECTIONS);
        let options = options.after_connect(|connection, _| Box::pin(async move { safe(connection).await }));
        Store::connect(options, &address, Database::Sqlite, &SQLITE).await
    }

    /// Opens a PostgreSQL database, `postgres://…`, and brings it to this version.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_postgres(address: &str) -> Result<Store, StoreError> {
        let options = AnyPoolOptions::new().max_connections(POSTGRES_CONNECTIONS);
        Store::connect(options, address, Database::Postgres(address.to_owned()), &POSTGRES).await
    }

    async fn connect(
        options: AnyPoolOptions,
        address: &str,
        database: Database,
        migrations: &sqlx::migrate::Migrator,
    ) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let pool = options.acquire_timeout(Duration::from_secs(10)).connect(address).await?;
        migrations.run(&pool).await.map_err(|error| StoreError::Database(error.into()))?;
        Ok(Store { pool, database, told: Vec::new(), metrics: Metrics::default() })
    }

    /// The figures of what this store writes.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Writes and commits something. A full disk, a file that is only to be read and a standby answer reads, but take no order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn prove_writable(&self, now: i64) -> Result<(), StoreError> {
        let write = "INSERT INTO tokens (name, value, expires_at, lease_until) VALUES ('readiness', '', 0, $1) \
                     ON CONFLICT (name) DO UPDATE SET lease_until = excluded.lease_until";
        sqlx::query(write).bind(now).execute(&self.pool).await?;
        Ok(())
    }

    /// Whether other processes work on the same records.
    pub fn is_shared(&self) -> bool {
        matches!(self.database, Database::Postgres(_))
    }

    /// A transaction that will write: SQLite takes its one writer's place at once instead of failing later.
    async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(match self.database {
            Database::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Database::Postgres(_) => self.pool.begin().await?,
        })
    }

    /// Writes what is in memory and lets go of the database.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Nothing that was committed is lost when the power fails, and a writer waits for another.
async fn safe(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for pragma in ["PRAGMA busy_timeout = 10000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"] {
        connection.execute(pragma).await?;
    }
    Ok(())
}

/// A path in an address.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(if self.is_shared() { "Store(PostgreSQL)" } else { "Store(SQLite)" })
    }
}

impl StoreError {
    /// Whether something is there already that can be there once.
    pub(crate) fn is_double(&self) -> bool {
        let StoreError::Database(error) = self else { return false };
        error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }
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
            StoreError::Short(Shortage { of, left }) => write!(out, "{of}: {left} left"),
        }
    }
}

impl std::error::Error for StoreError {}
