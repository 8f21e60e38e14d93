//! Refunds, `/v3/refund/domestic/refunds`: the body we send, the record that calls answer, and the other
//! record that notifications carry. A 200 means accepted, not done (WeChat Pay v3, refunds).

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::transaction::same;
use super::{reply, texts};
use crate::{GatewayError, NotificationEvent, RefundRequest, RefundStatus, provider_time};

/// Path of the call; a query adds the refund's number.
pub(super) const PATH: &str = "/v3/refund/domestic/refunds";

#[derive(Serialize)]
struct RefundBody<'a> {
    out_trade_no: &'a str,
    out_refund_no: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    notify_url: &'a str,
    amount: RefundAmounts<'a>,
}

#[derive(Serialize)]
struct RefundAmounts<'a> {
    refund: i64,
    total: i64,
    currency: &'a str,
}

/// The notification address always goes along: without one, the console's gets the old XML form.
pub(super) fn body(refund: &RefundRequest<'_>) -> Vec<u8> {
    let body = RefundBody {
        out_trade_no: refund.payment.id,
        out_refund_no: refund.refund_id,
        reason: texts::reason(refund),
        notify_url: refund.notify_url,
        amount: RefundAmounts { refund: refund.amount, total: refund.total, currency: refund.currency },
    };
    serde_json::to_vec(&body).expect("strings and integers always become JSON")
}

/// The record in the answers of both calls.
#[derive(Deserialize)]
struct RefundReply {
    out_trade_no: String,
    out_refund_no: String,
    status: String,
    success_time: Option<String>,
    amount: RefundAmount,
}

#[derive(Deserialize)]
struct RefundAmount {
    refund: i64,
    currency: Option<String>,
}

/// What answers are compared with.
pub(super) struct ExpectedRefund {
    payment_id: String,
    refund_id: String,
    amount: i64,
    currency: String,
}

impl ExpectedRefund {
    pub fn of(refund: &RefundRequest<'_>) -> Self {
        Self {
            payment_id: refund.payment.id.to_owned(),
            refund_id: refund.refund_id.to_owned(),
            amount: refund.amount,
            currency: refund.currency.to_owned(),
        }
    }
}

/// Reads a believed answer and insists that it is about this refund.
pub(super) fn status(body: &[u8], expected: &ExpectedRefund) -> Result<RefundStatus, GatewayError> {
    let record: RefundReply = reply::read(body, "refund")?;
    same("out_refund_no", &expected.refund_id, &record.out_refund_no)?;
    same("out_trade_no", &expected.payment_id, &record.out_trade_no)?;
    same("amount.refund", &expected.amount.to_string(), &record.amount.refund.to_string())?;
    if let Some(currency) = &record.amount.currency {
        same("amount.currency", &expected.currency, currency)?;
    }
    read_status(&record.status, record.amount.refund, record.success_time.as_deref())
}

/// The record in notifications, which calls the status by another name.
#[derive(Deserialize)]
struct RefundEvent {
    mchid: String,
    out_trade_no: String,
    out_refund_no: String,
    refund_status: String,
    success_time: Option<String>,
    amount: RefundAmount,
}

pub(super) fn event(config: &Config, plain: &[u8]) -> Result<NotificationEvent, GatewayError> {
    let record: RefundEvent = reply::read(plain, "refund")?;
    same("mchid", &config.mchid, &record.mchid)?;
    let status = read_status(&record.refund_status, record.amount.refund, record.success_time.as_deref())?;
    Ok(NotificationEvent::Refund { payment_id: record.out_trade_no, refund_id: Some(record.out_refund_no), status })
}

fn read_status(status: &str, amount: i64, success_time: Option<&str>) -> Result<RefundStatus, GatewayError> {
    match status {
        "PROCESSING" => Ok(RefundStatus::Pending),
        "SUCCESS" => Ok(RefundStatus::Done { amount, at: success_time.and_then(provider_time::parse) }),
        "CLOSED" => Ok(RefundStatus::Failed),
        "ABNORMAL" => Ok(RefundStatus::Stuck),
        _ => Err(GatewayError::Unreadable { what: "status" }),
    }
}
