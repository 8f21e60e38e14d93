//! Messages to shoppers on their way: written in the transaction that they tell of, taken by one node at a time, and kept until they are over.

use protocol::OrderId;
use sqlx::AssertSqlSafe;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::connections::Transaction;
use super::sealed::lying;
use super::{Store, StoreError, rows};
use crate::messages::{Channel, Occasion, Recipient, between};
use crate::order_record::{OrderRecord, PaymentRecord};
use crate::random;
use crate::sealed::{Opened, SealedKind};

/// For how long a message that somebody sends is left alone by others, seconds: longer than a mail server may take for it.
const LEASE: i64 = 900;

/// What stands in the place of an outcome while somebody sends it.
const SENDING: &str = "sending";

/// A message whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsentLetter {
    /// The same at every attempt.
    pub id: String,
    /// The order that it is about.
    pub order: OrderId,
    /// What it tells.
    pub occasion: Occasion,
    /// The refund or shipment; empty for the order itself.
    pub about: String,
    /// A BCP 47 tag.
    pub locale: String,
    /// When it happened, unix seconds.
    pub created_at: i64,
    /// Since when it is tried, unix seconds.
    pub since: i64,
}

/// Whom an order's messages are for.
pub(crate) enum ToldWhom {
    Known(Recipient),
    /// Nobody said, or it was erased.
    Nobody,
    /// It does not open now, which is an alarm.
    Unopened,
}

/// A message as the merchant reads of it: nothing of it names a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Its place among all of them.
    pub entry: i64,
    /// Its name.
    pub id: String,
    /// The order that it is about.
    pub order: String,
    /// What it tells.
    pub template: String,
    /// The refund or shipment; empty for the order itself.
    pub about: String,
    /// By which way.
    pub channel: String,
    /// In which language.
    pub locale: String,
    /// When it happened, unix seconds.
    pub created_at: i64,
    /// How often it was sent in vain.
    pub attempts: i64,
    /// When it is sent next, unix seconds.
    pub next_at: Option<i64>,
    /// When it was sent, unix seconds.
    pub sent_at: Option<i64>,
    /// What came of the last attempt.
    pub outcome: Option<String>,
}

/// Which messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// To be sent.
    Waiting,
    /// The mail server has it.
    Sent,
    /// Refused, or given up.
    Failed,
    /// Nobody knows any more whom it was for, or nobody follows.
    Dropped,
}

/// What became of the wish that a message is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// It will be.
    Waits,
    /// It was sent, or is for nobody.
    Over,
    /// There is none of that name.
    Unknown,
}

impl MessageState {
    /// Reads its word.
    pub fn parse(word: &str) -> Option<MessageState> {
        use MessageState::{Dropped, Failed, Sent, Waiting};
        [Waiting, Sent, Failed, Dropped].into_iter().find(|state| state.as_str() == word)
    }

    /// Its word: `waiting`, `sent`, `failed`, `dropped`.
    pub fn as_str(self) -> &'static str {
        match self {
            MessageState::Waiting => "waiting",
            MessageState::Sent => "sent",
            MessageState::Failed => "failed",
            MessageState::Dropped => "dropped",
        }
    }
}

impl MessageRow {
    /// How it stands.
    pub fn state(&self) -> MessageState {
        match (self.next_at, self.sent_at, self.outcome.as_deref()) {
            (Some(_), ..) => MessageState::Waiting,
            (None, Some(_), _) => MessageState::Sent,
            (None, None, Some("erased" | "not following")) => MessageState::Dropped,
            (None, None, _) => MessageState::Failed,
        }
    }
}

impl Store {
    /// Keeps messages by e-mail from now on; without it shoppers are sent none.
    pub fn mailing(mut self) -> Store {
        self.mails = true;
        self
    }

    /// Keeps messages about what was sent for those who follow the account from now on.
    pub fn telling_followers(mut self) -> Store {
        self.tells_followers = true;
        self
    }

    /// Writes what a change has to tell the order's shopper, where somebody is to be told.
    pub(super) async fn tell_shopper(
        &self,
        transaction: &mut Transaction,
        (before, after): (&OrderRecord, &OrderRecord),
        now: i64,
    ) -> Result<(), StoreError> {
        if !self.mails && !self.tells_followers {
            return Ok(());
        }
        let news = between(before, after);
        // What was paid and returned is told to them by its own row.
        let sent: Vec<_> = news.iter().filter(|(occasion, _)| self.tells_followers && *occasion == Occasion::Shipped).cloned().collect();
        if after.follow.is_some() || after.follower.is_some() || after.payments.iter().any(|attempted| attempted.payer.is_some()) {
            write(transaction, &after.order.id, Channel::Account, &sent, "", now).await?;
        }
        if news.is_empty() || !self.mails {
            return Ok(());
        }
        let query = "SELECT * FROM sealed WHERE order_id = $1 AND kind = $2 AND name = ''";
        let sealed = sqlx::query(query).bind(after.order.id.as_str()).bind(SealedKind::Recipient.as_str());
        let Some(sealed) = sealed.fetch_optional(&mut *transaction).await? else { return Ok(()) };
        let opened = self.open_lying(&lying(&sealed)?)?.map(Opened::into_text);
        let recipient = opened.and_then(|text| Recipient::parse(&text));
        if recipient.as_ref().is_some_and(|recipient| recipient.email.is_none()) {
            return Ok(());
        }
        // One that does not open now may do so later.
        let locale = recipient.map(|recipient| recipient.locale).unwrap_or_default();
        write(transaction, &after.order.id, Channel::Email, &news, &locale, now).await
    }

    /// The account's id of whoever is told of an order there, and whether that is its buyer: who follows the account by the code that lies behind
    /// the owner key is; else who paid by that method is told, which may be anybody. `None` where nobody knows.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub(crate) async fn followed_by(&self, record: &OrderRecord, method: &str) -> Result<Option<(String, bool)>, StoreError> {
        let order = &record.order.id;
        if let Some(follower) = self.detail(order, SealedKind::Follower, "").await? {
            return Ok(Some((follower, true)));
        }
        let is_paying = |attempted: &&PaymentRecord| attempted.transaction.is_some() && attempted.payment.method.as_str() == method;
        for attempted in record.payments.iter().filter(is_paying) {
            if let Some(payer) = self.detail(order, SealedKind::Payer, attempted.payment.id.as_str()).await? {
                return Ok(Some((payer, false)));
            }
        }
        Ok(None)
    }

    /// Takes the message of a channel that has been due for longest; nobody else gets it for a while. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take_message(&self, channel: Channel, now: i64) -> Result<Option<UnsentLetter>, StoreError> {
        let locked = if self.is_shared() { " FOR UPDATE SKIP LOCKED" } else { "" };
        let take = format!(
            "UPDATE messages SET next_at = $1, outcome = $4 WHERE entry IN (SELECT entry FROM messages WHERE channel = $3 AND next_at <= $2 \
             ORDER BY next_at, entry LIMIT 1{locked}) RETURNING *"
        );
        let take = sqlx::query(AssertSqlSafe(take)).bind(now + LEASE).bind(now).bind(channel.as_str()).bind(SENDING);
        take.fetch_optional(&self.pool).await?.as_ref().map(unsent).transpose()
    }

    /// Whom an order's messages are for.
    pub(crate) async fn told_whom(&self, order: &OrderId) -> Result<ToldWhom, StoreError> {
        let query = "SELECT * FROM sealed WHERE order_id = $1 AND kind = $2 AND name = ''";
        let sealed = sqlx::query(query).bind(order.as_str()).bind(SealedKind::Recipient.as_str()).fetch_optional(&self.pool).await?;
        let Some(sealed) = sealed else { return Ok(ToldWhom::Nobody) };
        let opened = self.open_lying(&lying(&sealed)?)?.map(Opened::into_text);
        Ok(opened.and_then(|text| Recipient::parse(&text)).map_or(ToldWhom::Unopened, ToldWhom::Known))
    }

    /// The mail server has it. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn message_sent(&self, id: &str, now: i64) -> Result<(), StoreError> {
        let update = "UPDATE messages SET next_at = NULL, sent_at = $1, outcome = 'sent' WHERE id = $2";
        sqlx::query(update).bind(now).bind(id).execute(&self.pool).await?;
        Ok(())
    }

    /// It was not sent, and is tried again then (unix seconds), or not any more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn message_later(&self, id: &str, next_at: Option<i64>, outcome: &str) -> Result<(), StoreError> {
        let update = "UPDATE messages SET next_at = $1, attempts = attempts + 1, outcome = $2 WHERE id = $3 AND next_at IS NOT NULL";
        sqlx::query(update).bind(next_at).bind(outcome).bind(id).execute(&self.pool).await?;
        Ok(())
    }

    /// Nothing was sent, and nothing will be.
    pub(crate) async fn message_over(&self, id: &str, outcome: &str) -> Result<(), StoreError> {
        let update = "UPDATE messages SET next_at = NULL, outcome = $1 WHERE id = $2 AND next_at IS NOT NULL";
        sqlx::query(update).bind(outcome).bind(id).execute(&self.pool).await?;
        Ok(())
    }

    /// Sends a message that was not sent again from the start. One that somebody sends at this moment is not taken by another. `now` in unix
    /// seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn retry_message(&self, id: &str, now: i64) -> Result<Retried, StoreError> {
        let update = "UPDATE messages SET next_at = CASE WHEN outcome = $3 AND next_at > $1 THEN next_at ELSE $1 END, since = $1, attempts = 0 \
                      WHERE id = $2 AND sent_at IS NULL AND (next_at IS NOT NULL OR outcome NOT IN ('erased', 'not following'))";
        if sqlx::query(update).bind(now).bind(id).bind(SENDING).execute(&self.pool).await?.rows_affected() == 1 {
            return Ok(Retried::Waits);
        }
        let known = sqlx::query("SELECT entry FROM messages WHERE id = $1").bind(id).fetch_optional(&self.pool).await?;
        Ok(if known.is_some() { Retried::Over } else { Retried::Unknown })
    }

    /// A page of messages, the newest first: before that place, and in that state only.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn messages(&self, state: Option<MessageState>, before: i64, most: i64) -> Result<Vec<MessageRow>, StoreError> {
        let chosen = match state {
            None => "1 = 1",
            Some(MessageState::Waiting) => "next_at IS NOT NULL",
            Some(MessageState::Sent) => "next_at IS NULL AND sent_at IS NOT NULL",
            Some(MessageState::Failed) => "next_at IS NULL AND sent_at IS NULL AND outcome NOT IN ('erased', 'not following')",
            Some(MessageState::Dropped) => "next_at IS NULL AND sent_at IS NULL AND outcome IN ('erased', 'not following')",
        };
        let query = format!("SELECT * FROM messages WHERE entry < $1 AND {chosen} ORDER BY entry DESC LIMIT $2");
        let rows = sqlx::query(AssertSqlSafe(query)).bind(before).bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(listed).collect()
    }

    /// Gives up what has been waiting for a way since before then (unix seconds). Answers how many these are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn give_up_messages(&self, channel: Channel, before: i64, outcome: &str) -> Result<u64, StoreError> {
        let update = "UPDATE messages SET next_at = NULL, outcome = $1 WHERE channel = $2 AND next_at IS NOT NULL AND since <= $3";
        let given_up = sqlx::query(update).bind(outcome).bind(channel.as_str()).bind(before);
        Ok(given_up.execute(&self.pool).await?.rows_affected())
    }

    /// Forgets what is over, and was sent, or tried last, before then (unix seconds).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_messages(&self, before: i64) -> Result<(), StoreError> {
        let delete = "DELETE FROM messages WHERE next_at IS NULL AND COALESCE(sent_at, since) < $1";
        sqlx::query(delete).bind(before).execute(&self.pool).await?;
        Ok(())
    }
}

async fn write(
    transaction: &mut Transaction,
    order: &OrderId,
    channel: Channel,
    news: &[(Occasion, String)],
    locale: &str,
    now: i64,
) -> Result<(), StoreError> {
    let insert = "INSERT INTO messages (id, order_id, template, about, channel, locale, created_at, since, next_at) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7) ON CONFLICT DO NOTHING";
    for (occasion, about) in news {
        sqlx::query(insert)
            // The account takes names of at most 32 characters.
            .bind(format!("msg_{}", hex::encode(random::bytes::<14>())))
            .bind(order.as_str())
            .bind(occasion.as_str())
            .bind(about.as_str())
            .bind(channel.as_str())
            .bind(locale)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

/// The shopper of an order follows the account now: what could not be told is told again, for as long as news of now (unix seconds).
pub(super) async fn tell_again(transaction: &mut Transaction, order: &OrderId, now: i64) -> Result<(), StoreError> {
    let update = "UPDATE messages SET next_at = created_at, since = $3 WHERE order_id = $1 AND channel = $2 AND outcome = 'not following'";
    sqlx::query(update).bind(order.as_str()).bind(Channel::Account.as_str()).bind(now).execute(&mut *transaction).await?;
    Ok(())
}

fn unsent(row: &AnyRow) -> Result<UnsentLetter, StoreError> {
    Ok(UnsentLetter {
        id: row.try_get("id")?,
        order: rows::order_id(row)?,
        occasion: rows::read(row, "template", Occasion::parse)?,
        about: row.try_get("about")?,
        locale: row.try_get("locale")?,
        created_at: row.try_get("created_at")?,
        since: row.try_get("since")?,
    })
}

fn listed(row: &AnyRow) -> Result<MessageRow, StoreError> {
    Ok(MessageRow {
        entry: row.try_get("entry")?,
        id: row.try_get("id")?,
        order: row.try_get("order_id")?,
        template: row.try_get("template")?,
        about: row.try_get("about")?,
        channel: row.try_get("channel")?,
        locale: row.try_get("locale")?,
        created_at: row.try_get("created_at")?,
        attempts: row.try_get("attempts")?,
        next_at: row.try_get("next_at")?,
        sent_at: row.try_get("sent_at")?,
        outcome: row.try_get("outcome")?,
    })
}
