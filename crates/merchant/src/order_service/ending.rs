//! Ends attempts to pay and orders, so that no more money can come by them. Money that was faster wins.

use protocol::{Order, OrderId, OrderStatus, PaymentStatus};

use super::service::OrderService;
use super::settling::{End, Ended};
use crate::order_record::PaymentRecord;
use crate::service_error::ServiceError;
use crate::store::IdempotencyRecord;

impl OrderService {
    /// Ends the attempt to pay, at the provider too; the order can be paid by another. Once per idempotency key.
    ///
    /// # Errors
    /// As [`OrderService::close_open_payments`].
    pub(crate) async fn cancel_payment(&self, id: &OrderId, key: &IdempotencyRecord) -> Result<Order, ServiceError> {
        let _one_at_a_time = self.locks.hold(id.as_str()).await;
        let order = self.store.order(id).await?;
        // A request that comes again must not end the attempt that the shopper has begun since.
        if self.store.order_made_with(key).await?.is_some() {
            return Ok(order);
        }
        // An order that has ended is told as it is.
        if order.status == OrderStatus::Pending {
            self.close_open_payments(id, PaymentStatus::Canceled).await?;
        }
        Ok(self.change_once(id, key, |_| {}).await?)
    }

    /// As [`OrderService::give_up`], once per idempotency key.
    ///
    /// # Errors
    /// As [`OrderService::close_open_payments`].
    pub(crate) async fn close_order(&self, id: &OrderId, key: &IdempotencyRecord) -> Result<Order, ServiceError> {
        if self.store.order_made_with(key).await?.is_some() {
            return Ok(self.store.order(id).await?);
        }
        self.give_up(id, None).await?;
        Ok(self.change_once(id, key, |_| {}).await?)
    }

    /// Gives an order up: closes what could still bring money to it, then ends it, by that key of the admin API if it is by one. One that ended already is answered as it stands.
    ///
    /// # Errors
    /// As [`OrderService::close_open_payments`].
    pub(crate) async fn give_up(&self, id: &OrderId, by: Option<&str>) -> Result<Order, ServiceError> {
        let _one_at_a_time = self.locks.hold(id.as_str()).await;
        let order = self.close_open_payments(id, PaymentStatus::Canceled).await?;
        match order.status {
            OrderStatus::Pending => Ok(self
                .change(id, |record| {
                    record.by = by.map(str::to_owned);
                    record.cancel();
                })
                .await?),
            _ => Ok(order),
        }
    }

    /// Closes whatever may still bring money to an order. Answers the order, paid if that happened meanwhile.
    ///
    /// # Errors
    /// Also when the provider keeps a payment open, because a wallet is at it right now.
    pub(super) async fn close_open_payments(&self, id: &OrderId, status: PaymentStatus) -> Result<Order, ServiceError> {
        let record = self.store.record(id).await?;
        for attempted in record.payments.iter().filter(|attempted| attempted.is_open()) {
            self.close(id, &attempted.payment, status).await?;
        }
        let record = self.store.record(id).await?;
        if record.order.status == OrderStatus::Pending && record.payments.iter().any(PaymentRecord::may_be_paid) {
            return Err(ServiceError::BeingPaid);
        }
        Ok(record.order)
    }

    /// The same before another payment takes their place: what the providers have closed is left to be written together with that one, so
    /// that the order holds on to what it took. Whatever stands in the way of another payment is written at once.
    ///
    /// # Errors
    /// As [`OrderService::close_open_payments`].
    pub(super) async fn end_open_payments(&self, id: &OrderId) -> Result<(Order, Vec<Ended>), ServiceError> {
        let record = self.store.record(id).await?;
        let mut ended = Vec::new();
        for attempted in record.payments.iter().filter(|attempted| attempted.is_open()) {
            if let End::Unwritten(end) = self.end(id, &attempted.payment).await? {
                ended.push(end);
            }
        }
        let record = self.store.record(id).await?;
        let is_ended = |attempted: &PaymentRecord| ended.iter().any(|ended| ended.payment == attempted.payment.id);
        let is_being_paid = record.payments.iter().any(|attempted| attempted.may_be_paid() && !is_ended(attempted));
        if record.order.status == OrderStatus::Pending && !is_being_paid && self.now() < record.order.expires_at {
            return Ok((record.order, ended));
        }
        let order = match ended.is_empty() {
            true => record.order,
            false => self.change(id, |record| ended.iter().for_each(|ended| ended.write(record, PaymentStatus::Superseded))).await?,
        };
        if order.status == OrderStatus::Pending && is_being_paid { Err(ServiceError::BeingPaid) } else { Ok((order, Vec::new())) }
    }
}
