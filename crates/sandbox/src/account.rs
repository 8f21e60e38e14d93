//! The merchant account that the sandbox serves, with both halves of all keys: generated, or kept in
//! a file so that a merchant configured once keeps working. Worthless outside of the sandbox.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::alipay::AlipayAccount;
use crate::keys::AccountError;
use crate::official_account::AccountFacts;
use crate::random::Randomness;
use crate::wechat_pay::WechatPayAccount;

/// One merchant and the providers' keys. `Debug` shows no key. What files of older sandboxes do not have is absent, and made when such a
/// file is read.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    payee: String,
    #[serde(flatten)]
    pub(crate) wechat_pay: WechatPayAccount,
    pub(crate) alipay: Option<AlipayAccount>,
    pub(crate) official_account: Option<AccountFacts>,
}

impl Account {
    /// A fresh account with its RSA keys of 2048 bits.
    ///
    /// # Errors
    /// [`AccountError::Generation`], when the machine has no randomness.
    pub fn generate(random: &Randomness) -> Result<Self, AccountError> {
        Ok(Self {
            payee: "Sandbox shop".to_owned(),
            wechat_pay: WechatPayAccount::generate(random)?,
            alipay: Some(AlipayAccount::generate()?),
            official_account: Some(AccountFacts::generate(random)),
        })
    }

    /// Reads the account from `path`, or generates it and keeps it there, readable by its owner only.
    ///
    /// # Errors
    /// Any [`AccountError`].
    pub fn load_or_create(path: &Path, random: &Randomness) -> Result<Self, AccountError> {
        match fs::read(path) {
            Ok(bytes) => {
                let mut account: Self = serde_json::from_slice(&bytes).map_err(AccountError::Format)?;
                if account.complete(random)? {
                    account.write(OpenOptions::new().truncate(true), path).map_err(AccountError::File)?;
                }
                account.wechat_pay.keys()?;
                account.alipay.as_ref().map(AlipayAccount::keys).transpose()?;
                Ok(account)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let account = Self::generate(random)?;
                account.write(OpenOptions::new().create_new(true), path).map_err(AccountError::File)?;
                Ok(account)
            }
            Err(error) => Err(AccountError::File(error)),
        }
    }

    /// Makes what older sandboxes did not have; whether anything was.
    fn complete(&mut self, random: &Randomness) -> Result<bool, AccountError> {
        let mut was_lacking = self.wechat_pay.complete()?;
        if self.alipay.is_none() {
            self.alipay = Some(AlipayAccount::generate()?);
            was_lacking = true;
        }
        was_lacking |= self.official_account.is_none();
        was_lacking |= self.official_account.get_or_insert_with(|| AccountFacts::generate(random)).complete(random);
        Ok(was_lacking)
    }

    fn write(&self, options: &mut OpenOptions, path: &Path) -> io::Result<()> {
        options.write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        options.open(path)?.write_all(&text)
    }

    /// The name a shopper reads on the phone.
    #[must_use]
    pub fn with_payee(self, payee: &str) -> Self {
        Self { payee: payee.to_owned(), ..self }
    }

    /// What a merchant needs to use this account at `base_url`.
    #[must_use]
    pub fn merchant_settings(&self, base_url: &str) -> gateway::wechat_pay::Settings {
        self.wechat_pay.settings(base_url)
    }

    /// The same for Alipay. Empty for an account that was read by other means than [`Account::load_or_create`].
    #[must_use]
    pub fn alipay_settings(&self, base_url: &str) -> gateway::alipay::Settings {
        self.alipay.clone().unwrap_or_default().settings(base_url)
    }

    /// The same for the Official Account, which has WeChat Pay's appid.
    #[must_use]
    pub fn official_account_settings(&self, base_url: &str) -> gateway::official_account::Settings {
        self.official_account.clone().unwrap_or_default().settings(base_url, &self.wechat_pay.appid)
    }

    /// Who holds the phone, as the Official Account and WeChat Pay know them.
    pub(crate) fn openid(&self) -> String {
        self.official_account.as_ref().map(|facts| facts.openid.clone()).unwrap_or_default()
    }

    pub(crate) fn payee(&self) -> &str {
        &self.payee
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WechatPayAccount { mchid, appid, .. } = &self.wechat_pay;
        out.debug_struct("Account").field("mchid", mchid).field("appid", appid).finish_non_exhaustive()
    }
}
