//! The rules of money: what a fact does to an order. Pure changes of one record, which the store writes in one transaction.

mod fulfilling;
pub(crate) mod kept;
pub(crate) mod link;
mod money;
mod odd;
mod parts;
mod payment_record;
mod payments;
mod record;
mod references;
mod refund;
mod refunds;
mod replay;
mod returning;
mod words;

pub use fulfilling::{FulfilRefusal, Fulfilling, Parcel};
pub use money::{Source, StrayMoney, UsedMoney};
pub use odd::{OddMoney, OddState, WhyOdd};
pub use parts::{Parts, Pieces};
pub use payment_record::PaymentRecord;
pub use record::{Entry, Fact, Happened, OrderRecord};
pub use references::References;
pub use refund::{Refund, RefundRefusal, RefundStatus};
pub use replay::Broken;
pub(crate) use words::storable;
