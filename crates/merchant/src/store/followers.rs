//! What is still to be told to shoppers who follow the account.

use protocol::{Currency, Money, OrderId};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Store, StoreError, rows};

/// Money that came or went back, and the shopper who has not been told.
#[derive(Clone, PartialEq, Eq)]
pub struct Untold {
    /// Of the payment or refund; names the message, too.
    pub id: String,
    /// Whether it went back.
    pub is_refund: bool,
    /// The order.
    pub order: OrderId,
    /// The account's id of the shopper.
    pub openid: String,
    /// How much.
    pub money: Money,
    /// When, unix seconds.
    pub at: i64,
    /// The page that the shopper paid on.
    pub return_url: Option<String>,
}

/// What became of telling somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Told, or nobody ever will be: unix seconds.
    At(i64),
    /// The shopper does not follow the account; whoever follows later is told then.
    NotFollowing,
}

impl Store {
    /// Payments of a method and refunds since then (unix seconds) that their shoppers have not been told of.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn untold(&self, method: &str, since: i64, most: i64) -> Result<Vec<Untold>, StoreError> {
        let payments = "SELECT p.id, 0 AS is_refund, p.order_id, COALESCE(CASE WHEN p.method = $1 THEN p.payer END, o.follower) AS openid, \
                        p.amount, p.currency, p.paid_at AS at, p.return_url FROM payments p JOIN orders o ON o.id = p.order_id \
                        WHERE p.told IS NULL AND p.paid_at >= $2 AND COALESCE(CASE WHEN p.method = $1 THEN p.payer END, o.follower) IS NOT NULL \
                        ORDER BY p.paid_at LIMIT $3";
        let refunds = "SELECT r.id, 1 AS is_refund, r.order_id, COALESCE(CASE WHEN p.method = $1 THEN p.payer END, o.follower) AS openid, \
                       r.amount, p.currency, r.created_at AS at, p.return_url FROM refunds r JOIN payments p ON p.id = r.payment_id \
                       JOIN orders o ON o.id = r.order_id WHERE r.told IS NULL AND r.status = 'done' AND r.created_at >= $2 \
                       AND COALESCE(CASE WHEN p.method = $1 THEN p.payer END, o.follower) IS NOT NULL ORDER BY r.created_at LIMIT $3";
        let mut untold = Vec::new();
        for query in [payments, refunds] {
            let rows = sqlx::query(query).bind(method).bind(since).bind(most).fetch_all(&self.pool).await?;
            for row in &rows {
                untold.push(read(row)?);
            }
        }
        Ok(untold)
    }

    /// Writes down what became of telling somebody.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn told(&self, untold: &Untold, told: Told) -> Result<(), StoreError> {
        let update = match untold.is_refund {
            true => "UPDATE refunds SET told = $1 WHERE id = $2",
            false => "UPDATE payments SET told = $1 WHERE id = $2",
        };
        let value = match told {
            Told::At(at) => at,
            Told::NotFollowing => -1,
        };
        sqlx::query(update).bind(value).bind(untold.id.as_str()).execute(&self.pool).await?;
        Ok(())
    }

    /// The shopper of an order follows the account now: what could not be told is told again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tell_again(&self, order: &OrderId) -> Result<(), StoreError> {
        for update in [
            "UPDATE payments SET told = NULL WHERE order_id = $1 AND told = -1",
            "UPDATE refunds SET told = NULL WHERE order_id = $1 AND told = -1",
        ] {
            sqlx::query(update).bind(order.as_str()).execute(&self.pool).await?;
        }
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<Untold, StoreError> {
    Ok(Untold {
        id: row.try_get("id")?,
        is_refund: row.try_get::<i64, _>("is_refund")? == 1,
        order: rows::order_id(row)?,
        openid: row.try_get("openid")?,
        money: Money { amount: row.try_get("amount")?, currency: rows::read(row, "currency", Currency::parse)? },
        at: row.try_get("at")?,
        return_url: row.try_get("return_url")?,
    })
}
