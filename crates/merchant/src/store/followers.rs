//! What is still to be told to shoppers who follow the account.

use protocol::{Currency, Money, OrderId};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::{Store, StoreError, rows};
use crate::sealed::SealedKind;

/// What a shopper is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShopperMessage {
    /// The money came.
    Paid,
    /// Some of it went back.
    Refunded,
}

/// Money that came or went back, and the shopper who has not been told.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsentMessage {
    /// Of the payment or refund; names the message, too.
    pub id: String,
    /// What happened to it.
    pub news: ShopperMessage,
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
pub enum MessageOutcome {
    /// Told, or nobody ever will be: unix seconds.
    At(i64),
    /// The shopper does not follow the account; whoever follows later is told then.
    NotFollowing,
}

/// For how long a message that somebody sends is left alone by others, seconds.
const LEASE: i64 = 30;
/// The same of a message of which nobody can tell whom it is for, seconds.
const UNOPENED: i64 = 3_600;

/// That somebody can be told: the shopper who paid by that method, or who follows the account.
const HAS_OPENID: &str = "EXISTS (SELECT 1 FROM sealed s WHERE s.order_id = p.order_id \
                          AND (s.kind = 'follower' OR (s.kind = 'payer' AND s.name = p.id AND p.method = $3)))";

impl Store {
    /// Takes what a shopper has not been told yet and is due, the longest due first: a payment of a method, or a refund, since then (unix
    /// seconds). Nobody else gets it for a while.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take_untold(&self, news: ShopperMessage, method: &str, since: i64, now: i64) -> Result<Option<UnsentMessage>, StoreError> {
        let (due, locked, read) = match news {
            ShopperMessage::Paid => (
                format!(
                    "UPDATE payments SET tell_at = $1 WHERE id IN (SELECT p.id FROM payments p \
                     WHERE p.told IS NULL AND p.paid_at >= $4 AND p.tell_at <= $2 AND {HAS_OPENID} ORDER BY p.tell_at, p.paid_at LIMIT 1"
                ),
                " FOR UPDATE OF p SKIP LOCKED",
                "SELECT id, id AS payment, order_id, method, amount, currency, paid_at AS at FROM payments WHERE id = $1",
            ),
            ShopperMessage::Refunded => (
                format!(
                    "UPDATE refunds SET tell_at = $1 WHERE id IN (SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id \
                     WHERE r.told IS NULL AND r.done_at >= $4 AND r.tell_at <= $2 AND {HAS_OPENID} ORDER BY r.tell_at, r.done_at LIMIT 1"
                ),
                " FOR UPDATE OF r SKIP LOCKED",
                "SELECT r.id, p.id AS payment, r.order_id, p.method, r.amount, p.currency, r.done_at AS at FROM refunds r \
                 JOIN payments p ON p.id = r.payment_id WHERE r.id = $1",
            ),
        };
        let locked = if self.is_shared() { locked } else { "" };
        let take = sqlx::query(AssertSqlSafe(format!("{due}{locked}) RETURNING id")));
        let taken = take.bind(now + LEASE).bind(now).bind(method).bind(since).fetch_optional(&self.pool).await?;
        let Some(taken) = taken else { return Ok(None) };
        let id: String = taken.try_get("id")?;
        let Some(row) = sqlx::query(read).bind(id.as_str()).fetch_optional(&self.pool).await? else { return Ok(None) };
        let untold = self.untold(news, method, &row).await?;
        if untold.is_none() {
            // What does not open now may open under another key, and is no alarm twice a minute.
            self.tell_at(news, &id, now + UNOPENED).await?;
        }
        Ok(untold)
    }

    /// What is to be told, and to whom; `None` where nobody knows any more who that is.
    async fn untold(&self, news: ShopperMessage, method: &str, row: &AnyRow) -> Result<Option<UnsentMessage>, StoreError> {
        let (order, payment) = (rows::order_id(row)?, row.try_get::<String, _>("payment")?);
        let payer = match row.try_get::<String, _>("method")? == method {
            true => self.detail(&order, SealedKind::Payer, &payment).await?,
            false => None,
        };
        let openid = match payer {
            Some(payer) => Some(payer),
            None => self.detail(&order, SealedKind::Follower, "").await?,
        };
        let Some(openid) = openid else { return Ok(None) };
        let return_url = self.detail(&order, SealedKind::ReturnUrl, &payment).await?;
        Ok(Some(UnsentMessage {
            id: row.try_get("id")?,
            news,
            order,
            openid,
            money: Money { amount: row.try_get("amount")?, currency: rows::read(row, "currency", Currency::parse)? },
            at: row.try_get("at")?,
            return_url,
        }))
    }

    /// Says when a message that did not get through is tried again, unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tell_later(&self, untold: &UnsentMessage, at: i64) -> Result<(), StoreError> {
        self.tell_at(untold.news, &untold.id, at).await
    }

    async fn tell_at(&self, news: ShopperMessage, id: &str, at: i64) -> Result<(), StoreError> {
        let update = match news {
            ShopperMessage::Paid => "UPDATE payments SET tell_at = $1 WHERE id = $2",
            ShopperMessage::Refunded => "UPDATE refunds SET tell_at = $1 WHERE id = $2",
        };
        sqlx::query(update).bind(at).bind(id).execute(&self.pool).await?;
        Ok(())
    }

    /// Orders that were paid since then (unix seconds) and have no code to follow by.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn without_follow_code(&self, since: i64, most: i64) -> Result<Vec<OrderId>, StoreError> {
        let query = "SELECT DISTINCT o.id AS order_id FROM payments p JOIN orders o ON o.id = p.order_id \
                     WHERE p.paid_at >= $1 AND o.follow IS NULL AND o.status = 'paid' LIMIT $2";
        let rows = sqlx::query(query).bind(since).bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(rows::order_id).collect()
    }

    /// Writes down what became of telling somebody.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn told(&self, untold: &UnsentMessage, told: MessageOutcome) -> Result<(), StoreError> {
        let update = match untold.news {
            ShopperMessage::Paid => "UPDATE payments SET told = $1 WHERE id = $2",
            ShopperMessage::Refunded => "UPDATE refunds SET told = $1 WHERE id = $2",
        };
        let value = match told {
            MessageOutcome::At(at) => at,
            MessageOutcome::NotFollowing => -1,
        };
        sqlx::query(update).bind(value).bind(untold.id.as_str()).execute(&self.pool).await?;
        Ok(())
    }
}

/// The shopper of an order follows the account now: what could not be told is told again.
pub(super) async fn tell_again(transaction: &mut Transaction, order: &OrderId) -> Result<(), StoreError> {
    for update in [
        "UPDATE payments SET told = NULL, tell_at = 0 WHERE order_id = $1 AND told = -1",
        "UPDATE refunds SET told = NULL, tell_at = 0 WHERE order_id = $1 AND told = -1",
    ] {
        sqlx::query(update).bind(order.as_str()).execute(&mut *transaction).await?;
    }
    Ok(())
}
