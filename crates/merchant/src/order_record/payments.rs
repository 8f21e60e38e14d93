//! The rules of payments: what codes, notifications, answers of providers and money do to an order.

use gateway::{Prepared, ProviderPayment};
use protocol::signature::Signer;
use protocol::{Currency, Digest, Method, OrderStatus, PaymentId, PaymentStatus, PriceText, Receipt};

use super::link;
use super::money::{Source, StrayMoney, UsedMoney};
use super::payment_record::PaymentRecord;
use super::record::{Fact, OrderRecord};
use super::words::storable;
use crate::number::OrderNumber;

impl OrderRecord {
    /// The provider gave a code for a payment, which may work for a shorter time than was asked for, and perhaps an id of its own. Times
    /// in unix seconds.
    pub fn code_came(&mut self, id: &PaymentId, code: Prepared, now: i64) {
        let Some(surface) = self.attempt(id).map(|attempted| attempted.payment.surface) else { return };
        let Prepared { payload, expires_at, provider_ref } = code;
        let (payload, link) =
            if link::leads_away(surface, &payload) { (link::KEPT_APART.to_owned(), Some(payload)) } else { (payload, None) };
        self.happens(Fact::Code { payment: id.clone(), payload, expires_at, shown_at: now, provider_ref });
        if let Some(link) = link {
            self.link_known(id, link);
        }
    }

    /// The link of a payment, which no fact holds.
    pub(crate) fn link_known(&mut self, id: &PaymentId, link: String) {
        self.on(id, |attempted| attempted.payment.payload = Some(link));
    }

    /// The way to learn who the shopper inside of the wallet is; it is followed in place of a code.
    pub fn way_came(&mut self, id: &PaymentId, address: String) {
        if self.knows(id) {
            self.happens(Fact::Way { payment: id.clone(), payload: address });
        }
    }

    /// Who the shopper inside of the wallet is; what to pay by comes next.
    pub fn payer_known(&mut self, id: &PaymentId, payer: String) {
        let Some(attempted) = self.attempt(id) else { return };
        attempted.payer = Some(storable(&payer));
        self.happens(Fact::Payer { payment: id.clone() });
    }

    /// The code to follow the merchant's account by; shoppers see it once they have paid.
    pub fn follow_code_came(&mut self, payload: String) {
        self.happens(Fact::Follow { payload });
    }

    /// The shopper follows the merchant's account.
    pub fn follower_known(&mut self, openid: &str) {
        self.follower = Some(storable(openid));
        self.happens(Fact::Follower {});
    }

    /// A wallet has read the code.
    pub fn scanned(&mut self, id: &PaymentId, now: i64) {
        if self.attempt(id).is_some_and(|attempted| attempted.payment.status == PaymentStatus::Waiting) {
            self.happens(Fact::Scanned { payment: id.clone(), at: now });
        }
    }

    /// Nothing can come by that payment any more.
    pub fn closed(&mut self, id: &PaymentId, status: PaymentStatus) {
        let Some(attempted) = self.attempt(id) else { return };
        attempted.next_check_at = None;
        if attempted.is_open() {
            self.happens(Fact::PaymentStatus { payment: id.clone(), status });
        }
    }

    /// Nothing can come by that payment any more, and whether anything ever did nobody tells: for a person to look at.
    pub fn closed_in_doubt(&mut self, id: &PaymentId) {
        if self.attempt(id).is_some_and(|attempted| attempted.next_check_at.is_some()) {
            tracing::error!(order = %self.order.id, payment = %id, "ALARM: a payment is closed, and the provider does not say whether it was paid and refunded");
            self.happens(Fact::PaymentUnclear { payment: id.clone() });
        }
        self.closed(id, PaymentStatus::Expired);
    }

    /// Nobody shall pay by that payment any more, but until its end somebody still could: it is looked at once more then.
    pub fn given_up(&mut self, id: &PaymentId, status: PaymentStatus, last_look: i64) {
        // Given up before, it may have been looked at meanwhile, since a server that starts looks at everything.
        let is_watched = self.attempt(id).is_some_and(|attempted| attempted.is_open() || attempted.next_check_at.is_some());
        self.closed(id, status);
        if let (true, Some(attempted)) = (is_watched, self.attempt(id)) {
            attempted.next_check_at = Some(last_look);
        }
    }

    /// The merchant's bank feed told of money by one of these payments that another one has.
    pub fn money_is_used(&mut self, used: UsedMoney) {
        self.happens(Fact::TransactionUsed(used));
    }

    /// The provider's bill of a day tells a payment otherwise: in what way, and which refund or money of it, where that is not all of it.
    pub fn bill_differs(&mut self, payment: &PaymentId, date: &str, (difference, about): (&str, Option<&str>), detail: &str) {
        let (date, difference, detail) = (date.to_owned(), difference.to_owned(), detail.to_owned());
        self.happens(Fact::BillDifference { payment: payment.clone(), date, difference, about: about.map(str::to_owned), detail });
    }

    /// Adds a payment and puts it in the place of the one before. An order that was paid, or ended, in the meantime takes no other.
    pub fn try_again(&mut self, attempted: PaymentRecord) {
        if self.order.status == OrderStatus::Pending {
            self.happens(Fact::Payment(Box::new(attempted)));
        }
    }

    /// The shopper answered what the order asks; that may have changed what it costs, and with it who can collect it.
    pub fn answered(&mut self, answers: Digest, price: &PriceText, methods: &[Method]) {
        let methods = methods.iter().map(ToString::to_string).collect();
        self.happens(Fact::Answered { answers_digest: answers.to_base64(), price: price.text().to_owned(), methods });
    }

    /// The shopper gave the order up; its payments are closed already.
    pub fn cancel(&mut self) {
        if self.order.status == OrderStatus::Pending {
            self.happens(Fact::Canceled {});
        }
    }

    /// The order's deadline passed; its payments are closed already.
    pub fn expire(&mut self) {
        if self.order.status == OrderStatus::Pending {
            self.happens(Fact::Expired {});
        }
    }

    /// Money arrived, says the provider, verified. It counts only if it is what was asked for; late money counts, a second payment
    /// goes back. Of what a person has decided before, the store lets nothing come. `now` in unix seconds.
    pub fn money_came(&mut self, fact: &ProviderPayment, source: Source, signer: &Signer, now: i64) {
        let Some(id) = PaymentId::parse(&fact.payment_id) else { return };
        let (transaction, paid_at, amount) = (storable(&fact.transaction_id), fact.paid_at, fact.amount);
        let owed = self.order.money();
        let Some(attempted) = self.attempt(&id) else { return };
        // Asking the provider again would say the same.
        attempted.next_check_at = None;
        if let Some(known) = attempted.transaction.clone() {
            if known != transaction {
                let currency = fact.currency.clone();
                self.happens(Fact::PaidTwice(StrayMoney { payment: id, transaction, amount, currency, paid_at, source }));
            } else if fact.returned {
                self.went_back(&id, now);
            }
            return;
        }
        let asked = attempted.money;
        // Where other answers have changed the price since, a code of before cannot pay the order any more.
        let is_asked = amount == asked.amount && Currency::parse(&fact.currency) == Some(asked.currency) && asked == owed;
        if !is_asked {
            // A notification may be wrong where the provider's books are right.
            attempted.next_check_at = (source == Source::Notification).then_some(now);
            let currency = fact.currency.clone();
            return self.happens(Fact::WrongAmount(StrayMoney { payment: id, transaction, amount, currency, paid_at, source }));
        }
        attempted.payer = fact.payer.as_deref().map(storable).or(attempted.payer.take());
        let currency = asked.currency;
        self.happens(Fact::Money { payment: id.clone(), transaction: transaction.clone(), amount, currency, paid_at, source });
        if self.order.status.has_money() {
            self.happens(Fact::SecondPayment { payment: id.clone() });
            if fact.returned {
                return self.went_back(&id, now);
            }
            return self.return_second_payment(&id, asked, now);
        }
        self.is_paid_by(&id, transaction, paid_at, signer);
        if fact.returned {
            self.went_back(&id, now);
        }
    }

    /// The money of a payment makes the order paid, perhaps late.
    pub(super) fn is_paid_by(&mut self, id: &PaymentId, transaction: String, paid_at: i64, signer: &Signer) {
        let Some(attempted) = self.attempt(id) else { return };
        let (money, method) = (attempted.money, attempted.payment.method.clone());
        if self.order.status != OrderStatus::Pending {
            self.happens(Fact::LateMoney { status: self.order.status });
        }
        let (merchant, order) = (self.order.merchant.clone(), self.order.id.clone());
        let number = Some(OrderNumber::of(&order).to_string());
        let price = Some(self.order.price.clone());
        let is_test = self.order.is_test;
        let receipt = Receipt { is_test, merchant, order, money, method, transaction, paid_at, number, price };
        self.happens(Fact::Paid { payment: id.clone(), receipt: receipt.sign(signer) });
    }
}
