//! One return of money, and how it stands.

use protocol::PaymentId;
use serde::{Deserialize, Serialize};

use super::parts::Parts;
use super::words;

/// One return of money by one payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Our id, which the provider knows: sending it again is the same refund.
    pub id: String,
    /// The payment that the money came by.
    #[serde(with = "words::payment_id")]
    pub payment: PaymentId,
    /// Minor units of the order's currency: what was asked for, and once it is done what has gone back.
    pub amount: i64,
    /// What the shopper reads; may be empty. Typed by a person about another one: no part of the ledger.
    #[serde(skip)]
    pub reason: String,
    /// What of the order goes back with it; an amount alone where that is empty.
    #[serde(flatten)]
    pub parts: Parts,
    /// How it stands.
    pub status: RefundStatus,
    /// When it was asked for, unix seconds.
    pub created_at: i64,
    /// When to send it, or to ask the provider about it, next, unix seconds.
    #[serde(skip)]
    pub next_check_at: Option<i64>,
    /// How often that was done in vain.
    #[serde(skip)]
    pub checks: i64,
    /// The id of the key of the admin API by which it was asked for, if it was by one.
    #[serde(skip)]
    pub by: Option<String>,
}

/// How a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RefundStatus {
    /// On its way, or not known yet.
    Pending,
    /// The money has left.
    Done,
    /// Nothing was returned; it may be tried again as another refund.
    Failed,
    /// A person has to return it another way.
    Stuck,
}

/// Why money is not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundRefusal {
    /// No money came by such a payment.
    NotPaid,
    /// More than is left of it.
    TooMuch {
        /// What is left, minor units.
        left: i64,
    },
    /// Some of the pieces, or the delivery, went back before, or are none of the order's.
    Returned,
}

impl RefundStatus {
    /// The word in records and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            RefundStatus::Pending => "pending",
            RefundStatus::Done => "done",
            RefundStatus::Failed => "failed",
            RefundStatus::Stuck => "stuck",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<RefundStatus> {
        use RefundStatus::{Done, Failed, Pending, Stuck};
        [Pending, Done, Failed, Stuck].into_iter().find(|status| status.as_str() == text)
    }
}
