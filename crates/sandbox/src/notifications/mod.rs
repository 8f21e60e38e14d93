//! Notifications of all providers on their way to merchants: which are due, and how each attempt is carried.
//! What is in them is the providers' own.

mod client;
mod courier;
mod outbox;

pub(crate) use client::{Message, answer, client};
pub(crate) use courier::Courier;
pub use outbox::{DeliveryState, DeliveryView, ReleaseOrder};
pub(crate) use outbox::{Errand, Outbox};
