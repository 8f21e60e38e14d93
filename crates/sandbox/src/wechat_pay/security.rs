//! The provider's own test of a merchant: what is said comes back, signed, and encrypted if it came so, and as a notification if
//! an address is given (WeChat Pay v3, `POST /v3/security/echo`).

use axum::http::HeaderMap;
use gateway::wechat_pay::PROVIDER;
use gateway::wechat_pay::server::{Echo, ErrorReply, RETRY_DELAYS};
use serde_json::json;

use super::sensitive;
use super::server::WechatPay;
use crate::notifications::Delivery;

pub(super) fn echo(server: &WechatPay, headers: &HeaderMap, asked: Echo, now: i64) -> Result<Vec<u8>, ErrorReply> {
    let mut said = json!({ "echo_message": asked.message });
    for plain in sensitive::open(server, headers, asked.encrypted.as_slice())? {
        said["encrypted_echo_message"] = sensitive::seal(&server.keys.merchant.key, &plain).ok_or_else(ErrorReply::system_error)?.into();
    }
    if let Some(url) = asked.notify_url {
        let (id, retry_delays) = (server.event_id(), &RETRY_DELAYS);
        server.orders().echoes.insert(id.clone(), said.clone());
        let payment_id = String::new();
        server.env.announce(Delivery { id, provider: PROVIDER, retry_delays, payment_id, refund_id: None, url, created_at: now });
    }
    Ok(said.to_string().into_bytes())
}
