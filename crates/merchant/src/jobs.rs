//! Background jobs: reconciling, telling webhooks, shoppers and the merchant, hearing other nodes, renewing keys, watching the catalog.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::watch;

use crate::observing::{Alarm, Metrics};
use crate::order_service::{self, SharedOrderService};
use crate::{messages, notices, official_account, staff_watch, waiters, webhooks};

/// How long a job that panicked waits before it starts again.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs them until told to stop; the reconciler ends its round first. `pause` is what it takes between rounds.
pub(crate) async fn run(service: &SharedOrderService, pause: Duration, stopping: &watch::Receiver<bool>) {
    tokio::select! {
        () = keep(("reconciler", &service.metrics), || order_service::run(SharedOrderService::clone(service), pause, stopping.clone())) => {}
        () = keep(("bills", &service.metrics), || order_service::compare_bills(service)) => {}
        () = keep(("messages to shoppers", &service.metrics), || official_account::run(service, pause)) => {}
        () = keep(("e-mails to shoppers", &service.metrics), || messages::run(service, pause)) => {}
        () = keep(("notices to the merchant", &service.metrics), || notices::run(service, pause)) => {}
        () = keep(("keys of providers", &service.metrics), || service.providers.keep_keys()) => {}
        () = keep(("details of shoppers", &service.metrics), || order_service::keep_details(service)) => {}
        () = keep(("webhooks", &service.metrics), || webhooks::run(service)) => {}
        () = keep(("changes of other nodes", &service.metrics), || waiters::follow_others(&service.store, &service.waiters)) => {}
        () = keep(("keys of staff", &service.metrics), || staff_watch::follow_keys(&service.store, &service.staff)) => {}
        () = keep(("releases of the widget", &service.metrics), || service.releases.run()) => {}
        () = keep(("catalog", &service.metrics), || service.catalog.watch(&service.store, &service.waiters, &service.clock)) => {}
    }
}

/// A server whose job has died would go on selling and never ask about the money: what panics starts again.
async fn keep<F: Future<Output = ()>>((job, metrics): (&str, &Metrics), start: impl Fn() -> F) {
    while AssertUnwindSafe(start()).catch_unwind().await.is_err() {
        tracing::error!(job, "ALARM: a background job failed and is started again");
        metrics.alarmed(Alarm::JobFailed);
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{Metrics, keep};

    #[tokio::test(start_paused = true)]
    async fn a_job_that_panics_starts_again_until_it_ends() {
        let starts = Cell::new(0);
        let metrics = Metrics::default();
        keep(("test", &metrics), async || {
            starts.set(starts.get() + 1);
            assert!(starts.get() > 2, "on purpose");
        })
        .await;
        assert_eq!(starts.get(), 3);
        let told = metrics.told(None, 0, false).unwrap();
        assert!(told.contains("alarm_lines_total{kind=\"job-failed\"} 2\n"), "{told}");
    }
}
