//! What a merchant may have echoed to test its keys (WeChat Pay v3, `POST /v3/security/echo`).

use serde_json::Value;

use super::bodies::NOTIFY_URL;
use super::error_reply::ErrorReply;
use super::schema::{Field, Rule, check};

const ECHO: &[Field] = &[
    Field::must("echo_message", "回显信息", Rule::text(1, 1024)),
    Field::may("encrypted_echo_message", "加密测试字段", Rule::text(1, 1024)),
    Field::may("notify_url", "商户回调地址", Rule::Text { min: 1, max: 255, form: NOTIFY_URL }),
];

/// A test that passed every rule of form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// Comes back as it is.
    pub message: String,
    /// Encrypted for the provider; comes back encrypted for the merchant.
    pub encrypted: Option<String>,
    /// Where to notify, if anywhere.
    pub notify_url: Option<String>,
}

impl Echo {
    /// Judges the body.
    ///
    /// # Errors
    /// 400 `PARAM_ERROR`.
    pub fn parse(body: &[u8]) -> Result<Self, ErrorReply> {
        let parameters = check(body, ECHO)?;
        let text = |name: &str| parameters.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            message: text("echo_message").unwrap_or_default(),
            encrypted: text("encrypted_echo_message"),
            notify_url: text("notify_url"),
        })
    }
}
