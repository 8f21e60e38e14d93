//! Notifications as they cross the contract with every provider.

use crate::{ProviderPayment, RefundStatus};

/// A notification whose signature holds, or, of a provider that signs none, one that can only ask: [`NotificationEvent::Ask`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The provider's event id, the same in every repetition: the key for idempotency.
    pub id: String,
    /// What happened.
    pub event: NotificationEvent,
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

/// What the merchant answers to a provider's notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationReply {
    /// HTTP status.
    pub status: u16,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// Body, byte for byte; some providers compare it literally.
    pub body: Vec<u8>,
}
