//! Locks among nodes: PostgreSQL's advisory locks, all of a node held by one connection of its own. They end with it, so that a node
//! that dies leaves nothing locked, and no connection of the pool waits for a provider.

use std::time::Duration;

use protocol::Digest;
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _, Row as _};
use tokio::sync::Mutex;

use super::records::{Database, VIGILANCE};
use super::{Store, StoreError};

/// How long a question may take: all orders of the node wait for this one connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The turns of one node.
pub(crate) struct NodeLocks {
    address: String,
    connection: Mutex<Option<PgConnection>>,
}

impl Store {
    /// Turns among the nodes that share these records; `None` where there is one node only.
    pub(crate) fn turns(&self) -> Option<NodeLocks> {
        match &self.database {
            Database::Sqlite => None,
            Database::Postgres(address) => Some(NodeLocks { address: address.clone(), connection: Mutex::default() }),
        }
    }
}

impl NodeLocks {
    /// Takes the turn of that name unless another node has it. A node that takes it twice has to give it back twice.
    pub(crate) async fn take(&self, name: &str) -> Result<bool, StoreError> {
        self.ask("SELECT pg_try_advisory_lock($1) AS done", name).await
    }

    /// Gives it back.
    pub(crate) async fn give_back(&self, name: &str) -> Result<(), StoreError> {
        self.ask("SELECT pg_advisory_unlock($1) AS done", name).await.map(drop)
    }

    async fn ask(&self, query: &'static str, name: &str) -> Result<bool, StoreError> {
        let late = |_| StoreError::Database(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()));
        let mut held = self.connection.lock().await;
        tokio::time::timeout(PATIENCE, self.ask_by(&mut held, query, name)).await.map_err(late)?
    }

    async fn ask_by(&self, held: &mut Option<PgConnection>, query: &'static str, name: &str) -> Result<bool, StoreError> {
        let mut connection = match held.take() {
            Some(connection) => connection,
            None => {
                let mut connection = PgConnection::connect(&self.address).await?;
                connection.execute(VIGILANCE).await?;
                connection
            }
        };
        let row = sqlx::query(query).bind(number(name)).fetch_one(&mut connection).await?;
        // Kept only if it answered: a broken one has lost its turns, and the next question makes another.
        *held = Some(connection);
        Ok(row.try_get("done")?)
    }
}

/// The number by which PostgreSQL knows a name. Two names with one number would wait for each other, which does no harm.
pub(super) fn number(name: &str) -> i64 {
    let digest = Digest::of(name.as_bytes());
    let bytes = digest.as_bytes().first_chunk().expect("a digest has 32 bytes");
    i64::from_be_bytes(*bytes)
}
