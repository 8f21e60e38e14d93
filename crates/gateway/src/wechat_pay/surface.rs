//! Payments without a code: a page in a phone's browser that jumps into WeChat (H5), and a page inside of
//! WeChat, whose bridge takes parameters that the merchant signs (JSAPI). WeChat Pay v3, A.5 and A.6.

use serde::{Deserialize, Serialize};

use super::client::WechatPay;
use super::config::{BASE_URL, Product};
use super::prepay::{self, PrepayBody};
use super::reply;
use super::sign::nonce_text;

use crate::{Call, CallContext, GatewayError, HttpResponse, PaymentRequest, Prepared, Surface, encoding};

/// How long a jump works, in seconds.
const JUMP_LIFE: i64 = 5 * 60;

/// How long a payment inside of WeChat works, in seconds.
const INSIDE_LIFE: i64 = 2 * 3600;

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
    prepay: PrepayBody<'a>,
    scene_info: H5Scene<'a>,
}

#[derive(Serialize)]
struct Payer<'a> {
    openid: &'a str,
}

#[derive(Serialize)]
struct JsapiBody<'a> {
    #[serde(flatten)]
    prepay: PrepayBody<'a>,
    payer: Payer<'a>,
}

#[derive(Deserialize)]
struct H5Reply {
    h5_url: String,
}

#[derive(Deserialize)]
struct JsapiReply {
    prepay_id: String,
}

/// The product that collects on a surface.
pub(super) fn product(surface: &Surface<'_>) -> Product {
    match surface {
        Surface::Code => Product::Native,
        Surface::Link { .. } => Product::H5,
        Surface::Inside { .. } => Product::Jsapi,
    }
}

impl WechatPay {
    /// The prepay of a surface: a code, a jump out of a phone's browser, or a payment inside of WeChat by the shopper whose id OAuth
    /// told for our own `appid`.
    pub(super) fn prepay(&self, payment: &PaymentRequest<'_>, at: &CallContext) -> Call<Prepared> {
        let prepay = prepay::body(&self.config, payment);
        let (path, body) = match payment.surface {
            Surface::Code => (prepay::PATH, prepay.to_bytes()),
            Surface::Link { client_ip, .. } => {
                let scene_info = H5Scene { payer_client_ip: client_ip, h5_info: H5Info { r#type: "Wap" } };
                ("/v3/pay/transactions/h5", bytes(&H5Body { prepay, scene_info }))
            }
            Surface::Inside { payer } => ("/v3/pay/transactions/jsapi", bytes(&JsapiBody { prepay, payer: Payer { openid: payer } })),
        };
        let request = self.request(http::Method::POST, path, body, at);
        let (gateway, expires_at) = (self.clone(), payment.expires_at);
        match payment.surface {
            Surface::Code => {
                Call::new(request, move |reply, at| prepay::prepared(reply::believed(&gateway.config, reply, at.now)?, expires_at, at.now))
            }
            Surface::Link { return_url, .. } => {
                let return_url = return_url.to_owned();
                Call::new(request, move |reply, at| gateway.jump_prepared(reply, &return_url, expires_at, at))
            }
            Surface::Inside { .. } => Call::new(request, move |reply, at| gateway.bridge_prepared(reply, expires_at, at)),
        }
    }

    fn jump_prepared(&self, reply: &HttpResponse, return_url: &str, expires_at: i64, at: &CallContext) -> Result<Prepared, GatewayError> {
        let jump: H5Reply = reply::read(reply::believed(&self.config, reply, at.now)?, "prepay reply")?;
        let jump = self.jump(&jump)?;
        // The whole address, its fragment too: written so, the cashier takes it for a value.
        let back = encoding::form([("redirect_url", return_url)]);
        let payload = if return_url.is_empty() { jump.to_owned() } else { format!("{jump}&{back}") };
        Ok(Prepared { payload, expires_at: expires_at.min(at.now.saturating_add(JUMP_LIFE)), provider_ref: None })
    }

    fn bridge_prepared(&self, reply: &HttpResponse, expires_at: i64, at: &CallContext) -> Result<Prepared, GatewayError> {
        let prepaid: JsapiReply = reply::read(reply::believed(&self.config, reply, at.now)?, "prepay reply")?;
        if prepaid.prepay_id.is_empty() || !prepaid.prepay_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(GatewayError::Unreadable { what: "prepay_id" });
        }
        let call = self.bridge_call(&prepaid.prepay_id, at);
        let payload = serde_json::to_string(&call).expect("strings always become JSON");
        Ok(Prepared { payload, expires_at: expires_at.min(at.now.saturating_add(INSIDE_LIFE)), provider_ref: None })
    }

    /// An address to navigate the top window to, with a referrer: the cashier's and nobody else's.
    fn jump<'a>(&self, jump: &'a H5Reply) -> Result<&'a str, GatewayError> {
        // Another server than the live one, such as the sandbox, has its cashier at home.
        let cashier = if self.config.base_url == BASE_URL { CASHIER.to_owned() } else { format!("{}/", self.config.base_url) };
        let is_cashiers = jump.h5_url.starts_with(&cashier) || jump.h5_url.starts_with(CASHIER);
        if !is_cashiers || !jump.h5_url.bytes().all(|byte| byte.is_ascii_graphic()) || !jump.h5_url.contains('?') {
            return Err(GatewayError::Unreadable { what: "h5_url" });
        }
        Ok(&jump.h5_url)
    }

    /// Signs what the bridge takes for a prepaid payment: account, time, nonce and package, a line each.
    #[must_use]
    pub fn bridge_call(&self, prepay_id: &str, at: &CallContext) -> BridgeCall {
        let (app_id, nonce_str, package) = (self.config.appid.clone(), nonce_text(&at.nonce), format!("prepay_id={prepay_id}"));
        let text = format!("{app_id}\n{}\n{nonce_str}\n{package}\n", at.now);
        let pay_sign = self.config.merchant_key.sign(text.as_bytes());
        BridgeCall { app_id, time_stamp: at.now.to_string(), nonce_str, package, sign_type: "RSA", pay_sign }
    }
}

fn bytes(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("strings and integers always become JSON")
}
