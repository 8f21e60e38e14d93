//! The provider's own test of a merchant: what is said comes back, signed, and encrypted if it came so, and as a notification if
//! an address is given (WeChat Pay v3, `POST /v3/security/echo`).

use axum::http::HeaderMap;
use gateway::wechat_pay::server::{Echo, Refusal};
use serde_json::json;

use super::WechatPay;
use super::refunds::event_id;
use super::sensitive;
use crate::notifications::Errand;
use crate::world::World;

pub(super) fn echo(world: &World, headers: &HeaderMap, asked: Echo, now: i64) -> Result<Vec<u8>, Refusal> {
    let mut said = json!({ "echo_message": asked.message });
    for plain in sensitive::open(world, headers, asked.encrypted.as_slice())? {
        said["encrypted_echo_message"] = sensitive::seal(&world.keys.merchant.key, &plain).ok_or_else(Refusal::system_error)?.into();
    }
    if let Some(url) = asked.notify_url {
        let faults = world.faults();
        let errand = Errand { id: event_id(world), provider: &WechatPay, payment_id: String::new(), refund_id: None, url, created_at: now };
        world.orders().echoes.insert(errand.id.clone(), said.clone());
        world.outbox().add(errand, faults.hold_notifications, faults.duplicate_notification);
        world.clock.moved.notify_one();
    }
    Ok(said.to_string().into_bytes())
}
