//! Places, and what of the shop's own orders waits to be paid at one.

use protocol::Order;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::idempotency::IdempotencyRecord;
use super::{Store, StoreError, rows};
use crate::places::{Place, PlaceId};

/// Orders that the shop made for a place and that can be paid, the newest first.
pub(super) const TO_PAY: &str = "SELECT body FROM orders WHERE bill_at = $1 AND status = 'pending' AND expires_at > $2 \
                                 ORDER BY created_at DESC, id DESC LIMIT $3";

impl Store {
    /// Writes a place, once per idempotency key. Answers its id: that of the place which the key has made before, if it has.
    ///
    /// # Errors
    /// `KeyUsed` where the key is known with another body; those of the database.
    pub async fn make_place(&self, place: &Place, key: &IdempotencyRecord) -> Result<PlaceId, StoreError> {
        let insert = "INSERT INTO places (id, created_at, made_by, once, once_body, name, items) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                      ON CONFLICT DO NOTHING";
        let items = serde_json::to_string(&place.items).map_err(|_| StoreError::Unreadable("items"))?;
        let insert = sqlx::query(insert).bind(place.id.as_str()).bind(place.created_at).bind(&place.by).bind(&key.key);
        let insert = insert.bind(&key.digest).bind(&place.name).bind(items);
        if insert.execute(&self.pool).await?.rows_affected() == 1 {
            return Ok(place.id.clone());
        }
        let query = "SELECT id, once_body FROM places WHERE once = $1";
        let row = sqlx::query(query).bind(&key.key).fetch_one(&self.pool).await?;
        if row.try_get::<String, _>("once_body")? == key.digest { id(&row) } else { Err(StoreError::KeyUsed) }
    }

    /// A place, if there is one of that id.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn place(&self, id: &PlaceId) -> Result<Option<Place>, StoreError> {
        let row = sqlx::query("SELECT * FROM places WHERE id = $1").bind(id.as_str()).fetch_optional(&self.pool).await?;
        row.as_ref().map(place).transpose()
    }

    /// The open places of that name, so many at most.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn places_named(&self, name: &str, limit: i64) -> Result<Vec<Place>, StoreError> {
        let query = "SELECT * FROM places WHERE name = $1 AND closed_at IS NULL ORDER BY created_at, id LIMIT $2";
        sqlx::query(query).bind(name).bind(limit).fetch_all(&self.pool).await?.iter().map(place).collect()
    }

    /// So many places, the newest first, from behind that one on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn places(&self, after: Option<(i64, &str)>, limit: i64) -> Result<Vec<Place>, StoreError> {
        let (at, id) = after.unwrap_or((i64::MAX, ""));
        let query =
            "SELECT * FROM places WHERE created_at < $1 OR (created_at = $2 AND id < $3) ORDER BY created_at DESC, id DESC LIMIT $4";
        sqlx::query(query).bind(at).bind(at).bind(id).bind(limit).fetch_all(&self.pool).await?.iter().map(place).collect()
    }

    /// Closes a place: its code opens nothing any more. Orders that were made there go on. One that is closed stays as it was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn close_place(&self, id: &PlaceId, now: i64) -> Result<(), StoreError> {
        let update = "UPDATE places SET closed_at = $1 WHERE id = $2 AND closed_at IS NULL";
        sqlx::query(update).bind(now).bind(id.as_str()).execute(&self.pool).await?;
        Ok(())
    }

    /// Orders that the shop made for a place and that can be paid at that time (unix seconds), the newest first, so many at most.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn to_pay_at(&self, place: &PlaceId, now: i64, limit: i64) -> Result<Vec<Order>, StoreError> {
        sqlx::query(TO_PAY).bind(place.as_str()).bind(now).bind(limit).fetch_all(&self.pool).await?.iter().map(rows::order).collect()
    }
}

fn id(row: &AnyRow) -> Result<PlaceId, StoreError> {
    PlaceId::parse(row.try_get("id")?).ok_or(StoreError::Unreadable("id"))
}

fn place(row: &AnyRow) -> Result<Place, StoreError> {
    let items: String = row.try_get("items")?;
    Ok(Place {
        id: id(row)?,
        name: row.try_get("name")?,
        items: serde_json::from_str(&items).map_err(|_| StoreError::Unreadable("items"))?,
        created_at: row.try_get("created_at")?,
        by: row.try_get("made_by")?,
        closed_at: row.try_get("closed_at")?,
    })
}
