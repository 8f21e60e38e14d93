//! Who is logged in on the pages for staff: each session is kept as the digest of its cookie, and dies with the key that it was given for.

use super::api_keys::{ApiKey, api_key};
use super::{Store, StoreError};

impl Store {
    /// Keeps a session of a key, by its digest, until then; forgets those that are over. Unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep_staff_session(&self, digest: &str, key_id: &str, now: i64, expires_at: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM staff_sessions WHERE expires_at <= $1").bind(now).execute(&self.pool).await?;
        let insert = "INSERT INTO staff_sessions (digest, key_id, made_at, expires_at) VALUES ($1, $2, $3, $4)";
        sqlx::query(insert).bind(digest).bind(key_id).bind(now).bind(expires_at).execute(&self.pool).await?;
        Ok(())
    }

    /// The key of a session that is not over, unless it was revoked; one that has expired as well. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn staff_session(&self, digest: &str, now: i64) -> Result<Option<ApiKey>, StoreError> {
        let query = "SELECT api_keys.* FROM staff_sessions JOIN api_keys ON api_keys.id = staff_sessions.key_id \
                     WHERE digest = $1 AND staff_sessions.expires_at > $2 AND revoked_at IS NULL";
        let row = sqlx::query(query).bind(digest).bind(now).fetch_optional(&self.pool).await?;
        row.as_ref().map(api_key).transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_staff_session(&self, digest: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM staff_sessions WHERE digest = $1").bind(digest).execute(&self.pool).await?;
        Ok(())
    }
}
