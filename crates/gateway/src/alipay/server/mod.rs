//! Alipay's own end, for the sandbox: judging requests of both dialects (forms and REST), and signing what
//! goes back. Pure like the rest of the crate; trades, clocks and sockets live in the sandbox.

mod answer;
mod bill;
mod charset;
mod content;
mod documented;
mod error_reply;
mod notice;
mod request;
mod rest;
mod trade;

pub use answer::{Members, SlashStyle, answer, answer_in, object};
pub use bill::{BillQuery, BillRow, bill_file};
pub use charset::{Charset, UTF_8};
pub use content::{Content, Precreate, Refund, RefundQuery, TradeQuery, TradeRef};
pub use documented::{DOCUMENTED, documented};
pub use error_reply::ErrorReply;
pub use notice::{Notice, notification_body};
pub use request::{Application, DeniedRequest, SignedRequest, read, read_in};
pub use rest::{RestRequest, rest_answer_headers, rest_authorize, rest_method};
pub use trade::{Payment, QueryReplyOptions, RefundRecord, TradeState, TradeView};

pub use crate::alipay::bill::CALL as BILL;
pub use crate::encoding::parse as parse_form;

/// Seconds after the first attempt of a notification at which it is tried again, each counted from the attempt before: 24 hours.
/// Codes are paid face to face, whose first three repetitions come at once; other products wait 4, 10 and 10 minutes for these.
pub const RETRY_DELAYS: [i64; 7] = [0, 0, 0, 3600, 7200, 21_600, 54_000];

/// How long a code can be scanned, in seconds.
pub const CODE_LIFE: i64 = 2 * 3600;

/// The deadline of a payment that names none, in seconds.
pub const USUAL_DEADLINE: i64 = 3 * 3600;

/// The farthest deadline of a payment, in seconds.
pub const LONGEST_DEADLINE: i64 = 15 * 24 * 3600;

/// How long a payment can be canceled, in seconds.
pub const CANCEL_WINDOW: i64 = 24 * 3600;

/// How long a payment can be refunded, in seconds; after that the trade is finished.
pub const REFUND_WINDOW: i64 = 365 * 24 * 3600;

/// How far two refunds of one trade have to be apart, in seconds.
pub const REFUND_PAUSE: i64 = 3;
