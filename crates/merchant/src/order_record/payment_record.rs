//! One attempt to pay an order, as the backend keeps it.

use gateway::PaymentRef;
use protocol::{Money, Payment, PaymentStatus};
use serde::{Deserialize, Serialize};

use super::words;

/// One attempt to pay, with what only the backend knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRecord {
    /// What shoppers see of it.
    #[serde(with = "words::PaymentWords")]
    pub payment: Payment,
    /// What was asked for, minor units.
    #[serde(with = "words::MoneyWords")]
    pub money: Money,
    /// Who collects it; absent where that was not kept yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The provider's own id of it, where the provider goes by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_ref: Option<String>,
    /// When it was made, unix seconds.
    pub created_at: i64,
    /// What stands on the bank statement, for payments that a bank feed confirms.
    pub reference: Option<String>,
    /// Where the wallet comes back to.
    #[serde(skip)]
    pub return_url: Option<String>,
    /// What the browser says that made it, and no other, when it comes back from the page that tells who pays.
    #[serde(skip)]
    pub browser: Option<String>,
    /// The wallet's id of the shopper, for payments inside of it; personal data, not for logs.
    #[serde(skip)]
    pub payer: Option<String>,
    /// The shopper's address, for providers that ask for it; personal data, not for logs.
    #[serde(skip)]
    pub client_ip: Option<String>,
    /// When its code was there, unix seconds.
    pub shown_at: Option<i64>,
    /// When a wallet had read the code, unix seconds.
    pub scanned_at: Option<i64>,
    /// When the money moved, unix seconds on the provider's clock.
    pub paid_at: Option<i64>,
    /// The provider's id of the money.
    pub transaction: Option<String>,
    /// When to ask the provider next, unix seconds.
    #[serde(skip)]
    pub next_check_at: Option<i64>,
    /// How often it was asked in vain.
    #[serde(skip)]
    pub checks: i64,
}

impl PaymentRecord {
    /// The payment by both of its names.
    pub(crate) fn named(&self) -> PaymentRef<'_> {
        PaymentRef { id: self.payment.id.as_str(), provider_ref: self.provider_ref.as_deref() }
    }

    /// Whether money may still come by it.
    pub fn is_open(&self) -> bool {
        matches!(self.payment.status, PaymentStatus::Waiting | PaymentStatus::Scanned)
    }

    /// Whether its fate is still to be found out. Of an open one by which other money came than was asked for it is known.
    pub fn may_be_paid(&self) -> bool {
        self.is_open() && self.next_check_at.is_some()
    }
}
