//! Keys of the admin API: hashed, scoped, revocable.

use protocol::{Currency, Money};
use sqlx::Row as _;

use super::{Store, StoreError};

/// A key, without itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Names it in logs and lists.
    pub id: String,
    /// What the merchant calls it.
    pub name: String,
    /// What it was given, separated by spaces.
    pub scopes: String,
    /// The word by which these were given, if they were given by one.
    pub role: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// From when on it is no good any more, unix seconds.
    pub expires_at: Option<i64>,
    /// The most that it may return of one order.
    pub refund_limit: Option<Money>,
    /// Since when it is void, unix seconds.
    pub revoked_at: Option<i64>,
}

impl Store {
    /// Keeps a key by its hash.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_api_key(&self, key: &ApiKey, hash: &str) -> Result<(), StoreError> {
        let insert = "INSERT INTO api_keys (id, name, hash, scopes, created_at, role, expires_at, refund_limit, refund_currency) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        sqlx::query(insert)
            .bind(key.id.as_str())
            .bind(key.name.as_str())
            .bind(hash)
            .bind(key.scopes.as_str())
            .bind(key.created_at)
            .bind(key.role.as_deref())
            .bind(key.expires_at)
            .bind(key.refund_limit.map(|limit| limit.amount))
            .bind(key.refund_limit.map(|limit| limit.currency.as_str().to_owned()))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The key with that hash, unless it was revoked; one that has expired as well.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn api_key(&self, hash: &str) -> Result<Option<ApiKey>, StoreError> {
        let query = "SELECT * FROM api_keys WHERE hash = $1 AND revoked_at IS NULL";
        let row = sqlx::query(query).bind(hash).fetch_optional(&self.pool).await?;
        row.as_ref().map(api_key).transpose()
    }

    /// All keys, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let rows = sqlx::query("SELECT * FROM api_keys ORDER BY created_at, id").fetch_all(&self.pool).await?;
        rows.iter().map(api_key).collect()
    }

    /// Makes a key void. Answers whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn revoke_api_key(&self, id: &str, now: i64) -> Result<bool, StoreError> {
        let update = "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
        Ok(sqlx::query(update).bind(now).bind(id).execute(&self.pool).await?.rows_affected() == 1)
    }
}

pub(super) fn api_key(row: &sqlx::any::AnyRow) -> Result<ApiKey, StoreError> {
    let (amount, currency): (Option<i64>, Option<String>) = (row.try_get("refund_limit")?, row.try_get("refund_currency")?);
    let currency = currency.map(|word| Currency::parse(&word).ok_or(StoreError::Unreadable("refund_currency"))).transpose()?;
    Ok(ApiKey {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        scopes: row.try_get("scopes")?,
        role: row.try_get("role")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        refund_limit: amount.zip(currency).map(|(amount, currency)| Money { amount, currency }),
        revoked_at: row.try_get("revoked_at")?,
    })
}
