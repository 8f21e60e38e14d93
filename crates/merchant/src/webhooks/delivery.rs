//! Delivery: what waits in the outbox is sent until the shop's server has it, for more than three days.

use std::time::Duration;

use futures_util::future::join_all;

use super::Webhooks;
use crate::fault;
use crate::incoming::reason;
use crate::order_service::{OrderService, SharedOrderService};
use crate::random;
use crate::store::{StoreError, Waiting};

/// How often the outbox is looked into.
const PAUSE: Duration = Duration::from_secs(1);
/// How many are under way at once.
const AT_ONCE: i64 = 20;
/// How long the shop's server may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Pauses behind each attempt in vain, seconds, as Standard Webhooks proposes; behind the last one the event is given up.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// For how long what has arrived is kept for a replay, seconds.
const KEPT: i64 = 30 * 86_400;
/// The longest pause that the shop's server may ask for, seconds.
const LONGEST_PAUSE: i64 = 86_400;

/// What came of an attempt.
enum Outcome {
    Arrived(u16),
    /// The shop's server does not want it, now or ever.
    Gone,
    /// Why not, and for how many seconds it wants to be left alone.
    Failed(String, i64),
}

/// Sends what is due, until it is dropped.
pub(crate) async fn run(service: &SharedOrderService) {
    let Some(webhooks) = &service.webhooks else { std::future::pending().await };
    let mut cleaning = tokio::time::interval(Duration::from_secs(3_600));
    loop {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = cleaning.tick() => {
                if let Err(error) = service.store.forget_delivered(service.now() - KEPT).await {
                    tracing::warn!(%error, "old webhooks could not be deleted");
                }
            }
        }
        while let Ok(1..) = service.deliver(webhooks).await.inspect_err(|error| tracing::error!(%error, "webhooks could not be sent")) {}
    }
}

impl OrderService {
    /// Sends what is due now; how many.
    async fn deliver(&self, webhooks: &Webhooks) -> Result<usize, StoreError> {
        let due = self.store.due_webhooks(self.now(), AT_ONCE).await?;
        let attempts = due.iter().map(|waiting| self.attempt_delivery(webhooks, waiting));
        join_all(attempts).await.into_iter().collect::<Result<Vec<()>, _>>()?;
        Ok(due.len())
    }

    async fn attempt_delivery(&self, webhooks: &Webhooks, waiting: &Waiting) -> Result<(), StoreError> {
        let outcome = send(webhooks, waiting, self.now()).await;
        fault::point("webhook-not-marked");
        let (id, now) = (waiting.id.as_str(), self.now());
        match outcome {
            Outcome::Arrived(status) => self.store.webhook_arrived(id, now, &status.to_string()).await,
            Outcome::Gone => {
                tracing::error!(webhook = id, "ALARM: the shop's server answered a webhook with 410, so it is not sent again");
                self.store.webhook_failed(id, None, "410").await
            }
            Outcome::Failed(why, wish) => {
                let pause = usize::try_from(waiting.attempts).ok().and_then(|attempts| PAUSES.get(attempts));
                match pause {
                    Some(_) => tracing::warn!(webhook = id, why, "a webhook could not be delivered and will be sent again"),
                    None => {
                        tracing::error!(webhook = id, why, "ALARM: a webhook could not be delivered and is given up; it can be replayed")
                    }
                }
                let next = pause.map(|pause| now + spread(*pause).max(wish));
                self.store.webhook_failed(id, next, &why).await
            }
        }
    }
}

async fn send(webhooks: &Webhooks, waiting: &Waiting, now: i64) -> Outcome {
    let Waiting { id, body, .. } = waiting;
    let request = webhooks.client.post(&webhooks.url).timeout(TIMEOUT).header("content-type", "application/json");
    let request = request.header("webhook-id", id).header("webhook-timestamp", now);
    let request = request.header("webhook-signature", webhooks.secrets.sign(id, now, body)).body(body.clone());
    let reply = match request.send().await {
        Ok(reply) => reply,
        Err(error) => return Outcome::Failed(reason(&error), 0),
    };
    match reply.status().as_u16() {
        status @ 200..=299 => Outcome::Arrived(status),
        410 => Outcome::Gone,
        status => {
            let wish = reply.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
            Outcome::Failed(status.to_string(), wish.unwrap_or(0).clamp(0, LONGEST_PAUSE))
        }
    }
}

/// The pause, a tenth longer at most, so that a thousand that failed together do not come back together.
fn spread(pause: i64) -> i64 {
    let [chance] = random::bytes::<1>();
    pause + pause * i64::from(chance) / 2_560
}
