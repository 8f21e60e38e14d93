//! Why a record could not be read or written.

use super::stock_item::Shortage;

/// Why a record could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A row does not say what this version understands; names the column.
    #[error("database: column {0} is not of this version")]
    Unreadable(&'static str),
    /// There is no such order.
    #[error("no such order")]
    NoOrder,
    /// Somebody was faster, and what is left does not do.
    #[error("{}: {} left", .0.of, .0.left)]
    Short(Shortage),
    /// Another server works on the same SQLite file.
    #[error(
        "another server works on these records; one SQLite file has one server, and many servers share a PostgreSQL database (store.url_file)"
    )]
    AnotherServer,
    /// Another file lies where the records of this server were, or none.
    #[error(
        "the file of the records was replaced or removed while this server was running, and nothing is written any more; stop the server, put the right file there, and start it again"
    )]
    Replaced,
    /// The idempotency key was used with another body.
    #[error("the idempotency key was used with another body")]
    KeyUsed,
    /// Something has to be sealed or opened, and there are no keys.
    #[error("the keys of sealed records are missing (details.key_file)")]
    NoKeys,
    /// Something was sealed by a key that is not there; names it.
    #[error("the records need the key {0}, which is not among these; put its line back")]
    NeedsKey(String),
    /// A key is not the one that has sealed the records; names it.
    #[error("the key {0} is not the one of that name by which the records are sealed; put the right line back")]
    WrongKey(String),
    /// A server at work seals by another key than the one by which all is to be sealed anew.
    #[error(
        "a server at work seals by the key {other} and not by {first}, the first one here; start every server again with the new file, then rotate; nothing was sealed anew"
    )]
    OtherKeyAtWork {
        /// The key that it seals by.
        other: String,
        /// The first one here.
        first: String,
    },
    /// The records are of an older version of this program.
    #[error("the records are of an older version; a server of this version upgrades them when it starts")]
    OlderVersion,
    /// The records are of a newer version of this program.
    #[error("the records are of a newer version")]
    NewerVersion,
}

impl StoreError {
    /// Whether the database works, and what was to be written does not fit to what is there.
    pub(crate) fn is_about_rows(&self) -> bool {
        match self {
            StoreError::Database(error) => is_about_rows(error),
            _ => true,
        }
    }

    /// Whether something is there already that can be there once.
    pub(crate) fn is_double(&self) -> bool {
        let StoreError::Database(error) = self else { return false };
        error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }
}

/// Whether the database has done what it should and said no: a row is there already, or another is missing.
pub(super) fn is_about_rows(error: &sqlx::Error) -> bool {
    use sqlx::error::ErrorKind::{CheckViolation, ForeignKeyViolation, NotNullViolation, UniqueViolation};
    let rows = [UniqueViolation, ForeignKeyViolation, NotNullViolation, CheckViolation];
    error.as_database_error().is_some_and(|error| rows.iter().any(|kind| error.kind() == *kind))
}
