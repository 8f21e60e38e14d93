//! One attempt at a notification: sealed and signed anew, under the same event id, and spoilt if a fault says so.

use gateway::wechat_pay::server::{EventResource, PlatformKey, RefundState, event_body};
use serde_json::Value;

use super::server::WechatPay;
use crate::faults::Signing;
use crate::notifications::{Delivery, Message};
use crate::random::{alphanumeric, word};

/// How long ago stale notifications were signed, in seconds: twice what merchants bear.
const STALE: i64 = 600;

/// New nonce, new timestamp, new signature, same event.
pub(super) fn message(server: &WechatPay, delivery: &Delivery) -> Option<Message> {
    let faults = server.env.faults();
    let now = server.env.clock.now();
    let echoed = server.orders().echoes.get(&delivery.id).cloned();
    let happened = match (echoed, &delivery.refund_id) {
        (Some(echo), _) => EventResource::Echoed(echo),
        (None, Some(refund)) => refunded(server, refund, now)?,
        (None, None) => paid(server, &delivery.payment_id, now)?,
    };
    let seal = alphanumeric::<12>(&server.env.random);
    let mut body = event_body(&delivery.id, delivery.created_at, &happened, &server.keys.apiv3, seal);
    if faults.tampered_notification {
        spoil_seal(&mut body)?;
    }
    let nonce = word::<32>(&server.env.random);
    let signed: &[u8] = if faults.wrong_signature_notification { b"something else" } else { &body };
    let time = if faults.stale_notification { now.saturating_sub(STALE) } else { now };
    let headers = notifying_key(server, delivery).sign(time, &nonce, signed).map(|(name, value)| match name {
        "wechatpay-signature" if faults.signature_probe_notification => (name, format!("WECHATPAY/SIGNTEST/{value}")),
        "wechatpay-serial" if faults.unknown_key_notification => (name, "PUB_KEY_ID_0000000000000000000000000000".to_owned()),
        _ => (name, value),
    });
    Some(Message { content_type: "application/json", headers: headers.to_vec(), body })
}

/// Puts another first byte into the sealed part: the seal no longer fits, though it is base64 still.
fn spoil_seal(body: &mut Vec<u8>) -> Option<()> {
    let mut event: Value = serde_json::from_slice(body).ok()?;
    let sealed = event["resource"]["ciphertext"].as_str()?;
    let first = if sealed.starts_with('A') { "B" } else { "A" };
    event["resource"]["ciphertext"] = format!("{first}{}", sealed.get(1..)?).into();
    *body = event.to_string().into_bytes();
    Some(())
}

/// The key that signs a notification: while an account changes its key, one or the other by the last digit of the event.
fn notifying_key<'a>(server: &'a WechatPay, delivery: &Delivery) -> &'a PlatformKey {
    let even = delivery.id.bytes().last().is_some_and(|digit| digit % 2 == 0);
    match server.env.faults().signing {
        Signing::PublicKey => &server.keys.platform,
        Signing::Migrating if even => &server.keys.platform,
        Signing::Rotating if even => &server.keys.next_certificate.key,
        Signing::Migrating | Signing::Rotating | Signing::Certificate => &server.keys.certificate.key,
    }
}

/// The transaction, with one minor unit too many if a fault says so.
fn paid(server: &WechatPay, payment_id: &str, now: i64) -> Option<EventResource> {
    let mut orders = server.orders();
    let order = orders.find(payment_id, now).ok()?;
    // What is told is the payment, even if a part of it went back meanwhile.
    let mut transaction = server.transaction_view(order).to_json_as(order.request.surface, false);
    if server.env.faults().wrong_amount_notification {
        let total = transaction["amount"]["total"].as_i64()?;
        transaction["amount"]["total"] = (total + 1).into();
    }
    Some(EventResource::Paid(transaction))
}

fn refunded(server: &WechatPay, out_refund_no: &str, now: i64) -> Option<EventResource> {
    let orders = server.orders();
    let (order, refund) = orders.find_refund(out_refund_no)?;
    let view = order.refund_view(refund, &server.keys.merchant.mchid, order.payment()?, now);
    // Nobody is told that a refund which ended before is under way again; the attempt after its next end tells that end.
    if view.state == RefundState::Processing {
        return None;
    }
    Some(EventResource::Refunded(view.state, view.to_notification_json()))
}
