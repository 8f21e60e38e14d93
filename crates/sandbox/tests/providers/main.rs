//! The sandbox as a merchant meets it: a real server on a free port, our gateway over real HTTP, a movable clock, and a merchant that
//! records what it is notified of.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed; the line says where")]

mod alipay;
mod official_account;
mod phone_browser;
mod robots;
mod stage;
mod wechat_pay;
