//! What a shopper who looks at an order makes us ask the provider.

use protocol::{Order, OrderStatus, Payment, PaymentStatus};

use super::service::OrderService;

/// The provider is asked about a payment at most this often because a shopper looks, seconds.
const LEAST_PAUSE: i64 = 2;

impl OrderService {
    /// The order with its code: one that the provider did not give when the order was made is asked for again.
    pub(crate) async fn with_code(&self, order: Order) -> Order {
        let Some(payment) = open_payment(&order).filter(|payment| payment.payload.is_none()) else { return order };
        if self.asked.noted(&payment.id, self.now(), LEAST_PAUSE) {
            return order;
        }
        // In a place of its own: whoever looks and waits then would hold it all the time.
        Box::pin(self.fetch_code(&order.id)).await.unwrap_or_else(|failure| {
            tracing::warn!(order = %order.id, %failure, "the payment still has no code");
            order
        })
    }

    /// The order as the provider has it now, if it can be asked.
    pub(crate) async fn refreshed(&self, order: Order) -> Order {
        let Some(payment) = open_payment(&order).filter(|payment| payment.payload.is_some()) else { return order };
        if self.asked.noted(&payment.id, self.now(), LEAST_PAUSE) {
            return order;
        }
        match Box::pin(self.settle(&order.id, payment)).await {
            Ok(order) => order,
            Err(failure) => {
                tracing::warn!(order = %order.id, %failure, "the provider could not be asked about a payment");
                order
            }
        }
    }
}

/// The payment that an order waits for.
fn open_payment(order: &Order) -> Option<&Payment> {
    let is_open = |payment: &&Payment| matches!(payment.status, PaymentStatus::Waiting | PaymentStatus::Scanned);
    order.payment.as_ref().filter(is_open).filter(|_| order.status == OrderStatus::Pending)
}
