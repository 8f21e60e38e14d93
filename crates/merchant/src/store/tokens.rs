//! Access tokens that all nodes share, and the lease of the one that gets another.

use std::collections::BTreeSet;

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Store, StoreError};

impl Store {
    /// The token of that name, if it is good until then (unix seconds).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn token(&self, name: &str, good_until: i64) -> Result<Option<String>, StoreError> {
        let query = "SELECT value FROM tokens WHERE name = $1 AND expires_at >= $2";
        let row = sqlx::query(query).bind(name).bind(good_until).fetch_optional(&self.pool).await?;
        row.map(|row| Ok(row.try_get("value")?)).transpose()
    }

    /// What stands behind this beginning in the names of tokens of that value.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tokens_of(&self, begin: &str, value: &str) -> Result<BTreeSet<String>, StoreError> {
        let rows = sqlx::query("SELECT name FROM tokens WHERE value = $1").bind(value).fetch_all(&self.pool).await?;
        behind(begin, &rows)
    }

    /// The first, by its text, of what stands behind this beginning in the names of tokens, leases too.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn first_token_of(&self, begin: &str) -> Result<Option<String>, StoreError> {
        let rows = sqlx::query("SELECT name FROM tokens").fetch_all(&self.pool).await?;
        Ok(behind(begin, &rows)?.pop_first())
    }

    /// Takes the right to get another token, until then (unix seconds). Answers whether it was free.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lease_token(&self, name: &str, now: i64, until: i64) -> Result<bool, StoreError> {
        let take = "INSERT INTO tokens (name, value, expires_at, lease_until) VALUES ($1, '', 0, $2) \
                    ON CONFLICT (name) DO UPDATE SET lease_until = excluded.lease_until WHERE tokens.lease_until <= $3";
        Ok(sqlx::query(take).bind(name).bind(until).bind(now).execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Keeps a token until it expires (unix seconds), and gives the lease back.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep_token(&self, name: &str, value: &str, expires_at: i64) -> Result<(), StoreError> {
        let keep = "INSERT INTO tokens (name, value, expires_at, lease_until) VALUES ($1, $2, $3, 0) ON CONFLICT (name) DO UPDATE SET \
                    value = excluded.value, expires_at = excluded.expires_at, lease_until = excluded.lease_until";
        sqlx::query(keep).bind(name).bind(value).bind(expires_at).execute(&self.pool).await?;
        Ok(())
    }

    /// Gives back a lease, which ends then (unix seconds), without a token; another's lease stays.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn give_lease_back(&self, name: &str, until: i64) -> Result<(), StoreError> {
        let update = "UPDATE tokens SET lease_until = 0 WHERE name = $1 AND lease_until = $2";
        sqlx::query(update).bind(name).bind(until).execute(&self.pool).await?;
        Ok(())
    }

    /// Forgets a token that turned out to be void; another one, which came meanwhile, stays.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn drop_token(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let update = "UPDATE tokens SET expires_at = 0 WHERE name = $1 AND value = $2";
        sqlx::query(update).bind(name).bind(value).execute(&self.pool).await?;
        Ok(())
    }
}

fn behind(begin: &str, rows: &[AnyRow]) -> Result<BTreeSet<String>, StoreError> {
    let mut found = BTreeSet::new();
    for name in rows.iter().map(|row| row.try_get::<String, _>("name")) {
        found.extend(name?.strip_prefix(begin).map(str::to_owned));
    }
    Ok(found)
}
