//! Why a record could not be read or written.

use super::stock_item::Shortage;

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
    /// Another server works on the same SQLite file.
    AnotherServer,
    /// Another file lies where the records of this server were, or none.
    Replaced,
    /// The idempotency key was used with another body.
    KeyUsed,
    /// The records are of another version of this program: numbers of the last migration.
    OtherVersion {
        /// This program's.
        ours: i64,
        /// The records'.
        theirs: i64,
    },
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
            StoreError::AnotherServer => out.write_str(
                "another server works on these records; one SQLite file has one server, and many servers share a PostgreSQL database (store.url_file)",
            ),
            StoreError::Replaced => out.write_str(
                "the file of the records was replaced or taken away under this server, which writes nothing any more; stop it, put the right file there, and start it",
            ),
            StoreError::KeyUsed => out.write_str("the idempotency key was used with another body"),
            StoreError::OtherVersion { ours, theirs } if ours > theirs => {
                out.write_str("the records are of an older version; a server of this one brings them on when it starts")
            }
            StoreError::OtherVersion { .. } => out.write_str("the records are of a newer version"),
            StoreError::Short(Shortage { of, left }) => write!(out, "{of}: {left} left"),
        }
    }
}

impl std::error::Error for StoreError {}
