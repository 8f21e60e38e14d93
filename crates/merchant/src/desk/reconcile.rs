//! The reconciler's rounds: what notifications did not tell is asked for. Runs until the server stops.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use protocol::{OrderId, OrderStatus, PaymentId, PaymentStatus};
use tokio::sync::watch;

use super::{Desk, SharedDesk};
use crate::account::Account;
use crate::failure::Failure;
use crate::fault;
use crate::store::{LEASE, StoreError};

/// The first pause before the provider is asked about an open payment, seconds; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: i64 = 5;
/// The longest pause between questions about an open payment, seconds: notifications are the fast way, this is the sure one.
const LONGEST_PAUSE: i64 = 60;
/// How many are looked at in one round.
const ROUND: i64 = 100;
/// How many a provider is asked about at once: one that takes ten seconds for each answer must not keep the others waiting.
const AT_ONCE: usize = 16;

/// Looks at once, then every `pause`, until told to stop.
pub(crate) async fn run(desk: SharedDesk, pause: Duration, mut stopping: watch::Receiver<bool>) {
    loop {
        if let Err(error) = desk.reconcile().await {
            tracing::error!(%error, "a round of the reconciler failed");
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => return,
        }
    }
}

impl Desk {
    /// One round of the reconciler: every payment that is due is asked about, closed when its time is over, refunds go on, and orders
    /// past their deadline expire.
    pub(crate) async fn reconcile(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.round.lock().await;
        let now = self.now();
        let check = async |(order, payment): (OrderId, PaymentId)| {
            if let Err(failure) = self.check(&order, &payment, now + LEASE).await {
                tracing::warn!(%order, %failure, "a payment could not be checked");
            }
        };
        stream::iter(self.store.due_payments(now, ROUND).await?).for_each_concurrent(AT_ONCE, check).await;
        let go_on = async |(order, refund): (OrderId, String)| {
            if let Err(failure) = self.go_on_with_refund(&order, &refund).await {
                tracing::warn!(%order, refund, %failure, "a refund could not go on");
            }
        };
        stream::iter(self.store.due_refunds(now, ROUND).await?).for_each_concurrent(AT_ONCE, go_on).await;
        for id in self.store.overdue(now, ROUND).await? {
            fault::point("order-not-expired");
            self.change(&id, Account::expire).await?;
        }
        Ok(())
    }

    /// Checks a payment that was taken until then, unix seconds.
    async fn check(&self, order: &OrderId, id: &PaymentId, until: i64) -> Result<(), Failure> {
        let _one_at_a_time = self.locks.hold(order.as_str()).await;
        let account = self.store.account(order).await?;
        let Some(attempted) = account.payments.iter().find(|attempted| attempted.payment.id == *id) else { return Ok(()) };
        if attempted.next_check_at != Some(until) {
            // It took long to come here, and somebody else has looked meanwhile.
            return Ok(());
        }
        let (now, payment) = (self.now(), &attempted.payment);
        let next = now + pause(attempted.checks);
        let next = if now < payment.expires_at { next.min(payment.expires_at) } else { next };
        // Before the call: if it fails or the process dies, the payment is asked about again.
        self.store.check_again_at(id, next).await?;
        match account.order.status {
            OrderStatus::Pending if now < payment.expires_at && attempted.is_open() => self.settle(order, payment).await?,
            OrderStatus::Pending => self.close(order, payment, PaymentStatus::Expired).await?,
            // The order ended by another code: this one must not be paid as well.
            _ => self.close(order, payment, PaymentStatus::Superseded).await?,
        };
        Ok(())
    }
}

/// The pause before the next question, seconds, after so many in vain.
pub(super) fn pause(checks: i64) -> i64 {
    (FIRST_PAUSE << checks.clamp(0, 4)).min(LONGEST_PAUSE)
}
