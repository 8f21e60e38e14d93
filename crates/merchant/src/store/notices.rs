//! Notices to the merchant on their way: written in the transaction that they tell of, each once by each way, taken by one node at a time, and
//! kept for a while when they are over. And what nobody is told of before it lasts: states, and copies of the records.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::{Store, StoreError};
use crate::notices::{News, NoticeKind, Noticed, Noticing, between};
use crate::order_record::OrderRecord;
use crate::random;

/// For how long a notice that somebody sends is left alone by others, seconds: longer than a robot, or a mail server, may take for it.
const LEASE: i64 = 300;
/// How many orders one notice tells of.
const TOGETHER: i64 = 1_000;
/// Between notices of orders that were paid, seconds.
const BREATH: i64 = 60;
/// Until a state that nobody sees any more counts as over, seconds.
const LASTS: i64 = 3_600;

/// With the name of a product the state that few pieces of it are left.
const FEW: &str = "few/";

/// A notice whose turn it is.
pub(crate) struct UnsentNotice {
    pub(crate) id: String,
    /// `None` where another program wrote it, which knew more.
    pub(crate) news: Option<News>,
    pub(crate) created_at: i64,
    pub(crate) attempts: i64,
}

/// A notice as the merchant reads of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// Its place among all of them.
    pub entry: i64,
    /// Its name.
    pub id: String,
    /// Of what it is.
    pub kind: String,
    /// By which way.
    pub channel: String,
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

impl NoticeRow {
    /// How it stands, in a word: `waiting`, `sent` or `failed`.
    pub fn state(&self) -> &'static str {
        match (self.next_at, self.sent_at) {
            (Some(_), _) => "waiting",
            (None, Some(_)) => "sent",
            (None, None) => "failed",
        }
    }
}

/// What came in and went back.
#[derive(Debug, Default)]
pub(crate) struct DaySums {
    pub(crate) orders: i64,
    /// By currency, minor units; as the next.
    pub(crate) sold: Vec<(String, i64)>,
    pub(crate) returned: Vec<(String, i64)>,
}

impl Store {
    /// Keeps notices from now on; without it the merchant is sent none.
    pub(crate) fn noticing(mut self, noticing: std::sync::Arc<Noticing>) -> Store {
        self.noticing = Some(noticing);
        self
    }

    /// Writes what a change has to tell the merchant; `few_keys` are pools in which few licence keys are left by it.
    pub(super) async fn tell_merchant(
        &self,
        transaction: &mut Transaction,
        (before, after): (&OrderRecord, &OrderRecord),
        few_keys: &[String],
        now: i64,
    ) -> Result<(), StoreError> {
        let Some(noticing) = &self.noticing else { return Ok(()) };
        let mut noticed = between(before, after);
        if after.order.status.has_money() && !before.order.status.has_money() && noticing.tells(NoticeKind::LowStock) {
            let query = "SELECT stock.name AS name, baseline + added - taken AS remaining FROM holds JOIN stock ON stock.kind = holds.kind \
                         AND stock.name = holds.name WHERE order_id = $1 AND holds.kind = 'product' AND baseline + added - taken <= $2 \
                         ORDER BY stock.name";
            let low = sqlx::query(query).bind(after.order.id.as_str()).bind(noticing.low_stock).fetch_all(&mut *transaction).await?;
            for row in &low {
                let (sku, left): (String, i64) = (row.try_get("name")?, row.try_get("remaining")?);
                let since = few_since(transaction, &sku, now).await?;
                noticed.push(Noticed { about: format!("{sku}@{since}"), news: News::LowStock { sku, left: left.max(0) } });
            }
        }
        noticed.extend(
            few_keys.iter().map(|pool| Noticed {
                news: News::LowKeys { pool: pool.clone() },
                about: format!("keys/{pool}/{}", after.order.id.as_str()),
            }),
        );
        self.put_notices(transaction, &noticed, now).await
    }

    /// Of what there are more pieces again than the merchant hears of, the next fall is told anew.
    pub(crate) async fn forget_falls(&self) -> Result<(), StoreError> {
        let Some(noticing) = &self.noticing else { return Ok(()) };
        let delete = "DELETE FROM notice_states WHERE code IN (SELECT $1 || name FROM stock WHERE kind = 'product' AND baseline + added - taken > $2)";
        sqlx::query(delete).bind(FEW).bind(noticing.low_stock).execute(&self.pool).await?;
        Ok(())
    }

    /// Writes what there is to tell, where nobody was told of it yet. `now` in unix seconds.
    pub(crate) async fn notice(&self, noticed: &[Noticed], now: i64) -> Result<(), StoreError> {
        if self.noticing.is_none() || noticed.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        match self.put_notices(&mut transaction, noticed, now).await {
            Ok(()) => transaction.commit().await,
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    async fn put_notices(&self, transaction: &mut Transaction, noticed: &[Noticed], now: i64) -> Result<(), StoreError> {
        let Some(noticing) = &self.noticing else { return Ok(()) };
        let insert = "INSERT INTO notices (id, kind, about, channel, news, created_at, next_at) VALUES ($1, $2, $3, $4, $5, $6, $6) \
                      ON CONFLICT DO NOTHING";
        for Noticed { news, about } in noticed {
            let Some(kind) = news.kind().filter(|kind| noticing.tells(*kind)) else { continue };
            let written = serde_json::to_string(news).unwrap_or_default();
            for (channel, _) in &noticing.channels {
                sqlx::query(insert)
                    .bind(format!("ntc_{}", hex::encode(random::bytes::<16>())))
                    .bind(kind.as_str())
                    .bind(about.as_str())
                    .bind(channel.as_str())
                    .bind(written.as_str())
                    .bind(now)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        Ok(())
    }

    /// Takes what is to be sent by a way next: all orders that were paid, or another notice; nobody else gets it for a while. `now` in unix
    /// seconds.
    pub(crate) async fn take_notices(&self, channel: &str, now: i64) -> Result<Vec<UnsentNotice>, StoreError> {
        let locked = if self.is_shared() { " FOR UPDATE SKIP LOCKED" } else { "" };
        let sold = format!(
            "UPDATE notices SET next_at = $1 WHERE entry IN (SELECT entry FROM notices WHERE channel = $3 AND next_at <= $2 AND kind = 'sold' \
             AND NOT EXISTS (SELECT 1 FROM notices told WHERE told.channel = $3 AND told.kind = 'sold' AND told.sent_at > $4) \
             ORDER BY next_at, entry LIMIT $5{locked}) RETURNING *"
        );
        let sold = sqlx::query(AssertSqlSafe(sold)).bind(now + LEASE).bind(now).bind(channel).bind(now - BREATH).bind(TOGETHER);
        let mut taken = sold.fetch_all(&self.pool).await?;
        if taken.is_empty() {
            let other = format!(
                "UPDATE notices SET next_at = $1 WHERE entry IN (SELECT entry FROM notices WHERE channel = $3 AND next_at <= $2 \
                 AND kind <> 'sold' ORDER BY attempts, next_at, entry LIMIT 1{locked}) RETURNING *"
            );
            let other = sqlx::query(AssertSqlSafe(other)).bind(now + LEASE).bind(now).bind(channel);
            taken = other.fetch_all(&self.pool).await?;
        }
        let mut unsent = taken.iter().map(unsent).collect::<Result<Vec<_>, _>>()?;
        unsent.sort_by_key(|(entry, _)| *entry);
        Ok(unsent.into_iter().map(|(_, notice)| notice).collect())
    }

    /// These were sent. `now` in unix seconds.
    pub(crate) async fn notices_sent(&self, sent: &[UnsentNotice], now: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let update = "UPDATE notices SET next_at = NULL, sent_at = $1, outcome = 'sent' WHERE id = $2";
        for notice in sent {
            if let Err(error) = sqlx::query(update).bind(now).bind(notice.id.as_str()).execute(&mut transaction).await {
                return Err(transaction.undone(error.into()).await);
            }
        }
        transaction.commit().await
    }

    /// It was not sent, and is tried again then (unix seconds), or not any more.
    pub(crate) async fn notice_later(&self, id: &str, next_at: Option<i64>, outcome: &str) -> Result<(), StoreError> {
        let update = "UPDATE notices SET next_at = $1, attempts = attempts + 1, outcome = $2 WHERE id = $3 AND sent_at IS NULL";
        sqlx::query(update).bind(next_at).bind(outcome).bind(id).execute(&self.pool).await?;
        Ok(())
    }

    /// Nothing is sent by a way before then (unix seconds).
    pub(crate) async fn rest_channel(&self, channel: &str, until: i64) -> Result<(), StoreError> {
        let update = "UPDATE notices SET next_at = $1 WHERE channel = $2 AND next_at < $1";
        sqlx::query(update).bind(until).bind(channel).execute(&self.pool).await?;
        Ok(())
    }

    /// A page of notices, the newest first: before that place.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn notices(&self, before: i64, most: i64) -> Result<Vec<NoticeRow>, StoreError> {
        let query = "SELECT * FROM notices WHERE entry < $1 ORDER BY entry DESC LIMIT $2";
        sqlx::query(query).bind(before).bind(most).fetch_all(&self.pool).await?.iter().map(listed).collect()
    }

    /// The ways that notices wait for.
    pub(crate) async fn ways_of_notices(&self) -> Result<Vec<String>, StoreError> {
        let query = "SELECT DISTINCT channel FROM notices WHERE next_at IS NOT NULL";
        let rows = sqlx::query(query).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get("channel")?)).collect()
    }

    /// Gives up what has been waiting for a way since before then (unix seconds). Answers how many these are.
    pub(crate) async fn give_up_notices(&self, channel: &str, before: i64, outcome: &str) -> Result<u64, StoreError> {
        let update = "UPDATE notices SET next_at = NULL, outcome = $1 WHERE channel = $2 AND next_at IS NOT NULL AND created_at <= $3";
        Ok(sqlx::query(update).bind(outcome).bind(channel).bind(before).execute(&self.pool).await?.rows_affected())
    }

    /// The days that were summed up, of those from that one on, `2027-01-15`.
    pub(crate) async fn days_summed_up(&self, from: &str) -> Result<Vec<String>, StoreError> {
        let query = "SELECT DISTINCT about FROM notices WHERE kind = 'summary' AND about >= $1";
        let rows = sqlx::query(query).bind(from).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get("about")?)).collect()
    }

    /// Since when days are summed up at all, unix seconds.
    pub(crate) async fn sums_up_since(&self, now: i64) -> Result<i64, StoreError> {
        let write = "INSERT INTO notice_states (code, since, seen_at) VALUES ('summary', $1, $1) ON CONFLICT (code) DO UPDATE SET \
                     seen_at = excluded.seen_at RETURNING since";
        Ok(sqlx::query(write).bind(now).fetch_one(&self.pool).await?.try_get("since")?)
    }

    /// Forgets what is over, and was sent, or happened, before then (unix seconds).
    pub(crate) async fn forget_notices(&self, before: i64) -> Result<(), StoreError> {
        let delete = "DELETE FROM notices WHERE next_at IS NULL AND COALESCE(sent_at, created_at) < $1";
        sqlx::query(delete).bind(before).execute(&self.pool).await?;
        Ok(())
    }

    /// A state is seen: since when it lasts, by whichever node. `now` in unix seconds.
    pub(crate) async fn seen(&self, code: &str, now: i64) -> Result<i64, StoreError> {
        let write = "INSERT INTO notice_states (code, since, seen_at) VALUES ($1, $2, $2) ON CONFLICT (code) DO UPDATE SET \
                     since = CASE WHEN notice_states.seen_at < excluded.seen_at - $3 THEN excluded.since ELSE notice_states.since END, \
                     seen_at = CASE WHEN notice_states.seen_at > excluded.seen_at THEN notice_states.seen_at ELSE excluded.seen_at END \
                     RETURNING since";
        Ok(sqlx::query(write).bind(code).bind(now).bind(LASTS).fetch_one(&self.pool).await?.try_get("since")?)
    }

    /// Remembers when the records were copied, unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn was_copied(&self, now: i64) -> Result<(), StoreError> {
        let write = "INSERT INTO notice_states (code, since, seen_at) VALUES ('backup', $1, $1) \
                     ON CONFLICT (code) DO UPDATE SET since = excluded.since, seen_at = excluded.seen_at";
        sqlx::query(write).bind(now).execute(&self.pool).await?;
        Ok(())
    }

    /// When they last were; where never, since when somebody asks, and `false`. Unix seconds.
    pub(crate) async fn copied_at(&self, now: i64) -> Result<(i64, bool), StoreError> {
        let query = "SELECT since FROM notice_states WHERE code = 'backup'";
        if let Some(row) = sqlx::query(query).fetch_optional(&self.pool).await? {
            return Ok((row.try_get("since")?, true));
        }
        let write = "INSERT INTO notice_states (code, since, seen_at) VALUES ('no-backup', $1, $1) ON CONFLICT (code) DO UPDATE SET \
                     seen_at = excluded.seen_at RETURNING since";
        Ok((sqlx::query(write).bind(now).fetch_one(&self.pool).await?.try_get("since")?, false))
    }

    /// What came in, and what went back, from then up to that (unix seconds), as the books count it.
    pub(crate) async fn sums_between(&self, from: i64, to: i64) -> Result<DaySums, StoreError> {
        let query = "SELECT COUNT(DISTINCT order_id) AS number FROM movements WHERE kind = 'sale' AND test = 0 AND booked_at >= $1 AND booked_at < $2";
        let orders = sqlx::query(query).bind(from).bind(to).fetch_one(&self.pool).await?.try_get("number")?;
        let query = "SELECT kind, currency, CAST(SUM(amount) AS BIGINT) AS amount FROM movements WHERE kind IN ('sale', 'rounding', 'refund') \
                     AND test = 0 AND booked_at >= $1 AND booked_at < $2 GROUP BY kind, currency ORDER BY kind, currency";
        let mut sums = DaySums { orders, ..DaySums::default() };
        for row in sqlx::query(query).bind(from).bind(to).fetch_all(&self.pool).await? {
            let (kind, currency, amount): (String, String, i64) = (row.try_get("kind")?, row.try_get("currency")?, row.try_get("amount")?);
            let (side, amount) = if kind == "refund" { (&mut sums.returned, -amount) } else { (&mut sums.sold, amount) };
            match side.iter_mut().find(|(known, _)| *known == currency) {
                Some((_, sum)) => *sum = sum.saturating_add(amount),
                None => side.push((currency, amount)),
            }
        }
        Ok(sums)
    }
}

/// Since when few pieces of a product are left, unix seconds: from now on, where that is new.
async fn few_since(transaction: &mut Transaction, sku: &str, now: i64) -> Result<i64, StoreError> {
    let code = format!("{FEW}{sku}");
    // Whoever finds the state waits for nobody else who sells the same.
    let query = "SELECT since FROM notice_states WHERE code = $1";
    if let Some(row) = sqlx::query(query).bind(code.as_str()).fetch_optional(&mut *transaction).await? {
        return Ok(row.try_get("since")?);
    }
    let write = "INSERT INTO notice_states (code, since, seen_at) VALUES ($1, $2, $2) ON CONFLICT (code) DO UPDATE SET \
                 seen_at = excluded.seen_at RETURNING since";
    Ok(sqlx::query(write).bind(code).bind(now).fetch_one(&mut *transaction).await?.try_get("since")?)
}

fn unsent(row: &AnyRow) -> Result<(i64, UnsentNotice), StoreError> {
    let news: String = row.try_get("news")?;
    let notice = UnsentNotice {
        id: row.try_get("id")?,
        news: serde_json::from_str(&news).ok(),
        created_at: row.try_get("created_at")?,
        attempts: row.try_get("attempts")?,
    };
    Ok((row.try_get("entry")?, notice))
}

fn listed(row: &AnyRow) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        entry: row.try_get("entry")?,
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        channel: row.try_get("channel")?,
        created_at: row.try_get("created_at")?,
        attempts: row.try_get("attempts")?,
        next_at: row.try_get("next_at")?,
        sent_at: row.try_get("sent_at")?,
        outcome: row.try_get("outcome")?,
    })
}
