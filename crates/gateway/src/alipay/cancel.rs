//! Cancel, which closes an unpaid trade and refunds a paid one: for doubts that a person ends.

use serde::Deserialize;

use super::config::Config;
use super::number;
use super::reply::believed;
use super::trade::same;
use crate::{GatewayError, HttpResponse};

/// The call's name.
pub(super) const CALL: &str = "alipay.trade.cancel";

/// What a cancel did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Canceled {
    /// Nothing was paid, and nothing can be any more.
    Closed,
    /// It was paid, and all of the money goes back.
    Refunded,
    /// Not done; the same call may be repeated.
    Repeat,
}

#[derive(Deserialize)]
struct CancelReply {
    out_trade_no: String,
    #[serde(default)]
    retry_flag: String,
    #[serde(default)]
    action: String,
}

pub(super) fn canceled(config: &Config, payment_id: &str, reply: &HttpResponse) -> Result<Canceled, GatewayError> {
    let answer: CancelReply = believed(config, CALL, reply)?;
    same("out_trade_no", &number::encode(payment_id), &answer.out_trade_no)?;
    match (answer.retry_flag.as_str(), answer.action.as_str()) {
        ("Y", _) => Ok(Canceled::Repeat),
        // Of a code that nobody has scanned there was nothing to do, and nothing is said of it.
        (_, "close" | "") => Ok(Canceled::Closed),
        (_, "refund") => Ok(Canceled::Refunded),
        _ => Err(GatewayError::Unreadable { what: "action" }),
    }
}
