//! A merchant's account at WeChat Pay, and its signed requests.

use std::sync::Arc;

use http::Method;

use super::config::Config;
use super::sign::{Signer, nonce_text};
use crate::{CallContext, HttpRequest};

/// Sent as `User-Agent`, which the provider wants to be there.
const USER_AGENT: &str = concat!("qr-checkout/", env!("CARGO_PKG_VERSION"));

/// WeChat Pay as the merchant talks to it.
#[derive(Debug, Clone)]
pub struct WechatPay {
    pub(super) config: Arc<Config>,
}

impl WechatPay {
    /// A gateway for one merchant account.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config: Arc::new(config) }
    }

    /// A signed request. `target` is the path and query exactly as they go over the wire.
    pub(super) fn request(&self, method: Method, target: &str, body: Vec<u8>, at: &CallContext) -> HttpRequest {
        let signer = Signer { mchid: &self.config.mchid, serial: &self.config.merchant_serial, key: &self.config.merchant_key };
        let nonce = nonce_text(&at.nonce);
        let mut headers = vec![
            ("authorization", signer.authorization(method.as_str(), target, at.now, &nonce, &body)),
            ("accept", "application/json".to_owned()),
            ("user-agent", USER_AGENT.to_owned()),
        ];
        if !self.config.public_key_id.is_empty() {
            headers.push(("wechatpay-serial", self.config.public_key_id.clone()));
        }
        if !body.is_empty() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        HttpRequest { method, url: format!("{}{target}", self.config.base_url), headers, body }
    }
}
