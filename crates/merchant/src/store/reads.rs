//! Reads of one order.

use protocol::{Order, OrderId, PaymentId};
use sqlx::{AssertSqlSafe, Row as _};

use super::rows::places;
use super::{IdempotencyRecord, Store, StoreError, rows};
use crate::number::OrderNumber;
use crate::order_record::{OrderRecord, link};
use crate::sealed::SealedKind;

impl Store {
    /// The order of that id.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn order(&self, id: &OrderId) -> Result<Order, StoreError> {
        let row = self.pool.look_up("SELECT body FROM orders WHERE id = $1", &[id.as_str()]).await?;
        self.with_link(rows::order(&row.ok_or(StoreError::NoOrder)?)?).await
    }

    /// The order with the link that is kept apart, where there are keys; without it where it is gone.
    async fn with_link(&self, mut order: Order) -> Result<Order, StoreError> {
        let Some(payment) = link::lacks_link(&order).filter(|_| self.sealer.is_some()) else { return Ok(order) };
        let link = self.detail(&order.id, SealedKind::Payload, payment.id.as_str()).await?;
        if let Some(payment) = &mut order.payment {
            payment.payload = link.or(payment.payload.take());
        }
        Ok(order)
    }

    /// Those of these orders that are there and neither paid nor over.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn pending_of(&self, orders: &[OrderId]) -> Result<Vec<OrderId>, StoreError> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let query = format!("SELECT id AS order_id FROM orders WHERE status = 'pending' AND id IN {}", places(1, orders.len()));
        let query = orders.iter().fold(sqlx::query(AssertSqlSafe(query)), |query, order| query.bind(order.as_str()));
        query.fetch_all(&self.pool).await?.iter().map(rows::order_id).collect()
    }

    /// The order of that number.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn order_by_number(&self, number: OrderNumber) -> Result<Option<OrderId>, StoreError> {
        let query = "SELECT id AS order_id FROM orders WHERE number = $1";
        let row = sqlx::query(query).bind(number.as_str()).fetch_optional(&self.pool).await?;
        row.map(|row| rows::order_id(&row)).transpose()
    }

    /// The order that an idempotency key was used for, if it was.
    ///
    /// # Errors
    /// `KeyUsed` where that was with another body; those of the database.
    pub async fn order_made_with(&self, key: &IdempotencyRecord) -> Result<Option<OrderId>, StoreError> {
        let query = "SELECT digest, order_id FROM attempts WHERE key = $1 AND target = $2";
        let row = self.pool.look_up(query, &[key.key.as_str(), key.target.as_str()]).await?;
        let Some(row) = row else { return Ok(None) };
        if row.try_get::<String, _>("digest")? != key.digest {
            return Err(StoreError::KeyUsed);
        }
        rows::order_id(&row).map(Some)
    }

    /// The order that a payment is of.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn order_of(&self, payment: &PaymentId) -> Result<Option<OrderId>, StoreError> {
        let query = "SELECT order_id FROM payments WHERE id = $1";
        let row = sqlx::query(query).bind(payment.as_str()).fetch_optional(&self.pool).await?;
        row.map(|row| rows::order_id(&row)).transpose()
    }

    /// The record of that order.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn record(&self, id: &OrderId) -> Result<OrderRecord, StoreError> {
        let mut transaction = self.pool.begin("BEGIN").await?;
        let record = self.whole_record(&mut transaction, "SELECT * FROM orders WHERE id = $1", id).await;
        transaction.read(record).await
    }
}
