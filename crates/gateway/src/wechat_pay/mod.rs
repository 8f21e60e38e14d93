//! WeChat Pay API v3 with the WeChat Pay public key or platform certificates: codes on a screen, jumps out of a phone's browser, and
//! payments inside of WeChat.
//! Here is the merchant's end; `server` is the provider's, for the sandbox. Nobody else imports that.

mod bill;
mod bill_file;
mod certificates;
mod client;
mod config;
mod notification;
mod prepay;
mod refund;
mod reply;
mod seal;
#[cfg(feature = "provider")]
pub mod server;
mod sign;
mod surface;
mod texts;
mod transaction;
mod verify;

pub use certificates::PlatformCertificate;
pub use client::WechatPay;
pub use config::{BASE_URL, Config, Product, Settings, is_live, is_test};
pub use seal::ApiV3Key;
pub use surface::BridgeCall;

use std::sync::Arc;

use http::{HeaderMap, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::{
    Bills, Call, CallContext, Closed, Gateway, GatewayError, HttpResponse, Limits, Notification, NotificationReply, PaymentRef,
    PaymentRequest, Prepared, ProviderStatus, RefundRequest, RefundStatus, Surface,
};

/// Who collects, and the last part of the notification URL.
pub const PROVIDER: &str = "wechat_pay";

/// The one payment method that it collects by.
pub const METHOD: &str = "wechat_pay";

#[derive(Serialize)]
struct CloseBody<'a> {
    mchid: &'a str,
}

impl Gateway for WechatPay {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn methods(&self) -> &'static [&'static str] {
        &[METHOD]
    }

    fn limits(&self, _method: &str, currency: &str) -> Option<Limits> {
        // No highest amount is documented; a shopper's bank has its own.
        (currency == "CNY").then_some(Limits { step: 1, least: 1, most: 999_999_999_999_999 })
    }

    fn serves(&self, _method: &str, surface: &Surface<'_>) -> bool {
        self.config.products.contains(&surface::product(surface))
    }

    /// Jumps are bound to the address that was told.
    fn wants_client_ip(&self) -> bool {
        true
    }

    fn product(&self, _method: &str, surface: &Surface<'_>) -> &str {
        surface::product(surface).as_str()
    }

    fn create(&self, payment: &PaymentRequest<'_>, at: &CallContext) -> Call<Prepared> {
        self.prepay(payment, at)
    }

    /// A number that was used with other parameters or is closed has several names, by which server answers.
    fn wants_another_id(&self, error: &GatewayError) -> bool {
        let GatewayError::Refused { code, message, .. } = error else { return false };
        matches!(code.as_str(), "OUT_TRADE_NO_USED" | "ORDER_CLOSED") || message.contains("重入") || message.contains("商户订单号重复")
    }

    /// A year.
    fn refund_window(&self) -> Option<i64> {
        Some(365 * 86_400)
    }

    fn query(&self, payment: PaymentRef<'_>, at: &CallContext) -> Call<ProviderStatus> {
        let (config, id) = (Arc::clone(&self.config), payment.id.to_owned());
        let request = self.request(Method::GET, &format!("{}?mchid={}", order_path(&id), config.mchid), Vec::new(), at);
        Call::new(request, move |reply, at| transaction::queried(&config, reply, at.now, |transaction| transaction.is_of(&id)))
    }

    /// A close of a payment that the provider does not know is `Refused` with the code
    /// `ORDER_NOT_EXIST`: a prepay still under way could create it afterwards.
    fn close(&self, payment: PaymentRef<'_>, at: &CallContext) -> Call<Closed> {
        let config = Arc::clone(&self.config);
        let body = serde_json::to_vec(&CloseBody { mchid: &config.mchid }).expect("a string always becomes JSON");
        let request = self.request(Method::POST, &format!("{}/close", order_path(payment.id)), body, at);
        Call::new(request, move |reply, at| match reply::believed(&config, reply, at.now) {
            Ok(_) => Ok(Closed::Closed),
            Err(GatewayError::AlreadyPaid { .. }) => Ok(Closed::AlreadyPaid),
            Err(error) => Err(error),
        })
    }

    fn refund(&self, refund: &RefundRequest<'_>, at: &CallContext) -> Call<RefundStatus> {
        let (config, expected) = (Arc::clone(&self.config), refund::ExpectedRefund::of(refund));
        let request = self.request(Method::POST, refund::PATH, refund::body(refund), at);
        Call::new(request, move |reply, at| refund::status(reply::believed(&config, reply, at.now)?, &expected))
    }

    fn query_refund(&self, refund: &RefundRequest<'_>, at: &CallContext) -> Call<RefundStatus> {
        let (config, expected) = (Arc::clone(&self.config), refund::ExpectedRefund::of(refund));
        let request = self.request(Method::GET, &format!("{}/{}", refund::PATH, path_segment(refund.refund_id)), Vec::new(), at);
        Call::new(request, move |reply, at| {
            if reply.status == 404 && reply::code(reply) == "RESOURCE_NOT_EXISTS" {
                return Ok(RefundStatus::Unknown);
            }
            refund::status(reply::believed(&config, reply, at.now)?, &expected)
        })
    }

    fn bills(&self) -> Option<&dyn Bills> {
        Some(self)
    }

    fn believed_until(&self) -> Option<i64> {
        self.config.certificates_end_at.filter(|_| !self.config.has_public_key())
    }

    /// New certificates come into use by themselves; an account that has the public key still meets them while it migrates (A.4).
    fn renewal(&self, at: &CallContext) -> Option<Call<Arc<dyn Gateway>>> {
        let now = self.clone();
        let renewed = move |reply: &HttpResponse, at: &CallContext| -> Result<Arc<dyn Gateway>, GatewayError> {
            match now.certified(reply, at) {
                Ok(certificates) => Ok(Arc::new(now.with_certificates(&certificates))),
                // New accounts have none, and old ones lose them.
                Err(GatewayError::Refused { code, .. } | GatewayError::Unfunded { code })
                    if matches!(code.as_str(), "RESOURCE_NOT_EXISTS" | "NOT_ENOUGH") =>
                {
                    Ok(Arc::new(now))
                }
                Err(error) => Err(error),
            }
        };
        Some(Call::new(self.certificates(at).into_request(), renewed))
    }

    fn notification(&self, headers: &HeaderMap, body: &[u8], now: i64) -> Result<Notification, GatewayError> {
        notification::received(&self.config, headers, body, now)
    }

    fn acknowledge(&self, accepted: bool) -> NotificationReply {
        notification::acknowledgement(accepted)
    }
}

/// What is escaped in a path.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'*');

/// The path of a payment.
fn order_path(payment_id: &str) -> String {
    format!("/v3/pay/transactions/out-trade-no/{}", path_segment(payment_id))
}

/// A number in a path, percent-encoded the way every URL library leaves alone. The provider
/// verifies the target as sent, so `%7C` and `|` are both right as long as nobody re-encodes them.
fn path_segment(number: &str) -> String {
    utf8_percent_encode(number, &SEGMENT).to_string()
}
