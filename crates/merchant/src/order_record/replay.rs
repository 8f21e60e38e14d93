//! What a fact does to a record. Whatever changes an record does it by a fact and through here, both when it happens and when the
//! ledger is read again, so that the two cannot come to different ends. Nothing is decided here: no rule, no clock, no key.

use protocol::{Digest, Fulfilled, LinePart, Method, OrderStatus, PaymentId, PaymentStatus, PriceText};

use super::parts::Pieces;
use super::payment_record::PaymentRecord;
use super::record::{Entry, Fact, OrderRecord};
use super::refund::RefundStatus;

/// Why a ledger rebuilds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It does not begin with the making, or the opening, of the order.
    NoBeginning,
    /// This entry, counted from 0, does not follow the one before: a change is missing, or one too many.
    Step(usize),
}

impl OrderRecord {
    /// Rebuilds a record from its ledger, the oldest entry first. What the ledger does not keep is empty.
    ///
    /// # Errors
    /// When the entries are not those of one whole history.
    pub fn replay(entries: &[Entry]) -> Result<OrderRecord, Broken> {
        let (first, rest) = entries.split_first().ok_or(Broken::NoBeginning)?;
        let (Fact::Created(beginning) | Fact::Opened(beginning)) = &first.fact else { return Err(Broken::NoBeginning) };
        let mut record = OrderRecord::clone(beginning);
        for (entry, position) in rest.iter().zip(1..) {
            let is_beginning = matches!(entry.fact, Fact::Created(_) | Fact::Opened(_));
            if is_beginning || !(0..=1).contains(&(entry.seq - record.order.seq)) {
                return Err(Broken::Step(position));
            }
            record.apply(&entry.fact);
            record.order.seq = entry.seq;
        }
        Ok(record)
    }

    /// Does what a fact says, and keeps it for the ledger.
    pub(super) fn happens(&mut self, fact: Fact) {
        self.apply(&fact);
        self.facts.push(fact);
    }

    fn apply(&mut self, fact: &Fact) {
        match fact {
            Fact::Code { payment, payload, expires_at, shown_at, provider_ref } => self.on(payment, |attempted| {
                attempted.payment.payload = Some(payload.clone());
                attempted.payment.expires_at = attempted.payment.expires_at.min(*expires_at);
                attempted.shown_at = attempted.shown_at.or(Some(*shown_at));
                attempted.provider_ref = provider_ref.clone().or(attempted.provider_ref.take());
            }),
            Fact::Way { payment, payload } => self.on(payment, |attempted| attempted.payment.payload = Some(payload.clone())),
            Fact::Payer { payment } => self.on(payment, |attempted| attempted.payment.payload = None),
            Fact::Follow { payload } => {
                self.follow = Some(payload.clone());
                self.show_follow();
            }
            Fact::Scanned { payment, at } => self.on(payment, |attempted| {
                attempted.scanned_at = Some(*at);
                attempted.payment.status = PaymentStatus::Scanned;
            }),
            Fact::PaymentStatus { payment, status } => self.on(payment, |attempted| attempted.payment.status = *status),
            Fact::Payment(attempted) => {
                self.order.payment = Some(attempted.payment.clone());
                self.payments.push(attempted.as_ref().clone());
            }
            Fact::Answered { answers_digest, price, methods } => {
                self.order.answers_digest = Digest::parse(answers_digest);
                if let Some(price) = PriceText::parse(price) {
                    self.order.amount = price.total;
                    self.order.price = price;
                }
                self.order.methods = methods.iter().filter_map(|method| Method::parse(method)).collect();
            }
            Fact::Canceled {} => self.order.status = OrderStatus::Canceled,
            Fact::Expired {} => self.order.status = OrderStatus::Expired,
            Fact::Money { payment, transaction, paid_at, .. } => self.on(payment, |attempted| {
                attempted.transaction = Some(transaction.clone());
                attempted.paid_at = Some(*paid_at);
                attempted.payment.status = PaymentStatus::Paid;
            }),
            Fact::Paid { payment, receipt } => {
                self.order.status = OrderStatus::Paid;
                self.order.receipt = Some(receipt.clone());
                // The payment that brought the money is the one to show, even if another code had taken its place.
                self.order.payment = self.attempt(payment).map(|attempted| attempted.payment.clone());
                self.show_follow();
            }
            Fact::Fulfilled { what, happened_at, lines, .. } => {
                let lines = lines.iter().map(|&Pieces { line, quantity }| LinePart { line, quantity }).collect();
                self.order.fulfilment.push(Fulfilled { kind: *what, at: *happened_at, lines });
            }
            Fact::Refund(refund) => self.refunds.push(refund.clone()),
            Fact::RefundStatus { refund, status, returned } => self.set_refund(refund, *status, *returned),
            Fact::PartlyRefunded { .. } => self.order.status = OrderStatus::PartlyRefunded,
            Fact::Refunded { .. } => self.order.status = OrderStatus::Refunded,
            // Beginnings are where a replay starts from. The others are for people: what they tell of changes nothing by itself.
            Fact::Created(_)
            | Fact::Opened(_)
            | Fact::Follower {}
            | Fact::LateMoney { .. }
            | Fact::PaymentUnclear { .. }
            | Fact::SecondPayment { .. }
            | Fact::WrongAmount(_)
            | Fact::PaidTwice(_)
            | Fact::TransactionUsed(_)
            | Fact::BillDifference { .. }
            | Fact::RefundAmount { .. }
            | Fact::RefundRefused { .. }
            | Fact::OddKept { .. }
            | Fact::OddReturned { .. }
            | Fact::Settled { .. }
            | Fact::Note {}
            | Fact::ShipmentCorrected { .. }
            | Fact::Oversold { .. }
            | Fact::KeysShort { .. }
            | Fact::KeysGiven { .. } => {}
        }
    }

    /// Changes a payment, and shows its new state if it is the one on show.
    pub(super) fn on(&mut self, id: &PaymentId, change: impl FnOnce(&mut PaymentRecord)) {
        let Some(attempted) = self.attempt(id) else { return };
        change(attempted);
        let payment = attempted.payment.clone();
        if self.order.payment.as_ref().is_some_and(|shown| shown.id == *id) {
            self.order.payment = Some(payment);
        }
    }

    fn set_refund(&mut self, id: &str, status: RefundStatus, returned: Option<i64>) {
        if let Some(refund) = self.refunds.iter_mut().find(|refund| refund.id == id) {
            refund.status = status;
            refund.amount = returned.unwrap_or(refund.amount);
            refund.next_check_at = None;
        }
    }

    /// Whoever has paid may follow.
    fn show_follow(&mut self) {
        if self.order.status.has_money() {
            self.order.follow.clone_from(&self.follow);
        }
    }
}
