//! Asking a provider how a payment stands, and closing it so that no money can come by it any more.

use gateway::{Closed, Family, GatewayError, PaymentRef, ProviderStatus};
use protocol::{Order, OrderId, OrderStatus, Payment, PaymentStatus};

use super::OrderService;
use crate::order_record::{OrderRecord, PaymentRecord, Source};
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
        let id = &payment.id;
        let (provider, provider_ref) = self.collector(payment).await?;
        let named = PaymentRef { id: id.as_str(), provider_ref: provider_ref.as_deref() };
        match provider.close(named).await {
            Ok(Closed::Closed) => {}
            // Said by an unsigned error: ask, and believe the signed answer.
            Ok(Closed::AlreadyPaid) | Err(ServiceError::Gateway(GatewayError::AlreadyPaid { .. })) => {
                return self.settle(order, payment).await;
            }
            Err(ServiceError::Gateway(GatewayError::Refused { .. })) => match provider.query(named).await? {
                // Nobody has scanned it, so there is nothing to close; but until its end, by the provider's clock, somebody still may.
                ProviderStatus::Unknown if self.now() < payment.expires_at + GRACE => {
                    let last_look = payment.expires_at + GRACE;
                    return Ok(self.change(order, |record| record.given_up(id, status, last_look)).await?);
                }
                ProviderStatus::Unknown | ProviderStatus::Closed => {}
                _ => return self.settle(order, payment).await,
            },
            // About the record: until it is mended nothing can be closed, and the order is paid another way meanwhile. Should somebody pay
            // by the old code all the same, that is found out at its end.
            Err(ServiceError::Gateway(error)) if error.family() == Family::Account && self.now() < payment.expires_at => {
                let last_look = payment.expires_at + GRACE;
                return Ok(self.change(order, |record| record.given_up(id, status, last_look)).await?);
            }
            Err(failure) => return Err(failure),
        }
        Ok(self.change(order, |record| record.closed(id, status)).await?)
    }

    /// Gives an order up: closes what could still bring money to it, then ends it. One that ended already is answered as it stands.
    ///
    /// # Errors
    /// As [`OrderService::close_open_payments`].
    pub(crate) async fn give_up(&self, id: &OrderId) -> Result<Order, ServiceError> {
        let _one_at_a_time = self.locks.hold(id.as_str()).await;
        let order = self.close_open_payments(id, PaymentStatus::Canceled).await?;
        match order.status {
            OrderStatus::Pending => Ok(self.change(id, OrderRecord::cancel).await?),
            _ => Ok(order),
        }
    }

    /// Closes whatever may still bring money to an order. Answers the order, paid if that happened meanwhile.
    ///
    /// # Errors
    /// Also when the provider keeps a payment open, because a wallet is at it right now.
    pub(crate) async fn close_open_payments(&self, id: &OrderId, status: PaymentStatus) -> Result<Order, ServiceError> {
        let record = self.store.record(id).await?;
        for attempted in record.payments.iter().filter(|attempted| attempted.is_open()) {
            self.close(id, &attempted.payment, status).await?;
        }
        let record = self.store.record(id).await?;
        if record.order.status == OrderStatus::Pending && record.payments.iter().any(PaymentRecord::may_be_paid) {
            return Err(ServiceError::Unreachable("a wallet is paying, and the provider does not close the payment".to_owned()));
        }
        Ok(record.order)
    }
}
