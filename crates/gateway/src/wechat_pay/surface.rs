//! Payments without a code: a page in a phone's browser that jumps into WeChat (H5), and a page inside of
//! WeChat, whose bridge takes parameters that the merchant signs (JSAPI). WeChat Pay v3, A.5 and A.6.

use serde::{Deserialize, Serialize};

use super::WechatPay;
use super::prepay::{self, Body};
use super::reply;
use super::sign::nonce_text;
use crate::{GatewayError, HttpRequest, HttpResponse, Moment, PaymentRequest, Prepared};

/// How long a jump works, in seconds.
const JUMP_LIFE: i64 = 5 * 60;

/// Where the cashier of jumps answers; nothing else is ever navigated to.
const CASHIER: &str = "https://wx.tenpay.com/";

/// What the bridge inside of WeChat takes, under its own names: `WeixinJSBridge.invoke('getBrandWCPayRequest', this)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BridgeCall {
    /// The bound Official Account.
    pub app_id: String,
    /// Unix seconds as text, which the bridge insists on.
    pub time_stamp: String,
    /// Up to 32 letters and digits.
    pub nonce_str: String,
    /// `prepay_id=…`.
    pub package: String,
    /// Always `RSA`; not part of what is signed.
    pub sign_type: &'static str,
    /// The merchant's signature.
    pub pay_sign: String,
}

#[derive(Serialize)]
struct H5Scene<'a> {
    payer_client_ip: &'a str,
    h5_info: H5Info,
}

#[derive(Serialize)]
struct H5Info {
    r#type: &'static str,
}

#[derive(Serialize)]
struct H5Body<'a> {
    #[serde(flatten)]
    prepay: Body<'a>,
    scene_info: H5Scene<'a>,
}

#[derive(Serialize)]
struct Payer<'a> {
    openid: &'a str,
}

#[derive(Serialize)]
struct JsapiBody<'a> {
    #[serde(flatten)]
    prepay: Body<'a>,
    payer: Payer<'a>,
}

#[derive(Deserialize)]
struct Jump {
    h5_url: String,
}

#[derive(Deserialize)]
struct Prepaid {
    prepay_id: String,
}

impl WechatPay {
    /// Asks for a jump out of a phone's browser. `client_ip` is the shopper's, as the provider will see it: another
    /// one is refused at the cashier.
    #[must_use]
    pub fn create_jump(&self, payment: &PaymentRequest<'_>, client_ip: &str, at: &Moment) -> HttpRequest {
        let scene_info = H5Scene { payer_client_ip: client_ip, h5_info: H5Info { r#type: "Wap" } };
        self.request("POST", "/v3/pay/transactions/h5", bytes(&H5Body { prepay: self.prepay(payment), scene_info }), at)
    }

    /// Digests the reply to [`WechatPay::create_jump`]: an address to navigate the top window to, with a referrer.
    ///
    /// # Errors
    /// Any [`GatewayError`], as for a code.
    pub fn created_jump(&self, payment: &PaymentRequest<'_>, reply: &HttpResponse, at: &Moment) -> Result<Prepared, GatewayError> {
        let jump: Jump = reply::read(reply::believed(&self.config, reply, at.now)?, "prepay reply")?;
        if !jump.h5_url.starts_with(CASHIER) || !jump.h5_url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(GatewayError::Unreadable { what: "h5_url" });
        }
        Ok(Prepared { payload: jump.h5_url, expires_at: payment.expires_at.min(at.now.saturating_add(JUMP_LIFE)) })
    }

    /// Asks for a payment inside of WeChat by the shopper with this id, which OAuth told for our own `appid`.
    #[must_use]
    pub fn create_inside(&self, payment: &PaymentRequest<'_>, openid: &str, at: &Moment) -> HttpRequest {
        let body = JsapiBody { prepay: self.prepay(payment), payer: Payer { openid } };
        self.request("POST", "/v3/pay/transactions/jsapi", bytes(&body), at)
    }

    /// Digests the reply to [`WechatPay::create_inside`] and signs what the bridge takes. It works for two hours at
    /// most, and what the bridge answers afterwards proves nothing.
    ///
    /// # Errors
    /// Any [`GatewayError`], as for a code.
    pub fn created_inside(&self, reply: &HttpResponse, at: &Moment) -> Result<BridgeCall, GatewayError> {
        let prepaid: Prepaid = reply::read(reply::believed(&self.config, reply, at.now)?, "prepay reply")?;
        match !prepaid.prepay_id.is_empty() && prepaid.prepay_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            true => Ok(self.bridge_call(&prepaid.prepay_id, at)),
            false => Err(GatewayError::Unreadable { what: "prepay_id" }),
        }
    }

    /// Signs what the bridge takes for a prepaid payment: account, time, nonce and package, a line each.
    #[must_use]
    pub fn bridge_call(&self, prepay_id: &str, at: &Moment) -> BridgeCall {
        let (app_id, nonce_str, package) = (self.config.appid.clone(), nonce_text(&at.nonce), format!("prepay_id={prepay_id}"));
        let text = format!("{app_id}\n{}\n{nonce_str}\n{package}\n", at.now);
        let pay_sign = self.config.merchant_key.sign(text.as_bytes());
        BridgeCall { app_id, time_stamp: at.now.to_string(), nonce_str, package, sign_type: "RSA", pay_sign }
    }

    fn prepay<'a>(&'a self, payment: &PaymentRequest<'a>) -> Body<'a> {
        prepay::body(&self.config, payment)
    }
}

fn bytes(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("strings and integers always become JSON")
}
