//! The outbox: events for the shop, written in the transaction that they tell of, and taken out one order's after the other.

use protocol::OrderId;
use protocol::base64::{Alphabet, encode};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::connections::Transaction;
use super::{Store, StoreError};
use crate::order_record::OrderRecord;
use crate::random;
use crate::webhooks::{self, Event, EventKind};

/// An event on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// `webhook-id`, the same at every attempt.
    pub id: String,
    /// JSON.
    pub body: String,
    /// Attempts in vain so far.
    pub attempts: i64,
}

/// An event as the merchant reads of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its place among all of them.
    pub entry: i64,
    /// `webhook-id`.
    pub id: String,
    /// The order that it is about.
    pub order: String,
    /// Its `type`.
    pub kind: String,
    /// When it happened, unix seconds.
    pub created_at: i64,
    /// How often it was sent in vain.
    pub attempts: i64,
    /// When it is sent next, unix seconds.
    pub next_at: Option<i64>,
    /// When it arrived, unix seconds.
    pub delivered_at: Option<i64>,
    /// What came of the last attempt: a status, or why there was none.
    pub outcome: Option<String>,
}

/// Which events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    /// To be sent.
    Waiting,
    /// Arrived.
    Delivered,
    /// Given up.
    Failed,
}

impl WebhookState {
    /// Reads its word: `waiting`, `delivered`, `failed`.
    pub fn parse(word: &str) -> Option<WebhookState> {
        match word {
            "waiting" => Some(WebhookState::Waiting),
            "delivered" => Some(WebhookState::Delivered),
            "failed" => Some(WebhookState::Failed),
            _ => None,
        }
    }
}

impl Webhook {
    /// How it stands, in a word.
    pub fn state(&self) -> &'static str {
        match (self.next_at, self.delivered_at) {
            (Some(_), _) => "waiting",
            (None, Some(_)) => "delivered",
            (None, None) => "failed",
        }
    }
}

impl Store {
    /// Keeps events of these kinds from now on; without it there is nobody to tell.
    pub fn telling(mut self, kinds: Vec<EventKind>) -> Store {
        self.told = kinds;
        self
    }

    /// Writes what a change has to tell.
    pub(super) async fn tell_shop(
        &self,
        transaction: &mut Transaction,
        (before, after): (&OrderRecord, &OrderRecord),
        now: i64,
    ) -> Result<(), StoreError> {
        if self.told.is_empty() {
            return Ok(());
        }
        for event in webhooks::between(before, after, now).iter().filter(|event| self.told.contains(&event.kind)) {
            put(transaction, &after.order.id, event, now).await?;
        }
        Ok(())
    }

    /// Writes that orders were made, where the shop wants to hear of that.
    pub(super) async fn tell_of_creation(
        &self,
        transaction: &mut Transaction,
        made: impl Iterator<Item = (&OrderRecord, i64)>,
    ) -> Result<(), StoreError> {
        if !self.told.contains(&EventKind::OrderCreated) {
            return Ok(());
        }
        for (record, now) in made {
            put(transaction, &record.order.id, &webhooks::created(record, now), now).await?;
        }
        Ok(())
    }

    /// Takes events to send now: of each order the earliest alone, so that the shop reads them as they happened.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn due_webhooks(&self, now: i64, most: i64) -> Result<Vec<Waiting>, StoreError> {
        let rows = self.take(
            "UPDATE outbox SET next_at = $1 WHERE entry IN (SELECT entry FROM outbox AS due WHERE next_at <= $2 AND NOT EXISTS \
             (SELECT 1 FROM outbox WHERE order_id = due.order_id AND entry < due.entry AND next_at IS NOT NULL) \
             ORDER BY next_at LIMIT $3) RETURNING id, body, attempts",
            "UPDATE outbox SET next_at = $1 WHERE entry IN (SELECT entry FROM outbox AS due WHERE next_at <= $2 AND NOT EXISTS \
             (SELECT 1 FROM outbox WHERE order_id = due.order_id AND entry < due.entry AND next_at IS NOT NULL) \
             ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING id, body, attempts",
            (now, most),
            None,
        );
        let waiting = |row: &AnyRow| Ok(Waiting { id: row.try_get("id")?, body: row.try_get("body")?, attempts: row.try_get("attempts")? });
        rows.await?.iter().map(waiting).collect()
    }

    /// The shop's server has it. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn webhook_arrived(&self, id: &str, now: i64, outcome: &str) -> Result<(), StoreError> {
        let update = "UPDATE outbox SET next_at = NULL, delivered_at = $1, outcome = $2 WHERE id = $3";
        sqlx::query(update).bind(now).bind(outcome).bind(id).execute(&self.pool).await?;
        Ok(())
    }

    /// It did not arrive, and is sent again then (unix seconds), or not any more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn webhook_failed(&self, id: &str, next_at: Option<i64>, outcome: &str) -> Result<(), StoreError> {
        let update = "UPDATE outbox SET next_at = $1, attempts = attempts + 1, outcome = $2 WHERE id = $3 AND next_at IS NOT NULL";
        sqlx::query(update).bind(next_at).bind(outcome).bind(id).execute(&self.pool).await?;
        Ok(())
    }

    /// Sends an event again from the start, whatever became of it. Answers whether there is one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn replay_webhook(&self, id: &str, now: i64) -> Result<bool, StoreError> {
        let update = "UPDATE outbox SET next_at = $1, attempts = 0, delivered_at = NULL WHERE id = $2";
        Ok(sqlx::query(update).bind(now).bind(id).execute(&self.pool).await?.rows_affected() == 1)
    }

    /// The same of all events since then (unix seconds), or of those that were given up. Answers how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn replay_webhooks(&self, since: i64, only_failed: bool, now: i64) -> Result<u64, StoreError> {
        let all = "UPDATE outbox SET next_at = $1, attempts = 0, delivered_at = NULL WHERE created_at >= $2";
        let failed = "UPDATE outbox SET next_at = $1, attempts = 0 WHERE created_at >= $2 AND next_at IS NULL AND delivered_at IS NULL";
        let update = if only_failed { failed } else { all };
        Ok(sqlx::query(update).bind(now).bind(since).execute(&self.pool).await?.rows_affected())
    }

    /// A page of events, the newest first: before that place, and in that state only.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn webhooks(&self, state: Option<WebhookState>, before: i64, most: i64) -> Result<Vec<Webhook>, StoreError> {
        let chosen = match state {
            None => "1 = 1",
            Some(WebhookState::Waiting) => "next_at IS NOT NULL",
            Some(WebhookState::Delivered) => "next_at IS NULL AND delivered_at IS NOT NULL",
            Some(WebhookState::Failed) => "next_at IS NULL AND delivered_at IS NULL",
        };
        let query = format!("SELECT * FROM outbox WHERE entry < $1 AND {chosen} ORDER BY entry DESC LIMIT $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).bind(before).bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(webhook).collect()
    }

    /// Forgets what arrived before then (unix seconds).
    pub(crate) async fn forget_delivered(&self, before: i64) -> Result<(), StoreError> {
        let delete = "DELETE FROM outbox WHERE delivered_at < $1 AND next_at IS NULL";
        sqlx::query(delete).bind(before).execute(&self.pool).await?;
        Ok(())
    }
}

async fn put(transaction: &mut Transaction, order: &OrderId, event: &Event, now: i64) -> Result<(), StoreError> {
    let insert = "INSERT INTO outbox (id, order_id, kind, created_at, body, next_at) VALUES ($1, $2, $3, $4, $5, $4)";
    sqlx::query(insert)
        .bind(format!("evt_{}", encode(Alphabet::Url, &random::bytes::<16>())))
        .bind(order.as_str())
        .bind(event.kind.as_str())
        .bind(now)
        .bind(event.body.as_str())
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

fn webhook(row: &AnyRow) -> Result<Webhook, StoreError> {
    Ok(Webhook {
        entry: row.try_get("entry")?,
        id: row.try_get("id")?,
        order: row.try_get::<String, _>("order_id")?,
        kind: row.try_get("kind")?,
        created_at: row.try_get("created_at")?,
        attempts: row.try_get("attempts")?,
        next_at: row.try_get("next_at")?,
        delivered_at: row.try_get("delivered_at")?,
        outcome: row.try_get("outcome")?,
    })
}
