//! Observability, what the merchant can see of a running backend: logs, a line for each request, and figures. Not here: what shoppers see.
//! Nothing in it is personal: no addresses, names, openids, carts, links or codes, and of an order's id, which lets whoever has it read
//! the order, the beginning only.

mod alarms;
mod calls;
mod logs;
mod metrics;
mod requests;
mod stopwatch;

pub(crate) use alarms::Alarm;
pub(crate) use calls::{CallName, CallOutcome, NotificationOutcome};
pub use logs::start_logs;
pub(crate) use metrics::{Metrics, Troubles};
pub(crate) use requests::{RequestId, observe};
pub(crate) use stopwatch::Stopwatch;
