//! Connections to the database, and transactions on them. A connection on which something failed is closed and never used again: what a
//! driver believes of its state is only known to be true after a success. Each statement has to be answered within a time, for a database
//! behind a cut cable is silent for ever.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt as _, TryFutureExt as _, TryStreamExt as _, future::BoxFuture, stream, stream::BoxStream};
use sqlx::any::{AnyArguments, AnyPoolOptions, AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Describe, Either, Error, Execute, Executor, SqlStr};
use tokio::sync::OwnedMutexGuard;

use super::error::{StoreError, is_about_rows};
use crate::observing::Stopwatch;

/// How long one statement may take: longer than a writer waits for another in SQLite (`busy_timeout`), shorter than anybody's patience.
const LONGEST: Duration = Duration::from_secs(15);
/// How long a connection may be waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection that was idle may take to say that it is there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

type Step = Either<AnyQueryResult, AnyRow>;

/// The connections of a store; statements that need no transaction run on any of them.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    pool: AnyPool,
    failed_at: FailedAt,
    anchor: Option<Anchor>,
    /// The one place of a writer in an SQLite file. Here they come in turn; SQLite itself lets them sleep and try again, each on a connection
    /// that readers need.
    turn: Option<Arc<tokio::sync::Mutex<()>>>,
}

/// A connection to an SQLite file on which nothing is ever done, so that the last one is never closed while the server runs: whoever opens
/// a file as the first makes the memory that all of them share, and if that goes wrong, because no file can be opened at the moment, SQLite
/// goes on with what it has, and commits get lost (seen with 3.40 and 3.51 where every other `open` failed).
#[derive(Clone, Debug)]
struct Anchor(Arc<tokio::sync::Mutex<Option<AnyConnection>>>);

/// When something last failed. Whatever connection is older than that has seen the same, and is not used again: what broke one breaks
/// all of them, and each would be found out by a shopper.
#[derive(Clone, Debug, Default)]
struct FailedAt(Arc<Mutex<Option<Stopwatch>>>);

/// A connection that is lent. Closed when it comes back, unless it is known to be good.
#[derive(Debug)]
struct Loan {
    connection: PoolConnection<Any>,
    failed_at: FailedAt,
    is_good: bool,
}

/// A transaction. What is not written by [`Transaction::commit`] is undone, and takes the connection with it unless
/// [`Transaction::undone`] has the database's word for that.
#[derive(Debug)]
pub(super) struct Transaction {
    loan: Loan,
    /// That it is this process's turn to write, where one writes at a time.
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Connections {
    /// Connects, if only to see that it can be done.
    pub(super) async fn open(options: AnyPoolOptions, address: &str) -> Result<Connections, Error> {
        let anchor = if address.starts_with("sqlite:") { Some(Anchor::drop_at(address).await?) } else { None };
        let failed_at = FailedAt::default();
        let known = failed_at.clone();
        let options = options.acquire_timeout(PATIENCE).test_before_acquire(false).before_acquire(move |_, about| {
            let is_new = !known.is_within(about.age);
            Box::pin(async move { Ok(is_new) })
        });
        let turn = anchor.as_ref().map(|_| Arc::default());
        Ok(Connections { pool: options.connect(address).await?, failed_at, anchor, turn })
    }

    /// For what takes its time: migrations and copies.
    pub(super) fn unhurried(&self) -> &AnyPool {
        &self.pool
    }

    /// Begins a transaction by that statement: on another connection if the first one was broken by what is over by now.
    pub(super) async fn begin(&self, statement: &'static str) -> Result<Transaction, StoreError> {
        Ok(Transaction { loan: self.begun(statement).await?, _turn: None })
    }

    /// As [`Connections::begin`], for a transaction that writes.
    pub(super) async fn begin_to_write(&self, statement: &'static str) -> Result<Transaction, StoreError> {
        let turn = self.writers_turn().await?;
        Ok(Transaction { loan: self.begun(statement).await?, _turn: turn })
    }

    async fn writers_turn(&self) -> Result<Option<OwnedMutexGuard<()>>, Error> {
        let Some(turn) = &self.turn else { return Ok(None) };
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(turn).lock_owned());
        turn.await.map(Some).map_err(|_| Error::PoolTimedOut)
    }

    /// Where and when one statement may run: one that writes waits for its turn without a connection.
    async fn place_of(&self, statement: &SqlStr) -> Result<(Loan, Option<OwnedMutexGuard<()>>), Error> {
        let turn = if statement.as_str().starts_with("SELECT") { None } else { self.writers_turn().await? };
        Ok((self.lend_living().await?, turn))
    }

    async fn begun(&self, statement: &'static str) -> Result<Loan, Error> {
        match self.try_to_begin(statement).await {
            Err(error) if !is_busy(&error) => self.try_to_begin(statement).await,
            result => result,
        }
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
        if let Some(connection) = self.take_anchor().await {
            // It is over either way.
            let _ = connection.close().await;
        }
    }

    async fn take_anchor(&self) -> Option<AnyConnection> {
        self.anchor.as_ref()?.0.lock().await.take()
    }

    /// The row that a question names, which is asked by texts. Asking twice does no harm, so that the answer itself is the sign of life.
    pub(super) async fn look_up(&self, query: &'static str, texts: &[&str]) -> Result<Option<AnyRow>, Error> {
        let ask = async |connection: &mut AnyConnection| {
            texts.iter().fold(sqlx::query(query), |query, text| query.bind(*text)).fetch_optional(connection).await
        };
        match self.lend().await?.run(SIGN_OF_LIFE, ask).await {
            Err(error) if is_of_connection(&error) => self.lend_living().await?.run(LONGEST, ask).await,
            result => result,
        }
    }

    async fn try_to_begin(&self, statement: &'static str) -> Result<Loan, Error> {
        // SQLite begins when it is a writer's turn, PostgreSQL at once.
        let time = if self.turn.is_some() { LONGEST } else { SIGN_OF_LIFE };
        let mut loan = self.lend().await?;
        loan.step(time, async |connection| connection.execute(statement).await).await?;
        Ok(loan)
    }

    /// A connection for what can be asked again of another one.
    async fn lend(&self) -> Result<Loan, Error> {
        Ok(Loan { connection: self.pool.acquire().await?, failed_at: self.failed_at.clone(), is_good: false })
    }

    /// A connection that has said that it is there.
    async fn lend_living(&self) -> Result<Loan, Error> {
        loop {
            let mut loan = self.lend().await?;
            if loan.failed_at.noted(is_alive(&mut loan.connection).await) {
                return Ok(loan);
            }
        }
    }
}

impl Anchor {
    async fn drop_at(address: &str) -> Result<Anchor, Error> {
        let mut connection = AnyConnection::connect(address).await?;
        // The first look at the file opens all that belongs to it; a new one has its log from here on.
        connection.execute("PRAGMA journal_mode = WAL").await?;
        connection.fetch_all("SELECT name FROM sqlite_schema LIMIT 1").await?;
        Ok(Anchor(Arc::new(tokio::sync::Mutex::new(Some(connection)))))
    }
}

impl FailedAt {
    /// Whether it was within the time before now.
    fn is_within(&self, time: Duration) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|since| since.passed() < time)
    }

    /// Passes on whether something is good, and keeps in mind when it was not.
    fn noted(&self, is_good: bool) -> bool {
        if !is_good {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Stopwatch::start());
        }
        is_good
    }
}

/// Whether the other end answers.
async fn is_alive(connection: &mut AnyConnection) -> bool {
    matches!(tokio::time::timeout(SIGN_OF_LIFE, connection.ping()).await, Ok(Ok(())))
}

/// Whether somebody else writes for longer than a writer waits. The connection is as good as before.
fn is_busy(error: &Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("5"))
}

impl Transaction {
    /// Writes all of it, or fails without telling which.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.end("COMMIT").await?)
    }

    /// Undoes all of it.
    pub(super) async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.end("ROLLBACK").await?)
    }

    /// Undoes all of it because of that. A connection that failed is not asked to.
    pub(super) async fn undone(self, reason: StoreError) -> StoreError {
        match &reason {
            StoreError::Database(_) => reason,
            _ => self.rollback().await.err().unwrap_or(reason),
        }
    }

    /// Ends a transaction that has only read, with what it has read.
    pub(super) async fn read<T>(self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        match result {
            Ok(read) => self.commit().await.map(|()| read),
            Err(error) => Err(self.undone(error).await),
        }
    }

    /// Runs one statement. What failed is not good again until the transaction ends, which it does by closing the connection.
    async fn run<T>(&mut self, answer: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, Error>) -> Result<T, Error> {
        self.loan.step(LONGEST, answer).await
    }

    async fn end(mut self, statement: &'static str) -> Result<(), Error> {
        (&mut self).execute(statement).await?;
        self.loan.is_good = true;
        Ok(())
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if !self.is_good {
            self.connection.close_on_drop();
        }
    }
}

/// An answer within that time.
async fn in_time<T>(time: Duration, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let late = |_| Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer in time"));
    tokio::time::timeout(time, answer).await.map_err(late)?
}

/// Whether that tells of the connection, and not of what it was asked.
fn is_of_connection(error: &Error) -> bool {
    !is_about_rows(error) && !is_busy(error)
}

impl Loan {
    /// Runs one statement, after which the connection is good unless it failed.
    async fn run<T>(mut self, time: Duration, answer: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, Error>) -> Result<T, Error> {
        let result = self.step(time, answer).await;
        self.is_good = !result.as_ref().is_err_and(is_of_connection);
        result
    }

    /// Runs one of several statements.
    async fn step<T>(&mut self, time: Duration, answer: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, Error>) -> Result<T, Error> {
        let result = in_time(time, answer(&mut self.connection)).await;
        self.failed_at.noted(!result.as_ref().is_err_and(is_of_connection));
        result
    }
}

/// A statement and what is bound to it.
fn taken_apart<'q>(mut query: impl Execute<'q, Any>) -> Result<(SqlStr, Option<AnyArguments>), Error> {
    let arguments = query.take_arguments().map_err(Error::Encode)?;
    Ok((query.sql(), arguments))
}

/// Outside of a transaction.
impl<'c> Executor<'c> for &'_ Connections {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let connections = self.clone();
        let query = taken_apart(query);
        let all = async move {
            let query = query?;
            let (loan, _turn) = connections.place_of(&query.0).await?;
            let steps: Vec<Step> = loan.run(LONGEST, async |connection| connection.fetch_many(query).try_collect().await).await?;
            Ok(stream::iter(steps).map(Ok))
        };
        all.try_flatten_stream().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let connections = self.clone();
        let query = taken_apart(query);
        Box::pin(async move {
            let query = query?;
            let (loan, _turn) = connections.place_of(&query.0).await?;
            loan.run(LONGEST, async |connection| connection.fetch_optional(query).await).await
        })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [AnyTypeInfo]) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'c: 'e,
    {
        let connections = self.clone();
        Box::pin(async move {
            connections.lend_living().await?.run(LONGEST, async |connection| connection.prepare_with(sql, parameters).await).await
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'c: 'e,
    {
        let connections = self.clone();
        Box::pin(async move { connections.lend_living().await?.run(LONGEST, async |connection| connection.describe(sql).await).await })
    }
}

/// Inside of one.
impl<'c> Executor<'c> for &'c mut Transaction {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let all = async move {
            let steps: Vec<Step> = self.run(async |connection| connection.fetch_many(query).try_collect().await).await?;
            Ok(stream::iter(steps).map(Ok))
        };
        all.try_flatten_stream().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(self.run(async |connection| connection.fetch_optional(query).await))
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [AnyTypeInfo]) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'c: 'e,
    {
        Box::pin(self.run(async |connection| connection.prepare_with(sql, parameters).await))
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'c: 'e,
    {
        Box::pin(self.run(async |connection| connection.describe(sql).await))
    }
}
