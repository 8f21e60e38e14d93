//! Provider dialects: what goes over the wire to and from a payment provider, and the crypto around it.
//! Pure: no sockets, no storage, no clock and no randomness of its own; callers bring all four.
//! One folder per provider; each folder speaks both ends, the merchant's and, with feature `provider` (for the sandbox), the provider's.
//!
//! The merchant's end is the [`Gateway`] trait: every call is a value that holds the request and
//! the reader of its reply, so that retries, timeouts and connection reuse stay with the caller.
#![deny(missing_docs, clippy::as_conversions, clippy::float_arithmetic)]

pub mod alipay;
mod bills;
mod call;
mod contract;
pub mod decimal;
pub mod emv;
mod encoding;
mod error;
mod http;
mod notification;
pub mod official_account;
mod payment;
pub mod payment_id;
mod pem;
pub mod provider_time;
pub mod rsa;
mod settings;
mod text;
pub mod wechat_pay;
pub mod x509;
mod yuan;

pub use bills::{Bill, BillDays, BillEntry, BillKind, BillTicket, Bills, SetAside};
pub use call::{Call, CallContext, Step};
pub use contract::{Gateway, Tls};
pub use error::{AccountFault, Family, GatewayError};
pub use http::{HttpRequest, HttpResponse};
pub use notification::{Notification, NotificationEvent, NotificationReply};
pub use payment::{
    Closed, Limits, PaymentRef, PaymentRequest, Prepared, ProviderPayment, ProviderStatus, RefundRequest, RefundStatus, Surface,
};
pub use text::Description;
