//! The rules of money: what a fact does to an order. Pure changes of one account, which the store writes in one transaction.

use gateway::ProviderPayment;
use protocol::signature::Signer;
use protocol::{Currency, Money, Order, OrderStatus, Payment, PaymentId, PaymentStatus, Receipt};

/// An order with every attempt to pay it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What shoppers see.
    pub order: Order,
    /// All attempts, oldest first.
    pub payments: Vec<Attempted>,
    /// What happened in this change, for the ledger: kind and detail.
    pub notes: Vec<(&'static str, String)>,
}

/// One attempt to pay, with what only the backend knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempted {
    /// What shoppers see of it.
    pub payment: Payment,
    /// What was asked for, minor units.
    pub money: Money,
    /// When it was made, unix seconds.
    pub created_at: i64,
    /// The provider's id of the money.
    pub transaction: Option<String>,
    /// When to ask the provider next, unix seconds.
    pub next_check_at: Option<i64>,
    /// How often it was asked in vain.
    pub checks: i64,
}

impl Attempted {
    /// Whether money may still come by it.
    pub fn is_open(&self) -> bool {
        matches!(self.payment.status, PaymentStatus::Waiting | PaymentStatus::Scanned)
    }
}

impl Account {
    fn attempt(&mut self, id: &PaymentId) -> Option<&mut Attempted> {
        self.payments.iter_mut().find(|attempted| attempted.payment.id == *id)
    }

    fn note(&mut self, kind: &'static str, detail: impl Into<String>) {
        self.notes.push((kind, detail.into()));
    }

    /// The provider gave a code for a payment.
    pub fn code_came(&mut self, id: &PaymentId, payload: String) {
        let Some(attempted) = self.attempt(id) else { return };
        attempted.payment.payload = Some(payload);
        self.mirror(id);
        self.note("code", id.as_str());
    }

    /// A wallet has read the code.
    pub fn scanned(&mut self, id: &PaymentId) {
        if self.attempt(id).is_some_and(|attempted| attempted.payment.status == PaymentStatus::Waiting) {
            self.set_status(id, PaymentStatus::Scanned);
        }
    }

    /// Nothing can come by that payment any more.
    pub fn closed(&mut self, id: &PaymentId, status: PaymentStatus) {
        let Some(attempted) = self.attempt(id) else { return };
        attempted.next_check_at = None;
        if attempted.is_open() {
            self.set_status(id, status);
        }
    }

    /// Adds a payment and puts it in the place of the one before.
    pub fn try_again(&mut self, attempted: Attempted) {
        self.order.payment = Some(attempted.payment.clone());
        self.note("payment", attempted.payment.id.as_str());
        self.payments.push(attempted);
    }

    /// The shopper gave the order up; its payments are closed already.
    pub fn cancel(&mut self) {
        self.end(OrderStatus::Canceled);
    }

    /// The order's deadline passed; its payments are closed already.
    pub fn expire(&mut self) {
        self.end(OrderStatus::Expired);
    }

    fn end(&mut self, status: OrderStatus) {
        if self.order.status == OrderStatus::Pending {
            self.order.status = status;
            self.note(status.as_str(), "");
        }
    }

    /// Money arrived, says the provider, verified. It counts only if it is what was asked for; late money counts,
    /// a second payment is kept and surfaced, never shown as the order's.
    pub fn money_came(&mut self, fact: &ProviderPayment, signer: &Signer) {
        let Some(id) = PaymentId::parse(&fact.payment_id) else { return };
        let Some(attempted) = self.attempt(&id) else { return };
        if attempted.transaction.is_some() {
            return;
        }
        let (asked, method) = (attempted.money, attempted.payment.method.clone());
        if fact.amount != asked.amount || Currency::parse(&fact.currency) != Some(asked.currency) {
            // A person must look; asking the provider again would say the same, and the order may come to its end.
            attempted.next_check_at = None;
            let detail = format!("{id}: asked {asked:?}, got {} {}", fact.amount, fact.currency);
            tracing::error!(order = %self.order.id, detail, "ALARM: a payment of another amount");
            return self.note("wrong-amount", detail);
        }
        attempted.transaction = Some(fact.transaction_id.clone());
        attempted.next_check_at = None;
        attempted.payment.status = PaymentStatus::Paid;
        if self.order.status.has_money() {
            tracing::error!(order = %self.order.id, payment = %id, "ALARM: a second payment of a paid order; refund it");
            return self.note("second-payment", fact.transaction_id.as_str());
        }
        if self.order.status != OrderStatus::Pending {
            self.note("late-money", self.order.status.as_str());
        }
        let receipt = Receipt {
            merchant: self.order.merchant.clone(),
            order: self.order.id.clone(),
            money: asked,
            method,
            transaction: fact.transaction_id.clone(),
            paid_at: fact.paid_at,
        };
        self.order.status = OrderStatus::Paid;
        self.order.receipt = Some(receipt.sign(signer));
        self.set_status(&id, PaymentStatus::Paid);
        // The payment that brought the money is the one to show, even if another code had taken its place.
        self.order.payment = self.attempt(&id).map(|attempted| attempted.payment.clone());
        self.note("paid", fact.transaction_id.as_str());
    }

    fn set_status(&mut self, id: &PaymentId, status: PaymentStatus) {
        if let Some(attempted) = self.attempt(id) {
            attempted.payment.status = status;
        }
        self.mirror(id);
        self.note("payment-status", format!("{id} {}", status.as_str()));
    }

    /// Shows a payment's new state if it is the one on show.
    fn mirror(&mut self, id: &PaymentId) {
        let shown = self.order.payment.as_ref().is_some_and(|payment| payment.id == *id);
        if shown {
            self.order.payment = self.attempt(id).map(|attempted| attempted.payment.clone());
        }
    }
}
