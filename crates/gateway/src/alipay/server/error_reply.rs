//! The errors Alipay answers: code, message, sub code and its text. What is refused before the sender is
//! known goes out unsigned (Alipay, "response envelope").

/// An error answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorReply {
    /// The class of the error, five digits.
    pub code: &'static str,
    /// What exactly it is.
    pub sub_code: &'static str,
    /// Text for people.
    pub sub_msg: &'static str,
    /// Whether the answer carries a signature.
    pub signed: bool,
}

impl ErrorReply {
    /// A defect of the envelope: 40001 for what is missing, 40002 for what is invalid.
    #[must_use]
    pub const fn protocol(code: &'static str, sub_code: &'static str, sub_msg: &'static str) -> Self {
        Self { code, sub_code, sub_msg, signed: false }
    }

    /// 40004, a failure of business.
    #[must_use]
    pub const fn business(sub_code: &'static str, sub_msg: &'static str) -> Self {
        Self { code: "40004", sub_code, sub_msg, signed: true }
    }

    /// The trade does not exist, which is also true of every code that nobody has scanned.
    #[must_use]
    pub const fn trade_not_exist() -> Self {
        Self::business("ACQ.TRADE_NOT_EXIST", "交易不存在")
    }

    /// There is no bill of that day, or none yet.
    #[must_use]
    pub const fn no_bill() -> Self {
        Self::business("isp.bill_not_exist", "账单不存在")
    }

    /// A member of the content is missing or wrong.
    #[must_use]
    pub const fn invalid_parameter() -> Self {
        Self::business("ACQ.INVALID_PARAMETER", "参数无效")
    }

    /// Says nothing about whether the call took effect.
    #[must_use]
    pub const fn unknown_error() -> Self {
        Self { code: "20000", sub_code: "isp.unknow-error", sub_msg: "系统繁忙", signed: true }
    }

    /// The text that belongs to the class.
    #[must_use]
    pub fn msg(&self) -> &'static str {
        match self.code {
            "20000" => "Service Currently Unavailable",
            "20001" => "Insufficient Authorization Permissions",
            "40001" => "Missing Required Arguments",
            "40002" => "Invalid Arguments",
            "40005" => "App Call Limited",
            "40006" => "Insufficient Permissions",
            _ => "Business Failed",
        }
    }

    /// Status and code of the REST dialect, which drops the first part of a protocol code.
    #[must_use]
    pub fn rest(&self) -> (u16, &'static str) {
        let code = self.sub_code.strip_prefix("isv.").or_else(|| self.sub_code.strip_prefix("isp.")).unwrap_or(self.sub_code);
        match self.code {
            "20000" => (500, code),
            "40005" => (429, code),
            "40006" => (403, code),
            _ => (400, code),
        }
    }
}
