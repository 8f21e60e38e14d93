//! Native prepay, `POST /v3/pay/transactions/native`: the body we send and the code we get.

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::{reply, texts};
use crate::provider_time::BEIJING;
use crate::{GatewayError, PaymentRequest, Prepared};

/// Path of the call.
pub(super) const PATH: &str = "/v3/pay/transactions/native";

/// How long a code works, in seconds; after that the same prepay gives a new one.
const CODE_LIFE: i64 = 2 * 3600;

/// The members we use, in the provider's order. The exact bytes are signed, so the order is free.
#[derive(Serialize)]
pub(super) struct PrepayBody<'a> {
    pub appid: &'a str,
    pub mchid: &'a str,
    pub description: String,
    pub out_trade_no: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_expire: Option<String>,
    pub notify_url: &'a str,
    pub amount: Amount<'a>,
}

#[derive(Serialize)]
pub(super) struct Amount<'a> {
    pub total: i64,
    pub currency: &'a str,
}

impl PrepayBody<'_> {
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and integers always become JSON")
    }
}

pub(super) fn body<'a>(config: &'a Config, payment: &PaymentRequest<'a>) -> PrepayBody<'a> {
    PrepayBody {
        appid: &config.appid,
        mchid: &config.mchid,
        description: texts::description(payment),
        out_trade_no: payment.payment_id,
        time_expire: Some(BEIJING.format(payment.expires_at)),
        notify_url: payment.notify_url,
        amount: Amount { total: payment.amount, currency: payment.currency },
    }
}

#[derive(Deserialize)]
struct PrepayReply {
    code_url: String,
}

/// Reads a believed answer. `now` dates the code, whose life begins when it is made.
pub(super) fn prepared(body: &[u8], expires_at: i64, now: i64) -> Result<Prepared, GatewayError> {
    let reply: PrepayReply = reply::read(body, "prepay reply")?;
    // Apart from its scheme the code is opaque: two shapes are in use already.
    if !reply.code_url.starts_with("weixin://") {
        return Err(GatewayError::Unreadable { what: "code_url" });
    }
    Ok(Prepared { payload: reply.code_url, expires_at: expires_at.min(now.saturating_add(CODE_LIFE)), provider_ref: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rsa::PrivateKey;
    use crate::wechat_pay::sign::request_message;
    use base64::Engine as _;

    /// The vector has no deadline, which our calls always have: hence this test on the body itself.
    #[test]
    fn the_prepay_of_the_vectors_is_reproduced_and_signed_byte_for_byte() {
        let vectors: serde_json::Value = serde_json::from_str(include_str!("../../vectors/wechat_pay.json")).unwrap();
        let text = |name: &str| vectors[name].as_str().unwrap();
        let body = PrepayBody {
            appid: text("appid"),
            mchid: text("mchid"),
            description: "测试 order".to_owned(),
            out_trade_no: "ORDER-20260101_0001",
            time_expire: None,
            notify_url: "https://shop.example/notify/wx",
            amount: Amount { total: 101, currency: "CNY" },
        }
        .to_bytes();
        let native = &vectors["requests"][0];
        assert_eq!(body, native["body"].as_str().unwrap().as_bytes());
        let der = base64::engine::general_purpose::STANDARD.decode(text("private_key_pkcs8")).unwrap();
        let message = request_message("POST", PATH, 1_767_225_600, text("nonce"), &body);
        assert_eq!(PrivateKey::from_pkcs8(&der).unwrap().sign(&message), native["signature"].as_str().unwrap());
    }
}
