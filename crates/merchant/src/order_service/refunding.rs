//! Refunds: written first, then sent, repeated under the same id until the provider has a definite word.

use gateway::{GatewayError, RefundRequest, RefundStatus};
use protocol::OrderId;

use super::reconcile;
use super::service::OrderService;
use crate::fault;
use crate::observing::Alarm;
use crate::service_error::ServiceError;

impl OrderService {
    /// Sends a refund, or asks what became of it. A provider that does not know it gets it again: the id makes it the same one.
    pub(crate) async fn go_on_with_refund(&self, order: &OrderId, id: &str) -> Result<(), ServiceError> {
        let _one_at_a_time = self.locks.hold(order.as_str()).await;
        let record = self.store.record(order).await?;
        let Some(refund) = record.refunds.iter().find(|refund| refund.id == id && refund.next_check_at.is_some()) else { return Ok(()) };
        let Some(paid) = record.payments.iter().find(|attempted| attempted.payment.id == refund.payment) else { return Ok(()) };
        self.store.check_refund_again_at(id, self.now() + reconcile::pause(refund.checks)).await?;
        let provider = self.collector_of(paid)?;
        let request = RefundRequest {
            payment: paid.named(),
            refund_id: id,
            amount: refund.amount,
            // Odd money goes back as a whole.
            total: if refund.parts.transaction.is_some() { refund.amount } else { paid.money.amount },
            currency: paid.money.currency.as_str(),
            reason: Some(refund.reason.as_str()).filter(|reason| !reason.is_empty()),
            notify_url: provider.notify_url(),
        };
        fault::point("refund-not-sent");
        let outcome = match refund.checks {
            0 => provider.refund(&request).await,
            _ => match provider.query_refund(&request).await? {
                RefundStatus::Unknown => provider.refund(&request).await,
                known => Ok(known),
            },
        };
        let status = match outcome {
            // Repeating does not help. Unless the provider knows the refund after all, a person has to return the money otherwise.
            Err(ServiceError::Gateway(error @ (GatewayError::Refused { .. } | GatewayError::AlreadyPaid { .. }))) => {
                tracing::error!(%order, refund = id, %error, "the provider refuses a refund");
                match provider.query_refund(&request).await? {
                    RefundStatus::Unknown => RefundStatus::Stuck,
                    known => known,
                }
            }
            Err(failure @ ServiceError::Gateway(GatewayError::Unfunded { .. })) => {
                tracing::error!(%order, refund = id, "ALARM: the balance at the provider does not cover a refund; add funds, and it will be tried again");
                self.metrics.alarmed(Alarm::RefundUnfunded);
                return Err(failure);
            }
            outcome => outcome?,
        };
        fault::point("refund-not-marked");
        if !matches!(status, RefundStatus::Pending | RefundStatus::Unknown) {
            self.change(order, |record| record.refund_told(id, &status, self.now())).await?;
        }
        Ok(())
    }
}
