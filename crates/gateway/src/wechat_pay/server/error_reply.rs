//! The errors WeChat Pay answers, with the statuses, codes, texts and details seen on the live
//! service. Error answers are never signed.

use serde_json::{Value, json};

/// An error answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorReply {
    /// HTTP status.
    pub status: u16,
    /// The documented code.
    pub code: &'static str,
    /// Text for people, in Chinese as the service sends by default.
    pub message: String,
    /// Irregular extra facts.
    pub detail: Option<Value>,
    /// Numeric tail of `Request-ID`, where one is known.
    pub internal: u32,
}

impl ErrorReply {
    /// An error without detail.
    #[must_use]
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), detail: None, internal: 0 }
    }

    /// The same with a detail.
    #[must_use]
    pub fn detail(self, detail: Value) -> Self {
        Self { detail: Some(detail), ..self }
    }

    /// The same with the numeric tail of `Request-ID`.
    #[must_use]
    pub fn internal(self, internal: u32) -> Self {
        Self { internal, ..self }
    }

    /// 400 `PARAM_ERROR`.
    #[must_use]
    pub fn parameter(message: impl Into<String>) -> Self {
        Self::new(400, "PARAM_ERROR", message)
    }

    /// 401 `SIGN_ERROR`.
    #[must_use]
    pub fn signature(message: impl Into<String>) -> Self {
        Self::new(401, "SIGN_ERROR", message).internal(268_443_699)
    }

    /// 404 for a payment that was never prepared.
    #[must_use]
    pub fn order_not_exist() -> Self {
        Self::new(404, "ORDER_NOT_EXIST", "订单不存在").internal(268_512_771)
    }

    /// 400 for a call that only makes sense on an unpaid payment. Pages disagree on the code:
    /// a prepay gets `INVALID_REQUEST`, a close `ORDERPAID`.
    #[must_use]
    pub fn already_paid(code: &'static str) -> Self {
        Self::new(400, code, "该订单已支付").internal(268_449_538)
    }

    /// 400 for a number whose payment is closed or past its deadline.
    #[must_use]
    pub fn order_closed() -> Self {
        Self::new(400, "ORDER_CLOSED", "该订单已关闭，请更换商户订单号后重新下单").internal(268_447_914)
    }

    /// 403 for a number used again with other parameters.
    #[must_use]
    pub fn number_used() -> Self {
        Self::new(403, "OUT_TRADE_NO_USED", "商户订单号重复，请核实商户订单号是否重复提交").internal(268_498_688)
    }

    /// 500, which says nothing about whether the call took effect.
    #[must_use]
    pub fn system_error() -> Self {
        Self::new(500, "SYSTEM_ERROR", "系统异常，请稍后重试")
    }

    /// The JSON body.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut body = json!({ "code": self.code, "message": self.message });
        if let Some(detail) = &self.detail {
            body["detail"] = detail.clone();
        }
        body.to_string().into_bytes()
    }
}
