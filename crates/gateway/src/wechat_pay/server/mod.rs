//! WeChat Pay's own end of API v3, for the sandbox: judging requests, and signing what goes back.
//! Pure like the rest of the crate; orders, clocks and sockets live in the sandbox.

mod answer;
mod authorization;
mod bodies;
mod refusal;
mod schema;

pub use answer::{Payment, PlatformKey, TradeState, TransactionView, notification_body};
pub use authorization::{Merchant, Request, authorize};
pub use bodies::{NativeOrder, check_close, check_number, check_query};
pub use refusal::Refusal;

/// Seconds after the first attempt of a notification at which it is tried again, each counted from
/// the attempt before: 15 repetitions over 24 hours and 4 minutes.
pub const RETRY_DELAYS: [i64; 15] = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600];

/// How long a code can be scanned, in seconds.
pub const CODE_LIFE: i64 = 2 * 3600;

/// How long an unpaid payment stays open at most, in seconds; after that it closes by itself.
pub const ORDER_LIFE: i64 = 7 * 24 * 3600;

/// The shortest time a deadline may be ahead, in seconds; nearer ones are moved there.
pub const SHORTEST_DEADLINE: i64 = 60;
