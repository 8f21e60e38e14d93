//! The service: where records, the providers and held polls meet. Writes first, calls the provider then, wakes the polls last.

mod bills;
mod notified;
mod reconcile;
mod refunding;
mod settling;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use gateway::{Description, Family, GatewayError, PaymentRequest};
use protocol::{MerchantId, Method, Order, OrderId, OrderStatus, PayBy, Payment, PaymentId, PaymentStatus, Surface};

pub(crate) use bills::{Compared, Comparison, run as compare_bills};
pub(crate) use reconcile::run;

use crate::catalog::{Selling, Source, Text};
use crate::config::OrdersConfig;
use crate::keys::Keys;
use crate::number::OrderNumber;
use crate::observing::Metrics;
use crate::official_account::OfficialAccountClient;
use crate::order_locks::OrderLocks;
use crate::order_record::{OrderRecord, PaymentRecord};
use crate::providers::{self, Provider, Providers};
use crate::random;
use crate::releases::Releases;
use crate::running::Clock;
use crate::service_error::ServiceError;
use crate::store::{IdempotencyRecord, Store, StoreError};
use crate::waiters::Waiters;
use crate::webhooks::Webhooks;

/// How often a payment may give way to another before the shopper is asked to choose.
const TRIES: usize = 3;
/// How long after it was made a payment is asked about for the first time, seconds.
pub(crate) const FIRST_LOOK: i64 = 5;

/// Everything that routes and jobs share.
pub(crate) struct OrderService {
    pub(crate) merchant: MerchantId,
    pub(crate) name: Text,
    pub(crate) public_url: String,
    pub(crate) orders: OrdersConfig,
    pub(crate) catalog: Source,
    pub(crate) keys: Keys,
    pub(crate) store: Store,
    pub(crate) providers: Providers,
    /// The Official Account, if there is one.
    pub(crate) channel: Option<OfficialAccountClient>,
    /// The way to the shop's own server, if it is told of orders.
    pub(crate) webhooks: Option<Webhooks>,
    pub(crate) waiters: Waiters,
    /// The widget, as this node serves it.
    pub(crate) releases: Releases,
    pub(crate) locks: OrderLocks,
    /// Shared by what the reconciler has under way, and held alone by a round of everything.
    pub(crate) round: tokio::sync::RwLock<()>,
    /// When a shopper's wish last made us ask about a payment.
    pub(crate) asked: Mutex<HashMap<PaymentId, i64>>,
    /// When a notification that proves nothing last did.
    pub(crate) told_to_ask: Mutex<HashMap<PaymentId, i64>>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
}

/// A service as its users hold it.
pub(crate) type SharedOrderService = Arc<OrderService>;

impl OrderService {
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Whether a shopper's wish made us ask the provider about a payment within that many seconds; notes that we do now if not.
    pub(crate) fn asked_lately(&self, payment: &PaymentId, seconds: i64) -> bool {
        lately(&self.asked, payment, self.now(), seconds)
    }

    pub(crate) fn selling<'a>(&'a self, locale: &'a str) -> Selling<'a> {
        let (now, public_url) = (self.now(), &self.public_url);
        let expires_at = now + self.orders.quote_seconds;
        Selling { merchant: &self.merchant, name: &self.name, public_url, locale, now, expires_at }
    }

    /// The provider of a payment.
    ///
    /// # Errors
    /// When its method is no longer configured.
    pub(crate) fn provider(&self, method: &Method) -> Result<&Provider, ServiceError> {
        self.providers.of_method(method.as_str()).ok_or_else(|| ServiceError::NotConfigured(method.as_str().to_owned()))
    }

    /// Who collects a payment, and the provider's own id of it, if it has one.
    ///
    /// # Errors
    /// When that provider is no longer configured.
    pub(crate) async fn collector(&self, payment: &Payment) -> Result<(&Provider, Option<String>), ServiceError> {
        let (name, provider_ref) = self.store.collected_by(&payment.id).await?;
        Ok((self.whoever_collects(name.as_deref(), &payment.method)?, provider_ref))
    }

    /// Who collects a payment whose records are at hand.
    ///
    /// # Errors
    /// As [`OrderService::collector`].
    pub(crate) fn collector_of(&self, attempted: &PaymentRecord) -> Result<&Provider, ServiceError> {
        self.whoever_collects(attempted.provider.as_deref(), &attempted.payment.method)
    }

    fn whoever_collects(&self, name: Option<&str>, method: &Method) -> Result<&Provider, ServiceError> {
        match name {
            Some(name) => self.providers.named(name).ok_or_else(|| ServiceError::NotConfigured(name.to_owned())),
            // Made before that was kept.
            None => self.provider(method),
        }
    }

    /// Changes an record and wakes whoever waits for it.
    pub(crate) async fn change(&self, order: &OrderId, change: impl FnOnce(&mut OrderRecord)) -> Result<Order, StoreError> {
        let (order, changed) = self.store.change(order, self.now(), change).await?;
        if changed {
            self.waiters.wake(&order.id);
        }
        Ok(order)
    }

    /// As [`OrderService::change`], once per idempotency key.
    pub(crate) async fn change_once(
        &self,
        order: &OrderId,
        attempt: &IdempotencyRecord,
        change: impl FnOnce(&mut OrderRecord),
    ) -> Result<Order, StoreError> {
        let change = |record: &mut OrderRecord| -> Result<(), Infallible> {
            change(record);
            Ok(())
        };
        self.try_once(order, attempt, change).await?.map_err(|never| match never {})
    }

    /// As [`OrderService::change_once`], for a change that may refuse.
    pub(crate) async fn try_once<E>(
        &self,
        order: &OrderId,
        attempt: &IdempotencyRecord,
        change: impl FnOnce(&mut OrderRecord) -> Result<(), E>,
    ) -> Result<Result<Order, E>, StoreError> {
        let outcome = self.store.change_once(order, attempt, self.now(), change).await?;
        Ok(outcome.map(|(order, changed)| {
            if changed {
                self.waiters.wake(&order.id);
            }
            order
        }))
    }

    /// Gets the code of an order's payment from the provider, if it is still missing. Two requests for one order wait for
    /// each other, so the provider is asked once.
    ///
    /// # Errors
    /// When the provider has no definite word: the same may be asked again. What it refuses for good leaves an order that can be paid
    /// another way.
    pub(crate) async fn fetch_code(&self, id: &OrderId) -> Result<Order, ServiceError> {
        let _one_at_a_time = self.locks.hold(id.as_str()).await;
        for _ in 0..TRIES {
            let (order, is_over) = self.try_to_fetch_code(id).await?;
            if is_over {
                return Ok(order);
            }
        }
        Ok(self.store.order(id).await?)
    }

    /// Answers the order, and whether there is nothing more to try: what was refused has not given way to another payment.
    async fn try_to_fetch_code(&self, id: &OrderId) -> Result<(Order, bool), ServiceError> {
        let record = self.store.record(id).await?;
        let missing = record.payments.iter().rfind(|attempted| attempted.is_open() && attempted.payment.payload.is_none());
        let (Some(attempted), OrderStatus::Pending) = (missing, record.order.status) else { return Ok((record.order, true)) };
        let payment = &attempted.payment;
        if self.now() >= payment.expires_at {
            // The wish is repeated after a long silence. If somebody paid by a code that never reached us, that is found, too.
            return Ok((self.close(id, payment, PaymentStatus::Expired).await?, true));
        }
        if let (true, Some(way)) = (providers::lacks_payer(attempted), self.way_to_openid(&payment.id)) {
            return Ok((self.change(id, |record| record.way_came(&payment.id, way)).await?, true));
        }
        let provider = self.collector_of(attempted)?;
        let request = PaymentRequest {
            payment_id: payment.id.as_str(),
            method: payment.method.as_str(),
            description: description(&record.order),
            amount: attempted.money.amount,
            currency: attempted.money.currency.as_str(),
            expires_at: payment.expires_at,
            notify_url: provider.notify_url(),
            surface: providers::surface(attempted),
        };
        let mut created = provider.create(&request, self.now()).await;
        if let Err(ServiceError::Gateway(error)) = &created
            && provider.wants_other_words(error)
        {
            tracing::warn!(order = %id, %error, "the provider takes none of the words for what is bought, and gets the order's number instead");
            let number = OrderNumber::of(id);
            let request = PaymentRequest { description: number.as_str().into(), ..request };
            created = provider.create(&request, self.now()).await;
        }
        let error = match created {
            Ok(prepared) => {
                let came = |record: &mut OrderRecord| record.code_came(&payment.id, prepared, self.now());
                return Ok((self.change(id, came).await?, true));
            }
            Err(ServiceError::Gateway(GatewayError::AlreadyPaid { .. })) => return Ok((self.settle(id, payment).await?, true)),
            Err(ServiceError::Gateway(error)) if matches!(error.family(), Family::Refused | Family::Account | Family::Configuration) => {
                error
            }
            Err(failure) => return Err(failure),
        };
        tracing::error!(order = %id, %error, "the provider made nothing to pay by; the order can be paid another way");
        let is_tried_before =
            record.payments.iter().any(|other| other.payment.status == PaymentStatus::Superseded && other.shown_at.is_none());
        let (status, again) = match provider.wants_another_id(&error) && !is_tried_before {
            true => (PaymentStatus::Superseded, Some(self.again(attempted, payment.surface))),
            false => (PaymentStatus::Failed, self.by_code(attempted)),
        };
        let (is_over, last_look) = (again.is_none(), payment.expires_at);
        let change = |record: &mut OrderRecord| {
            match status {
                // A call before this one made a code, whose answer was lost: nobody has seen it, and it is looked at once more.
                PaymentStatus::Superseded => record.given_up(&payment.id, status, last_look),
                _ => record.closed(&payment.id, status),
            }
            again.into_iter().for_each(|again| record.try_again(again));
        };
        Ok((self.change(id, change).await?, is_over))
    }

    /// The same payment by a code, where the provider has just refused the record another way and a code can be paid there.
    fn by_code(&self, refused: &PaymentRecord) -> Option<PaymentRecord> {
        let payment = &refused.payment;
        let (_, way) = self.providers.collecting(&payment.method, refused.money, payment.surface)?;
        let is_by_code = matches!(way, PayBy::Scan | PayBy::Save | PayBy::Copy) && payment.surface != Surface::Qr;
        is_by_code.then(|| PaymentRecord { return_url: None, payer: None, client_ip: None, ..self.again(refused, Surface::Qr) })
    }

    /// The same payment under another id.
    fn again(&self, before: &PaymentRecord, surface: Surface) -> PaymentRecord {
        let (now, id) = (self.now(), PaymentId::from_random(random::bytes()));
        PaymentRecord {
            payment: Payment { id, surface, payload: None, ..before.payment.clone() },
            provider_ref: None,
            created_at: now,
            next_check_at: Some((now + FIRST_LOOK).min(before.payment.expires_at)),
            checks: 0,
            ..before.clone()
        }
    }
}

/// Whether that payment is noted within that many seconds; notes it now if not.
fn lately(noted: &Mutex<HashMap<PaymentId, i64>>, payment: &PaymentId, now: i64, seconds: i64) -> bool {
    let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
    noted.retain(|_, at| now - *at < seconds);
    noted.contains_key(payment) || noted.insert(payment.clone(), now).is_some()
}

/// What the wallet shows: the first thing bought, and that there is more.
pub(crate) fn description(order: &Order) -> Description<'_> {
    let item = order.lines.first().map_or("", |line| line.name.as_str());
    Description { shop: order.merchant_name.as_str(), item, more: order.lines.len().saturating_sub(1) }
}
