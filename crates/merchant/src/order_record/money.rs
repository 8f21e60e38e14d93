//! Money that arrived, and how the backend learned of it.

use protocol::PaymentId;
use serde::{Deserialize, Serialize};

use super::words;

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
