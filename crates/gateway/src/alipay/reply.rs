//! From an HTTP reply to a node that can be believed, or to the error it amounts to. The signature covers
//! the node's bytes as received, so they are cut out before anything of them is read (Alipay, "envelope").

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::config::Config;
use crate::{AccountFault, GatewayError, HttpResponse};

/// Names Alipay's one key in errors.
pub(super) const KEY_ID: &str = "alipay_public_key";

/// Longest provider text kept in an error, in characters.
const TEXT_LIMIT: usize = 256;

/// The members that every node has, successful or not.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ResultCode {
    code: String,
    msg: String,
    sub_code: String,
    sub_msg: String,
}

/// The signed node of a call that succeeded, or the error that the reply amounts to.
pub(super) fn believed<T: for<'de> Deserialize<'de>>(config: &Config, method: &str, reply: &HttpResponse) -> Result<T, GatewayError> {
    match reply.status.as_u16() {
        200 => {}
        status @ (408 | 425 | 429 | 500..=599) => return Err(GatewayError::Busy { status, code: String::new() }),
        _ => return Err(GatewayError::Unreadable { what: "status" }),
    }
    let unreadable = GatewayError::Unreadable { what: "envelope" };
    let Ok(members) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(&reply.body) else { return Err(unreadable) };
    let name = format!("{}_response", method.replace('.', "_"));
    let node = members.get(&name).or_else(|| members.get("error_response")).ok_or(unreadable)?.get();
    let signed = match members.get("sign") {
        Some(sign) => verified(config, node, sign)?,
        None => false,
    };
    let result: ResultCode = read(node)?;
    match (result.code.as_str(), signed) {
        ("10000", true) => read(node),
        // A success that nobody signed is a forgery.
        ("10000", false) => Err(GatewayError::Unsigned { code: result.code }),
        _ => Err(failure(result, signed)),
    }
}

/// Proves the node's bytes; a signature that is there has to hold.
fn verified(config: &Config, node: &str, sign: &RawValue) -> Result<bool, GatewayError> {
    let signature = serde_json::from_str::<String>(sign.get()).unwrap_or_default();
    match config.alipay_key.verifies(node.as_bytes(), &signature) {
        true => Ok(true),
        false => Err(GatewayError::BadSignature { id: KEY_ID.to_owned() }),
    }
}

fn read<'a, T: Deserialize<'a>>(node: &'a str) -> Result<T, GatewayError> {
    serde_json::from_str(node).map_err(|_| GatewayError::Unreadable { what: "node" })
}

/// Whether a code speaks of who sells and not of what is sold.
fn is_about_the_seller(code: &str) -> bool {
    let code = code.strip_prefix("ACQ.").unwrap_or(code);
    matches!(code, "SELLER_BEEN_BLOCKED" | "MERCHANT_STATUS_NOT_NORMAL") || code.starts_with("MERCHANT_PERM_RECEIPT_")
}

/// What a failure means (Alipay, tables of `code` and `sub_code`). Nothing about a payment follows from an
/// unsigned one: it can only be repeated, or tell the operator what to look at.
fn failure(result: ResultCode, signed: bool) -> GatewayError {
    let short = |text: String| text.chars().take(TEXT_LIMIT).collect::<String>();
    let code = short(if result.sub_code.is_empty() { result.code.clone() } else { result.sub_code });
    let message = short(if result.sub_msg.is_empty() { result.msg } else { result.sub_msg });
    match (result.code.as_str(), code.as_str()) {
        ("20000" | "40005", _) | (_, "ACQ.SYSTEM_ERROR" | "AQC.SYSTEM_ERROR") => GatewayError::Busy { status: 200, code },
        ("40002", "isv.invalid-parameter" | "isv.illegal-json") if signed => GatewayError::Refused { status: 200, code, message },
        // Of one order's content, and proved by nobody.
        ("40002", "isv.invalid-parameter" | "isv.illegal-json") => GatewayError::Unsigned { code },
        ("40006", _) => GatewayError::Account { fault: AccountFault::NotGranted, code, message },
        ("20001" | "40001" | "40002" | "40003", _) => GatewayError::Account { fault: AccountFault::NotProved, code, message },
        _ if !signed => GatewayError::Unsigned { code },
        (_, "ACQ.TRADE_HAS_SUCCESS" | "ACQ.TRADE_HAS_FINISHED") => GatewayError::AlreadyPaid { code },
        (_, "ACQ.SELLER_BALANCE_NOT_ENOUGH") => GatewayError::Unfunded { code },
        (_, "ACQ.ACCESS_FORBIDDEN") => GatewayError::Account { fault: AccountFault::NotGranted, code, message },
        (_, "ACQ.PARTNER_ERROR") => GatewayError::Account { fault: AccountFault::NotProved, code, message },
        (_, seller) if is_about_the_seller(seller) => GatewayError::Account { fault: AccountFault::Suspended, code, message },
        ("40004", _) => GatewayError::Refused { status: 200, code, message },
        _ => GatewayError::Unreadable { what: "code" },
    }
}
