//! What WeChat Pay sends: signature headers for answers and notifications, the transaction object,
//! and sealed notification bodies. Written apart from the merchant's readers, so that each checks
//! the other.

use serde_json::{Value, json};

use super::bodies::Surface;
use super::refunds::RefundState;
use crate::provider_time::BEIJING;
use crate::rsa::PrivateKey;
use crate::wechat_pay::seal::{ALGORITHM, ApiV3Key};
use crate::wechat_pay::sign::{SCHEME, answer_message};

/// The key WeChat Pay signs with, and the identifier that merchants choose their copy by.
#[derive(Debug, Clone)]
pub struct PlatformKey {
    /// `PUB_KEY_ID_…`, or the serial of a platform certificate.
    pub id: String,
    /// Its private half.
    pub key: PrivateKey,
}

impl PlatformKey {
    /// The five headers over a body: all of them are needed, for an empty 204 as well.
    #[must_use]
    pub fn sign(&self, timestamp: i64, nonce: &str, body: &[u8]) -> [(&'static str, String); 5] {
        [
            ("wechatpay-timestamp", timestamp.to_string()),
            ("wechatpay-nonce", nonce.to_owned()),
            ("wechatpay-signature", self.key.sign(&answer_message(timestamp, nonce, body))),
            ("wechatpay-signature-type", SCHEME.to_owned()),
            ("wechatpay-serial", self.id.clone()),
        ]
    }
}

/// How a payment stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TradeState {
    /// `NOTPAY`; attempts that failed stay here.
    NotPay,
    /// `SUCCESS`.
    Success(Payment),
    /// `CLOSED`, by call or after seven days.
    Closed,
}

/// What a payment adds to a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// 28 digits.
    pub transaction_id: String,
    /// Unix seconds.
    pub paid_at: i64,
    /// The shopper's id for this `appid`.
    pub openid: String,
}

/// A transaction as queries and notifications show it.
#[derive(Debug, Clone, Copy)]
pub struct TransactionView<'a> {
    /// The merchant's account.
    pub appid: &'a str,
    /// The merchant number.
    pub mchid: &'a str,
    /// The merchant's number of the payment.
    pub out_trade_no: &'a str,
    /// Fen.
    pub total: i64,
    /// The merchant's own data.
    pub attach: &'a str,
    /// How it stands.
    pub state: &'a TradeState,
}

impl TransactionView<'_> {
    /// The JSON object of a payment by code that nothing was returned of. Before payment it has an empty `payer`, as on
    /// the live service.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.to_json_as(Surface::Native, false)
    }

    /// The JSON object of a payment that was prepared by this call, and of which some refund was accepted or none.
    #[must_use]
    pub fn to_json_as(&self, surface: Surface, refunded: bool) -> Value {
        let mut object = json!({
            "appid": self.appid,
            "mchid": self.mchid,
            "out_trade_no": self.out_trade_no,
            "attach": self.attach,
            "amount": { "total": self.total, "currency": "CNY", "payer_currency": "CNY" },
            "payer": {},
            "promotion_detail": [],
        });
        let (state, description) = match self.state {
            TradeState::NotPay => ("NOTPAY", "订单未支付"),
            TradeState::Closed => ("CLOSED", "订单已关闭"),
            TradeState::Success(payment) => {
                object["transaction_id"] = json!(payment.transaction_id);
                object["trade_type"] = json!(surface.trade_type());
                object["bank_type"] = json!("OTHERS");
                object["success_time"] = json!(BEIJING.format(payment.paid_at));
                object["payer"] = json!({ "openid": payment.openid });
                object["amount"]["payer_total"] = json!(self.total);
                if refunded { ("REFUND", "转入退款") } else { ("SUCCESS", "支付成功") }
            }
        };
        object["trade_state"] = json!(state);
        object["trade_state_desc"] = json!(description);
        object
    }
}

/// What a notification is about.
#[derive(Debug, Clone, PartialEq)]
pub enum EventResource {
    /// A payment; the transaction.
    Paid(Value),
    /// A refund ended so; its record as notifications show it.
    Refunded(RefundState, Value),
    /// The merchant wanted to hear this.
    Echoed(Value),
}

impl EventResource {
    fn names(&self) -> (&'static str, &'static str, &'static str, &Value) {
        match self {
            Self::Echoed(resource) => ("SECURITY_ECHO.SUCCESS", "回调通知成功", "security", resource),
            Self::Paid(resource) => ("TRANSACTION.SUCCESS", "支付成功", "transaction", resource),
            Self::Refunded(RefundState::Abnormal, resource) => ("REFUND.ABNORMAL", "退款异常", "refund", resource),
            Self::Refunded(RefundState::Closed, resource) => ("REFUND.CLOSED", "退款关闭", "refund", resource),
            Self::Refunded(RefundState::Success | RefundState::Processing, resource) => ("REFUND.SUCCESS", "退款成功", "refund", resource),
        }
    }
}

/// The body of a notification of a payment, see [`event_body`].
#[must_use]
pub fn notification_body(id: &str, created_at: i64, transaction: &Value, key: &ApiV3Key, nonce: [u8; 12]) -> Vec<u8> {
    event_body(id, created_at, &EventResource::Paid(transaction.clone()), key, nonce)
}

/// The body of a notification. `nonce` seals it and must be fresh; its bytes have to be ASCII letters and digits,
/// because they travel as text.
#[must_use]
pub fn event_body(id: &str, created_at: i64, happened: &EventResource, key: &ApiV3Key, nonce: [u8; 12]) -> Vec<u8> {
    let (event, summary, kind, resource) = happened.names();
    json!({
        "id": id,
        "create_time": BEIJING.format(created_at),
        "resource_type": "encrypt-resource",
        "event_type": event,
        "summary": summary,
        "resource": {
            "original_type": kind,
            "algorithm": ALGORITHM,
            "ciphertext": key.seal(nonce, kind, resource.to_string().as_bytes()),
            "associated_data": kind,
            "nonce": String::from_utf8_lossy(&nonce),
        },
    })
    .to_string()
    .into_bytes()
}
