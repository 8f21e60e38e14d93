//! Payment links, and the uses that are taken of them. Those are held like pieces of stock, so that none is taken twice.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::connections::Transaction;
use super::idempotency::IdempotencyRecord;
use super::{Store, StoreError};
use crate::payment_links::{LinkId, PaymentLink, Terms};

/// A link with the uses that are taken of it.
const WITH_USES: &str = "SELECT payment_links.*, taken, (SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM holds WHERE holds.kind = 'link' \
                         AND holds.name = payment_links.id AND state = 'open') AS open FROM payment_links \
                         JOIN stock ON stock.kind = 'link' AND stock.name = payment_links.id ";

/// What came of the orders of a link, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkTakings {
    /// ISO 4217 code.
    pub currency: String,
    /// So many orders were made.
    pub orders: i64,
    /// So many of them were paid, those that were returned since as well.
    pub paid: i64,
    /// What those came to, minor units; what went back is not taken off.
    pub amount: i64,
}

impl Store {
    /// Makes a link, once per idempotency key. Answers its name: that of the link which the key has made before, if it has.
    ///
    /// # Errors
    /// `KeyUsed` where the key is known with another body; those of the database.
    pub async fn make_link(&self, id: &LinkId, terms: &Terms, by: &str, key: &IdempotencyRecord, now: i64) -> Result<LinkId, StoreError> {
        let mut transaction = self.begin().await?;
        match write(&mut transaction, id, terms, by, key, now).await {
            Ok(true) => transaction.commit().await.map(|()| id.clone()),
            Ok(false) => {
                let query = "SELECT id, once_body FROM payment_links WHERE once = $1";
                let row = sqlx::query(query).bind(&key.key).fetch_one(&mut transaction).await?;
                transaction.rollback().await?;
                let is_same = row.try_get::<String, _>("once_body")? == key.digest;
                if is_same { name(&row) } else { Err(StoreError::KeyUsed) }
            }
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    /// A link, if there is one of that name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn payment_link(&self, id: &LinkId) -> Result<Option<PaymentLink>, StoreError> {
        let query = format!("{WITH_USES} WHERE payment_links.id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id.as_str()).fetch_optional(&self.pool).await?;
        row.as_ref().map(link).transpose()
    }

    /// So many links, the newest first, from behind that one on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn payment_links(&self, after: Option<(i64, &str)>, limit: i64) -> Result<Vec<PaymentLink>, StoreError> {
        let (at, id) = after.unwrap_or((i64::MAX, ""));
        let query = format!(
            "{WITH_USES} WHERE created_at < $1 OR (created_at = $2 AND payment_links.id < $3) ORDER BY created_at DESC, payment_links.id DESC LIMIT $4"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(at).bind(at).bind(id).bind(limit);
        query.fetch_all(&self.pool).await?.iter().map(link).collect()
    }

    /// Closes a link: nobody begins to pay by it any more. Orders that it has made go on. One that is closed stays as it was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn close_link(&self, id: &LinkId, now: i64) -> Result<(), StoreError> {
        let update = "UPDATE payment_links SET closed_at = $1 WHERE id = $2 AND closed_at IS NULL";
        sqlx::query(update).bind(now).bind(id.as_str()).execute(&self.pool).await?;
        Ok(())
    }

    /// What came of the orders of a link, for each currency; nothing where none was made.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn link_takings(&self, id: &LinkId) -> Result<Vec<LinkTakings>, StoreError> {
        let query = "SELECT currency, COUNT(*) AS orders, \
                     CAST(COALESCE(SUM(CASE WHEN status IN ('paid', 'partly_refunded', 'refunded') THEN 1 ELSE 0 END), 0) AS BIGINT) AS paid, \
                     CAST(COALESCE(SUM(CASE WHEN status IN ('paid', 'partly_refunded', 'refunded') THEN amount ELSE 0 END), 0) AS BIGINT) AS amount \
                     FROM holds JOIN orders ON orders.id = holds.order_id WHERE holds.kind = 'link' AND holds.name = $1 \
                     GROUP BY currency ORDER BY currency";
        let rows = sqlx::query(query).bind(id.as_str()).fetch_all(&self.pool).await?;
        let read = |row: &AnyRow| {
            Ok(LinkTakings {
                currency: row.try_get("currency")?,
                orders: row.try_get("orders")?,
                paid: row.try_get("paid")?,
                amount: row.try_get("amount")?,
            })
        };
        rows.iter().map(read).collect()
    }
}

/// Writes a link with its uses. Answers whether its idempotency key was free.
async fn write(
    transaction: &mut Transaction,
    id: &LinkId,
    terms: &Terms,
    by: &str,
    key: &IdempotencyRecord,
    now: i64,
) -> Result<bool, StoreError> {
    let insert = "INSERT INTO payment_links (id, created_at, made_by, once, once_body, terms) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let terms_text = serde_json::to_string(terms).map_err(|_| StoreError::Unreadable("terms"))?;
    let insert = sqlx::query(insert).bind(id.as_str()).bind(now).bind(by).bind(&key.key).bind(&key.digest).bind(terms_text);
    if insert.execute(&mut *transaction).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let insert = "INSERT INTO stock (kind, name, baseline, stocked, taken) VALUES ('link', $1, $2, '', 0)";
    sqlx::query(insert).bind(id.as_str()).bind(terms.limit()).execute(&mut *transaction).await?;
    Ok(true)
}

fn name(row: &AnyRow) -> Result<LinkId, StoreError> {
    LinkId::parse(row.try_get("id")?).ok_or(StoreError::Unreadable("id"))
}

fn link(row: &AnyRow) -> Result<PaymentLink, StoreError> {
    let terms: String = row.try_get("terms")?;
    Ok(PaymentLink {
        id: name(row)?,
        created_at: row.try_get("created_at")?,
        by: row.try_get("made_by")?,
        terms: serde_json::from_str(&terms).map_err(|_| StoreError::Unreadable("terms"))?,
        closed_at: row.try_get("closed_at")?,
        taken: row.try_get("taken")?,
        open: row.try_get("open")?,
    })
}
