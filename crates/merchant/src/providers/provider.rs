//! One payment method as the desk uses it: calls to a provider, or, for bank codes, what can be said without one.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use gateway::{
    Bill, Closed, Gateway, GatewayError, Notification, NotificationReply, PaymentRequest, Prepared, ProviderStatus, RefundRequest,
    RefundStatus, Surface,
};
use protocol::Method;

use super::Caller;
use crate::bank::BankCodes;
use crate::failure::Failure;

/// The least time between two renewals that unknown keys ask for, seconds.
const LEAST_RENEWAL: i64 = 60;

/// A payment method.
pub(crate) struct Provider {
    method: Method,
    way: Way,
}

enum Way {
    /// A provider that is asked and that notifies.
    Online {
        /// Replaced when its keys are renewed.
        gateway: RwLock<Arc<dyn Gateway>>,
        /// When an unknown key last made us ask for new ones, unix seconds.
        renewed_at: AtomicI64,
        notify_url: String,
        caller: Caller,
    },
    /// Codes that a bank collects. Nobody can be asked: a person or the bank's feed confirms.
    Bank(BankCodes),
}

impl Provider {
    pub(super) fn online(gateway: Arc<dyn Gateway>, notify_url: String, caller: Caller) -> Provider {
        let method = Method::parse(gateway.method()).expect("methods of gateways are words");
        Provider { method, way: Way::Online { gateway: RwLock::new(gateway), renewed_at: AtomicI64::new(0), notify_url, caller } }
    }

    pub(super) fn bank(codes: BankCodes) -> Provider {
        Provider { method: codes.method.clone(), way: Way::Bank(codes) }
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Where the provider notifies; empty where nobody does.
    pub(crate) fn notify_url(&self) -> &str {
        match &self.way {
            Way::Online { notify_url, .. } => notify_url,
            Way::Bank(_) => "",
        }
    }

    /// Whether a merchant's own word of a payment counts, because no provider can be asked.
    pub(crate) fn is_confirmed_by_hand(&self) -> bool {
        matches!(self.way, Way::Bank(_))
    }

    pub(crate) fn collects(&self, currency: &str) -> bool {
        match &self.way {
            Way::Online { gateway, .. } => current(gateway).collects(currency),
            Way::Bank(codes) => codes.account.collects(currency),
        }
    }

    pub(crate) fn serves(&self, surface: &Surface<'_>) -> bool {
        match &self.way {
            Way::Online { gateway, .. } => current(gateway).serves(surface),
            Way::Bank(_) => matches!(surface, Surface::Code),
        }
    }

    pub(crate) async fn create(&self, payment: &PaymentRequest<'_>, now: i64) -> Result<Prepared, Failure> {
        match &self.way {
            Way::Bank(codes) => Ok(codes.code(payment, now)?),
            Way::Online { gateway, caller, .. } => {
                let gateway = current(gateway);
                caller
                    .call(
                        ("create", self.method.as_str()),
                        |at| gateway.create(payment, at),
                        |reply, at| gateway.created(payment, reply, at),
                    )
                    .await
            }
        }
    }

    /// A bank code is waiting for as long as nobody confirmed it.
    pub(crate) async fn query(&self, payment_id: &str) -> Result<ProviderStatus, Failure> {
        let Way::Online { gateway, caller, .. } = &self.way else { return Ok(ProviderStatus::Waiting) };
        let gateway = current(gateway);
        caller
            .call(("query", self.method.as_str()), |at| gateway.query(payment_id, at), |reply, at| gateway.queried(payment_id, reply, at))
            .await
    }

    /// A bank code cannot be called back; money that still comes by it is late money.
    pub(crate) async fn close(&self, payment_id: &str) -> Result<Closed, Failure> {
        let Way::Online { gateway, caller, .. } = &self.way else { return Ok(Closed::Closed) };
        let gateway = current(gateway);
        caller
            .call(("close", self.method.as_str()), |at| gateway.close(payment_id, at), |reply, at| gateway.closed(payment_id, reply, at))
            .await
    }

    /// Returns money. What came by a bank code a person returns by hand.
    pub(crate) async fn refund(&self, refund: &RefundRequest<'_>) -> Result<RefundStatus, Failure> {
        let Way::Online { gateway, caller, .. } = &self.way else { return Ok(RefundStatus::Stuck) };
        let gateway = current(gateway);
        caller
            .call(("refund", self.method.as_str()), |at| gateway.refund(refund, at), |reply, at| gateway.refunded(refund, reply, at))
            .await
    }

    pub(crate) async fn query_refund(&self, refund: &RefundRequest<'_>) -> Result<RefundStatus, Failure> {
        let Way::Online { gateway, caller, .. } = &self.way else { return Ok(RefundStatus::Stuck) };
        let gateway = current(gateway);
        caller
            .call(
                ("query_refund", self.method.as_str()),
                |at| gateway.query_refund(refund, at),
                |reply, at| gateway.queried_refund(refund, reply, at),
            )
            .await
    }

    /// Reads a notification; `None` where nobody notifies. A key that came into use since is learned now, but nobody makes us ask the
    /// provider for it more than once a minute.
    pub(crate) async fn notification(
        &self,
        headers: &[(String, String)],
        body: &[u8],
        now: i64,
    ) -> Option<Result<Notification, GatewayError>> {
        let Way::Online { gateway, renewed_at, .. } = &self.way else { return None };
        let heard = current(gateway).notification(headers, body, now);
        let is_due = || now - renewed_at.fetch_max(now, Ordering::SeqCst) >= LEAST_RENEWAL;
        if matches!(heard, Err(GatewayError::UnknownKey { .. })) && is_due() && self.renew().await.is_ok() {
            return Some(current(gateway).notification(headers, body, now));
        }
        Some(heard)
    }

    pub(crate) fn acknowledge(&self, accepted: bool) -> Option<NotificationReply> {
        let Way::Online { gateway, .. } = &self.way else { return None };
        Some(current(gateway).acknowledge(accepted))
    }

    /// The provider's bill of the day of Beijing in which `day` (unix seconds) lies. `None` where there are no bills.
    pub(crate) async fn bill(&self, day: i64) -> Result<Option<Bill>, Failure> {
        let Way::Online { gateway, caller, .. } = &self.way else { return Ok(None) };
        let gateway = current(gateway);
        let Some(bills) = gateway.bills() else { return Ok(None) };
        let offered =
            caller.call(("bill", self.method.as_str()), |at| bills.trade_bill(day, at), |reply, at| bills.offered_bill(reply, at)).await?;
        let Some(ticket) = offered else { return Ok(Some(Bill { entries: Vec::new() })) };
        let read = |reply: &_, at: &_| bills.downloaded_bill(&ticket, reply, at);
        Ok(Some(caller.call(("download_bill", self.method.as_str()), |at| bills.download_bill(&ticket, at), read).await?))
    }

    /// Asks about money that is in the bill.
    pub(crate) async fn query_transaction(&self, transaction_id: &str) -> Result<ProviderStatus, Failure> {
        let Way::Online { gateway, caller, .. } = &self.way else { return Ok(ProviderStatus::Unknown) };
        let gateway = current(gateway);
        let Some(bills) = gateway.bills() else { return Ok(ProviderStatus::Unknown) };
        let read = |reply: &_, at: &_| bills.queried_transaction(transaction_id, reply, at);
        caller.call(("query_transaction", self.method.as_str()), |at| bills.query_transaction(transaction_id, at), read).await
    }

    /// Fetches what the provider changes by itself, such as the keys that it signs with.
    pub(crate) async fn renew(&self) -> Result<(), Failure> {
        let Way::Online { gateway, caller, .. } = &self.way else { return Ok(()) };
        let now = current(gateway);
        let moment = caller.moment();
        if now.renewal(&moment).is_none() {
            return Ok(());
        }
        let make = |at: &gateway::Moment| now.renewal(at).expect("it was there a moment ago");
        let renewed = caller.call(("renew", self.method.as_str()), make, |reply, at| now.renewed(reply, at)).await?;
        *gateway.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }
}

fn current(gateway: &RwLock<Arc<dyn Gateway>>) -> Arc<dyn Gateway> {
    Arc::clone(&gateway.read().unwrap_or_else(PoisonError::into_inner))
}
