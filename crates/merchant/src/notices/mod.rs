//! Notices to the merchant: what is told of the shop, by which robot or letter, and that it gets there. Counts, numbers of orders and a link,
//! and nothing that names a person. Where they wait is `store/notices.rs`.

mod channel;
mod kind;
mod news;
mod plain;
mod robot;
mod sending;
mod trying;
mod watching;
mod words;

pub(crate) use channel::{Channel, Noticing};
pub use kind::NoticeKind;
pub(crate) use news::{News, Noticed, between};
pub(crate) use robot::{Robot, RobotKind};
pub(crate) use sending::run;
pub(crate) use words::Tongue;
