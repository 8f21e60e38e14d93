//! Alipay's server: its keys, its books, and what it shares with the other providers.

use std::sync::{Arc, Mutex, MutexGuard};

use super::account::{AlipayAccount, Keys};
use super::trades::Trades;
use crate::account::Account;
use crate::environment::Environment;
use crate::keys::AccountError;
use crate::locking::lock;

/// Alipay.
pub(crate) struct Alipay {
    pub(super) env: Arc<Environment>,
    pub(super) account: AlipayAccount,
    pub(super) keys: Keys,
    trades: Mutex<Trades>,
}

impl Alipay {
    /// A server without trades.
    pub fn open(account: &Account, env: &Arc<Environment>) -> Result<Self, AccountError> {
        let account = account.alipay.clone().ok_or(AccountError::Generation)?;
        Ok(Self { env: Arc::clone(env), keys: account.keys()?, account, trades: Mutex::default() })
    }

    pub(super) fn trades(&self) -> MutexGuard<'_, Trades> {
        lock(&self.trades)
    }
}
