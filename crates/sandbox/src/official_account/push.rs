//! What is called back to the merchant: written and signed when it happens, carried by the dispatcher, the same in every
//! attempt.

use gateway::official_account::NAME;
use gateway::official_account::server::{Endpoint, Pushed, RETRY_DELAYS};

use super::books::CallbackMode;
use super::server::OfficialAccount;
use crate::notifications::{Delivery, Message};
use crate::random::{alphanumeric, digits};

/// Sets a callback about the person with the phone out, if the console has an address for it.
pub(super) fn push(server: &OfficialAccount, event: &Pushed) {
    let (now, facts, random) = (server.env.clock.now(), &server.facts, &server.env.random);
    let mut books = server.books();
    let Some((url, mode)) = books.callback.clone() else { return };
    let xml = event.xml(&facts.original_id, &facts.openid, now);
    let token = if server.env.faults().wrong_signature_notification { "WRONG" } else { &facts.token };
    let sent =
        with_endpoint(server, token, mode, |endpoint| endpoint.push(&xml, &facts.openid, now, &digits::<10>(random), alphanumeric(random)));
    let Some(sent) = sent else { return };
    let id = format!("OA-{now}-{}", digits::<11>(random));
    books.pushes.insert(id.clone(), sent.body);
    drop(books);
    let (url, payment_id) = (with_query(&url, &sent.query), subject(event));
    server.env.announce(Delivery { id, provider: NAME, retry_delays: &RETRY_DELAYS, payment_id, refund_id: None, url, created_at: now });
}

/// The merchant's endpoint as the console knows it; `None` for an account whose key is none.
pub(super) fn with_endpoint<T>(
    server: &OfficialAccount,
    token: &str,
    mode: CallbackMode,
    write: impl FnOnce(&Endpoint<'_>) -> T,
) -> Option<T> {
    let (appid, original_id) = (server.appid.as_str(), server.facts.original_id.as_str());
    server.facts.key().map(|key| write(&Endpoint { appid, original_id, token, key: &key, mode: mode.mode() }))
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
pub(super) fn message(server: &OfficialAccount, delivery: &Delivery) -> Option<Message> {
    let body = server.books().pushes.get(&delivery.id)?.clone().into_bytes();
    Some(Message { content_type: "text/xml", headers: Vec::new(), body })
}
