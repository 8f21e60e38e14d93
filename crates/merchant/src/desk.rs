//! The desk: where records, the provider and held polls meet. Writes first, calls the provider then, wakes the polls last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use gateway::{Closed, GatewayError, PaymentRequest, ProviderPayment, ProviderStatus};
use protocol::{MerchantId, Method, Order, OrderId, OrderStatus, PaymentId, PaymentStatus};

use crate::account::Account;
use crate::catalog::{Catalog, Selling, Text};
use crate::config::OrdersConfig;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::locks::Locks;
use crate::provider::Provider;
use crate::running::Clock;
use crate::store::{Received, Store, StoreError};
use crate::waiters::Waiters;

/// The first pause before the provider is asked about an open payment, seconds; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: i64 = 5;
/// The longest pause between questions about an open payment, seconds: notifications are the fast way, this is the sure one.
const LONGEST_PAUSE: i64 = 60;

/// Everything that routes and jobs share.
pub(crate) struct Desk {
    pub(crate) merchant: MerchantId,
    pub(crate) name: Text,
    pub(crate) public_url: String,
    pub(crate) notify_url: String,
    pub(crate) orders: OrdersConfig,
    pub(crate) catalog: Catalog,
    pub(crate) keys: Keys,
    pub(crate) store: Store,
    pub(crate) provider: Provider,
    pub(crate) waiters: Waiters,
    pub(crate) locks: Locks,
    pub(crate) asked: Mutex<HashMap<PaymentId, i64>>,
    pub(crate) clock: Clock,
}

/// A desk as its users hold it.
pub(crate) type SharedDesk = Arc<Desk>;

impl Desk {
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Whether a shopper's wish made us ask the provider about a payment within that many seconds; notes that we do now if not.
    pub(crate) fn asked_lately(&self, payment: &PaymentId, seconds: i64) -> bool {
        let now = self.now();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|_, at| now - *at < seconds);
        asked.contains_key(payment) || asked.insert(payment.clone(), now).is_some()
    }

    /// The payment methods on offer.
    pub(crate) fn methods(&self) -> Vec<Method> {
        Method::parse(self.provider.gateway().method()).into_iter().collect()
    }

    pub(crate) fn selling<'a>(&'a self, locale: &'a str, methods: &'a [Method]) -> Selling<'a> {
        Selling {
            merchant: &self.merchant,
            name: &self.name,
            public_url: &self.public_url,
            locale,
            methods,
            expires_at: self.now() + self.orders.quote_seconds,
        }
    }

    /// Changes an account and wakes whoever waits for it.
    pub(crate) async fn change(&self, order: &OrderId, change: impl FnOnce(&mut Account)) -> Result<Order, StoreError> {
        let (order, changed) = self.store.change(order, self.now(), change).await?;
        if changed {
            self.waiters.wake(&order.id);
        }
        Ok(order)
    }

    /// Gets the code of an order's payment from the provider, if it is still missing. Two requests for one order wait for
    /// each other, so the provider is asked once.
    pub(crate) async fn fetch_code(&self, id: &OrderId) -> Result<Order, Failure> {
        let _one_at_a_time = self.locks.hold(id.as_str()).await;
        let account = self.store.account(id).await?;
        let missing = account.payments.iter().rfind(|attempted| attempted.is_open() && attempted.payment.payload.is_none());
        let (Some(attempted), OrderStatus::Pending) = (missing, account.order.status) else { return Ok(account.order) };
        let payment = &attempted.payment;
        let request = PaymentRequest {
            payment_id: payment.id.as_str(),
            description: &description(&account.order),
            amount: attempted.money.amount,
            currency: attempted.money.currency.as_str(),
            expires_at: payment.expires_at,
            notify_url: &self.notify_url,
            surface: gateway::Surface::Code,
        };
        match self.provider.create(&request).await {
            Ok(prepared) => Ok(self.change(id, |account| account.code_came(&payment.id, prepared.payload)).await?),
            Err(Failure::Gateway(GatewayError::AlreadyPaid { .. })) => self.settle(id, &payment.id).await,
            Err(Failure::Gateway(error @ GatewayError::Refused { .. })) => {
                tracing::error!(order = %id, %error, "the provider refused to make a code");
                Ok(self.change(id, |account| account.closed(&payment.id, PaymentStatus::Refused)).await?)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Asks the provider how a payment stands and writes down what it says.
    pub(crate) async fn settle(&self, order: &OrderId, payment: &PaymentId) -> Result<Order, Failure> {
        let status = self.provider.query(payment.as_str()).await?;
        let order = match status {
            ProviderStatus::Paid(fact) => self.change(order, |account| account.money_came(&fact, &self.keys.signer)).await?,
            ProviderStatus::Scanned => self.change(order, |account| account.scanned(payment)).await?,
            ProviderStatus::Refused => self.change(order, |account| account.closed(payment, PaymentStatus::Refused)).await?,
            ProviderStatus::Closed => self.change(order, |account| account.closed(payment, PaymentStatus::Expired)).await?,
            ProviderStatus::Waiting | ProviderStatus::Unknown => self.store.order(order).await?,
        };
        Ok(order)
    }

    /// Makes sure that no money can come by a payment any more; if it came already, that is written down instead.
    /// Without a definite word of the provider the payment stays open.
    pub(crate) async fn close(&self, order: &OrderId, payment: &PaymentId, status: PaymentStatus) -> Result<Order, Failure> {
        match self.provider.close(payment.as_str()).await {
            Ok(Closed::Closed) => {}
            // Said by an unsigned error: ask, and believe the signed answer.
            Ok(Closed::AlreadyPaid) | Err(Failure::Gateway(GatewayError::AlreadyPaid { .. })) => return self.settle(order, payment).await,
            Err(Failure::Gateway(GatewayError::Refused { .. })) => {
                // The provider does not know it: the code was never made, unless a late create arrives. Ask once more.
                match self.provider.query(payment.as_str()).await? {
                    ProviderStatus::Unknown | ProviderStatus::Closed => {}
                    _ => return self.settle(order, payment).await,
                }
            }
            Err(failure) => return Err(failure),
        }
        Ok(self.change(order, |account| account.closed(payment, status)).await?)
    }

    /// Closes whatever may still bring money to an order. Answers the order, paid if that happened meanwhile.
    pub(crate) async fn close_open_payments(&self, id: &OrderId, status: PaymentStatus) -> Result<Order, Failure> {
        let account = self.store.account(id).await?;
        let mut order = account.order;
        for attempted in account.payments.iter().filter(|attempted| attempted.is_open()) {
            order = self.close(id, &attempted.payment.id, status).await?;
        }
        Ok(order)
    }

    /// A verified notification of money: kept and applied once. One of a payment that is not in our records is kept, too.
    pub(crate) async fn money_notified(&self, received: Received<'_>, fact: &ProviderPayment) -> Result<(), StoreError> {
        let payment = PaymentId::parse(&fact.payment_id);
        let order = match &payment {
            Some(payment) => self.store.order_of(payment).await?,
            None => None,
        };
        let Some(order) = order else {
            tracing::error!(payment = fact.payment_id, "ALARM: money for a payment that nobody made");
            return self.store.keep(received, self.now()).await;
        };
        let change = |account: &mut Account| account.money_came(fact, &self.keys.signer);
        match self.store.receive(received, &order, self.now(), change).await? {
            Some((order, true)) => self.waiters.wake(&order.id),
            Some((_, false)) => tracing::info!(%order, "a notification changed nothing"),
            None => tracing::info!(%order, "a notification came again"),
        }
        Ok(())
    }

    /// One round of the reconciler: every payment that is due is asked about, closed when its time is over,
    /// and orders past their deadline expire.
    pub(crate) async fn reconcile(&self) -> Result<(), StoreError> {
        let now = self.now();
        for (order, payment) in self.store.due(now, 100).await? {
            if let Err(failure) = self.check(&order, &payment).await {
                tracing::warn!(%order, %failure, "a payment could not be checked");
            }
        }
        for id in self.store.overdue(now, 100).await? {
            let account = self.store.account(&id).await?;
            // A payment whose fate is not known keeps its order open: money may be on its way.
            if !account.payments.iter().any(|attempted| attempted.is_open() && attempted.next_check_at.is_some()) {
                self.change(&id, Account::expire).await?;
            }
        }
        Ok(())
    }

    async fn check(&self, order: &OrderId, id: &PaymentId) -> Result<(), Failure> {
        let _one_at_a_time = self.locks.hold(order.as_str()).await;
        let account = self.store.account(order).await?;
        let Some(attempted) = account.payments.iter().find(|attempted| attempted.payment.id == *id) else { return Ok(()) };
        let now = self.now();
        let pause = (FIRST_PAUSE << attempted.checks.clamp(0, 4)).min(LONGEST_PAUSE);
        let deadline = attempted.payment.expires_at;
        let next = if now < deadline { (now + pause).min(deadline) } else { now + pause };
        // Before the call: if it fails or the process dies, the payment is asked about again.
        self.store.check_again_at(id, next).await?;
        match account.order.status {
            OrderStatus::Pending if now < deadline => self.settle(order, id).await?,
            OrderStatus::Pending => self.close(order, id, PaymentStatus::Expired).await?,
            // The order ended by another code: this one must not be paid as well.
            _ => self.close(order, id, PaymentStatus::Superseded).await?,
        };
        Ok(())
    }
}

/// What the wallet shows: the first thing bought, and that there is more. At most 127 characters (gateways' tightest limit).
fn description(order: &Order) -> String {
    let first = order.lines.first().map_or(order.merchant_name.as_str(), |line| line.name.as_str());
    let more = if order.lines.len() > 1 { format!(" +{}", order.lines.len() - 1) } else { String::new() };
    let text: String = format!("{} · ", order.merchant_name).chars().chain(first.chars()).take(120).collect();
    text + &more
}
