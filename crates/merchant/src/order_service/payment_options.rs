//! How an order is to be paid: by which method, where, and where the wallet comes back to; and the payment that follows from it.

use std::sync::Once;

use protocol::{Method, Money, Order, PayBy, Payment, PaymentId, PaymentStatus, Surface};

use super::service::OrderService;
use crate::order_record::PaymentRecord;
use crate::providers::{INSIDE, Provider};
use crate::random;

/// How long after it was made a payment is asked about for the first time, seconds.
const FIRST_LOOK: i64 = 5;

/// What whoever pays has chosen.
pub(crate) struct PaymentOptions {
    pub(crate) method: Method,
    pub(crate) surface: Surface,
    pub(crate) return_url: Option<String>,
    /// What the shopper's browser says when it comes back from elsewhere: letters and digits, 64 at most.
    pub(crate) browser: Option<String>,
    /// Of the shopper; empty where it is not known.
    pub(crate) client_ip: String,
}

/// Why an amount cannot be paid as wished.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotOffered {
    /// No method collects it.
    #[error("no payment method here collects {price}", price = price(*.0))]
    Nothing(Money),
    /// That method does not collect it, or not there.
    #[error("{0} does not collect {price}", price = price(*.1))]
    Method(Method, Money),
    /// The order has to begin with a code, and that method makes none.
    #[error("{0} makes no codes")]
    NoCode(Method),
}

/// An amount in words for people.
fn price(money: Money) -> String {
    format!("{} {}", money.to_decimal(), money.currency.as_str())
}

impl PaymentOptions {
    /// By a code, wherever the shopper will be.
    pub(super) fn by_code(method: Method) -> PaymentOptions {
        PaymentOptions { method, surface: Surface::Qr, return_url: None, browser: None, client_ip: String::new() }
    }
}

impl OrderService {
    /// The first of those methods, or that one of them, by which an amount can be paid by a code.
    pub(super) fn method_with_code(&self, methods: &[Method], wanted: Option<Method>, money: Money) -> Result<Method, NotOffered> {
        let is_wanted = |method: &&Method| wanted.as_ref().is_none_or(|wanted| *method == wanted);
        let mut candidates = methods.iter().filter(is_wanted).peekable();
        let Some(first) = candidates.peek().copied() else {
            return Err(wanted.map_or(NotOffered::Nothing(money), |method| NotOffered::Method(method, money)));
        };
        let found = candidates.find(|method| self.providers.makes_code(method, money));
        found.cloned().ok_or_else(|| NotOffered::NoCode(first.clone()))
    }

    /// Whether the accounts of now are for tests as the order is, or move money as it wants some.
    pub(super) fn moves_money_as(&self, order: &Order) -> bool {
        order.is_test == self.providers.are_test()
    }

    /// The provider, and where it collects that amount from this shopper.
    pub(super) fn collecting(&self, options: &PaymentOptions, money: Money) -> Result<(&Provider, Surface), NotOffered> {
        self.provider_for(options, money).ok_or_else(|| NotOffered::Method(options.method.clone(), money))
    }

    fn provider_for(&self, options: &PaymentOptions, money: Money) -> Option<(&Provider, Surface)> {
        let method = &options.method;
        let (provider, way) = self.providers.collecting(method, money, options.surface)?;
        let surface = match way {
            // As where the account was not granted links: what the provider needs to know cannot be told.
            PayBy::Link if provider.wants_client_ip() && options.client_ip.is_empty() => {
                static TOLD: Once = Once::new();
                TOLD.call_once(|| {
                    let method = method.as_str();
                    tracing::warn!(
                        method,
                        "a shopper's address is not known, so phones get a code and no link; make sure that your proxy writes \
                         X-Forwarded-For and that server.trusted_proxies counts it"
                    );
                });
                self.providers.makes_code(method, money).then_some(Surface::Qr)?
            }
            // A page without an address that a wallet could come back to is left all the same.
            PayBy::Link => Surface::App,
            // First the shopper is led to a page that tells who it is, and back: without an address there is no way back, and a code would
            // be on the screen of the phone that has to scan it.
            PayBy::Bridge if options.return_url.is_none() => return None,
            PayBy::Bridge => INSIDE,
            _ => Surface::Qr,
        };
        Some((provider, surface))
    }

    /// A payment to be made, never living longer than its order, on the surface that the method has; with its code where no provider has to
    /// be asked for it.
    ///
    /// # Errors
    /// Where the method cannot collect that amount, or not there.
    pub(super) fn payment(&self, options: PaymentOptions, money: Money, order_expires_at: i64) -> Result<PaymentRecord, NotOffered> {
        let (provider, surface) = self.collecting(&options, money)?;
        let now = self.now();
        let id = PaymentId::from_random(random::bytes());
        let reference = provider.reference(&id);
        let expires_at = (now + self.orders.payment_seconds).min(order_expires_at);
        let (status, payload) = (PaymentStatus::Waiting, provider.own_code(&id, money, now, expires_at));
        let shown_at = payload.is_some().then_some(now);
        Ok(PaymentRecord {
            payment: Payment { id, method: options.method, surface, status, payload, expires_at },
            money,
            provider: Some(provider.name().to_owned()),
            provider_ref: None,
            created_at: now,
            reference,
            return_url: options.return_url.filter(|_| surface != Surface::Qr),
            browser: options.browser.filter(|_| surface == INSIDE),
            payer: None,
            client_ip: (surface == Surface::App).then_some(options.client_ip),
            shown_at,
            scanned_at: None,
            paid_at: None,
            transaction: None,
            next_check_at: Some(first_look(now, expires_at)),
            checks: 0,
        })
    }
}

/// When a payment that is made now is asked about for the first time.
pub(super) fn first_look(now: i64, expires_at: i64) -> i64 {
    (now + FIRST_LOOK).min(expires_at)
}
