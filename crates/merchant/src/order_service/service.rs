//! The order service: where records, providers and held polls meet. Writes first, calls the provider then, wakes the polls last.

use std::convert::Infallible;
use std::sync::Arc;

use protocol::{MerchantId, Method, Order, OrderId, Payment};

use super::keeping::Keeping;
use super::recently::Recently;
use crate::catalog::{Selling, Source, Text};
use crate::clock::Clock;
use crate::config::OrdersConfig;
use crate::goods::GoodsFiles;
use crate::keys::Keys;
use crate::labels::LabelFonts;
use crate::limits::OpenOrders;
use crate::messages::Mailing;
use crate::notices::Noticing;
use crate::observing::Metrics;
use crate::official_account::OfficialAccountClient;
use crate::order_locks::OrderLocks;
use crate::order_record::{OrderRecord, PaymentRecord};
use crate::providers::{Provider, Providers};
use crate::releases::Releases;
use crate::service_error::ServiceError;
use crate::shop_time::ShopTime;
use crate::staff_watch::StaffWatch;
use crate::store::{IdempotencyRecord, Store, StoreError, Waits};
use crate::waiters::Waiters;
use crate::webhooks::Webhooks;

/// Everything that routes and jobs share.
pub(crate) struct OrderService {
    pub(crate) merchant: MerchantId,
    pub(crate) name: Text,
    /// The shop's days.
    pub(crate) time: ShopTime,
    pub(crate) public_url: String,
    pub(crate) orders: OrdersConfig,
    /// Who has which orders open.
    pub(crate) open_orders: OpenOrders,
    pub(crate) catalog: Source,
    /// Files that are sold.
    pub(crate) files: Arc<GoodsFiles>,
    /// How often a file may be loaded, for each piece that was bought.
    pub(crate) most_downloads: i64,
    /// In which labels are set.
    pub(crate) label_fonts: LabelFonts,
    pub(crate) keys: Keys,
    pub(crate) store: Store,
    pub(crate) providers: Providers,
    /// The Official Account, if there is one.
    pub(crate) channel: Option<OfficialAccountClient>,
    /// The way to the shop's own server, if it is told of orders.
    pub(crate) webhooks: Option<Webhooks>,
    /// What e-mails to shoppers are made and sent with, if they get any.
    pub(crate) mailing: Option<Mailing>,
    /// What notices to the merchant are made and sent with, if there are any.
    pub(crate) noticing: Option<Arc<Noticing>>,
    pub(crate) waiters: Waiters,
    /// Open pages of staff.
    pub(crate) staff: StaffWatch,
    /// The widget, as this node serves it.
    pub(crate) releases: Releases,
    pub(crate) locks: OrderLocks,
    /// Shared by what the reconciler has under way, and held alone by a round of everything.
    pub(crate) round: tokio::sync::RwLock<()>,
    /// When a shopper's look last made us ask about a payment.
    pub(crate) asked: Recently,
    /// When a notification that proves nothing last did.
    pub(crate) told_to_ask: Recently,
    /// For how long what names a person is kept.
    pub(crate) keeping: Keeping,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
}

/// A service as its users hold it.
pub(crate) type SharedOrderService = Arc<OrderService>;

impl OrderService {
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
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

    /// Changes a record and wakes whoever waits for it.
    pub(crate) async fn change(&self, order: &OrderId, change: impl FnOnce(&mut OrderRecord)) -> Result<Order, StoreError> {
        Ok(self.awake(self.store.change(order, self.now(), change).await?))
    }

    /// As [`OrderService::change`], once per idempotency key.
    pub(crate) async fn change_once(
        &self,
        order: &OrderId,
        key: &IdempotencyRecord,
        change: impl FnOnce(&mut OrderRecord),
    ) -> Result<Order, StoreError> {
        let change = |record: &mut OrderRecord| -> Result<(), Infallible> {
            change(record);
            Ok(())
        };
        let Ok(order) = self.change_or_refuse(order, key, change).await?;
        Ok(order)
    }

    /// As [`OrderService::change_once`], where the change may refuse: then nothing is written, and the key is free.
    pub(crate) async fn change_or_refuse<E>(
        &self,
        order: &OrderId,
        key: &IdempotencyRecord,
        change: impl FnOnce(&mut OrderRecord) -> Result<(), E>,
    ) -> Result<Result<Order, E>, StoreError> {
        let outcome = self.store.change_once(order, key, self.now(), change).await?;
        Ok(outcome.map(|changed| self.awake(changed)))
    }

    /// As [`OrderService::change`], for what a person says of what waits; once per idempotency key, where there is one.
    pub(crate) async fn change_what_waits<E>(
        &self,
        order: &OrderId,
        once: Option<&IdempotencyRecord>,
        change: impl FnOnce(&mut OrderRecord, &Waits) -> Result<(), E>,
    ) -> Result<Result<Order, E>, StoreError> {
        let outcome = self.store.change_what_waits(order, once, self.now(), change).await?;
        Ok(outcome.map(|changed| self.awake(changed)))
    }

    /// The order after a change, which whoever waits for it hears of if it is another one.
    fn awake(&self, (order, changed): (Order, bool)) -> Order {
        if changed {
            self.waiters.wake(&order.id);
        }
        order
    }
}
