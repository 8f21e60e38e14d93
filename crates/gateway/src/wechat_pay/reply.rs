//! From an HTTP reply to a body that can be believed, or to the error it amounts to.
//! Only 2xx replies are signed, so the status decides first, and error bodies are hints for people.

use serde::Deserialize;

use super::config::Config;
use super::verify;
use crate::{AccountFault, GatewayError, HttpResponse};

/// Longest provider text kept in an error, in characters: error bodies are unsigned, so anyone's.
const TEXT_LIMIT: usize = 256;

/// The message of an unpaid-only call on a paid payment, which comes with different codes.
const PAID_MESSAGE: &str = "该订单已支付";

/// The body of a signed 2xx, or the error that the reply amounts to.
pub(super) fn believed<'a>(config: &Config, reply: &'a HttpResponse, now: i64) -> Result<&'a [u8], GatewayError> {
    match reply.status.as_u16() {
        // 202 means "accepted, repeat the same call"; it decides nothing, signed or not.
        202 => Err(GatewayError::Busy { status: 202, code: error_body(reply).code }),
        200..=299 => {
            verify::signed(config, &reply.headers, &reply.body, now)?;
            Ok(&reply.body)
        }
        _ => Err(failure(reply)),
    }
}

/// Parses a believed body.
pub(super) fn read<'a, T: Deserialize<'a>>(body: &'a [u8], what: &'static str) -> Result<T, GatewayError> {
    serde_json::from_slice(body).map_err(|_| GatewayError::Unreadable { what })
}

/// The provider's error code, as far as an unsigned body can tell.
pub(super) fn code(reply: &HttpResponse) -> String {
    error_body(reply).code
}

/// The code and text of an error body; empty for an empty body (404, 405) or one that is no JSON.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ErrorBody {
    code: String,
    message: String,
}

fn error_body(reply: &HttpResponse) -> ErrorBody {
    let error_body: ErrorBody = serde_json::from_slice(&reply.body).unwrap_or_default();
    ErrorBody { code: error_body.code.chars().take(TEXT_LIMIT).collect(), message: error_body.message.chars().take(TEXT_LIMIT).collect() }
}

/// What a reply outside 2xx means (the provider's table of error codes).
fn failure(reply: &HttpResponse) -> GatewayError {
    let ErrorBody { code, message } = error_body(reply);
    let status = reply.status.as_u16();
    match code.as_str() {
        "ORDERPAID" | "ORDER_PAID" => return GatewayError::AlreadyPaid { code },
        "INVALID_REQUEST" if message.contains(PAID_MESSAGE) => {
            return GatewayError::AlreadyPaid { code };
        }
        "NO_AUTH" => {
            let is_suspended = ["限制", "冻结", "违规", "暂停"].iter().any(|word| message.contains(word));
            let fault = if is_suspended { AccountFault::Suspended } else { AccountFault::NotGranted };
            return GatewayError::Account { fault, code, message };
        }
        // The other accounts that this is said of are shoppers'.
        "ACCOUNT_ERROR" if !message.contains("用户") => {
            return GatewayError::Account { fault: AccountFault::Limited, code, message };
        }
        "RULE_LIMIT" => return GatewayError::Account { fault: AccountFault::Limited, code, message },
        "SIGN_ERROR" | "APPID_MCHID_NOT_MATCH" | "MCH_NOT_EXISTS" => {
            return GatewayError::Account { fault: AccountFault::NotProved, code, message };
        }
        "FREQUENCY_LIMITED" | "FREQUENCY_LIMIT_EXCEED" | "RATELIMIT_EXCEEDED" | "SYSTEM_ERROR" | "BANK_ERROR" | "SERVICE_UNAVAILABLE" => {
            return GatewayError::Busy { status, code };
        }
        "NOT_ENOUGH" => return GatewayError::Unfunded { code },
        // Answered with 500 by the provider, although repeating cannot help.
        "INVALID_TRANSACTIONID" | "OPENID_MISMATCH" => {
            return GatewayError::Refused { status, code, message };
        }
        _ => {}
    }
    match status {
        401 => GatewayError::Account { fault: AccountFault::NotProved, code, message },
        408 | 425 | 429 | 500..=599 => GatewayError::Busy { status, code },
        400..=499 => GatewayError::Refused { status, code, message },
        _ => GatewayError::Unreadable { what: "status" },
    }
}
