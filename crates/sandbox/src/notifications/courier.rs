//! Carries notifications to merchants: has each attempt written anew and posts it, at the times of the outbox.

use std::sync::Arc;
use std::time::Duration;

use super::outbox::{Errand, ReleaseOrder};
use crate::environment::Environment;
use crate::provider::Providers;

/// How often the caller's clock is looked at while something waits: it may move without telling.
const GLANCE: Duration = Duration::from_millis(250);

/// Knows the way to every merchant.
#[derive(Clone)]
pub(crate) struct Courier {
    pub env: Arc<Environment>,
    pub providers: Providers,
}

impl Courier {
    /// Sends what is due, for as long as it is polled.
    pub async fn run(self) {
        let env = &self.env;
        loop {
            while let Some(errand) = { env.outbox().take_due(env.clock.now()) } {
                let courier = self.clone();
                tokio::spawn(async move { courier.attempt(&errand).await });
            }
            let waiting = env.outbox().next_due().is_some();
            tokio::select! {
                () = env.clock.moved.notified() => {}
                () = tokio::time::sleep(GLANCE), if waiting => {}
            }
        }
    }

    /// Sends all held notifications, one after the other, in this order; returns how many.
    pub async fn release(&self, order: ReleaseOrder) -> usize {
        let errands = self.env.outbox().take_held(order);
        for errand in &errands {
            self.attempt(errand).await;
        }
        errands.len()
    }

    async fn attempt(&self, errand: &Errand) {
        let accepted = self.send(errand).await.unwrap_or_default();
        self.env.outbox().finish(&errand.id, accepted, self.env.clock.now());
        self.env.attempted.notify_waiters();
        self.env.clock.moved.notify_one();
    }

    /// Whether the merchant accepted it; `None` where its provider has nothing to say any more.
    async fn send(&self, errand: &Errand) -> Option<bool> {
        let provider = self.providers.named(errand.provider)?;
        match provider.message(errand)?.post(&self.env.client, &errand.url).await {
            Ok((status, body)) => {
                let accepted = provider.accepts(status, &body);
                tracing::info!(provider = errand.provider, id = errand.id, status, accepted, "notified");
                Some(accepted)
            }
            Err(error) => {
                tracing::warn!(id = errand.id, timeout = error.is_timeout(), "notification not delivered");
                Some(false)
            }
        }
    }
}
