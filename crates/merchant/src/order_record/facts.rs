//! The facts of a record, one for each thing that can happen to it, as the ledger keeps them for ever. Each holds all that is needed
//! to do it again, and nothing that may have to be forgotten: who a shopper is (openid, follower) and the page that a wallet comes
//! back to stand in the rows alone, where they can be erased. What a fact does to a record is in `replay`.

use protocol::{Currency, OrderStatus, PaymentId, PaymentStatus};
use serde::{Deserialize, Serialize};

use super::words;
use super::{OrderRecord, PaymentRecord, Refund, RefundStatus};

/// How the backend learned that money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The provider's signed notification.
    Notification,
    /// The provider's signed answer to a question of ours.
    Query,
    /// The same, asked because the provider's bill had money that the records lacked.
    Bill,
    /// The merchant, by the admin API: a bank's feed.
    Merchant,
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
        #[serde(with = "words::refund_status")]
        status: RefundStatus,
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
}

/// Money that arrived and pays nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrayMoney {
    /// By which payment.
    #[serde(with = "words::payment_id")]
    pub payment: PaymentId,
    /// The provider's id of the money.
    pub transaction: String,
    /// Minor units.
    pub amount: i64,
    /// As the provider wrote it.
    pub currency: String,
    /// When it moved, unix seconds on the provider's clock.
    pub paid_at: i64,
    /// Who told.
    pub source: Source,
}

impl StrayMoney {
    /// Whether it is the same money, whoever told of it and when.
    pub(crate) fn is_same_money(&self, other: &StrayMoney) -> bool {
        let facts = |money: &StrayMoney| (money.payment.clone(), money.transaction.clone(), money.amount, money.currency.clone());
        facts(self) == facts(other)
    }
}

/// Money that arrived and that another payment has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedMoney {
    /// As it was told of this payment.
    #[serde(flatten)]
    pub money: StrayMoney,
    /// The number of the order whose payment has it.
    pub order: String,
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

impl Fact {
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
