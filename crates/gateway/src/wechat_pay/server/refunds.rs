//! Refunds as WeChat Pay takes and shows them: the rules of their body, and the record that answers carry, which
//! notifications carry a little differently.

use serde_json::{Value, json};

use super::bodies::{NOTIFY_URL, NUMBER};
use super::error_reply::ErrorReply;
use super::schema::{Field, Form, Rule, check, check_path};
use crate::provider_time::BEIJING;

/// A refund's number, which may hold one character more than a payment's.
const REFUND_NUMBER: Form = Form { holds: is_refund_number, pattern: r"^[0-9a-zA-Z_\-\|\*@]+$" };

const REFUND: &[Field] = &[
    Field::may("transaction_id", "微信支付订单号", Rule::text(1, 32)),
    Field::may("out_trade_no", "商户订单号", Rule::Text { min: 6, max: 32, form: NUMBER }),
    Field::must("out_refund_no", "商户退款单号", Rule::Text { min: 1, max: 64, form: REFUND_NUMBER }),
    Field::may("reason", "退款原因", Rule::text(0, 80)),
    Field::may("notify_url", "退款结果回调url", Rule::Text { min: 1, max: 256, form: NOTIFY_URL }),
    Field::may("funds_account", "退款资金来源", Rule::formed(1, 32, |text| matches!(text, "AVAILABLE" | "UNSETTLED"))),
    Field::must("amount", "金额信息", Rule::Object(AMOUNT)),
    Field::may("goods_detail", "退款商品", Rule::List(GOODS)),
];

const AMOUNT: &[Field] = &[
    Field::must("refund", "退款金额", Rule::Integer { min: 1 }),
    Field::must("total", "原订单金额", Rule::Integer { min: 1 }),
    Field::must("currency", "退款币种", Rule::formed(1, 16, |text| text == "CNY")),
    Field::may("from", "退款出资账户及金额", Rule::List(FROM)),
];

const FROM: &[Field] = &[
    Field::must("account", "出资账户类型", Rule::formed(1, 32, |text| matches!(text, "AVAILABLE" | "UNAVAILABLE"))),
    Field::must("amount", "出资金额", Rule::Integer { min: 1 }),
];

const GOODS: &[Field] = &[
    Field::must("merchant_goods_id", "商户侧商品编码", Rule::text(1, 32)),
    Field::may("wechatpay_goods_id", "微信支付商品编码", Rule::text(0, 32)),
    Field::may("goods_name", "商品名称", Rule::text(0, 256)),
    Field::must("unit_price", "商品单价", Rule::Integer { min: 0 }),
    Field::must("refund_amount", "商品退款金额", Rule::Integer { min: 1 }),
    Field::must("refund_quantity", "商品退货数量", Rule::Integer { min: 1 }),
];

/// A refund that passed every rule of form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundOrder {
    /// The provider's number of the payment; wins.
    pub transaction_id: Option<String>,
    /// The merchant's number of the payment.
    pub out_trade_no: Option<String>,
    /// The merchant's number of the refund.
    pub out_refund_no: String,
    /// Fen to return.
    pub refund: i64,
    /// Fen that were paid, as the merchant believes.
    pub total: i64,
    /// Where to notify, if anywhere.
    pub notify_url: Option<String>,
}

impl RefundOrder {
    /// Judges the body of `POST /v3/refund/domestic/refunds`.
    ///
    /// # Errors
    /// 400 `PARAM_ERROR`.
    pub fn parse(body: &[u8]) -> Result<Self, ErrorReply> {
        let parameters = check(body, REFUND)?;
        let text = |name: &str| parameters.get(name).and_then(Value::as_str).map(str::to_owned);
        let fen = |name: &str| parameters.get("amount").and_then(|amount| amount.get(name)).and_then(Value::as_i64).unwrap_or_default();
        let order = Self {
            transaction_id: text("transaction_id"),
            out_trade_no: text("out_trade_no"),
            out_refund_no: text("out_refund_no").unwrap_or_default(),
            refund: fen("refund"),
            total: fen("total"),
            notify_url: text("notify_url"),
        };
        match order.transaction_id.is_some() || order.out_trade_no.is_some() {
            true => Ok(order),
            false => Err(ErrorReply::parameter("微信支付订单号和商户订单号不能同时为空")),
        }
    }
}

const ABNORMAL: &[Field] = &[
    Field::must("out_refund_no", "商户退款单号", Rule::Text { min: 1, max: 64, form: REFUND_NUMBER }),
    Field::must("type", "异常退款处理方式", Rule::formed(1, 32, |text| matches!(text, "USER_BANK_CARD" | "MERCHANT_BANK_CARD"))),
    Field::may("bank_type", "开户银行", Rule::text(1, 16)),
    Field::may("bank_account", "收款银行卡号", Rule::text(1, 1024)),
    Field::may("real_name", "收款用户姓名", Rule::text(1, 1024)),
];

/// Where the money of a stuck refund shall go instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbnormalRefund {
    /// The merchant's number of the refund.
    pub out_refund_no: String,
    /// The shopper's card and name, each encrypted for the provider; empty for the merchant's own card.
    pub encrypted: Vec<String>,
}

impl AbnormalRefund {
    /// Judges the body of `POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund`.
    ///
    /// # Errors
    /// 400 `PARAM_ERROR`.
    pub fn parse(body: &[u8]) -> Result<Self, ErrorReply> {
        let parameters = check(body, ABNORMAL)?;
        let text = |name: &str| parameters.get(name).and_then(Value::as_str).map(str::to_owned);
        let card = ["bank_type", "bank_account", "real_name"].map(text);
        if text("type").as_deref() == Some("USER_BANK_CARD") && card.iter().any(Option::is_none) {
            return Err(ErrorReply::parameter("退款至用户银行卡时，开户银行、收款银行卡号、收款用户姓名必填"));
        }
        let [_, account, name] = card;
        Ok(Self { out_refund_no: text("out_refund_no").unwrap_or_default(), encrypted: account.into_iter().chain(name).collect() })
    }
}

/// Judges a refund's number in a path, after percent-decoding.
///
/// # Errors
/// 400 `PARAM_ERROR`.
pub fn check_refund_number(number: &str) -> Result<(), ErrorReply> {
    const NUMBER_FIELD: Field = Field::must("out_refund_no", "商户退款单号", Rule::Text { min: 1, max: 64, form: REFUND_NUMBER });
    check_path(&NUMBER_FIELD, number)
}

fn is_refund_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-*|@".contains(&byte))
}

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    /// Accepted.
    Processing,
    /// The money has left.
    Success,
    /// Nothing was returned.
    Closed,
    /// The shopper's account cannot take it.
    Abnormal,
}

impl RefundState {
    fn text(self) -> &'static str {
        match self {
            Self::Processing => "PROCESSING",
            Self::Success => "SUCCESS",
            Self::Closed => "CLOSED",
            Self::Abnormal => "ABNORMAL",
        }
    }
}

/// A refund as answers and notifications show it.
#[derive(Debug, Clone, Copy)]
pub struct RefundView<'a> {
    /// The merchant number.
    pub mchid: &'a str,
    /// The provider's number of the refund.
    pub refund_id: &'a str,
    /// The merchant's.
    pub out_refund_no: &'a str,
    /// The provider's number of the payment.
    pub transaction_id: &'a str,
    /// The merchant's.
    pub out_trade_no: &'a str,
    /// Fen that were paid.
    pub total: i64,
    /// Fen of this refund.
    pub refund: i64,
    /// When it was accepted, in unix seconds.
    pub created_at: i64,
    /// When it ended, in unix seconds.
    pub ended_at: i64,
    /// How it stands.
    pub state: RefundState,
}

impl RefundView<'_> {
    /// The record in the answers of both calls.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.with_success_time(json!({
            "refund_id": self.refund_id,
            "out_refund_no": self.out_refund_no,
            "transaction_id": self.transaction_id,
            "out_trade_no": self.out_trade_no,
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": BEIJING.format(self.created_at),
            "status": self.state.text(),
            "funds_account": "AVAILABLE",
            "amount": {
                "total": self.total, "refund": self.refund, "from": [], "payer_total": self.total, "payer_refund": self.refund,
                "settlement_refund": self.refund, "settlement_total": self.total, "discount_refund": 0, "currency": "CNY",
            },
            "promotion_detail": [],
        }))
    }

    /// The record in notifications, which calls the status by another name.
    #[must_use]
    pub fn to_notification_json(&self) -> Value {
        self.with_success_time(json!({
            "mchid": self.mchid,
            "out_trade_no": self.out_trade_no,
            "transaction_id": self.transaction_id,
            "out_refund_no": self.out_refund_no,
            "refund_id": self.refund_id,
            "refund_status": self.state.text(),
            "user_received_account": "支付用户零钱",
            "amount": { "total": self.total, "refund": self.refund, "payer_total": self.total, "payer_refund": self.refund },
        }))
    }

    /// Both records tell when the money left, and only then.
    fn with_success_time(&self, mut record: Value) -> Value {
        if self.state == RefundState::Success {
            record["success_time"] = json!(BEIJING.format(self.ended_at));
        }
        record
    }
}
