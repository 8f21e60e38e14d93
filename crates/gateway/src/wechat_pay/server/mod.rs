//! WeChat Pay's own end of API v3, for the sandbox: judging requests, and signing what goes back.
//! Pure like the rest of the crate; orders, clocks and sockets live in the sandbox.

mod answer;
mod authorization;
mod bill;
mod bodies;
mod bridge;
mod certificates;
mod documented;
mod error_reply;
mod language;
mod refunds;
mod schema;
mod security;

pub use answer::{EventResource, Payment, PlatformKey, TradeState, TransactionView, event_body, notification_body};
pub use authorization::{Merchant, Request, authorize};
pub use bill::{BillQuery, BillRow, bill_file, check_bill_query, check_fund_flow_query, fund_flow_file, older_bill_file};
pub use bodies::{NativeOrder, Surface, check_close, check_no_query, check_number, check_query};
pub use bridge::{BridgeDefect, bridge_call};
pub use certificates::{HandedOut, certificates_body, check_certificates_query};
pub use documented::{DOCUMENTED, documented};
pub use error_reply::ErrorReply;
pub use language::Language;
pub use refunds::{AbnormalRefund, RefundOrder, RefundState, RefundView, check_refund_number};
pub use security::Echo;

pub use crate::encoding::parse as parse_form;

/// Seconds after the first attempt of a notification at which it is tried again, each counted from
/// the attempt before: 15 repetitions over 24 hours and 4 minutes.
pub const RETRY_DELAYS: [i64; 15] = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600];

/// How long a code can be scanned, in seconds.
pub const CODE_LIFE: i64 = 2 * 3600;

/// How long a page in a phone's browser can jump into the app, in seconds.
pub const H5_LIFE: i64 = 5 * 60;

/// How long a payment can be refunded, in seconds.
pub const REFUND_WINDOW: i64 = 365 * 24 * 3600;

/// How many refunds a payment can have.
pub const MOST_REFUNDS: usize = 50;

/// How far two refunds of one payment have to be apart, in seconds.
pub const REFUND_PAUSE: i64 = 60;

/// How long an unpaid payment stays open at most, in seconds; after that it closes by itself.
pub const ORDER_LIFE: i64 = 7 * 24 * 3600;

/// The shortest time a deadline may be ahead, in seconds; nearer ones are moved there.
pub const SHORTEST_DEADLINE: i64 = 60;
