//! Money that pays nothing, and what a person makes of it: it is kept, and may pay the order after all, or it goes back.

use protocol::Currency;
use protocol::signature::Signer;

use super::money::{Source, StrayMoney};
use super::parts::Parts;
use super::payment_record::PaymentRecord;
use super::record::{Fact, OrderRecord};
use super::refund::{Refund, RefundRefusal, RefundStatus};

/// Money of which a person has to say what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddMoney {
    /// The money as it was told.
    pub money: StrayMoney,
    /// Why it pays nothing.
    pub why: WhyOdd,
    /// What has become of it.
    pub state: OddState,
}

/// Why money pays nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyOdd {
    /// It is not what was asked for.
    WrongAmount,
    /// The payment had other money before.
    PaidTwice,
    /// The order was paid before, and it cannot go back by itself.
    RefundRefused,
}

/// What has become of such money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddState {
    /// Nothing yet.
    Open,
    /// It was kept.
    Kept,
    /// It is on its way back.
    Returning,
    /// It went back.
    Returned,
    /// The provider told of it once more, and that it is what was asked for: it has paid.
    Paid,
}

impl WhyOdd {
    /// The kind of the fact that told of it.
    pub fn as_str(self) -> &'static str {
        match self {
            WhyOdd::WrongAmount => "wrong-amount",
            WhyOdd::PaidTwice => "paid-twice",
            WhyOdd::RefundRefused => "refund-refused",
        }
    }
}

impl OddState {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            OddState::Open => "open",
            OddState::Kept => "kept",
            OddState::Returning => "returning",
            OddState::Returned => "returned",
            OddState::Paid => "paid",
        }
    }
}

impl Fact {
    /// Whether that decides about this money.
    pub(crate) fn decides(&self, odd: &StrayMoney) -> bool {
        match self {
            Fact::OddKept { payment, transaction, .. } | Fact::OddReturned { payment, transaction, .. } => {
                (payment, transaction) == (&odd.payment, &odd.transaction)
            }
            Fact::Refund(refund) => refund.payment == odd.payment && refund.parts.transaction.as_ref() == Some(&odd.transaction),
            _ => false,
        }
    }
}

impl OrderRecord {
    /// The odd money among these facts of the order, the oldest first, each transaction of a payment once: as it was told last.
    pub(crate) fn odd_money(&self, facts: &[Fact]) -> Vec<OddMoney> {
        let mut all: Vec<OddMoney> = Vec::new();
        for (money, why) in facts.iter().filter_map(|fact| self.odd(fact)) {
            all.retain(|known| (&known.money.payment, &known.money.transaction) != (&money.payment, &money.transaction));
            let state = self.state_of(&money, why, facts);
            all.push(OddMoney { money, why, state });
        }
        all
    }

    fn odd(&self, fact: &Fact) -> Option<(StrayMoney, WhyOdd)> {
        match fact {
            Fact::WrongAmount(money) => Some((money.clone(), WhyOdd::WrongAmount)),
            Fact::PaidTwice(money) => Some((money.clone(), WhyOdd::PaidTwice)),
            Fact::RefundRefused { payment } => {
                let came = self.payments.iter().find(|attempted| attempted.payment.id == *payment)?;
                let money = StrayMoney {
                    payment: payment.clone(),
                    transaction: came.transaction.clone()?,
                    amount: came.money.amount,
                    currency: came.money.currency.as_str().to_owned(),
                    paid_at: came.paid_at?,
                    source: Source::Query,
                };
                Some((money, WhyOdd::RefundRefused))
            }
            _ => None,
        }
    }

    fn state_of(&self, money: &StrayMoney, why: WhyOdd, facts: &[Fact]) -> OddState {
        let said = facts.iter().rev().find_map(|fact| match fact {
            Fact::OddKept { .. } if fact.decides(money) => Some(OddState::Kept),
            Fact::OddReturned { .. } if fact.decides(money) => Some(OddState::Returned),
            _ => None,
        });
        let refund = self.refunds.iter().rev().find(|refund| {
            let is_it = refund.parts.transaction.as_ref() == Some(&money.transaction) || why == WhyOdd::RefundRefused;
            refund.payment == money.payment && is_it && refund.status != RefundStatus::Failed
        });
        let going = refund.map(|refund| if refund.status == RefundStatus::Done { OddState::Returned } else { OddState::Returning });
        let has_paid = self.came_by(money).is_some_and(|came| came.transaction.as_ref() == Some(&money.transaction));
        let paid = (why != WhyOdd::RefundRefused && has_paid).then_some(OddState::Paid);
        said.or(going).or(paid).unwrap_or(OddState::Open)
    }

    fn came_by(&self, money: &StrayMoney) -> Option<&PaymentRecord> {
        self.payments.iter().find(|attempted| attempted.payment.id == money.payment)
    }

    /// Keeps odd money. Where nobody has paid the order yet, and it is at least what the order costs, in its currency, by a payment that
    /// asked for just that, it pays the order; what is over stays odd, and is kept. Otherwise the order stays as it is.
    pub fn keep_odd(&mut self, odd: &StrayMoney, signer: &Signer) {
        let owed = self.order.money();
        let asked = self.came_by(odd).filter(|came| came.transaction.is_none()).map(|came| came.money);
        let is_enough = odd.amount >= owed.amount && Currency::parse(&odd.currency) == Some(owed.currency);
        let StrayMoney { payment, transaction, paid_at, source, .. } = odd.clone();
        let mut paid = 0;
        if !self.order.status.has_money() && asked == Some(owed) && is_enough {
            paid = owed.amount;
            self.on(&payment, |attempted| attempted.next_check_at = None);
            self.happens(Fact::Money {
                payment: payment.clone(),
                transaction: transaction.clone(),
                amount: owed.amount,
                currency: owed.currency,
                paid_at,
                source,
            });
            self.is_paid_by(&payment, transaction.clone(), paid_at, signer);
        }
        let amount = odd.amount - paid;
        self.happens(Fact::OddKept { payment, transaction, amount, paid, currency: odd.currency.clone() });
    }

    /// A person has looked at what needed one for that reason.
    pub(crate) fn is_settled(&mut self, reason: &str) {
        self.happens(Fact::Settled { reason: reason.to_owned() });
    }

    /// Writes down that odd money was returned by other means.
    pub fn odd_was_returned(&mut self, odd: &StrayMoney) {
        let StrayMoney { payment, transaction, amount, currency, .. } = odd.clone();
        self.happens(Fact::OddReturned { payment, transaction, amount, currency });
    }

    /// Whether the provider can be asked to return that money: it knows one money by that payment, in the payment's currency, and is not
    /// a bank, which returns nothing by itself.
    pub(crate) fn can_return(&self, odd: &OddMoney, all: &[OddMoney]) -> bool {
        let Some(came) = self.came_by(&odd.money) else { return false };
        let is_alone = all.iter().filter(|other| other.money.payment == odd.money.payment).count() == 1;
        let is_known = match odd.why {
            WhyOdd::WrongAmount => is_alone && came.transaction.is_none() && odd.money.amount > 0,
            WhyOdd::PaidTwice => false,
            WhyOdd::RefundRefused => true,
        };
        is_known && odd.money.source != Source::Merchant && Currency::parse(&odd.money.currency) == Some(came.money.currency)
    }

    /// Has the provider return odd money, under that id.
    ///
    /// # Errors
    /// As [`OrderRecord::refund`].
    pub(crate) fn return_odd(&mut self, odd: &OddMoney, id: String, now: i64) -> Result<(), RefundRefusal> {
        let is_counted = odd.why == WhyOdd::RefundRefused;
        let refund = Refund {
            id,
            payment: odd.money.payment.clone(),
            amount: if is_counted { self.left(&odd.money.payment) } else { odd.money.amount },
            reason: String::new(),
            parts: Parts { transaction: (!is_counted).then(|| odd.money.transaction.clone()), ..Parts::default() },
            status: RefundStatus::Pending,
            created_at: now,
            next_check_at: Some(now),
            checks: 0,
            by: None,
        };
        if is_counted {
            return self.refund(refund);
        }
        let by = self.by.clone();
        self.refund_begins(refund, by);
        Ok(())
    }
}
