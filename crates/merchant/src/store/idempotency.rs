//! Idempotency keys: each counts once, for one body.

use protocol::OrderId;
use sqlx::AssertSqlSafe;

use super::connections::Transaction;
use super::error::StoreError;
use super::rows::places;

/// One idempotency key with what it was used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// The key.
    pub key: String,
    /// Method and path.
    pub target: String,
    /// Of the request's body, base64.
    pub digest: String,
}

/// Uses idempotency keys for orders, unless one of them is used already; then it is not known which of the others are.
pub(super) async fn use_keys<'a>(
    transaction: &mut Transaction,
    keys: impl ExactSizeIterator<Item = (&'a IdempotencyRecord, &'a OrderId)>,
) -> Result<bool, StoreError> {
    let number = keys.len();
    let insert = "INSERT INTO attempts (key, target, digest, order_id) VALUES ";
    let mut query = sqlx::query(AssertSqlSafe(format!("{insert}{} ON CONFLICT DO NOTHING", places(number, 4))));
    for (key, order) in keys {
        query = query.bind(key.key.as_str()).bind(key.target.as_str()).bind(key.digest.as_str()).bind(order.as_str());
    }
    Ok(usize::try_from(query.execute(&mut *transaction).await?.rows_affected()) == Ok(number))
}
