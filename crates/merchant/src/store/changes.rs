//! Writes: changes of a record, notifications. Each is one transaction.

use protocol::{Order, OrderId};

use super::connections::Transaction;
use super::idempotency::{IdempotencyRecord, use_keys};
use super::ledger::Change;
use super::records::Database;
use super::rows::Attempted;
use super::sealed::{Detail, PlainText};
use super::{Store, StoreError, attention, followers, goods, ledger, messages, moving, rows, sealed_rows, stock};
use crate::fault;
use crate::observing::Alarm;
use crate::order_record::{Fact, OrderRecord, link, storable};
use crate::sealed::SealedKind;

/// A notification as it came.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// Which provider.
    pub provider: &'a str,
    /// The provider's id of the event.
    pub id: &'a str,
    /// As received.
    pub body: &'a [u8],
}

/// What a change has made, before it is committed.
pub(super) struct Changed {
    order: Order,
    /// Whether what shoppers see of the order has changed.
    is_visible: bool,
    facts: Vec<Fact>,
    /// The pools in which few licence keys are left by it.
    few_keys: Vec<String>,
}

impl Store {
    /// Changes a record in one transaction. When the visible order changes, its `seq` rises.
    /// Answers the order as it stands then, and whether it changed.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub async fn change(&self, id: &OrderId, now: i64, change: impl FnOnce(&mut OrderRecord)) -> Result<(Order, bool), StoreError> {
        let mut transaction = self.begin().await?;
        match self.change_in(&mut transaction, id, now, change).await {
            Ok(changed) => {
                fault::point("change-not-committed");
                transaction.commit().await?;
                fault::point("change-committed");
                Ok(self.counted_in(changed))
            }
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    /// As [`Store::change`], once per idempotency key: a known key changes nothing. A change that refuses writes nothing, and leaves
    /// the key unused.
    ///
    /// # Errors
    /// As [`Store::change`], and the refusal; `Short` where another payment wants what the order gave back and somebody else has;
    /// `KeyUsed` where the key is known with another body.
    pub async fn change_once<E>(
        &self,
        id: &OrderId,
        key: &IdempotencyRecord,
        now: i64,
        change: impl FnOnce(&mut OrderRecord) -> Result<(), E>,
    ) -> Result<Result<(Order, bool), E>, StoreError> {
        let mut transaction = self.begin().await?;
        if !use_keys(&mut transaction, std::iter::once((key, id))).await? {
            transaction.rollback().await?;
            self.order_made_with(key).await?;
            return Ok(Ok((self.order(id).await?, false)));
        }
        let mut refusal = None;
        let changed = match self.change_in(&mut transaction, id, now, |record| refusal = change(record).err()).await {
            Ok(changed) => changed,
            Err(error) => return Err(transaction.undone(error).await),
        };
        if let Some(refusal) = refusal {
            transaction.rollback().await?;
            return Ok(Err(refusal));
        }
        fault::point("change-once-not-committed");
        transaction.commit().await?;
        fault::point("change-once-committed");
        Ok(Ok(self.counted_in(changed)))
    }

    /// Keeps a notification and applies it, in one transaction and once per event id. `None` when it is known already.
    ///
    /// # Errors
    /// As [`Store::change`].
    pub async fn receive(
        &self,
        received: Received<'_>,
        id: &OrderId,
        now: i64,
        change: impl FnOnce(&mut OrderRecord),
    ) -> Result<Option<(Order, bool)>, StoreError> {
        self.receive_and(received, id, now, change, false).await
    }

    /// Keeps a notification that the shopper of an order follows the account, and applies it: what could not be told is told again, once
    /// per event id. Answers whether it is new.
    ///
    /// # Errors
    /// As [`Store::change`].
    pub async fn receive_follower(&self, received: Received<'_>, id: &OrderId, openid: &str, now: i64) -> Result<bool, StoreError> {
        let received = self.receive_and(received, id, now, |record| record.follower_known(openid), true).await?;
        Ok(received.is_some())
    }

    async fn receive_and(
        &self,
        received: Received<'_>,
        id: &OrderId,
        now: i64,
        change: impl FnOnce(&mut OrderRecord),
        is_told_again: bool,
    ) -> Result<Option<(Order, bool)>, StoreError> {
        let mut transaction = self.begin().await?;
        if !self.keep_in(&mut transaction, received, id.as_str(), now).await? {
            transaction.rollback().await?;
            return Ok(None);
        }
        let write = async {
            let changed = self.change_in(&mut transaction, id, now, change).await?;
            if is_told_again {
                followers::tell_again(&mut transaction, id).await?;
                messages::tell_again(&mut transaction, id, now).await?;
            }
            Ok(changed)
        };
        match write.await {
            Ok(changed) => {
                fault::point("notification-not-committed");
                transaction.commit().await?;
                fault::point("notification-committed");
                Ok(Some(self.counted_in(changed)))
            }
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    /// Keeps a notification that changes no order. Answers whether it is new.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep(&self, received: Received<'_>, now: i64) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let is_new = match self.keep_in(&mut transaction, received, "", now).await {
            Ok(is_new) => is_new,
            Err(error) => return Err(transaction.undone(error).await),
        };
        fault::point("kept-notification-not-committed");
        transaction.commit().await?;
        fault::point("kept-notification-committed");
        Ok(is_new)
    }

    /// Keeps a notification of an order, or of none (`order` is empty): that it came, and sealed what it said. Answers whether it was not
    /// known yet.
    async fn keep_in(&self, transaction: &mut Transaction, received: Received<'_>, order: &str, now: i64) -> Result<bool, StoreError> {
        let insert = "INSERT INTO notifications (provider, id, received_at, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let inserted = sqlx::query(insert)
            .bind(received.provider)
            .bind(storable(received.id))
            .bind(now)
            .bind([].as_slice())
            .execute(&mut *transaction)
            .await?;
        if inserted.rows_affected() != 1 {
            return Ok(false);
        }
        let name = moving::notification(received.provider, received.id);
        let detail = Detail { kind: SealedKind::Notification, name: &name, text: PlainText(received.body), terms: &[] };
        sealed_rows::insert(transaction, &self.seal(order, &[detail], now)?).await?;
        Ok(true)
    }

    pub(super) async fn change_in(
        &self,
        transaction: &mut Transaction,
        id: &OrderId,
        now: i64,
        change: impl FnOnce(&mut OrderRecord),
    ) -> Result<Changed, StoreError> {
        let select = match self.database {
            Database::Sqlite => "SELECT * FROM orders WHERE id = $1",
            // Not FOR UPDATE: rows that refer to the order, such as an idempotency key, may be on their way in other transactions.
            Database::Postgres(_) => "SELECT * FROM orders WHERE id = $1 FOR NO KEY UPDATE",
        };
        let before = self.whole_record(transaction, select, id).await?;
        let mut after = before.clone();
        change(&mut after);
        if ledger::was_decided(transaction, &before, &after.facts).await? {
            // Nothing comes of it, and nobody is asked about it again.
            let asked = std::mem::replace(&mut after, before.clone()).payments;
            after.payments.iter_mut().zip(asked).for_each(|(attempted, asked)| attempted.next_check_at = asked.next_check_at);
        }
        ledger::leave_out_known(transaction, id, &mut after.facts).await?;
        ledger::alarm(id, &after.facts);
        stock::follow(transaction, &before, &mut after).await?;
        stock::put_back(transaction, &before, &after).await?;
        let goods::Followed { few_keys, is_news } = goods::follow(transaction, &before, &mut after, now).await?;
        let payments = after.payments.iter().enumerate().filter(|(position, payment)| before.payments.get(*position) != Some(payment));
        let payments: Vec<_> = payments.map(|(position, payment)| Attempted { order: id, position, payment }).collect();
        rows::write_payments(transaction, &payments).await?;
        for (position, refund) in after.refunds.iter().enumerate() {
            if before.refunds.get(position) != Some(refund) {
                rows::write_refund(transaction, id, position, refund, now).await?;
            }
        }
        // What its owner alone sees is behind the order: whoever watches that asks anew.
        let changed = after.order != before.order || is_news;
        if changed {
            after.order.seq = before.order.seq + 1;
        }
        sealed_rows::put(transaction, &self.seal_personal(Some(&before), &after, now)?).await?;
        if changed || after.follow != before.follow {
            let update = "UPDATE orders SET seq = $1, status = $2, body = $3, follow = $4 WHERE id = $5";
            sqlx::query(update)
                .bind(after.order.seq)
                .bind(after.order.status.as_str())
                .bind(link::without_link(&after.order).to_json().to_string())
                .bind(after.follow.as_deref())
                .bind(id.as_str())
                .execute(&mut *transaction)
                .await?;
        }
        let ledger = Change { order: id, at: now, seq: after.order.seq, by: after.by.as_deref(), facts: &after.facts };
        ledger::write(transaction, std::iter::once(ledger)).await?;
        attention::settle(transaction, id, &after.facts, now).await?;
        self.follow_money(transaction, &after, now).await?;
        self.tell_shop(transaction, (&before, &after), now).await?;
        self.tell_shopper(transaction, (&before, &after), now).await?;
        self.tell_merchant(transaction, (&before, &after), &few_keys, now).await?;
        if changed {
            self.tell_others(transaction, id).await?;
        }
        Ok(Changed { order: after.order, is_visible: changed, facts: after.facts, few_keys })
    }
}

impl Store {
    /// Counts what was committed, and nothing that was not.
    pub(super) fn counted_in(&self, changed: Changed) -> (Order, bool) {
        self.count(&changed.facts);
        for pool in &changed.few_keys {
            tracing::error!(pool, "ALARM: few licence keys are left; add some");
            self.metrics.alarmed(Alarm::KeysLow);
        }
        (changed.order, changed.is_visible)
    }

    pub(super) fn count(&self, facts: &[Fact]) {
        facts.iter().for_each(|fact| self.metrics.happened(fact));
    }
}
