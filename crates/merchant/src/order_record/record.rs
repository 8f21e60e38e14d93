//! An order with its payments and refunds as the backend keeps it, and the facts of which its history is made.
//!
//! A fact is one thing that can happen to a record, as the ledger keeps it for ever. It holds all that is needed to do it again, and nothing
//! that may have to be forgotten: who a shopper is (openid, follower), the page that a wallet comes back to and why money goes back lie in sealed
//! records alone, where they can be erased. What a fact does to a record is in `replay`.

use protocol::{Currency, FulfilmentKind, Order, OrderStatus, PaymentId, PaymentStatus};
use serde::{Deserialize, Serialize};

use super::money::{Source, StrayMoney, UsedMoney};
use super::parts::Pieces;
use super::payment_record::PaymentRecord;
use super::references::References;
use super::refund::{Refund, RefundStatus};
use super::words::{self, storable};

/// An order with every attempt to pay it. Written as JSON, it is what the ledger keeps of it: no personal data, no schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRecord {
    /// What shoppers see.
    #[serde(with = "words::order")]
    pub order: Order,
    /// By which names it goes beside its own.
    #[serde(flatten)]
    pub references: References,
    /// What it asks before it can be paid, if the shop made it so: JSON, which the catalog reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asking: Option<String>,
    /// Payload of the code by which the shopper follows the merchant's account; shown once the order is paid.
    pub follow: Option<String>,
    /// Who followed by it: the account's id of the shopper.
    #[serde(skip)]
    pub follower: Option<String>,
    /// All attempts, oldest first.
    pub payments: Vec<PaymentRecord>,
    /// Money that goes back, oldest first.
    pub refunds: Vec<Refund>,
    /// Notes that are written in this change, by name: what people say about the order.
    #[serde(skip)]
    pub notes: Vec<(String, String)>,
    /// What is known of parcels that left, or were corrected, in this change, by id: JSON.
    #[serde(skip)]
    pub parcels: Vec<(String, String)>,
    /// The id of the key of the admin API by which this change is made, if it is by one.
    #[serde(skip)]
    pub by: Option<String>,
    /// What happened in this change, for the ledger.
    #[serde(skip)]
    pub facts: Vec<Fact>,
}

impl OrderRecord {
    /// Whether money may still come by one of its payments: it is open, or nobody shall pay by it and somebody still could.
    pub(crate) fn may_be_paid(&self) -> bool {
        let is_watched = |attempted: &PaymentRecord| attempted.is_open() || attempted.next_check_at.is_some();
        self.payments.iter().any(|attempted| attempted.transaction.is_none() && is_watched(attempted))
    }

    /// The same record, of which all that happens from now on is caused by that key.
    pub fn by(&mut self, key: &str) -> &mut OrderRecord {
        self.by = Some(key.to_owned());
        self
    }

    /// Somebody wrote a note, under a name of its own.
    pub(crate) fn noted(&mut self, name: String, text: String) {
        self.notes.push((name, storable(&text)));
        self.happens(Fact::Note {});
    }

    pub(crate) fn attempt(&mut self, id: &PaymentId) -> Option<&mut PaymentRecord> {
        self.payments.iter_mut().find(|attempted| attempted.payment.id == *id)
    }

    pub(super) fn knows(&self, id: &PaymentId) -> bool {
        self.payments.iter().any(|attempted| attempted.payment.id == *id)
    }
}

/// Something that happened to a record. Names and members are written down for ever: add, and never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "detail", rename_all = "kebab-case")]
pub enum Fact {
    /// The order was made, with its first payment.
    Created(Box<OrderRecord>),
    /// How an order stood that was made before the ledger could rebuild it.
    Opened(Box<OrderRecord>),
    /// The provider gave a code.
    Code {
        /// Of which payment.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
        /// What to show.
        payload: String,
        /// When it stops being payable, unix seconds.
        expires_at: i64,
        /// When it was there, unix seconds.
        shown_at: i64,
        /// The provider's own id of the payment, where the provider goes by that.
        #[serde(skip_serializing_if = "Option::is_none")]
        provider_ref: Option<String>,
    },
    /// A way to learn who the shopper inside of the wallet is took the place of a code.
    Way {
        /// Of which payment.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
        /// The address.
        payload: String,
    },
    /// The wallet told who the shopper is; what to pay by comes next.
    Payer {
        /// Of which payment.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
    },
    /// There is a code by which the shopper may follow the merchant's account.
    Follow {
        /// What it encodes.
        payload: String,
    },
    /// The shopper follows the merchant's account.
    Follower {},
    /// A wallet has read the code.
    Scanned {
        /// Of which payment.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
        /// Unix seconds.
        at: i64,
    },
    /// A payment came to its end without money.
    PaymentStatus {
        /// Which one.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
        /// How it ended.
        #[serde(with = "words::payment_status")]
        status: PaymentStatus,
    },
    /// A payment came to its end, and whether money came by it and went back nobody tells. A person must look.
    PaymentUnclear {
        /// Which one.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
    },
    /// Another payment took the place of the one before.
    Payment(Box<PaymentRecord>),
    /// The shopper answered what the order asks, perhaps anew.
    Answered {
        /// SHA-256 of the text of the answers, base64.
        answers_digest: String,
        /// The text of the price, with the delivery that was chosen.
        price: String,
        /// The methods that can collect it.
        methods: Vec<String>,
    },
    /// The order was given up.
    Canceled {},
    /// The order's deadline passed.
    Expired {},
    /// The money that was asked for arrived.
    Money {
        /// By which payment.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
        /// The provider's id of the money.
        transaction: String,
        /// Minor units.
        amount: i64,
        /// Of the amount.
        #[serde(with = "words::currency")]
        currency: Currency,
        /// When it moved, unix seconds on the provider's clock.
        paid_at: i64,
        /// Who told.
        source: Source,
    },
    /// That money made the order paid.
    Paid {
        /// By which payment.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
        /// The signed receipt, a compact JWS.
        receipt: String,
    },
    /// That money came when the order had ended already.
    LateMoney {
        /// How it had ended.
        #[serde(with = "words::order_status")]
        status: OrderStatus,
    },
    /// That money came for an order which was paid already; it goes back.
    SecondPayment {
        /// By which payment.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
    },
    /// Other money than was asked for arrived. Nothing is paid by it; a person must look.
    WrongAmount(StrayMoney),
    /// Money came a second time by one payment. A person must look.
    PaidTwice(StrayMoney),
    /// The merchant's bank feed told of money that another payment has. Nothing is paid by it; a person must look.
    TransactionUsed(UsedMoney),
    /// The provider's bill tells a payment otherwise than the records. A person must look.
    BillDifference {
        /// Which payment.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
        /// The day of the bill, `YYYY-MM-DD`.
        date: String,
        /// In what way it differs.
        difference: String,
        /// Which refund or money of the payment, where that is not all of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<String>,
        /// What the two say.
        detail: String,
    },
    /// Money is to go back.
    Refund(Refund),
    /// A refund stands otherwise.
    RefundStatus {
        /// Which one.
        refund: String,
        /// How it stands.
        status: RefundStatus,
        /// What has gone back by it, where that is not what was asked for, minor units.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        returned: Option<i64>,
    },
    /// Other money than was to go back went. A person must look.
    RefundAmount {
        /// Which refund.
        refund: String,
        /// What went back, minor units.
        returned: i64,
    },
    /// Money that was to go back by itself cannot.
    RefundRefused {
        /// By which payment it came.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
    },
    /// Money that pays nothing was kept, says a person.
    OddKept {
        /// By which payment it came.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
        /// The provider's id of the money.
        transaction: String,
        /// Minor units: all of it, or what is over where it pays the order.
        amount: i64,
        /// How much of it pays the order ([`Fact::Money`] before it tells of that), minor units.
        paid: i64,
        /// As the provider wrote it.
        currency: String,
    },
    /// Money that pays nothing was returned by other means, says a person.
    OddReturned {
        /// By which payment it came.
        #[serde(with = "words::payment_id")]
        payment: PaymentId,
        /// The provider's id of the money.
        transaction: String,
        /// Minor units.
        amount: i64,
        /// As the provider wrote it.
        currency: String,
    },
    /// A person has looked at what needed one, and nothing is left to do.
    Settled {
        /// At what: a kind of fact, `refund-stuck` or `refund-failed`.
        reason: String,
    },
    /// Something happened to things that were bought. By which parcel they went is sealed.
    Fulfilled {
        /// What.
        #[serde(with = "words::fulfilment_kind")]
        what: FulfilmentKind,
        /// When, unix seconds.
        happened_at: i64,
        /// To which pieces.
        lines: Vec<Pieces>,
        /// The id of what is sealed about it, where anything is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shipment: Option<String>,
    },
    /// Somebody corrected what is known of a parcel. Both are sealed.
    ShipmentCorrected {
        /// Which shipment.
        shipment: String,
        /// The id of what is known now.
        correction: String,
    },
    /// Somebody wrote a note about the order, which is sealed.
    Note {},
    /// Part of the order's money is back.
    #[serde(rename = "partly_refunded")]
    PartlyRefunded {
        /// All that went back so far, minor units.
        returned: i64,
    },
    /// All of the order's money is back.
    Refunded {
        /// All that went back, minor units.
        returned: i64,
    },
    /// Late money bought what had been sold to somebody else by then.
    Oversold {
        /// What.
        sku: String,
        /// So many are missing.
        missing: i64,
    },
    /// Licence keys were sold that are not there. A person must add some.
    KeysShort {
        /// Of what.
        sku: String,
        /// So many are missing.
        missing: i64,
    },
    /// Licence keys that were owed are given.
    KeysGiven {
        /// Of what.
        sku: String,
        /// So many.
        given: i64,
    },
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it was written, unix seconds.
    pub at: i64,
    /// The order's `seq` once it had happened; the facts of one change share it.
    pub seq: i64,
    /// What happened.
    pub fact: Fact,
}

/// A line of the ledger as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Unix seconds.
    pub at: i64,
    /// What, in a word.
    pub kind: String,
    /// Its members as JSON; of the first versions any text.
    pub detail: String,
    /// The id and the name of the key of the admin API that caused it, if one did.
    pub key: Option<(String, String)>,
}

impl Fact {
    /// Whether the shop is told that a person has to look at it.
    pub(crate) fn needs_attention(&self) -> bool {
        matches!(
            self,
            Fact::PaidTwice(_)
                | Fact::WrongAmount(_)
                | Fact::SecondPayment { .. }
                | Fact::Oversold { .. }
                | Fact::KeysShort { .. }
                | Fact::PaymentUnclear { .. }
                | Fact::TransactionUsed(_)
                | Fact::BillDifference { .. }
                | Fact::RefundAmount { .. }
        )
    }

    /// Whether it is news for the order's buyer, though the order is as it was.
    pub(crate) fn is_for_the_buyer(&self) -> bool {
        matches!(self, Fact::KeysGiven { .. } | Fact::ShipmentCorrected { .. })
    }

    /// Its kind, and its members as a JSON object.
    pub(crate) fn members(&self) -> (String, serde_json::Value) {
        let mut value = serde_json::to_value(self).expect("facts are made of texts and numbers");
        (value["kind"].as_str().unwrap_or_default().to_owned(), value["detail"].take())
    }

    /// Reads what [`Fact::members`] told.
    pub(crate) fn read(kind: &str, detail: &str) -> Option<Fact> {
        let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
        serde_json::from_value(serde_json::json!({ "kind": kind, "detail": detail })).ok()
    }
}
