//! WeChat's Official Account, driven as in production: a real server on a free port, our gateway over real HTTP, a movable
//! clock, and a merchant that proves what it is called back with.

use gateway::official_account::{Config, OfficialAccount};
use gateway::wechat_pay::{self, WechatPay};

use crate::stage::Stage;

mod follow;
mod merchant;
mod messages;
mod oauth;
mod phone;
mod templates;
mod tokens;

/// A stage with that provider.
async fn open() -> Stage {
    Stage::open(|sandbox| Box::new(WechatPay::new(wechat_pay::Config::parse(&sandbox.wechat_pay_settings()).unwrap()))).await
}

/// The merchant's end of the account.
fn account(sandbox: &sandbox::Sandbox) -> OfficialAccount {
    OfficialAccount::new(Config::parse(&sandbox.official_account_settings()).unwrap())
}
