//! Payments and refunds as they cross the contract with every provider. Nothing in here names a provider; money is in minor units,
//! times are unix seconds.

use crate::Description;

/// One attempt to collect an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentRequest<'a> {
    /// Our id of the payment, which the provider echoes: 6–32 characters of `[0-9A-Za-z_*|-]`. For a provider that takes fewer letters,
    /// see [`crate::payment_id`].
    pub payment_id: &'a str,
    /// By which of [`crate::Gateway::methods`].
    pub method: &'a str,
    /// What the shopper reads in the wallet; each provider makes of it what it takes.
    pub description: Description<'a>,
    /// Amount in minor units of `currency`, at least 1.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: &'a str,
    /// When the payment must no longer be payable, in unix seconds.
    pub expires_at: i64,
    /// Where the provider posts its notification: absolute URL without query and fragment.
    pub notify_url: &'a str,
    /// Where the shopper pays; one that [`crate::Gateway::serves`].
    pub surface: Surface<'a>,
}

/// Which amounts can be collected at once, in minor units of a currency by ISO 4217. Where the provider counts in other units, its folder
/// converts them ([`crate::decimal`]), and what those cannot say is told by `step`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The smallest difference between two amounts.
    pub step: i64,
    /// The smallest amount.
    pub least: i64,
    /// The largest amount.
    pub most: i64,
}

impl Limits {
    /// Whether that amount can be collected.
    #[must_use]
    pub fn allow(&self, amount: i64) -> bool {
        (self.least..=self.most).contains(&amount) && amount % self.step == 0
    }
}

/// Where the shopper pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface<'a> {
    /// By scanning a code with another device.
    Code,
    /// By following a link from a phone's browser into the wallet.
    Link {
        /// The shopper's address as the provider will see it, where it asks for it.
        client_ip: &'a str,
        /// Where the wallet comes back to: absolute URL, perhaps with a fragment; empty where it comes back to nothing.
        return_url: &'a str,
    },
    /// On a page inside of the wallet.
    Inside {
        /// The wallet's id of the shopper.
        payer: &'a str,
    },
}

/// A payment by both of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentRef<'a> {
    /// Our id, as in [`PaymentRequest::payment_id`].
    pub id: &'a str,
    /// The provider's own, as in [`Prepared::provider_ref`], if it gave one.
    pub provider_ref: Option<&'a str>,
}

impl<'a> PaymentRef<'a> {
    /// A payment of a provider that goes by our id.
    #[must_use]
    pub const fn ours(id: &'a str) -> Self {
        Self { id, provider_ref: None }
    }
}

/// A payment the provider is ready to collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What the surface takes: the text of a QR code, an address, or the JSON of a call inside of the wallet.
    pub payload: String,
    /// When this payload stops working, in unix seconds: never later than the request's deadline.
    /// It may be earlier; preparing the same payment again gives a new payload and kills this one.
    pub expires_at: i64,
    /// The provider's own id of the payment, where it goes by that and not by ours: to be kept from now on.
    pub provider_ref: Option<String>,
}

/// What the provider says about a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderStatus {
    /// Nobody has paid yet.
    Waiting,
    /// A shopper has opened the payment in the wallet and has not decided.
    Scanned,
    /// Money has moved; a later refund does not change this answer.
    Paid(ProviderPayment),
    /// Can no longer be paid.
    Closed,
    /// Can no longer be paid, and whether it ever was is not told: a person has to look.
    ClosedInDoubt,
    /// The provider does not know it. This answer is often unsigned: take it as "not yet", never as
    /// a reason to forget a payment.
    Unknown,
    /// The attempt failed for good.
    Refused,
}

/// A payment as the provider has booked it. Compare `amount` and `currency` with what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderPayment {
    /// Our id, as in [`PaymentRequest::payment_id`].
    pub payment_id: String,
    /// The provider's id.
    pub transaction_id: String,
    /// Minor units that were asked from the shopper, before coupons of the provider.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// When the money moved, in unix seconds on the provider's clock.
    pub paid_at: i64,
    /// The provider's id of the shopper, if it tells: personal data, not for logs.
    pub payer: Option<String>,
    /// All of it has gone back since, whoever returned it.
    pub returned: bool,
}

/// One return of money, whole or in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundRequest<'a> {
    /// The payment that the money came by.
    pub payment: PaymentRef<'a>,
    /// Our id of the refund: 1–64 characters of `[0-9A-Za-z_*|@-]`. The same id is the same refund.
    pub refund_id: &'a str,
    /// Amount to return in minor units of `currency`, at least 1.
    pub amount: i64,
    /// What was paid in all, in minor units.
    pub total: i64,
    /// ISO 4217 code.
    pub currency: &'a str,
    /// What the shopper reads; each provider makes of it what it takes.
    pub reason: Option<&'a str>,
    /// Where the provider posts its notification, if it takes an address of its own for refunds.
    pub notify_url: &'a str,
}

/// How a refund stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundStatus {
    /// Accepted, or not told yet: ask with [`crate::Gateway::query_refund`].
    Pending,
    /// The money has left.
    Done {
        /// Minor units of this refund alone: compare it with what was asked for.
        amount: i64,
        /// Unix seconds on the provider's clock, if it tells.
        at: Option<i64>,
    },
    /// Nothing was returned, and this id is used up: try again under a new one.
    Failed,
    /// The shopper's account cannot take it: a person has to choose another way in the provider's console.
    Stuck,
    /// The provider has no such refund: send it again under the same id.
    Unknown,
}

/// What came of asking the provider to close a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It can no longer be paid.
    Closed,
    /// The provider claims that it is paid. The claim may be unsigned: query before acting on it.
    AlreadyPaid,
}
