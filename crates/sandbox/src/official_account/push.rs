//! What is called back to the merchant: written and signed when it happens, carried by the courier, the same in every
//! attempt.

use gateway::official_account::server::{Endpoint, Pushed};

use super::OfficialAccount;
use super::desk::CallbackMode;
use super::facts::AccountFacts;
use crate::notifications::{Errand, Message};
use crate::random::{alphanumeric, digits};
use crate::world::World;

/// Sets a callback about the person with the phone out, if the console has an address for it.
pub(super) fn push(world: &World, event: &Pushed) {
    let (faults, now) = (world.faults(), world.clock.now());
    let mut desk = world.desk();
    let Some((url, mode)) = desk.callback.clone() else { return };
    let Some(facts) = world.account.official_account() else { return };
    let xml = event.xml(&facts.original_id, &facts.openid, now);
    let wrong = if faults.wrong_signature_notification { "WRONG" } else { &facts.token };
    let sent = with_endpoint(world, facts, wrong, mode, |endpoint| {
        endpoint.push(&xml, &facts.openid, now, &digits::<10>(&world.random), alphanumeric(&world.random))
    });
    let Some(sent) = sent else { return };
    let id = format!("OA-{now}-{}", digits::<11>(&world.random));
    desk.pushes.insert(id.clone(), sent.body);
    drop(desk);
    let (url, payment_id) = (with_query(&url, &sent.query), subject(event));
    let errand = Errand { id, provider: &OfficialAccount, payment_id, refund_id: None, url, created_at: now };
    world.outbox().add(errand, faults.hold_notifications, faults.duplicate_notification);
    world.clock.moved.notify_one();
}

/// The merchant's endpoint as the console knows it; `None` for an account whose key is none.
pub(super) fn with_endpoint<T>(
    world: &World,
    facts: &AccountFacts,
    token: &str,
    mode: CallbackMode,
    write: impl FnOnce(&Endpoint<'_>) -> T,
) -> Option<T> {
    let (appid, original_id) = (world.keys.merchant.appid.as_str(), facts.original_id.as_str());
    facts.key().map(|key| write(&Endpoint { appid, original_id, token, key: &key, mode: mode.mode() }))
}

/// The console's address and a query, which it may have one of already.
pub(super) fn with_query(url: &str, query: &str) -> String {
    format!("{url}{}{query}", if url.contains('?') { '&' } else { '?' })
}

/// What the control's list of notifications says it is about: the scene that the merchant gave.
fn subject(event: &Pushed) -> String {
    match event {
        Pushed::Subscribe { code: Some((scene, _)) } | Pushed::Scan { scene, .. } => scene.clone(),
        Pushed::TemplateFinished { message_id, .. } => message_id.to_string(),
        Pushed::ConsentedSent { message_id, .. } => message_id.to_string(),
        Pushed::Consented { template_id, .. } => template_id.clone(),
        Pushed::Subscribe { code: None } | Pushed::Unsubscribe => String::new(),
    }
}

/// One attempt.
pub(super) fn message(world: &World, errand: &Errand) -> Option<Message> {
    let body = world.desk().pushes.get(&errand.id)?.clone().into_bytes();
    Some(Message { content_type: "text/xml", headers: Vec::new(), body })
}
