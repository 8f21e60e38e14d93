//! What all providers share: the trait the merchant calls. Nothing in here names a provider.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;

use crate::{
    Bills, Call, CallContext, Closed, GatewayError, Limits, Notification, NotificationReply, PaymentRef, PaymentRequest, Prepared,
    ProviderStatus, RefundRequest, RefundStatus, Surface,
};

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
    /// Where the provider wants more than one call for it, they follow each other ([`Call::then`]).
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
    fn notification(&self, headers: &HeaderMap, body: &[u8], now: i64) -> Result<Notification, GatewayError>;

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

    /// Until when the provider is believed by what is known of it, unix seconds: the end of its last certificate. `None` where it is
    /// believed by a key without an end.
    fn believed_until(&self) -> Option<i64> {
        None
    }

    /// How both ends prove themselves where TLS does it; `None` where calls are signed, and public authorities vouch for the provider.
    fn tls(&self) -> Option<Tls> {
        None
    }

    /// The answer to a notification: accepted (stored durably, or already known), or "send it again".
    fn acknowledge(&self, accepted: bool) -> NotificationReply;
}
