//! The sandbox as a merchant meets it: a real server on a free port, our gateway over real HTTP, a
//! movable clock, and a merchant that records what it is notified of.

use gateway::wechat_pay::{Config, WechatPay};

use crate::stage::Stage;

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
mod stuck;

/// A stage with that provider.
async fn open() -> Stage {
    Stage::open(|sandbox| Box::new(wechat_pay(sandbox))).await
}

/// The same with what it can beside being a gateway.
fn wechat_pay(sandbox: &sandbox::Sandbox) -> WechatPay {
    WechatPay::new(Config::parse(&sandbox.wechat_pay_settings()).unwrap())
}
