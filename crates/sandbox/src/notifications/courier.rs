//! Carries notifications to merchants: has each attempt written anew and posts it, at the times of the outbox.
//! The only place of the sandbox that opens connections.

use std::sync::Arc;
use std::time::Duration;

use super::Message;
use super::outbox::{Errand, ReleaseOrder};
use crate::world::World;

/// A merchant that takes longer has failed this attempt.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often the caller's clock is looked at while something waits: it may move without telling.
const GLANCE: Duration = Duration::from_millis(250);

/// No provider looks at more of an answer, in bytes.
const LONGEST_ANSWER: usize = 1024;

/// Sends what is due, for as long as it is polled.
pub(crate) async fn run(world: Arc<World>) {
    loop {
        while let Some(errand) = { world.outbox().take_due(world.clock.now()) } {
            let world = Arc::clone(&world);
            tokio::spawn(async move { attempt(&world, &errand).await });
        }
        let waiting = world.outbox().next_due().is_some();
        tokio::select! {
            () = world.clock.moved.notified() => {}
            () = tokio::time::sleep(GLANCE), if waiting => {}
        }
    }
}

/// Sends all held notifications, one after the other, in this order; returns how many.
pub(crate) async fn release(world: &World, order: ReleaseOrder) -> usize {
    let errands = world.outbox().take_held(order);
    for errand in &errands {
        attempt(world, errand).await;
    }
    errands.len()
}

/// A client that neither follows redirects (they count as failures) nor asks a proxy.
pub(crate) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().timeout(PATIENCE).build()
}

async fn attempt(world: &World, errand: &Errand) {
    let accepted = match errand.provider.message(world, errand) {
        Some(message) => send(&world.client, errand, message).await,
        None => false,
    };
    world.outbox().finish(&errand.id, accepted, world.clock.now());
    world.attempted.notify_waiters();
    world.clock.moved.notify_one();
}

async fn send(client: &reqwest::Client, errand: &Errand, message: Message) -> bool {
    let mut request = client.post(&errand.url).header("content-type", message.content_type).body(message.body);
    for (name, value) in message.headers {
        request = request.header(name, value);
    }
    match answer(request).await {
        Ok((status, body)) => {
            let accepted = errand.provider.accepts(status, &body);
            tracing::info!(provider = errand.provider.name(), id = errand.id, status, accepted, "notified");
            accepted
        }
        Err(error) => {
            tracing::warn!(id = errand.id, timeout = error.is_timeout(), "notification not delivered");
            false
        }
    }
}

/// Reads no more of an answer than it takes to see that it is too long.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), reqwest::Error> {
    let mut reply = request.send().await?;
    let mut body = Vec::new();
    while body.len() <= LONGEST_ANSWER {
        let Some(chunk) = reply.chunk().await? else { break };
        body.extend_from_slice(&chunk);
    }
    Ok((reply.status().as_u16(), body))
}
