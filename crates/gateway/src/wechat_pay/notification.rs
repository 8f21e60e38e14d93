//! Notifications as a merchant receives them: verify the raw bytes, then parse, then decrypt, then
//! compare. The order matters: nothing of an unproved message is parsed.

use http::HeaderMap;
use serde::Deserialize;

use super::config::Config;
use super::seal::ALGORITHM;
use super::transaction::Transaction;
use super::{refund, reply, verify};
use crate::{GatewayError, Notification, NotificationEvent, NotificationReply, ProviderStatus};

#[derive(Deserialize)]
struct EventBody {
    id: String,
    event_type: String,
    resource: Resource,
}

#[derive(Deserialize)]
struct Resource {
    original_type: String,
    algorithm: String,
    ciphertext: String,
    associated_data: String,
    nonce: String,
}

pub(super) fn received(config: &Config, headers: &HeaderMap, body: &[u8], now: i64) -> Result<Notification, GatewayError> {
    verify::signed(config, headers, body, now)?;
    let body: EventBody = reply::read(body, "notification")?;
    if body.id.is_empty() {
        return Err(GatewayError::Unreadable { what: "id" });
    }
    let event = match body.event_type.as_str() {
        "TRANSACTION.SUCCESS" => NotificationEvent::Paid(payment(config, &body.resource)?),
        "REFUND.SUCCESS" | "REFUND.ABNORMAL" | "REFUND.CLOSED" => refund::event(config, &opened(config, &body.resource, "refund")?)?,
        _ => NotificationEvent::Other { kind: body.event_type },
    };
    Ok(Notification { id: body.id, event })
}

fn payment(config: &Config, resource: &Resource) -> Result<crate::ProviderPayment, GatewayError> {
    let plain = opened(config, resource, "transaction")?;
    let transaction: Transaction = reply::read(&plain, "transaction")?;
    match transaction.ours(config)?.status()? {
        ProviderStatus::Paid(payment) => Ok(payment),
        ProviderStatus::Waiting
        | ProviderStatus::Scanned
        | ProviderStatus::Closed
        | ProviderStatus::ClosedInDoubt
        | ProviderStatus::Unknown
        | ProviderStatus::Refused => Err(GatewayError::Unreadable { what: "trade_state" }),
    }
}

/// What is sealed inside, if it is of the kind that the event promises.
fn opened(config: &Config, resource: &Resource, kind: &str) -> Result<Vec<u8>, GatewayError> {
    if resource.algorithm != ALGORITHM || resource.original_type != kind {
        return Err(GatewayError::Unreadable { what: "resource" });
    }
    config.apiv3_key.open(&resource.nonce, &resource.associated_data, &resource.ciphertext).ok_or(GatewayError::Undecryptable)
}

/// 204 stops the repetitions; anything that is not 2xx asks for the next one.
pub(super) fn acknowledgement(accepted: bool) -> NotificationReply {
    let (status, body) = match accepted {
        true => (204, Vec::new()),
        false => (500, br#"{"code":"FAIL","message":"not accepted"}"#.to_vec()),
    };
    NotificationReply { status, content_type: "application/json", body }
}
