//! How the ledger writes the protocol's types: words as their texts, orders as shoppers read them.

use protocol::{Currency, Method, Money, Order, Payment, PaymentId, PaymentStatus, Surface};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! words {
    ($($module:ident $word:ty;)*) => { $(
        pub(super) mod $module {
            use super::*;

            #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
            pub fn serialize<S: Serializer>(word: &$word, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(word.as_str())
            }

            pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$word, D::Error> {
                let text = String::deserialize(deserializer)?;
                <$word>::parse(&text).ok_or_else(|| de::Error::custom(format_args!("{text:?}: unknown word")))
            }
        }
    )* };
}

words! {
    payment_id PaymentId;
    payment_status PaymentStatus;
    order_status protocol::OrderStatus;
    currency Currency;
    fulfilment_kind protocol::FulfilmentKind;
    method Method;
    surface Surface;
}

/// An order is written as shoppers read it.
pub(super) mod order {
    use super::*;

    pub fn serialize<S: Serializer>(order: &Order, serializer: S) -> Result<S::Ok, S::Error> {
        order.to_json().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Order, D::Error> {
        let body = protocol::json::Value::deserialize(deserializer)?;
        super::super::kept::order(&body).map_err(|code| de::Error::custom(code.as_str()))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Payment")]
pub(super) struct PaymentWords {
    #[serde(with = "payment_id")]
    id: PaymentId,
    #[serde(with = "method")]
    method: Method,
    #[serde(with = "surface")]
    surface: Surface,
    #[serde(with = "payment_status")]
    status: PaymentStatus,
    payload: Option<String>,
    expires_at: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Money")]
pub(super) struct MoneyWords {
    amount: i64,
    #[serde(with = "currency")]
    currency: Currency,
}

/// What others tell, as every database keeps it: PostgreSQL takes no NUL in a text.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
