//! The sandbox as a merchant meets it: a real server on a free port, our gateway over real HTTP, a
//! movable clock, and a merchant that records what it is notified of.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed; the line says where")]

use gateway::wechat_pay::{Config, WechatPay};

mod bills;
mod bridge;
mod calls;
mod cashier;
mod certificates;
mod control;
mod faults;
mod notifications;
mod pages;
mod pictures;
mod refunds;
mod requests;
#[path = "../stage/mod.rs"]
mod stage;
mod stuck;

/// The merchant's end that the stage uses.
fn gateway(sandbox: &sandbox::Sandbox) -> Box<dyn gateway::Gateway> {
    Box::new(wechat_pay(sandbox))
}

/// The same with what it can beside being a gateway.
fn wechat_pay(sandbox: &sandbox::Sandbox) -> WechatPay {
    WechatPay::new(Config::parse(&sandbox.wechat_pay_settings()).unwrap())
}
