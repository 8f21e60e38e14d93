//! Verified notifications: kept and applied in one transaction, once per event.

use gateway::{ProviderPayment, RefundStatus};
use protocol::{Order, OrderId, PaymentId};

use super::service::OrderService;
use crate::observing::Alarm;
use crate::order_record::{OrderRecord, Source};
use crate::store::{Received, StoreError};

/// How often a notification that proves nothing makes us ask about a payment at most, seconds.
const ASK_PAUSE: i64 = 30;

impl OrderService {
    /// Money. What is of a payment that is not in our records is kept, too.
    pub(crate) async fn money_notified(&self, received: Received<'_>, fact: &ProviderPayment) -> Result<(), StoreError> {
        let Some(order) = self.order_of(&fact.payment_id).await? else {
            tracing::error!(payment = fact.payment_id, "ALARM: money arrived for a payment that is not in the records");
            self.metrics.alarmed(Alarm::UnknownPayment);
            return self.store.keep(received, self.now()).await.map(drop);
        };
        let change = |record: &mut OrderRecord| record.money_came(fact, Source::Notification, &self.keys.signer, self.now());
        self.applied(&order, self.store.receive(received, &order, self.now(), change).await?);
        Ok(())
    }

    /// A refund moved. What the message does not prove by itself is asked for at once.
    pub(crate) async fn refund_notified(
        &self,
        received: Received<'_>,
        payment_id: &str,
        refund_id: Option<&str>,
        status: &RefundStatus,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let Some(order) = self.order_of(payment_id).await? else {
            tracing::error!(payment = payment_id, "ALARM: a refund of a payment that is not in the records");
            self.metrics.alarmed(Alarm::UnknownRefund);
            return self.store.keep(received, now).await.map(drop);
        };
        let mut is_ours = true;
        let change = |record: &mut OrderRecord| {
            is_ours = refund_id.is_none_or(|id| record.refunds.iter().any(|refund| refund.id == id));
            match refund_id {
                Some(id) if is_ours => record.refund_told(id, status, now),
                Some(_) => record.look_at_payment(payment_id, now),
                None => {
                    record.look_at_refunds(payment_id, now);
                    record.look_at_payment(payment_id, now);
                }
            }
        };
        let outcome = self.store.receive(received, &order, now, change).await?;
        if outcome.is_some() && !is_ours {
            tracing::error!(%order, payment = payment_id, "ALARM: money is being returned by a refund that was not made here; record it with by_hand");
            self.metrics.alarmed(Alarm::UnknownRefund);
        }
        self.applied(&order, outcome);
        Ok(())
    }

    /// Somebody who may be the provider says that something happened to a payment. Nothing follows from it but a question to the
    /// provider, and of each payment no more than one in [`ASK_PAUSE`].
    pub(crate) async fn told_to_ask(&self, provider: &str, payment_id: Option<&str>, provider_ref: Option<&str>) -> Result<(), StoreError> {
        let ours = match payment_id.and_then(PaymentId::parse) {
            Some(payment) => self.store.order_of(&payment).await?.map(|order| (order, payment)),
            None => None,
        };
        let found = match (ours, provider_ref) {
            (None, Some(provider_ref)) => self.store.payment_of(provider, provider_ref).await?,
            (ours, _) => ours,
        };
        let Some((order, payment)) = found else {
            tracing::info!(provider, "a notification is about a payment that is not in the records");
            return Ok(());
        };
        let now = self.now();
        let soon = if self.told_to_ask.noted(&payment, now, ASK_PAUSE) { now + ASK_PAUSE } else { now };
        let change = |record: &mut OrderRecord| {
            record.look_at_refunds(payment.as_str(), soon);
            record.look_at_payment(payment.as_str(), soon);
        };
        self.change(&order, change).await.map(drop)
    }

    pub(super) async fn order_of(&self, payment_id: &str) -> Result<Option<OrderId>, StoreError> {
        match PaymentId::parse(payment_id) {
            Some(payment) => self.store.order_of(&payment).await,
            None => Ok(None),
        }
    }

    fn applied(&self, order: &OrderId, outcome: Option<(Order, bool)>) {
        match outcome {
            Some((order, true)) => self.waiters.wake(&order.id),
            Some((_, false)) => tracing::info!(%order, "a notification changed nothing"),
            None => tracing::info!(%order, "a notification was received before"),
        }
    }
}
