//! Notifications of all providers on their way to merchants: which are due, and how each attempt is carried.
//! What is in them is the providers' own.

mod courier;
mod outbox;

pub(crate) use courier::{answer, client, release, run as run_courier};
pub use outbox::{DeliveryState, DeliveryView, ReleaseOrder};
pub(crate) use outbox::{Errand, Outbox};

/// One attempt's message.
pub(crate) struct Message {
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}
