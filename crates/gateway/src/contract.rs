//! What all providers share: the trait the merchant calls, and the values that cross it.
//! Nothing in here names a provider; money is in minor units, times are unix seconds.

use std::fmt;
use std::sync::Arc;

use crate::{Bills, Call, Description, GatewayError, NotificationReply};

/// Values the caller supplies so that everything in this crate is a pure function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallContext {
    /// The caller's clock, in unix seconds.
    pub now: i64,
    /// Fresh random bytes, used once: a nonce must never repeat.
    pub nonce: [u8; 16],
}

/// One attempt to collect an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentRequest<'a> {
    /// Our id of the payment, which the provider echoes: 6–32 characters of `[0-9A-Za-z_*|-]`.
    pub payment_id: &'a str,
    /// By which of [`Gateway::methods`].
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
    /// Where the shopper pays; one that [`Gateway::serves`].
    pub surface: Surface<'a>,
}

/// Which amounts can be collected at once, in minor units of a currency.
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
    /// Accepted, or not told yet: ask with [`Gateway::query_refund`].
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

/// A notification whose signature holds, or, of a provider that signs none, one that can only ask: [`NotificationEvent::Ask`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The provider's event id, the same in every repetition: the key for idempotency.
    pub id: String,
    /// What happened.
    pub event: NotificationEvent,
}

/// The TLS of one provider's calls.
#[derive(Clone, PartialEq, Eq)]
pub struct Tls {
    /// The certificate by which the provider knows us, the chain above it, and its private key, as PEM.
    pub identity: Option<Vec<u8>>,
    /// Who alone vouches for the provider, certificates as PEM; public authorities if absent.
    pub authorities: Option<Vec<u8>>,
}

/// Without what is in there: one of it is a private key.
impl fmt::Debug for Tls {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Tls").finish_non_exhaustive()
    }
}

/// What a provider notifies about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotificationEvent {
    /// A payment was made.
    Paid(ProviderPayment),
    /// A refund moved on.
    Refund {
        /// Our id of the payment.
        payment_id: String,
        /// Our id of the refund, where the provider tells it.
        refund_id: Option<String>,
        /// How it stands; `Pending` where the message does not prove it.
        status: RefundStatus,
    },
    /// Something may have happened to a payment or its refunds. Nobody proved that it did: act by querying alone, and not as often as it
    /// is told. The payment is named by one of its ids at least.
    Ask {
        /// Our id of the payment, if the message has it.
        payment_id: Option<String>,
        /// The provider's, if the message has it.
        provider_ref: Option<String>,
    },
    /// A genuine event that this crate does not interpret; acknowledge it.
    Other {
        /// The provider's name of the event.
        kind: String,
    },
}

/// A payment provider as the merchant talks to it.
///
/// Requests are values to send byte for byte. A reply that cannot be believed is an error, never a
/// status; [`GatewayError::family`] says what to do next. When sending itself failed (timeout,
/// reset), the call is *unsure*: repeat `create` and `close` with the same arguments or `query`.
pub trait Gateway: Send + Sync {
    /// Who collects, which is also the `{provider}` of `/notify/{provider}`.
    fn provider(&self) -> &'static str;

    /// The payment methods that it collects by: what shoppers choose among. Most providers have one, of their own name.
    fn methods(&self) -> &'static [&'static str];

    /// What it can collect by a method in that currency, an ISO 4217 code; `None` where it does not take it.
    fn limits(&self, method: &str, currency: &str) -> Option<Limits>;

    /// Whether it collects there by a method, as far as the settings tell.
    fn serves(&self, _method: &str, surface: &Surface<'_>) -> bool {
        matches!(surface, Surface::Code)
    }

    /// Whether it follows nobody into the wallet whose address it was not told.
    fn wants_client_ip(&self) -> bool {
        false
    }

    /// What the provider calls the product that collects there: the merchant is told by that name if it was not granted.
    fn product(&self, method: &str, surface: &Surface<'_>) -> &str;

    /// Whether the method's wallet reads a code from a picture, and not by the camera alone: then a code on the phone's own screen is
    /// of use.
    fn reads_pictures(&self, _method: &str) -> bool {
        false
    }

    /// Asks for a payload. Idempotent: the same payment may be created again while it is unpaid.
    /// A reply of `AlreadyPaid` is of family *unsure*, because a query has to confirm it.
    fn create(&self, payment: &PaymentRequest<'_>, at: &CallContext) -> Call<Prepared>;

    /// Whether that error of [`Gateway::create`] is about the payment's id, which was used before: the same under another id may be made.
    fn wants_another_id(&self, _error: &GatewayError) -> bool {
        false
    }

    /// Whether that error of [`Gateway::create`] is about the words that say what is bought: the same with other words may be made.
    fn wants_other_words(&self, _error: &GatewayError) -> bool {
        false
    }

    /// How long after it was made a payment can be returned, in seconds, as far as the settings tell.
    fn refund_window(&self) -> Option<i64> {
        None
    }

    /// Asks what became of a payment.
    fn query(&self, payment: PaymentRef<'_>, at: &CallContext) -> Call<ProviderStatus>;

    /// Asks that a payment can no longer be paid. Idempotent.
    fn close(&self, payment: PaymentRef<'_>, at: &CallContext) -> Call<Closed>;

    /// Asks that money is returned. Idempotent under one refund id; an unsure one is repeated unchanged.
    fn refund(&self, refund: &RefundRequest<'_>, at: &CallContext) -> Call<RefundStatus>;

    /// Asks what became of a refund.
    fn query_refund(&self, refund: &RefundRequest<'_>, at: &CallContext) -> Call<RefundStatus>;

    /// Verifies, decrypts and reads a notification from its raw body. `now` is the caller's clock.
    ///
    /// # Errors
    /// The family *forged* when it cannot be proved to come from the provider: answer with
    /// `acknowledge(false)` and change nothing.
    fn notification(&self, headers: &[(String, String)], body: &[u8], now: i64) -> Result<Notification, GatewayError>;

    /// The provider's bills, if it has any.
    fn bills(&self) -> Option<&dyn Bills> {
        None
    }

    /// When what [`Gateway::renewal`] asks for is needed anew, unix seconds: such as when an access token runs out, and long ago where
    /// there is none yet. It is renewed before the next call then. `None` where twice a day is often enough.
    fn renew_at(&self) -> Option<i64> {
        None
    }

    /// Asks for what the provider changes by itself, such as the keys that it signs with, and makes the same gateway with it of the
    /// reply; `None` if there is no such thing. After an error go on with what is known.
    fn renewal(&self, _at: &CallContext) -> Option<Call<Arc<dyn Gateway>>> {
        None
    }

    /// How both ends prove themselves where TLS does it; `None` where calls are signed, and public authorities vouch for the provider.
    fn tls(&self) -> Option<Tls> {
        None
    }

    /// The answer to a notification: accepted (stored durably, or already known), or "send it again".
    fn acknowledge(&self, accepted: bool) -> NotificationReply;
}
