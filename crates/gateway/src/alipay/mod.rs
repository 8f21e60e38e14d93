//! Alipay's gateway of forms (v2): codes that a shopper scans. Here is the merchant's end; `server` is
//! the provider's, for the sandbox. Nobody else imports that.

mod bill;
mod bill_file;
mod cancel;
mod config;
mod notification;
mod number;
mod refund;
mod reply;
#[cfg(feature = "provider")]
pub mod server;
mod sign;
mod texts;
mod trade;

pub use cancel::Canceled;
pub use config::{BASE_URL, Config, Settings, a_year, is_live, is_test, order_codes};

use std::collections::BTreeMap;
use std::sync::Arc;

use http::HeaderMap;
use serde::Serialize;

use crate::provider_time::BEIJING;
use crate::{
    Bills, Call, CallContext, Closed, Gateway, GatewayError, HttpRequest, Limits, Notification, NotificationReply, PaymentRef,
    PaymentRequest, Prepared, ProviderStatus, RefundRequest, RefundStatus, Surface, encoding,
};

/// Who collects, and the last part of the notification URL.
pub const PROVIDER: &str = "alipay";

/// The one payment method that it collects by.
pub const METHOD: &str = "alipay";

/// Path of every call.
pub const PATH: &str = "/gateway.do";

const USER_AGENT: &str = concat!("qr-checkout/", env!("CARGO_PKG_VERSION"));

/// Alipay as the merchant talks to it.
#[derive(Debug, Clone)]
pub struct Alipay {
    config: Arc<Config>,
}

impl Alipay {
    /// A gateway for one application.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config: Arc::new(config) }
    }

    /// Asks that a payment is undone whatever became of it: closed if unpaid, **refunded if paid**. For a
    /// person who gives up on a doubtful payment; [`Gateway::close`] never moves money.
    #[must_use]
    pub fn cancel(&self, payment_id: &str, at: &CallContext) -> Call<Canceled> {
        let (config, id) = (Arc::clone(&self.config), payment_id.to_owned());
        let request = self.request(cancel::CALL, None, &trade::TradeId { out_trade_no: &number::encode(&id) }, at);
        Call::new(request, move |reply, _| cancel::canceled(&config, &id, reply))
    }

    /// A signed request: what every call has goes into the query, so that the charset is known before the
    /// form is read; what this call is about goes into the form.
    fn request(&self, method: &str, notify_url: Option<&str>, content: &impl Serialize, at: &CallContext) -> HttpRequest {
        let content = serde_json::to_string(content).expect("strings and integers always become JSON");
        let mut parameters = BTreeMap::from([
            ("app_id", self.config.app_id.clone()),
            ("method", method.to_owned()),
            ("format", "JSON".to_owned()),
            ("charset", "utf-8".to_owned()),
            ("sign_type", sign::SIGN_TYPE.to_owned()),
            ("timestamp", BEIJING.format_plain(at.now)),
            ("version", "1.0".to_owned()),
            ("biz_content", content),
        ]);
        if let Some(url) = notify_url {
            parameters.insert("notify_url", url.to_owned());
        }
        let signature = self.config.app_key.sign(sign::request_text(&parameters).as_bytes());
        parameters.insert("sign", signature);
        let (form, query): (Vec<_>, Vec<_>) = parameters.iter().partition(|(name, _)| **name == "biz_content");
        HttpRequest {
            method: http::Method::POST,
            url: format!("{}{PATH}?{}", self.config.base_url, encoding::form(query)),
            headers: vec![
                ("content-type", "application/x-www-form-urlencoded;charset=utf-8".to_owned()),
                ("accept", "application/json".to_owned()),
                ("user-agent", USER_AGENT.to_owned()),
            ],
            body: encoding::form(form).into_bytes(),
        }
    }
}

impl Gateway for Alipay {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn methods(&self) -> &'static [&'static str] {
        &[METHOD]
    }

    fn limits(&self, _method: &str, currency: &str) -> Option<Limits> {
        // 0.01 to 100000000 yuan.
        (currency == trade::CURRENCY).then_some(Limits { step: 1, least: 1, most: 10_000_000_000 })
    }

    /// The address in the code opens the wallet on a phone, too; nothing comes back from there by itself.
    fn serves(&self, _method: &str, surface: &Surface<'_>) -> bool {
        matches!(surface, Surface::Code | Surface::Link { .. })
    }

    /// One product for both.
    fn product(&self, _method: &str, _surface: &Surface<'_>) -> &str {
        &self.config.product_code
    }

    fn reads_pictures(&self, _method: &str) -> bool {
        true
    }

    /// Alipay may refuse a second code under one number, and refuses one of a trade that is closed or was another.
    fn wants_another_id(&self, error: &GatewayError) -> bool {
        let numbered = ["ACQ.APPLY_PC_MERCHANT_CODE_ERROR", "ACQ.TRADE_HAS_CLOSE", "ACQ.CONTEXT_INCONSISTENT"];
        matches!(error, GatewayError::Refused { code, .. } if numbered.contains(&code.as_str()))
    }

    /// A word of the shop's may be forbidden there.
    fn wants_other_words(&self, error: &GatewayError) -> bool {
        matches!(error, GatewayError::Refused { code, .. } if code == "ACQ.EXIST_FORBIDDEN_WORD")
    }

    fn refund_window(&self) -> Option<i64> {
        Some(self.config.refund_window)
    }

    /// Alipay collects yuan only: another currency is an error of family *refused*, and its code is never shown.
    fn create(&self, payment: &PaymentRequest<'_>, at: &CallContext) -> Call<Prepared> {
        let request = self.request(trade::PRECREATE, Some(payment.notify_url), &trade::precreate(payment, &self.config.product_code), at);
        let (config, expected) = (Arc::clone(&self.config), trade::ExpectedTrade::of(payment));
        Call::new(request, move |reply, at| trade::prepared(&config, &expected, reply, at.now))
    }

    /// Before somebody scans the code Alipay knows no trade: that is `Unknown`, which means "not yet".
    fn query(&self, payment: PaymentRef<'_>, at: &CallContext) -> Call<ProviderStatus> {
        let (config, id) = (Arc::clone(&self.config), payment.id.to_owned());
        let request = self.request(trade::QUERY, None, &trade::query_content(&id), at);
        Call::new(request, move |reply, _| trade::queried(&config, &id, reply))
    }

    /// A code that nobody has scanned cannot be closed, it only runs out: `Refused` with the code
    /// `ACQ.TRADE_NOT_EXIST`. A trade in any other state is `AlreadyPaid`, which a query has to confirm.
    fn close(&self, payment: PaymentRef<'_>, at: &CallContext) -> Call<Closed> {
        let (config, id) = (Arc::clone(&self.config), payment.id.to_owned());
        let request = self.request(trade::CLOSE, None, &trade::TradeId { out_trade_no: &number::encode(&id) }, at);
        Call::new(request, move |reply, _| trade::closed(&config, &id, reply))
    }

    fn refund(&self, refund: &RefundRequest<'_>, at: &CallContext) -> Call<RefundStatus> {
        let (config, expected) = (Arc::clone(&self.config), refund::ExpectedRefund::of(refund));
        let request = self.request(refund::REFUND, None, &refund::refund_content(refund), at);
        Call::new(request, move |reply, _| refund::refunded(&config, &expected, reply))
    }

    fn query_refund(&self, refund: &RefundRequest<'_>, at: &CallContext) -> Call<RefundStatus> {
        let (config, expected) = (Arc::clone(&self.config), refund::ExpectedRefund::of(refund));
        let request = self.request(refund::QUERY, None, &refund::query_content(refund), at);
        Call::new(request, move |reply, _| refund::queried(&config, &expected, reply))
    }

    fn notification(&self, _headers: &HeaderMap, body: &[u8], _now: i64) -> Result<Notification, GatewayError> {
        notification::received(&self.config, body)
    }

    fn bills(&self) -> Option<&dyn Bills> {
        Some(self)
    }

    fn acknowledge(&self, accepted: bool) -> NotificationReply {
        notification::acknowledgement(accepted)
    }
}
