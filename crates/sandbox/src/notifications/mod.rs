//! Notifications of all providers on their way to merchants: which are due, and how each attempt is carried.
//! What is in them is the providers' own.

mod client;
mod dispatcher;
mod outbox;

pub(crate) use client::{Message, answer, client};
pub(crate) use dispatcher::Dispatcher;
pub(crate) use outbox::{Delivery, Outbox};
pub use outbox::{DeliveryState, DeliveryView, ReleaseOrder};
