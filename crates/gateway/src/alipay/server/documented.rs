//! Every error that Alipay documents for the calls of a merchant (tables of `code` and `sub_code`), so that a merchant can be
//! shown each of them. When a call really deserves one is decided where the call is judged.

use super::error_reply::ErrorReply;

/// Code and sub code. Alipay's gateway answers those of its protocol, everything below 40004, before it knows the sender, and so
/// without a signature.
pub const DOCUMENTED: [(&str, &str); 51] = [
    ("20000", "isp.unknow-error"),
    ("20000", "aop.unknow-error"),
    ("20001", "aop.invalid-auth-token"),
    ("40001", "isv.missing-method"),
    ("40001", "isv.missing-signature"),
    ("40001", "isv.missing-app-id"),
    ("40001", "isv.missing-timestamp"),
    ("40001", "isv.missing-version"),
    ("40001", "isv.missing-signature-type"),
    ("40002", "isv.invalid-signature"),
    ("40002", "isv.invalid-app-id"),
    ("40002", "isv.invalid-timestamp"),
    ("40002", "isv.invalid-charset"),
    ("40002", "isv.invalid-method"),
    ("40002", "isv.invalid-parameter"),
    ("40002", "isv.illegal-json"),
    ("40003", "isv.missing-signature-config"),
    ("40004", "ACQ.TRADE_NOT_EXIST"),
    ("40004", "ACQ.TRADE_HAS_SUCCESS"),
    ("40004", "ACQ.TRADE_HAS_CLOSE"),
    ("40004", "ACQ.CONTEXT_INCONSISTENT"),
    ("40004", "ACQ.APPLY_PC_MERCHANT_CODE_ERROR"),
    ("40004", "ACQ.TOTAL_FEE_EXCEED"),
    ("40004", "ACQ.PARTNER_ERROR"),
    ("40004", "ACQ.EXIST_FORBIDDEN_WORD"),
    ("40004", "ACQ.BUYER_SELLER_EQUAL"),
    ("40004", "ACQ.TRADE_BUYER_NOT_MATCH"),
    ("40004", "ACQ.INVALID_PARAMETER"),
    ("40004", "ACQ.SYSTEM_ERROR"),
    ("40004", "ACQ.ACCESS_FORBIDDEN"),
    ("40004", "ACQ.TRADE_STATUS_ERROR"),
    ("40004", "ACQ.REASON_TRADE_STATUS_INVALID"),
    ("40004", "ACQ.TRADE_HAS_FINISHED"),
    ("40004", "ACQ.TRADE_CANCEL_TIME_OUT"),
    ("40004", "ACQ.CANCEL_NOT_ALLOWED"),
    ("40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH"),
    // Spelt so by the provider.
    ("40004", "AQC.SYSTEM_ERROR"),
    ("40004", "ACQ.DISCORDANT_REPEAT_REQUEST"),
    ("40004", "ACQ.REASON_TRADE_REFUND_FEE_ERR"),
    ("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
    ("40004", "ACQ.TRADE_NOT_ALLOW_REFUND"),
    ("40004", "ACQ.REFUND_CHARGE_ERROR"),
    ("40004", "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"),
    ("40004", "ACQ.REASON_ILLEGAL_STATUS"),
    ("40004", "ACQ.REASON_TRADE_BEEN_FREEZEN"),
    ("40004", "ACQ.SELLER_BEEN_BLOCKED"),
    ("40004", "ACQ.MERCHANT_STATUS_NOT_NORMAL"),
    ("40004", "ACQ.MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT"),
    ("40004", "ACQ.MERCHANT_PERM_RECEIPT_DAY_LIMIT"),
    ("40005", "isv.app-call-limited"),
    ("40006", "isv.insufficient-isv-permissions"),
];

/// The error with that sub code, if it is documented.
#[must_use]
pub fn documented(sub_code: &str) -> Option<ErrorReply> {
    let (code, sub_code) = DOCUMENTED.into_iter().find(|(_, known)| *known == sub_code)?;
    Some(ErrorReply { code, sub_code, sub_msg: "错误演示", signed: matches!(code, "20000" | "40004" | "40005" | "40006") })
}
