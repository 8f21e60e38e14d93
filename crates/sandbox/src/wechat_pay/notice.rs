//! One attempt at a notification: sealed and signed anew, under the same event id, and spoilt if a fault says so.

use gateway::wechat_pay::server::notification_body;

use super::calls::view;
use crate::notifications::{Errand, Message};
use crate::random::{alphanumeric, word};
use crate::world::World;

/// New nonce, new timestamp, new signature, same event.
pub(super) fn message(world: &World, errand: &Errand) -> Option<Message> {
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
    Some(Message { content_type: "application/json", headers: headers.to_vec(), body })
}
