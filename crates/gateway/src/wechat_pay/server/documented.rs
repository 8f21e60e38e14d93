//! Every error that WeChat Pay documents for the calls of a merchant (v3 error tables), so that a merchant can be shown each of
//! them. When a call really deserves one is decided where the call is judged.

use super::error_reply::ErrorReply;

/// Status and code. Codes whose status the documentation does not tell stand under 400.
pub const DOCUMENTED: [(u16, &str); 31] = [
    (202, "USER_PAYING"),
    (400, "PARAM_ERROR"),
    (400, "INVALID_REQUEST"),
    (400, "APPID_MCHID_NOT_MATCH"),
    (400, "MCH_NOT_EXISTS"),
    (400, "ORDER_CLOSED"),
    (400, "ORDERPAID"),
    (400, "ORDER_PAID"),
    (400, "NO_STATEMENT_EXIST"),
    (400, "STATEMENT_CREATING"),
    (400, "TRADE_OVERDUE"),
    (400, "REFUND_FEE_MISMATCH"),
    (401, "SIGN_ERROR"),
    (403, "OUT_TRADE_NO_USED"),
    (403, "NO_AUTH"),
    (403, "RULE_LIMIT"),
    (403, "TRADE_ERROR"),
    (403, "NOT_ENOUGH"),
    (403, "USER_ACCOUNT_ABNORMAL"),
    (403, "ACCOUNT_ERROR"),
    (404, "ORDER_NOT_EXIST"),
    (404, "RESOURCE_NOT_EXISTS"),
    (429, "FREQUENCY_LIMITED"),
    (429, "FREQUENCY_LIMIT_EXCEED"),
    (429, "RATELIMIT_EXCEEDED"),
    (500, "SYSTEM_ERROR"),
    (500, "BANK_ERROR"),
    (500, "INVALID_TRANSACTIONID"),
    (500, "OPENID_MISMATCH"),
    (502, "SERVICE_UNAVAILABLE"),
    (503, "SERVICE_UNAVAILABLE"),
];

/// The error with that code, if it is documented; the first status where there are two.
#[must_use]
pub fn documented(code: &str) -> Option<ErrorReply> {
    let (status, code) = DOCUMENTED.into_iter().find(|(_, known)| *known == code)?;
    Some(ErrorReply::new(status, code, "错误演示"))
}
