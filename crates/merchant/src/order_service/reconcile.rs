//! The reconciler: asks providers for what their notifications did not tell. Runs until the server stops.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use protocol::{OrderId, OrderStatus, PaymentId, PaymentStatus};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::service::{OrderService, SharedOrderService};
use crate::fault;
use crate::order_record::OrderRecord;
use crate::service_error::ServiceError;
use crate::store::{LEASE, StoreError};

/// The first pause before the provider is asked about an open payment, seconds; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: i64 = 5;
/// The longest pause between questions about an open payment, seconds: notifications are the fast way, this is the sure one.
const LONGEST_PAUSE: i64 = 60;
/// How many are looked at in one round.
const ROUND: i64 = 100;
/// How many a provider is asked about at once: one that takes ten seconds for each answer must not keep the others waiting.
const AT_ONCE: usize = 16;

/// A part of the reconciler's work. Each goes on by itself, so that a provider that hangs keeps nobody's money but its own waiting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Task {
    /// Payments by that method.
    Payments(String),
    /// Refunds of payments by that method.
    Refunds(String),
    /// Orders past their deadline, which need no provider.
    Orders,
}

/// Looks at once, then every `pause`, until told to stop; then what is under way ends first.
pub(crate) async fn run(service: SharedOrderService, pause: Duration, mut stopping: watch::Receiver<bool>) {
    let mut under_way: HashMap<Task, JoinHandle<()>> = HashMap::new();
    loop {
        match service.due().await {
            Ok(due) => {
                for task in due.into_iter().chain([Task::Orders]) {
                    if !under_way.contains_key(&task) {
                        under_way.insert(task.clone(), tokio::spawn(work(SharedOrderService::clone(&service), task)));
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the reconciler could not read what is due"),
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => {
                join_all(under_way.into_values()).await;
                return;
            }
        }
        let ended: Vec<Task> = under_way.iter().filter(|(_, task)| task.is_finished()).map(|(task, _)| task.clone()).collect();
        for task in ended {
            let Some(outcome) = under_way.remove(&task) else { continue };
            if let Err(panic) = outcome.await {
                // Whoever watches over this job tells of it, and starts it again.
                std::panic::resume_unwind(panic.into_panic());
            }
        }
    }
}

async fn work(service: SharedOrderService, task: Task) {
    let _round = service.round.read().await;
    if let Err(error) = service.work(&task).await {
        tracing::error!(%error, ?task, "a round of the reconciler failed");
    }
}

impl OrderService {
    /// One round of everything that is due, whoever it waits for: payments are asked about, and closed when their time is over, refunds
    /// go on, and then orders past their deadline expire.
    pub(crate) async fn reconcile(&self) -> Result<(), StoreError> {
        let _alone = self.round.write().await;
        let tasks = self.due().await?.into_iter().map(|task| async move { self.work(&task).await });
        for outcome in join_all(tasks).await {
            outcome?;
        }
        self.work(&Task::Orders).await
    }

    /// What is due, apart for each provider.
    async fn due(&self) -> Result<Vec<Task>, StoreError> {
        let (payments, refunds) = self.store.due_methods(self.now()).await?;
        Ok(payments.into_iter().map(Task::Payments).chain(refunds.into_iter().map(Task::Refunds)).collect())
    }

    async fn work(&self, task: &Task) -> Result<(), StoreError> {
        let now = self.now();
        match task {
            Task::Payments(method) => {
                let check = async |(order, payment): (OrderId, PaymentId)| {
                    if let Err(failure) = self.check(&order, &payment, now + LEASE).await {
                        tracing::warn!(%order, %failure, "a payment could not be checked");
                    }
                };
                stream::iter(self.store.due_payments(method, now, ROUND).await?).for_each_concurrent(AT_ONCE, check).await;
            }
            Task::Refunds(method) => {
                let go_on = async |(order, refund): (OrderId, String)| {
                    if let Err(failure) = self.go_on_with_refund(&order, &refund).await {
                        tracing::warn!(%order, refund, %failure, "a refund could not be sent or checked");
                    }
                };
                stream::iter(self.store.due_refunds(method, now, ROUND).await?).for_each_concurrent(AT_ONCE, go_on).await;
            }
            Task::Orders => {
                for id in self.store.overdue(now, ROUND).await? {
                    fault::point("order-not-expired");
                    self.change(&id, OrderRecord::expire).await?;
                }
            }
        }
        Ok(())
    }

    /// Checks a payment that was taken until then, unix seconds.
    async fn check(&self, order: &OrderId, id: &PaymentId, until: i64) -> Result<(), ServiceError> {
        let _one_at_a_time = self.locks.hold(order.as_str()).await;
        let record = self.store.record(order).await?;
        let Some(attempted) = record.payments.iter().find(|attempted| attempted.payment.id == *id) else { return Ok(()) };
        if attempted.next_check_at != Some(until) {
            // It took long to come here, and somebody else has looked meanwhile.
            return Ok(());
        }
        let (now, payment) = (self.now(), &attempted.payment);
        let next = now + pause(attempted.checks);
        let next = if now < payment.expires_at { next.min(payment.expires_at) } else { next };
        // Before the call: if it fails or the process dies, the payment is asked about again.
        self.store.check_again_at(id, next).await?;
        match record.order.status {
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
