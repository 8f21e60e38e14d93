//! A copy of the records while they are in use. PostgreSQL has its own tools for that.

use std::path::Path;

use super::records::Database;
use super::{Store, StoreError, private};

impl Store {
    /// Writes a copy of the SQLite file as it stands now, while others read and write. Answers whether this is such a file; a copy of
    /// PostgreSQL is made by `pg_dump`.
    ///
    /// # Errors
    /// Those of the database; one if there is a file already.
    pub async fn back_up(&self, to: &Path) -> Result<bool, StoreError> {
        if matches!(self.database, Database::Postgres(_)) {
            return Ok(false);
        }
        let failed = |error| StoreError::Database(sqlx::Error::Io(error));
        if private::is_beside(to) {
            return Err(failed(std::io::Error::other(
                "SQLite takes a file of that name for a part of another one; give the copy another name",
            )));
        }
        // SQLite fills an empty file and leaves its mode alone.
        private::make_new(to).map_err(failed)?;
        let copied = sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned()).execute(self.pool.unhurried()).await;
        if copied.is_err() {
            // Half of a copy is none.
            let _ = std::fs::remove_file(to);
        }
        copied?;
        Ok(true)
    }
}
