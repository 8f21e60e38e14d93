//! Carries notifications to merchants: seals, signs and posts each attempt anew, at the times of the
//! outbox. The only place of the sandbox that opens connections.

use std::sync::Arc;
use std::time::Duration;

use gateway::wechat_pay::server::notification_body;

use super::calls::view;
use super::outbox::{Errand, ReleaseOrder};
use crate::random::{alphanumeric, word};
use crate::world::World;

/// A merchant that takes longer has failed this attempt.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often the caller's clock is looked at while something waits: it may move without telling.
const GLANCE: Duration = Duration::from_millis(250);

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
    let accepted = match message(world, errand) {
        Some((headers, body)) => send(&world.client, errand, headers, body).await,
        None => false,
    };
    world.outbox().finish(&errand.id, accepted, world.clock.now());
    world.attempted.notify_waiters();
    world.clock.moved.notify_one();
}

async fn send(client: &reqwest::Client, errand: &Errand, headers: Headers, body: Vec<u8>) -> bool {
    let mut request = client.post(&errand.url).header("content-type", "application/json").body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let outcome = request.send().await;
    match &outcome {
        Ok(reply) => tracing::info!(id = errand.id, status = reply.status().as_u16(), "notified"),
        Err(error) => tracing::warn!(id = errand.id, timeout = error.is_timeout(), "notification not delivered"),
    }
    outcome.is_ok_and(|reply| matches!(reply.status().as_u16(), 200 | 204))
}

type Headers = [(&'static str, String); 5];

/// One attempt's headers and body: new nonce, new timestamp, new signature, same event.
fn message(world: &World, errand: &Errand) -> Option<(Headers, Vec<u8>)> {
    let faults = world.faults();
    let now = world.clock.now();
    let mut transaction = {
        let mut orders = world.orders();
        let order = orders.find(&errand.payment_id, now).ok()?;
        view(world, order).to_json()
    };
    if faults.wrong_amount_notification {
        let total = transaction["amount"]["total"].as_i64()?;
        transaction["amount"]["total"] = (total + 1).into();
    }
    let seal = alphanumeric::<12>(&world.random);
    let body = notification_body(&errand.id, errand.created_at, &transaction, &world.keys.apiv3, seal);
    let nonce = word::<32>(&world.random);
    let signed: &[u8] = if faults.wrong_signature_notification { b"something else" } else { &body };
    let headers = world.keys.platform.sign(now, &nonce, signed).map(|(name, value)| match name {
        "wechatpay-signature" if faults.signature_probe_notification => (name, format!("WECHATPAY/SIGNTEST/{value}")),
        _ => (name, value),
    });
    Some((headers, body))
}
