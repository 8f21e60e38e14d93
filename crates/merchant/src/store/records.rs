//! Opens the records, and brings them to this version of the program.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use protocol::base64::{Alphabet, encode};
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, Executor as _, Row as _};

use super::alone::{Alone, Place};
use super::connections::{Connections, Transaction};
use super::error::StoreError;
use super::queue::Queue;
use super::{private, rows};
use crate::notices::Noticing;
use crate::number::OrderNumber;
use crate::observing::Metrics;
use crate::random;
use crate::sealed::Sealer;
use crate::webhooks::EventKind;

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// Connections kept open: SQLite writes one at a time anyway, PostgreSQL shares a hundred among all nodes.
const SQLITE_CONNECTIONS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 12;

/// What would end a path in an address, or stand for another character.
const NO_PATH: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

/// What an order with its payment takes in SQLite's log, bytes: it touches a dozen pages.
const ORDER_BYTES: usize = 48 * 1024;

/// What each connection asks of PostgreSQL: a host that vanishes without a word, by a cut cable, takes what it has locked with it for a
/// minute and not for two hours. No transaction of ours waits for anybody in between.
pub(super) const VIGILANCE: &str = "SELECT set_config('idle_in_transaction_session_timeout', '60s', false), \
                         set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false), \
                         set_config('tcp_keepalives_count', '3', false)";

/// Orders, payments, notifications and keys, in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct Store {
    pub(super) pool: Connections,
    pub(super) database: Database,
    /// The kinds of events that the shop is told of.
    pub(super) told: Vec<EventKind>,
    /// Whether shoppers are sent e-mails.
    pub(super) mails: bool,
    /// Whether those who follow the account are told of what was sent.
    pub(super) tells_followers: bool,
    /// By which ways the merchant is told, and of what.
    pub(super) noticing: Option<Arc<Noticing>>,
    /// Counts what is written.
    pub(super) metrics: Metrics,
    /// Orders that wait to be written.
    pub(super) creating: Queue,
    /// Seals and opens what names a person; whoever needs none of it has none.
    pub(super) sealer: Option<Arc<Sealer>>,
    /// That no other server works on the same file, where that has been made sure of.
    alone: Alone,
    /// Which file the records are.
    place: Place,
    /// What a server at work on them is called among its like, made up at its start.
    node: Arc<str>,
}

/// Which one it is, for the few lines that differ.
#[derive(Clone, Debug)]
pub(super) enum Database {
    Sqlite,
    /// With the address, for the connection that listens.
    Postgres(String),
}

impl Store {
    /// Opens an SQLite file and brings it to this version; makes it when it is not there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(path: &Path) -> Result<Store, StoreError> {
        Store::make(path)?;
        // PostgreSQL's own lock sees to it that one migrates after the other; SQLite has none for it.
        let folder = path.to_owned();
        let turn = tokio::task::spawn_blocking(move || private::turn(&folder)).await;
        let store = Store::open_as_it_is(path).await?.migrate().await;
        drop(turn);
        store
    }

    /// Opens an SQLite file as [`Store::open`] does, for as long as no other server has opened it so.
    ///
    /// # Errors
    /// `AnotherServer`; those of the database.
    pub async fn open_alone(path: &Path) -> Result<Store, StoreError> {
        Store::make(path)?;
        let alone = Alone::take(path)?;
        let mut store = Store::open(path).await?;
        store.alone = alone;
        Ok(store)
    }

    /// Makes an SQLite file for its owner alone, where there is none.
    fn make(path: &Path) -> Result<(), StoreError> {
        let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        folder.and_then(|()| private::make(path)).map_err(|error| StoreError::Database(sqlx::Error::Io(error)))
    }

    /// Opens an SQLite file that is there, of whatever version it is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_as_it_is(path: &Path) -> Result<Store, StoreError> {
        let mut store = Store::connect(sqlite(), &file(path, "rw"), Database::Sqlite).await?;
        store.place = Place::of(path);
        Ok(store)
    }

    /// As [`Store::open_as_it_is`], a PostgreSQL database.
    ///
    /// # Errors
    /// As [`Store::open_as_it_is`].
    pub async fn open_postgres_as_it_is(address: &str) -> Result<Store, StoreError> {
        Store::connect(postgres(), address, Database::Postgres(address.to_owned())).await
    }

    /// Opens a PostgreSQL database, `postgres://…`, and brings it to this version.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_postgres(address: &str) -> Result<Store, StoreError> {
        Store::open_postgres_as_it_is(address).await?.migrate().await
    }

    /// Opens an SQLite file to be read, as it is.
    ///
    /// # Errors
    /// Those of the database, where there is no file, too; `OlderVersion`, `NewerVersion`.
    pub async fn look(path: &Path) -> Result<Store, StoreError> {
        Store::open_as_it_is(path).await?.judged().await
    }

    /// As [`Store::look`], at a PostgreSQL database.
    ///
    /// # Errors
    /// As [`Store::look`].
    pub async fn look_postgres(address: &str) -> Result<Store, StoreError> {
        Store::open_postgres_as_it_is(address).await?.judged().await
    }

    async fn connect(options: AnyPoolOptions, address: &str, database: Database) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let pool = Connections::open(options, address).await?;
        Ok(Store {
            pool,
            database,
            told: Vec::new(),
            mails: false,
            tells_followers: false,
            noticing: None,
            metrics: Metrics::default(),
            creating: Queue::default(),
            sealer: None,
            alone: Alone::default(),
            place: Place::none(),
            node: format!("node_{}", encode(Alphabet::Url, &random::bytes::<12>())).into(),
        })
    }

    fn migrations(&self) -> &'static sqlx::migrate::Migrator {
        if self.is_shared() { &POSTGRES } else { &SQLITE }
    }

    async fn migrate(self) -> Result<Store, StoreError> {
        self.migrations().run(self.pool.unhurried()).await.map_err(|error| StoreError::Database(error.into()))?;
        self.number_orders().await?;
        self.book_old_orders().await?;
        Ok(self)
    }

    /// Gives a number to every order that an older program made.
    async fn number_orders(&self) -> Result<(), StoreError> {
        loop {
            let query = "SELECT id AS order_id FROM orders WHERE number IS NULL ORDER BY id LIMIT 500";
            let found = sqlx::query(query).fetch_all(&self.pool).await?;
            if found.is_empty() {
                return Ok(());
            }
            let mut transaction = self.begin().await?;
            for row in &found {
                let id = rows::order_id(row)?;
                let update = "UPDATE orders SET number = $1 WHERE id = $2";
                sqlx::query(update).bind(OrderNumber::of(&id).as_str()).bind(id.as_str()).execute(&mut transaction).await?;
            }
            transaction.commit().await?;
        }
    }

    /// This store, if its records are of this version.
    async fn judged(self) -> Result<Store, StoreError> {
        let ours = self.migrations().iter().map(|migration| migration.version).max().unwrap_or_default();
        let theirs: i64 =
            sqlx::query("SELECT MAX(version) AS version FROM _sqlx_migrations").fetch_one(&self.pool).await?.try_get("version")?;
        match theirs.cmp(&ours) {
            Ordering::Less => Err(StoreError::OlderVersion),
            Ordering::Equal => Ok(self),
            Ordering::Greater => Err(StoreError::NewerVersion),
        }
    }

    /// The figures of what this store writes.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Writes and commits something, on the way and of the size of an order. A full disk, a file that is only to be read and a standby answer reads, but take no order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn prove_writable(&self, now: i64) -> Result<(), StoreError> {
        let write = "INSERT INTO tokens (name, value, expires_at, lease_until) VALUES ('readiness', $1, 0, $2) \
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value, lease_until = excluded.lease_until";
        let mut transaction = self.begin().await?;
        let written = sqlx::query(write).bind(self.as_much_as_an_order()).bind(now).execute(&mut transaction).await;
        match written {
            Ok(_) => transaction.commit().await,
            Err(error) => Err(transaction.undone(error.into()).await),
        }
    }

    /// Something new to write that takes as much room as an order does. PostgreSQL has its room for an order, and for us to say so, in its log.
    fn as_much_as_an_order(&self) -> String {
        match self.database {
            Database::Sqlite => encode(Alphabet::Url, &random::bytes::<24>()).repeat(ORDER_BYTES / 32),
            Database::Postgres(_) => String::new(),
        }
    }

    /// How much room the disk of the records has left, bytes; `None` where that is another machine's affair.
    pub fn room(&self) -> Option<u64> {
        self.place.room()
    }

    /// Whether other processes work on the same records.
    pub fn is_shared(&self) -> bool {
        matches!(self.database, Database::Postgres(_))
    }

    /// What this server is called among those that work on the same records.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    /// Whether a server is at work on the file, this one included.
    pub(super) fn is_served(&self) -> bool {
        self.place.is_served()
    }

    /// A transaction that will write: SQLite takes its one writer's place at once instead of failing later.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        self.place.is_kept()?;
        let begin = match self.database {
            Database::Sqlite => "BEGIN IMMEDIATE",
            Database::Postgres(_) => "BEGIN",
        };
        self.pool.begin_to_write(begin).await
    }

    /// Writes what is in memory and lets go of the database.
    pub async fn close(&self) {
        self.pool.close().await;
        self.give_back();
    }

    /// Lets another server have the records. Nobody works on them here any more.
    pub(crate) fn give_back(&self) {
        self.alone.end();
    }
}

fn sqlite() -> AnyPoolOptions {
    let options = AnyPoolOptions::new().max_connections(SQLITE_CONNECTIONS);
    options.after_connect(|connection, _| Box::pin(async move { safe(connection).await }))
}

fn postgres() -> AnyPoolOptions {
    let options = AnyPoolOptions::new().max_connections(POSTGRES_CONNECTIONS);
    options.after_connect(|connection, _| Box::pin(async move { connection.execute(VIGILANCE).await.map(drop) }))
}

/// The address of an SQLite file.
fn file(path: &Path, mode: &str) -> String {
    format!("sqlite:{}?mode={mode}", utf8_percent_encode(&path.to_string_lossy(), NO_PATH))
}

/// Nothing that was committed is lost when the power fails, and a writer waits for another.
async fn safe(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for pragma in [
        "PRAGMA busy_timeout = 10000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
    ] {
        connection.execute(pragma).await?;
    }
    Ok(())
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(if self.is_shared() { "Store(PostgreSQL)" } else { "Store(SQLite)" })
    }
}
