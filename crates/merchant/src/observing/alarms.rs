//! What a person has to look at: each `ALARM:` line of the log is counted by its kind, unless a gauge tells of it for as long as it lasts
//! (a catalog that is not good, webhooks that are given up).

use crate::order_record::{Fact, RefundStatus};

/// A kind of alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alarm {
    /// Money came that is not what was asked for.
    WrongAmount,
    /// Money came a second time by one payment.
    PaidTwice,
    /// An order that was paid already was paid by another code; that money goes back by itself.
    SecondPayment,
    /// A payment is closed, and whether it was paid and returned is not told.
    PaymentUnclear,
    /// Late money bought what had been sold to somebody else by then.
    Oversold,
    /// Licence keys were sold that are not there.
    KeysShort,
    /// Few licence keys are left.
    KeysLow,
    /// A file that was sold is not on the disk.
    FileMissing,
    /// A second payment cannot go back by itself.
    RefundRefused,
    /// Other money went back than should have.
    RefundAmount,
    /// A refund was refused.
    RefundFailed,
    /// A refund has to be made another way.
    RefundStuck,
    /// The balance at a provider does not cover a refund.
    RefundUnfunded,
    /// The bank feed tells the same money of two payments.
    TransactionUsed,
    /// Money came by a payment that is not in the records.
    UnknownPayment,
    /// Money went back by a payment that is not in the records.
    UnknownRefund,
    /// The provider's bill and the records tell a day differently.
    BillDifference,
    /// A day has not been compared with the provider's bill of it.
    BillUncompared,
    /// A provider refuses the account itself something.
    AccountRefused,
    /// A sealed record does not open: it was changed, or its key is another one.
    SealedUnopened,
    /// Which orders were erased cannot be written beside the keys.
    ErasureUnwritten,
    /// A background job ended in a panic, and was started again.
    JobFailed,
}

impl Alarm {
    pub(super) const ALL: [Alarm; 22] = [
        Alarm::WrongAmount,
        Alarm::PaidTwice,
        Alarm::SecondPayment,
        Alarm::PaymentUnclear,
        Alarm::Oversold,
        Alarm::KeysShort,
        Alarm::KeysLow,
        Alarm::FileMissing,
        Alarm::RefundRefused,
        Alarm::RefundAmount,
        Alarm::RefundFailed,
        Alarm::RefundStuck,
        Alarm::RefundUnfunded,
        Alarm::TransactionUsed,
        Alarm::UnknownPayment,
        Alarm::UnknownRefund,
        Alarm::BillDifference,
        Alarm::BillUncompared,
        Alarm::AccountRefused,
        Alarm::SealedUnopened,
        Alarm::ErasureUnwritten,
        Alarm::JobFailed,
    ];

    /// Those that [`Fact::needs_attention`] tells of, which the records count for ever.
    pub(super) const IN_LEDGER: [Alarm; 8] = [
        Alarm::PaidTwice,
        Alarm::WrongAmount,
        Alarm::SecondPayment,
        Alarm::Oversold,
        Alarm::KeysShort,
        Alarm::PaymentUnclear,
        Alarm::TransactionUsed,
        Alarm::BillDifference,
    ];

    /// The word for it in figures; where there is a fact of the ledger, the fact's.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Alarm::WrongAmount => "wrong-amount",
            Alarm::PaidTwice => "paid-twice",
            Alarm::SecondPayment => "second-payment",
            Alarm::PaymentUnclear => "payment-unclear",
            Alarm::Oversold => "oversold",
            Alarm::KeysShort => "keys-short",
            Alarm::KeysLow => "keys-low",
            Alarm::FileMissing => "file-missing",
            Alarm::RefundRefused => "refund-refused",
            Alarm::RefundAmount => "refund-amount",
            Alarm::RefundFailed => "refund-failed",
            Alarm::RefundStuck => "refund-stuck",
            Alarm::RefundUnfunded => "refund-unfunded",
            Alarm::TransactionUsed => "transaction-used",
            Alarm::UnknownPayment => "unknown-payment",
            Alarm::UnknownRefund => "unknown-refund",
            Alarm::BillDifference => "bill-difference",
            Alarm::BillUncompared => "bill-uncompared",
            Alarm::AccountRefused => "account-refused",
            Alarm::SealedUnopened => "sealed-unopened",
            Alarm::ErasureUnwritten => "erasure-unwritten",
            Alarm::JobFailed => "job-failed",
        }
    }

    /// The alarm that was logged when that was written down.
    pub(super) fn of(fact: &Fact) -> Option<Alarm> {
        match fact {
            Fact::WrongAmount(_) => Some(Alarm::WrongAmount),
            Fact::PaidTwice(_) => Some(Alarm::PaidTwice),
            Fact::BillDifference { .. } => Some(Alarm::BillDifference),
            Fact::TransactionUsed(_) => Some(Alarm::TransactionUsed),
            Fact::SecondPayment { .. } => Some(Alarm::SecondPayment),
            Fact::PaymentUnclear { .. } => Some(Alarm::PaymentUnclear),
            Fact::Oversold { .. } => Some(Alarm::Oversold),
            Fact::KeysShort { .. } => Some(Alarm::KeysShort),
            Fact::RefundRefused { .. } => Some(Alarm::RefundRefused),
            Fact::RefundAmount { .. } => Some(Alarm::RefundAmount),
            Fact::RefundStatus { status: RefundStatus::Failed, .. } => Some(Alarm::RefundFailed),
            Fact::RefundStatus { status: RefundStatus::Stuck, .. } => Some(Alarm::RefundStuck),
            _ => None,
        }
    }
}
