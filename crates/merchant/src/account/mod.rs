//! The rules of money: what a fact does to an order. Pure changes of one account, which the store writes in one transaction.

mod refunds;

pub use refunds::{Refund, RefundRefusal, RefundStatus};

use gateway::ProviderPayment;
use protocol::signature::Signer;
use protocol::{Currency, Money, Order, OrderStatus, Payment, PaymentId, PaymentStatus, Receipt};

/// An order with every attempt to pay it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What shoppers see.
    pub order: Order,
    /// The shop's own number of it.
    pub reference: Option<String>,
    /// Payload of the code by which the shopper follows the merchant's account; shown once the order is paid.
    pub follow: Option<String>,
    /// Who followed by it: the account's id of the shopper.
    pub follower: Option<String>,
    /// All attempts, oldest first.
    pub payments: Vec<Attempted>,
    /// Money that goes back, oldest first.
    pub refunds: Vec<Refund>,
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
    /// What stands on the bank statement, for payments that a bank feed confirms.
    pub reference: Option<String>,
    /// Where the wallet comes back to.
    pub return_url: Option<String>,
    /// The wallet's id of the shopper, for payments inside of it; personal data, not for logs.
    pub payer: Option<String>,
    /// When its code was there, unix seconds.
    pub shown_at: Option<i64>,
    /// When a wallet had read the code, unix seconds.
    pub scanned_at: Option<i64>,
    /// When the money moved, unix seconds on the provider's clock.
    pub paid_at: Option<i64>,
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
    pub(crate) fn attempt(&mut self, id: &PaymentId) -> Option<&mut Attempted> {
        self.payments.iter_mut().find(|attempted| attempted.payment.id == *id)
    }

    fn note(&mut self, kind: &'static str, detail: impl Into<String>) {
        self.notes.push((kind, detail.into()));
    }

    /// The provider gave a code for a payment, which may work for a shorter time than was asked for. Times in unix seconds.
    pub fn code_came(&mut self, id: &PaymentId, payload: String, expires_at: i64, now: i64) {
        let Some(attempted) = self.attempt(id) else { return };
        attempted.payment.payload = Some(payload);
        attempted.payment.expires_at = attempted.payment.expires_at.min(expires_at);
        attempted.shown_at = attempted.shown_at.or(Some(now));
        self.mirror(id);
        self.note("code", id.as_str());
    }

    /// The way to learn who the shopper inside of the wallet is; it is followed in place of a code.
    pub fn way_came(&mut self, id: &PaymentId, address: String) {
        let Some(attempted) = self.attempt(id) else { return };
        attempted.payment.payload = Some(address);
        self.mirror(id);
        self.note("way", id.as_str());
    }

    /// Who the shopper inside of the wallet is; what to pay by comes next.
    pub fn payer_known(&mut self, id: &PaymentId, payer: String) {
        let Some(attempted) = self.attempt(id) else { return };
        attempted.payer = Some(payer);
        attempted.payment.payload = None;
        self.mirror(id);
        self.note("payer", id.as_str());
    }

    /// The code to follow the merchant's account by; shoppers see it once they have paid.
    pub fn follow_code_came(&mut self, payload: String) {
        self.follow = Some(payload);
        if self.order.status.has_money() {
            self.order.follow.clone_from(&self.follow);
        }
    }

    /// The shopper follows the merchant's account.
    pub fn follower_known(&mut self, openid: &str) {
        self.follower = Some(openid.to_owned());
        self.note("follower", "");
    }

    /// A wallet has read the code.
    pub fn scanned(&mut self, id: &PaymentId, now: i64) {
        let waiting = |attempted: &&mut Attempted| attempted.payment.status == PaymentStatus::Waiting;
        if let Some(attempted) = self.attempt(id).filter(waiting) {
            attempted.scanned_at = Some(now);
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

    /// Nobody shall pay by that payment any more, but until its end somebody still could: it is looked at once more then.
    pub fn given_up(&mut self, id: &PaymentId, status: PaymentStatus, last_look: i64) {
        self.closed(id, status);
        if let Some(attempted) = self.attempt(id) {
            attempted.next_check_at = Some(last_look);
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

    /// Money arrived, says the provider, verified. It counts only if it is what was asked for; late money counts, a second payment
    /// goes back. `now` in unix seconds.
    pub fn money_came(&mut self, fact: &ProviderPayment, signer: &Signer, now: i64) {
        let Some(id) = PaymentId::parse(&fact.payment_id) else { return };
        let Some(attempted) = self.attempt(&id) else { return };
        if let Some(known) = &attempted.transaction {
            if *known != fact.transaction_id {
                let detail = format!("{id}: {known}, then {}", fact.transaction_id);
                tracing::error!(order = %self.order.id, detail, "ALARM: one payment was paid twice");
                self.note("paid-twice", detail);
            }
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
        attempted.paid_at = Some(fact.paid_at);
        attempted.payer = fact.payer.clone().or(attempted.payer.take());
        attempted.next_check_at = None;
        attempted.payment.status = PaymentStatus::Paid;
        if self.order.status.has_money() {
            tracing::error!(order = %self.order.id, payment = %id, "ALARM: a second payment of a paid order; it goes back");
            self.note("second-payment", fact.transaction_id.as_str());
            return self.return_second_payment(&id, asked, now);
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
        self.order.follow.clone_from(&self.follow);
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
