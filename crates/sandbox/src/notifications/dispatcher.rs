//! The dispatcher of notifications: has each attempt written anew by its provider and posts it, when the outbox says so.

use std::sync::Arc;
use std::time::Duration;

use super::outbox::{Delivery, ReleaseOrder};
use crate::environment::Environment;
use crate::provider::Providers;

/// How often the caller's clock is looked at while something waits: it may move without telling.
const GLANCE: Duration = Duration::from_millis(250);

/// Sends the notifications of all providers.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    pub env: Arc<Environment>,
    pub providers: Providers,
}

impl Dispatcher {
    /// Sends what is due, for as long as it is polled.
    pub async fn run(self) {
        let env = &self.env;
        loop {
            while let Some(delivery) = { env.outbox().take_due(env.clock.now()) } {
                let dispatcher = self.clone();
                tokio::spawn(async move { dispatcher.attempt(&delivery).await });
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
        let deliveries = self.env.outbox().take_held(order);
        for delivery in &deliveries {
            self.attempt(delivery).await;
        }
        deliveries.len()
    }

    async fn attempt(&self, delivery: &Delivery) {
        let accepted = self.send(delivery).await.unwrap_or_default();
        self.env.outbox().finish(&delivery.id, accepted, self.env.clock.now());
        self.env.attempted.notify_waiters();
        self.env.clock.moved.notify_one();
    }

    /// Whether the merchant accepted it; `None` where its provider has nothing to say any more.
    async fn send(&self, delivery: &Delivery) -> Option<bool> {
        let provider = self.providers.named(delivery.provider)?;
        match provider.message(delivery)?.post(&self.env.client, &delivery.url).await {
            Ok((status, body)) => {
                let accepted = provider.accepts(status, &body);
                tracing::info!(provider = delivery.provider, id = delivery.id, status, accepted, "notified");
                Some(accepted)
            }
            Err(error) => {
                tracing::warn!(id = delivery.id, timeout = error.is_timeout(), "notification not delivered");
                Some(false)
            }
        }
    }
}
