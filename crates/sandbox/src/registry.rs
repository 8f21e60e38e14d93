//! The providers that the sandbox plays: a folder, its keys in `account.rs`, and a line here.

use std::sync::Arc;

use crate::account::Account;
use crate::alipay::Alipay;
use crate::environment::Environment;
use crate::keys::AccountError;
use crate::official_account::OfficialAccount;
use crate::provider::Providers;
use crate::wechat_pay::WechatPay;

/// Every provider, as the account has it.
pub(crate) fn providers(account: &Account, env: &Arc<Environment>) -> Result<Providers, AccountError> {
    Ok(Providers::new([
        Arc::new(WechatPay::open(account, env)?) as _,
        Arc::new(Alipay::open(account, env)?) as _,
        Arc::new(OfficialAccount::open(account, env)?) as _,
    ]))
}
