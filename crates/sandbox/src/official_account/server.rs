//! The Official Account's server: its facts, its books, and what it shares with the other providers.

use std::sync::{Arc, Mutex, MutexGuard};

use super::books::Books;
use super::facts::AccountFacts;
use crate::account::Account;
use crate::environment::Environment;
use crate::keys::AccountError;
use crate::locking::lock;
use crate::random::{digits, word};

/// WeChat's Official Account.
pub(crate) struct OfficialAccount {
    pub(super) env: Arc<Environment>,
    pub(super) appid: String,
    pub(super) facts: AccountFacts,
    books: Mutex<Books>,
}

impl OfficialAccount {
    /// A server that nobody follows.
    pub fn open(account: &Account, env: &Arc<Environment>) -> Result<Self, AccountError> {
        let facts = account.official_account.clone().ok_or(AccountError::Generation)?;
        let appid = account.wechat_pay.appid.clone();
        Ok(Self { env: Arc::clone(env), appid, facts, books: Mutex::default() })
    }

    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        lock(&self.books)
    }

    /// An access token as long as the live ones, which have to be kept in 512 characters.
    pub(super) fn fresh_token(&self) -> String {
        format!("{}_{}", digits::<2>(&self.env.random), word::<133>(&self.env.random))
    }
}
