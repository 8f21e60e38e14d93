//! Asks a provider how a payment stands, and closes it so that no money can come by it any more.

use gateway::{Closed, Family, GatewayError, PaymentRef, ProviderStatus};
use protocol::{Order, OrderId, Payment, PaymentId, PaymentStatus};

use super::service::OrderService;
use crate::order_record::{OrderRecord, Source};
use crate::service_error::ServiceError;

/// How long after its end a code that could not be closed is looked at for the last time, seconds.
const GRACE: i64 = 60;

impl OrderService {
    /// Asks the provider how a payment stands and writes down what it says.
    pub(crate) async fn settle(&self, order: &OrderId, payment: &Payment) -> Result<Order, ServiceError> {
        let (id, now) = (&payment.id, self.now());
        let (provider, provider_ref) = self.collector(payment).await?;
        let named = PaymentRef { id: id.as_str(), provider_ref: provider_ref.as_deref() };
        let order = match provider.query(named).await? {
            ProviderStatus::Paid(fact) => {
                self.change(order, |record| record.money_came(&fact, Source::Query, &self.keys.signer, now)).await?
            }
            ProviderStatus::Scanned => self.change(order, |record| record.scanned(id, now)).await?,
            ProviderStatus::Refused => self.change(order, |record| record.closed(id, PaymentStatus::Refused)).await?,
            ProviderStatus::Closed => self.change(order, |record| record.closed(id, PaymentStatus::Expired)).await?,
            ProviderStatus::ClosedInDoubt => self.change(order, |record| record.closed_in_doubt(id)).await?,
            ProviderStatus::Waiting | ProviderStatus::Unknown => self.store.order(order).await?,
        };
        Ok(order)
    }

    /// Makes sure that no money can come by a payment any more; if it came already, that is written down instead.
    /// Without a definite word of the provider the payment stays open.
    pub(crate) async fn close(&self, order: &OrderId, payment: &Payment, status: PaymentStatus) -> Result<Order, ServiceError> {
        match self.end(order, payment).await? {
            End::Unwritten(ended) => Ok(self.change(order, |record| ended.write(record, status)).await?),
            End::Settled(order) => Ok(*order),
        }
    }

    /// Has the provider close a payment, and leaves it to the caller to write that down.
    pub(super) async fn end(&self, order: &OrderId, payment: &Payment) -> Result<End, ServiceError> {
        let id = &payment.id;
        let (provider, provider_ref) = self.collector(payment).await?;
        let named = PaymentRef { id: id.as_str(), provider_ref: provider_ref.as_deref() };
        // Before the provider is asked: its answer is no older than this, however long it takes.
        let now = self.now();
        let last_look = match provider.close(named).await {
            Ok(Closed::Closed) => None,
            // Said by an unsigned error: ask, and believe the signed answer.
            Ok(Closed::AlreadyPaid) | Err(ServiceError::Gateway(GatewayError::AlreadyPaid { .. })) => {
                return Ok(End::Settled(Box::new(self.settle(order, payment).await?)));
            }
            Err(ServiceError::Gateway(GatewayError::Refused { .. })) => match provider.query(named).await? {
                // Nobody has scanned it, so there is nothing to close; but until its end, by the provider's clock, somebody still may.
                ProviderStatus::Unknown if now < payment.expires_at + GRACE => Some(payment.expires_at + GRACE),
                ProviderStatus::Unknown | ProviderStatus::Closed => None,
                _ => return Ok(End::Settled(Box::new(self.settle(order, payment).await?))),
            },
            // About the record: until it is mended nothing can be closed, and the order is paid another way meanwhile. Should somebody pay
            // by the old code all the same, that is found out at its end.
            Err(ServiceError::Gateway(error)) if error.family() == Family::Account && now < payment.expires_at => {
                Some(payment.expires_at + GRACE)
            }
            Err(failure) => return Err(failure),
        };
        Ok(End::Unwritten(Ended { payment: id.clone(), last_look }))
    }
}

/// How an attempt to close a payment at its provider ended.
pub(super) enum End {
    /// Nobody shall pay by it any more; the records do not say so yet.
    Unwritten(Ended),
    /// It could not be closed. How the provider says that it stands is written down already.
    Settled(Box<Order>),
}

/// A payment that its provider has closed.
pub(super) struct Ended {
    pub(super) payment: PaymentId,
    /// When it is to be looked at once more, because until then somebody still could pay by it, unix seconds.
    last_look: Option<i64>,
}

impl Ended {
    /// Writes that down.
    pub(super) fn write(&self, record: &mut OrderRecord, status: PaymentStatus) {
        match self.last_look {
            Some(last_look) => record.given_up(&self.payment, status, last_look),
            None => record.closed(&self.payment, status),
        }
    }
}
