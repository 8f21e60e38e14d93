//! Refunds and their query. Money has moved only when `fund_change` is `Y`, or the query says so; `N` on a
//! repetition means that an earlier call did it (Alipay, "methods").

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::reply::believed;
use super::trade::{CURRENCY, same};
use super::{number, texts};
use crate::provider_time::BEIJING;
use crate::{GatewayError, HttpResponse, RefundRequest, RefundStatus, yuan};

/// Returns money.
pub(super) const REFUND: &str = "alipay.trade.refund";
/// Asks about a refund.
pub(super) const QUERY: &str = "alipay.trade.fastpay.refund.query";

#[derive(Serialize)]
pub(super) struct RefundContent<'a> {
    out_trade_no: String,
    refund_amount: String,
    out_request_no: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_reason: Option<String>,
}

/// The content of a refund. A currency other than yuan, which Alipay cannot have collected, asks for nothing
/// and is refused there.
pub(super) fn refund_content<'a>(refund: &RefundRequest<'a>) -> RefundContent<'a> {
    let amount = if refund.currency == CURRENCY { refund.amount } else { 0 };
    RefundContent {
        out_trade_no: number::encode(refund.payment.id),
        refund_amount: yuan::format(amount),
        out_request_no: refund.refund_id,
        refund_reason: texts::reason(refund),
    }
}

#[derive(Serialize)]
pub(super) struct RefundQueryContent<'a> {
    out_trade_no: String,
    out_request_no: &'a str,
    query_options: [&'static str; 1],
}

pub(super) fn query_content<'a>(refund: &RefundRequest<'a>) -> RefundQueryContent<'a> {
    // Without the option the time of the refund is left out.
    RefundQueryContent {
        out_trade_no: number::encode(refund.payment.id),
        out_request_no: refund.refund_id,
        query_options: ["gmt_refund_pay"],
    }
}

/// What replies are compared with.
pub(super) struct ExpectedRefund {
    number: String,
    refund_id: String,
    amount: i64,
}

impl ExpectedRefund {
    pub fn of(refund: &RefundRequest<'_>) -> Self {
        Self { number: number::encode(refund.payment.id), refund_id: refund.refund_id.to_owned(), amount: refund.amount }
    }
}

/// `refund_fee` is cumulative over all refunds of the trade, so it says nothing about this one.
#[derive(Deserialize)]
struct RefundReply {
    out_trade_no: String,
    fund_change: String,
}

pub(super) fn refunded(config: &Config, expected: &ExpectedRefund, reply: &HttpResponse) -> Result<RefundStatus, GatewayError> {
    let answer: RefundReply = believed(config, REFUND, reply).map_err(|error| match error {
        // Being paid for good is what a create stumbles over; a refund is refused by it.
        GatewayError::AlreadyPaid { code } => GatewayError::Refused { status: 200, code, message: "no refund any more".to_owned() },
        other => other,
    })?;
    same("out_trade_no", &expected.number, &answer.out_trade_no)?;
    Ok(match answer.fund_change.as_str() {
        "Y" => RefundStatus::Done { amount: expected.amount, at: None },
        _ => RefundStatus::Pending,
    })
}

/// All members are absent from the answer about a refund that Alipay has not booked.
#[derive(Deserialize)]
struct RefundQueryReply {
    out_trade_no: Option<String>,
    out_request_no: Option<String>,
    refund_amount: Option<String>,
    refund_status: Option<String>,
    gmt_refund_pay: Option<String>,
}

pub(super) fn queried(config: &Config, expected: &ExpectedRefund, reply: &HttpResponse) -> Result<RefundStatus, GatewayError> {
    let answer: RefundQueryReply = believed(config, QUERY, reply)?;
    if let Some(number) = &answer.out_trade_no {
        same("out_trade_no", &expected.number, number)?;
    }
    if let Some(id) = &answer.out_request_no {
        same("out_request_no", &expected.refund_id, id)?;
    }
    let (Some("REFUND_SUCCESS"), Some(amount)) = (answer.refund_status.as_deref(), &answer.refund_amount) else {
        return Ok(RefundStatus::Unknown);
    };
    let amount = yuan::parse(amount).ok_or(GatewayError::Unreadable { what: "refund_amount" })?;
    Ok(RefundStatus::Done { amount, at: answer.gmt_refund_pay.as_deref().and_then(|text| BEIJING.parse_plain(text)) })
}
