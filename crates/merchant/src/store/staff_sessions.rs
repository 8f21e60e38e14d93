//! Who is logged in on the pages for staff: each session is kept as the digest of its cookie, and dies with the key that it was given for.

use protocol::OrderId;
use sqlx::Row as _;

use super::api_keys::{ApiKey, api_key};
use super::{Store, StoreError};

/// A session that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSession {
    /// The key that it was given for; it may have expired.
    pub key: ApiKey,
    /// The digest of the PIN that leads back from the customer's side, once one is chosen.
    pub pin: Option<String>,
    /// The order that the customer sees, while the screen is turned to them.
    pub faces: Option<OrderId>,
}

/// What became of a PIN that somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinGuess {
    /// It is the one; the screen is turned back.
    Right,
    /// It is another one; so many tries are left.
    Wrong(i64),
    /// It was wrong for the last time, and the session is over; or there was none.
    Over,
}

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

    /// A session that is not over, unless its key was revoked. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn staff_session(&self, digest: &str, now: i64) -> Result<Option<StaffSession>, StoreError> {
        let query = "SELECT api_keys.*, staff_sessions.pin, staff_sessions.faces FROM staff_sessions \
                     JOIN api_keys ON api_keys.id = staff_sessions.key_id \
                     WHERE digest = $1 AND staff_sessions.expires_at > $2 AND revoked_at IS NULL";
        let Some(row) = sqlx::query(query).bind(digest).bind(now).fetch_optional(&self.pool).await? else { return Ok(None) };
        let faces: Option<String> = row.try_get("faces")?;
        let faces = faces.map(|id| OrderId::parse(&id).ok_or(StoreError::Unreadable("faces"))).transpose()?;
        Ok(Some(StaffSession { key: api_key(&row)?, pin: row.try_get("pin")?, faces }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_staff_session(&self, digest: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM staff_sessions WHERE digest = $1").bind(digest).execute(&self.pool).await?;
        Ok(())
    }

    /// Keeps the digest of the PIN of a session, once. Answers whether it is kept: another one may be there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn choose_pin(&self, digest: &str, pin: &str) -> Result<bool, StoreError> {
        let update = "UPDATE staff_sessions SET pin = $1 WHERE digest = $2 AND pin IS NULL";
        Ok(sqlx::query(update).bind(pin).bind(digest).execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Turns the screen of a session to the customer of that order. Answers whether it is: without a PIN nothing would lead back.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn face(&self, digest: &str, order: &OrderId) -> Result<bool, StoreError> {
        let update = "UPDATE staff_sessions SET faces = $1 WHERE digest = $2 AND pin IS NOT NULL";
        Ok(sqlx::query(update).bind(order.as_str()).bind(digest).execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Judges the digest of a PIN that somebody typed. Each try is counted before it is judged, so that many at once are not more than `most`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn guess_pin(&self, digest: &str, pin: &str, most: i64) -> Result<PinGuess, StoreError> {
        let count = "UPDATE staff_sessions SET pin_tries = pin_tries + 1 WHERE digest = $1 AND pin_tries < $2 AND pin IS NOT NULL \
                     RETURNING pin_tries, pin";
        let row = sqlx::query(count).bind(digest).bind(most).fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(PinGuess::Over) };
        let (tries, known): (i64, String) = (row.try_get("pin_tries")?, row.try_get("pin")?);
        if known == pin {
            let back = "UPDATE staff_sessions SET pin_tries = 0, faces = NULL WHERE digest = $1";
            sqlx::query(back).bind(digest).execute(&self.pool).await?;
            return Ok(PinGuess::Right);
        }
        if tries < most {
            return Ok(PinGuess::Wrong(most - tries));
        }
        self.end_staff_session(digest).await?;
        Ok(PinGuess::Over)
    }

    /// How many keys were ever revoked: another number than before says that a session may be over.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn revoked_keys(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(revoked_at) AS number FROM api_keys").fetch_one(&self.pool).await?;
        Ok(row.try_get("number")?)
    }
}
