//! A day as the provider booked it, to compare with what the merchant booked. Only some providers have such bills.

use crate::provider_time::Zone;
use crate::{Call, CallContext, GatewayError, ProviderStatus};

/// A provider that hands out bills: ask for one, download it, prove it by its digest where there is one, read it.
pub trait Bills: Send + Sync {
    /// Which days bills are of, and when they can be had.
    fn days(&self) -> BillDays;

    /// Whether that error of [`Bills::trade_bill`] says that the bill is still being made.
    fn is_being_made(&self, error: &GatewayError) -> bool;

    /// Asks for the bill of the provider's day that `day` (unix seconds) lies in. `None`: nothing was traded that day.
    /// One that is not ready yet is an error of family *transient*.
    fn trade_bill(&self, day: i64, at: &CallContext) -> Call<Option<BillTicket>>;

    /// Downloads a bill: `BadSignature` when the file is not the one that was offered.
    fn download_bill(&self, ticket: &BillTicket, at: &CallContext) -> Call<Bill>;

    /// Asks about money by the provider's own id of it, as the bill has it.
    fn query_transaction(&self, transaction_id: &str, at: &CallContext) -> Call<ProviderStatus>;
}

/// The days of a provider's bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillDays {
    /// Where a day of a bill begins and ends.
    pub zone: Zone,
    /// How long after the end of its day a bill is made, in seconds.
    pub made_after: i64,
    /// How long after the end of its day a bill can be had, in seconds.
    pub kept_for: i64,
}

impl BillDays {
    /// The first second of the day that `at` lies in, unix seconds.
    #[must_use]
    pub fn begin(&self, at: i64) -> i64 {
        self.zone.parse_date(&self.zone.date(at)).unwrap_or(at)
    }
}

/// Leave to download one bill, for as long as the provider grants it: minutes, or less than one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillTicket {
    /// Path and query of the download, or its whole address.
    pub(crate) target: String,
    /// The file's digest in hex, from a signed answer; empty where the provider tells none.
    pub(crate) digest: String,
}

/// A day's payments and refunds as the provider booked them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bill {
    /// What was booked under our own account, in the provider's order.
    pub entries: Vec<BillEntry>,
    /// How many lines are about other accounts of the same merchant, such as another application's.
    pub others: usize,
    /// What could not be understood. Nothing follows from it, and nothing else is the worse for it.
    pub set_aside: Vec<SetAside>,
}

/// A line of a bill that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it stands in the file, counted from one. What it says may name a person and is not repeated.
    pub line: usize,
    /// What about it could not be understood.
    pub why: &'static str,
}

/// One line of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillEntry {
    /// Unix seconds.
    pub at: i64,
    /// Our id of the payment.
    pub payment_id: String,
    /// The provider's.
    pub transaction_id: String,
    /// ISO 4217 code.
    pub currency: String,
    /// What it is.
    pub kind: BillKind,
    /// What the provider takes for it, minor units; negative where it gives some of it back.
    pub fee: i64,
}

/// What a line of a bill is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillKind {
    /// A payment of so many minor units.
    Paid {
        /// Minor units.
        amount: i64,
    },
    /// A refund.
    Refunded {
        /// Our id of it.
        refund_id: String,
        /// Minor units.
        amount: i64,
        /// Whether the money has left.
        is_done: bool,
        /// Whether it does not leave at all.
        is_failed: bool,
        /// The provider's word for how it stands, for people.
        state: String,
    },
    /// Something that codes, links and bridges never are, such as a payment at a counter that was called back.
    Other {
        /// The provider's word for it.
        state: String,
    },
}
