//! WeChat's Official Account, driven as in production: a real server on a free port, our gateway over real HTTP, a movable
//! clock, and a merchant that proves what it is called back with.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

use gateway::official_account::{Config, OfficialAccount};
use gateway::wechat_pay::{self, WechatPay};

mod follow;
mod merchant;
mod messages;
mod oauth;
mod phone;
#[path = "../stage/mod.rs"]
#[expect(dead_code, reason = "the account takes no payments, which is most of what the stage is for")]
mod stage;
mod templates;
mod tokens;

/// The merchant's end that the stage uses.
fn gateway(sandbox: &sandbox::Sandbox) -> Box<dyn gateway::Gateway> {
    Box::new(WechatPay::new(wechat_pay::Config::parse(&sandbox.wechat_pay_settings()).unwrap()))
}

/// The merchant's end of the account.
fn account(sandbox: &sandbox::Sandbox) -> OfficialAccount {
    OfficialAccount::new(Config::parse(&sandbox.official_account_settings()).unwrap())
}
