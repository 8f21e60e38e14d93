//! How a shopper wants to pay, read from a body: by which method, where, and where the wallet comes back to.

use std::sync::Once;

use protocol::{Method, Money, PayBy, Payment, PaymentId, PaymentStatus, Surface};

use super::super::App;
use super::return_url;
use crate::order_record::PaymentRecord;
use crate::order_service::{FIRST_LOOK, OrderService};
use crate::providers::{INSIDE, Provider};
use crate::random;
use crate::response::ApiError;
use crate::signed_request::SignedRequest;

/// The members `method`, `surface` and `return_url`.
pub(in crate::routes) struct PaymentOptions {
    pub(in crate::routes) method: Method,
    surface: Surface,
    return_url: Option<String>,
    client_ip: String,
}

impl PaymentOptions {
    pub(in crate::routes) fn read(app: &App, asked: &SignedRequest) -> Result<PaymentOptions, ApiError> {
        let body = asked.json()?;
        let method = body.text("method").map_err(|_| ApiError::Field("method"))?;
        let method = Method::parse(method).ok_or(ApiError::MethodNotOffered)?;
        let surface = body.text("surface").ok().and_then(Surface::parse).ok_or(ApiError::Field("surface"))?;
        let page = body.maybe("return_url", |url| url.as_text().map(str::to_owned)).map_err(|_| ApiError::Field("return_url"))?;
        // A wallet leads shoppers there: to a page that may ask us, and to no other.
        let return_url = page.map(|page| return_url::read(&page, |origin| app.origins.allows(origin))).transpose()?.flatten();
        Ok(PaymentOptions { method, surface, return_url, client_ip: asked.client.address() })
    }

    /// By a code, wherever the shopper will be.
    pub(in crate::routes) fn by_code(method: Method) -> PaymentOptions {
        PaymentOptions { method, surface: Surface::Qr, return_url: None, client_ip: String::new() }
    }

    /// Whether the method collects that amount there.
    pub(in crate::routes) fn is_possible(&self, service: &OrderService, money: Money) -> bool {
        self.place(service, money).is_some()
    }

    /// The provider, and where it collects that amount from this shopper.
    fn place<'a>(&self, service: &'a OrderService, money: Money) -> Option<(&'a Provider, Surface)> {
        let (provider, way) = service.providers.collecting(&self.method, money, self.surface)?;
        let surface = match way {
            // As where the account was not granted links: what the provider needs to know cannot be told.
            PayBy::Link if provider.wants_client_ip() && self.client_ip.is_empty() => {
                static TOLD: Once = Once::new();
                TOLD.call_once(|| {
                    let method = self.method.as_str();
                    tracing::warn!(
                        method,
                        "a shopper's address is not known, so that phones get a code and no link; \
                         see that your proxy writes X-Forwarded-For, and server.trusted_proxies counts it"
                    );
                });
                service.providers.makes_code(&self.method, money).then_some(Surface::Qr)?
            }
            // A page without an address that a wallet could come back to is left all the same.
            PayBy::Link => Surface::App,
            // First the shopper is led to a page that tells who it is, and back: without an address there is no way back, and a code would
            // be on the screen of the phone that has to scan it.
            PayBy::Bridge if self.return_url.is_none() => return None,
            PayBy::Bridge => INSIDE,
            _ => Surface::Qr,
        };
        Some((provider, surface))
    }

    /// A payment to be made, never living longer than its order, on the surface that the method has.
    ///
    /// # Errors
    /// `method-not-offered` where the method cannot collect that amount, or not there.
    pub(in crate::routes) fn payment(self, service: &OrderService, money: Money, order_expires_at: i64) -> Result<PaymentRecord, ApiError> {
        let (provider, surface) = self.place(service, money).ok_or(ApiError::MethodNotOffered)?;
        let now = service.now();
        let id = PaymentId::from_random(random::bytes());
        let reference = provider.reference(&id);
        let expires_at = (now + service.orders.payment_seconds).min(order_expires_at);
        let (status, payload) = (PaymentStatus::Waiting, None);
        Ok(PaymentRecord {
            payment: Payment { id, method: self.method, surface, status, payload, expires_at },
            money,
            provider: Some(provider.name().to_owned()),
            provider_ref: None,
            created_at: now,
            reference,
            return_url: self.return_url.filter(|_| surface != Surface::Qr),
            payer: None,
            client_ip: (surface == Surface::App).then_some(self.client_ip),
            shown_at: None,
            scanned_at: None,
            paid_at: None,
            transaction: None,
            next_check_at: Some((now + FIRST_LOOK).min(expires_at)),
            checks: 0,
        })
    }
}
