//! WeChat Pay's server: the calls of API v3 that a merchant makes for Native payments, and the
//! notifications that come back. The wire format is the gateway's; here are state and behaviour.

mod answer;
mod calls;
mod courier;
mod orders;
mod outbox;
mod pay;

pub(crate) use courier::{client, release, run as run_courier};
pub use orders::{CodeState, CodeView, PayProblem};
pub use outbox::{DeliveryState, DeliveryView, ReleaseOrder};
pub(crate) use {
    calls::routes,
    orders::{Orders, code_id},
    outbox::Outbox,
    pay::pay,
};
