//! The rules of refunds: how much may go back, and what each refund does to its order.

use protocol::{Money, OrderStatus, PaymentId};

use super::parts::Parts;
use super::record::{Fact, OrderRecord};
use super::refund::{Refund, RefundRefusal, RefundStatus};

impl OrderRecord {
    /// What of a payment's money has not gone back and is not on its way back, minor units.
    pub fn left(&self, payment: &PaymentId) -> i64 {
        self.came_less_gone(payment).max(0)
    }

    /// What a key of the admin API has asked to be returned, minor units. What failed returned nothing, and does not count.
    pub(crate) fn asked_back_by(&self, key: &str) -> i64 {
        let counts = |refund: &&Refund| refund.by.as_deref() == Some(key) && refund.status != RefundStatus::Failed;
        self.refunds.iter().filter(counts).map(|refund| refund.amount).sum()
    }

    /// By how much more goes back of a payment than came by it, minor units: only a provider can return so much.
    pub(crate) fn gone_too_much(&self, payment: &PaymentId) -> i64 {
        (-self.came_less_gone(payment)).max(0)
    }

    fn came_less_gone(&self, payment: &PaymentId) -> i64 {
        let came = self.payments.iter().find(|attempted| attempted.payment.id == *payment && attempted.transaction.is_some());
        came.map_or(0, |attempted| attempted.money.amount - self.gone(payment, |status| status != RefundStatus::Failed))
    }

    fn gone(&self, payment: &PaymentId, counts: impl Fn(RefundStatus) -> bool) -> i64 {
        // Odd money was never counted as the payment's.
        let is_own = |refund: &&Refund| refund.payment == *payment && refund.parts.transaction.is_none();
        let refunds = self.refunds.iter().filter(is_own).filter(|refund| counts(refund.status));
        refunds.map(|refund| refund.amount).sum()
    }

    /// The payment that made the order paid.
    pub fn paying(&self) -> Option<&PaymentId> {
        self.order.payment.as_ref().filter(|_| self.order.status.has_money()).map(|payment| &payment.id)
    }

    /// Asks for money to go back.
    ///
    /// # Errors
    /// When it never came, or more than is left.
    pub fn refund(&mut self, refund: Refund) -> Result<(), RefundRefusal> {
        let by = self.by.clone();
        self.refund_by(refund, by)
    }

    /// The same for that key; what goes back by itself is no key's.
    fn refund_by(&mut self, refund: Refund, by: Option<String>) -> Result<(), RefundRefusal> {
        if !self.payments.iter().any(|attempted| attempted.payment.id == refund.payment && attempted.transaction.is_some()) {
            return Err(RefundRefusal::NotPaid);
        }
        let left = self.left(&refund.payment);
        if refund.amount > left {
            return Err(RefundRefusal::TooMuch { left });
        }
        self.refund_begins(refund, by);
        Ok(())
    }

    pub(super) fn refund_begins(&mut self, refund: Refund, by: Option<String>) {
        let (id, status) = (refund.id.clone(), refund.status);
        self.happens(Fact::Refund(Refund { status: RefundStatus::Pending, by, ..refund }));
        self.refund_stands(&id, status);
    }

    /// All of a payment goes back that came for an order which was paid already. Its id follows from the payment's, so that this
    /// happens once.
    pub(super) fn return_second_payment(&mut self, payment: &PaymentId, money: Money, now: i64) {
        let refund = Refund {
            id: payment.as_str().replacen("pay_", "rfd_", 1),
            payment: payment.clone(),
            amount: money.amount,
            reason: String::new(),
            parts: Parts::default(),
            status: RefundStatus::Pending,
            created_at: now,
            next_check_at: Some(now),
            checks: 0,
            by: None,
        };
        if let Err(refusal) = self.refund_by(refund, None) {
            tracing::error!(order = %self.order.id, %payment, ?refusal, "ALARM: a second payment of a paid order cannot be refunded automatically");
            self.happens(Fact::RefundRefused { payment: payment.clone() });
        }
    }

    /// The provider says that all of a payment's money has gone back, by whichever refund: one of ours, or one that somebody made in its
    /// console.
    pub(super) fn went_back(&mut self, payment: &PaymentId, now: i64) {
        let ours: Vec<_> = self
            .refunds
            .iter()
            .filter(|refund| refund.payment == *payment && refund.parts.transaction.is_none())
            .map(|refund| refund.id.clone())
            .collect();
        for id in ours {
            self.refund_stands(&id, RefundStatus::Done);
        }
        let refund = Refund {
            id: payment.as_str().replacen("pay_", "rfx_", 1),
            payment: payment.clone(),
            amount: self.left(payment),
            reason: String::new(),
            parts: Parts::default(),
            status: RefundStatus::Done,
            created_at: now,
            next_check_at: None,
            checks: 0,
            by: None,
        };
        // What cannot be returned has gone back by ours already.
        if refund.amount > 0 && self.refund_by(refund, None).is_err() {
            self.happens(Fact::RefundRefused { payment: payment.clone() });
        }
    }

    /// The provider, or a person, told how a refund stands. What is over stays as it is.
    pub fn refund_stands(&mut self, id: &str, status: RefundStatus) {
        self.refund_ends(id, status, None);
    }

    /// The same; `returned` is what has gone back by it, where that is not what was asked for.
    fn refund_ends(&mut self, id: &str, status: RefundStatus, returned: Option<i64>) {
        let pending = |refund: &&mut Refund| refund.id == id && matches!(refund.status, RefundStatus::Pending | RefundStatus::Stuck);
        if self.refunds.iter_mut().find(pending).is_none_or(|refund| refund.status == status) {
            return;
        }
        self.happens(Fact::RefundStatus { refund: id.to_owned(), status, returned });
        match status {
            RefundStatus::Failed | RefundStatus::Stuck => {
                tracing::error!(order = %self.order.id, refund = id, status = status.as_str(), "ALARM: a refund needs a person to look at it");
            }
            RefundStatus::Pending | RefundStatus::Done => self.count_refunds(),
        }
    }

    /// The provider said long ago that so much went back by a refund, minor units, which was not what was asked for.
    pub(crate) fn refund_has_returned(&mut self, id: &str, returned: i64) {
        self.refund_ends(id, RefundStatus::Done, Some(returned));
    }

    /// What the provider says of a refund. An amount that is not the refund's is what has gone back, and for a person to look at.
    pub fn refund_told(&mut self, id: &str, told: &gateway::RefundStatus, now: i64) {
        let Some(refund) = self.refunds.iter_mut().find(|refund| refund.id == id) else { return };
        let status = match told {
            gateway::RefundStatus::Done { amount, .. } if *amount != refund.amount => {
                let returned = *amount;
                self.happens(Fact::RefundAmount { refund: id.to_owned(), returned });
                if returned > 0 {
                    return self.refund_ends(id, RefundStatus::Done, Some(returned));
                }
                RefundStatus::Stuck
            }
            gateway::RefundStatus::Done { .. } => RefundStatus::Done,
            gateway::RefundStatus::Failed => RefundStatus::Failed,
            gateway::RefundStatus::Stuck => RefundStatus::Stuck,
            // Not proved yet: ask.
            gateway::RefundStatus::Pending | gateway::RefundStatus::Unknown => {
                refund.next_check_at = refund.next_check_at.map(|at| at.min(now));
                return;
            }
        };
        self.refund_stands(id, status);
    }

    /// The provider tells of a refund that nobody asked for here: somebody made it in the provider's console. Whether all of the money is
    /// gone by now, the provider is asked.
    pub fn look_at_payment(&mut self, payment: &str, now: i64) {
        if let Some(attempted) = self.payments.iter_mut().find(|attempted| attempted.payment.id.as_str() == payment) {
            attempted.next_check_at = Some(attempted.next_check_at.map_or(now, |at| at.min(now)));
        }
    }

    /// Something happened to a payment's refunds: ask the provider about all that are under way, soon.
    pub fn look_at_refunds(&mut self, payment: &str, now: i64) {
        for refund in self.refunds.iter_mut().filter(|refund| refund.payment.as_str() == payment) {
            refund.next_check_at = refund.next_check_at.map(|at| at.min(now));
        }
    }

    fn count_refunds(&mut self) {
        let Some(paying) = self.paying().cloned() else { return };
        let returned = self.gone(&paying, |status| status == RefundStatus::Done);
        let (status, fact) = match returned {
            0 => return,
            _ if returned < self.order.amount => (OrderStatus::PartlyRefunded, Fact::PartlyRefunded { returned }),
            _ => (OrderStatus::Refunded, Fact::Refunded { returned }),
        };
        if status != self.order.status && self.order.status.may_become(status) {
            self.happens(fact);
        }
    }
}
