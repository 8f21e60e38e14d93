//! A day as a provider's bill and the records tell it, and how the two differ.

use protocol::OrderId;

/// A day as both tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// `YYYY-MM-DD` of the provider.
    pub(crate) date: String,
    /// Lines of the bill that are about what this backend collects.
    pub(crate) entries: usize,
    /// Lines about what others book under the same merchant number.
    pub(crate) others: usize,
    pub(crate) differences: Vec<Difference>,
}

/// Something that bill and records tell differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) kind: DifferenceKind,
    /// The payment; empty where that is not known.
    pub(crate) payment: String,
    /// Its order, if that is known.
    pub(crate) order: Option<OrderId>,
    /// What the two say.
    pub(crate) detail: String,
    /// Which refund or money of the payment it is about, where that is not all of it: the id that `detail` names.
    pub(super) about: Option<String>,
    /// Whether the comparison itself has put it right.
    pub(super) is_settled: bool,
}

/// In what way bill and records differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DifferenceKind {
    /// The bill has money that the records lack.
    NotBooked,
    /// Another amount, or currency.
    Amount,
    /// Another id of the money.
    Transaction,
    /// Booked, and not in the bill.
    NotInBill,
    /// A refund that is not known so.
    Refund,
    /// A state that the records do not know.
    State,
    /// A payment of ours that is not in the records.
    UnknownPayment,
    /// A line that cannot be read.
    UnreadableLine,
}

impl DifferenceKind {
    /// The word for it in the ledger, in answers and in the log.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            DifferenceKind::NotBooked => "not-booked",
            DifferenceKind::Amount => "amount",
            DifferenceKind::Transaction => "transaction",
            DifferenceKind::NotInBill => "not-in-bill",
            DifferenceKind::Refund => "refund",
            DifferenceKind::State => "state",
            DifferenceKind::UnknownPayment => "unknown-payment",
            DifferenceKind::UnreadableLine => "unreadable-line",
        }
    }
}

impl Difference {
    pub(super) fn of_nothing_known(kind: DifferenceKind, payment: &str, detail: String) -> Difference {
        Difference { kind, payment: payment.to_owned(), order: None, detail, about: None, is_settled: false }
    }
}
