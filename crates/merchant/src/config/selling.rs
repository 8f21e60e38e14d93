//! What `check-config` finds beside syntax: whether this configuration can sell anything, as far as that is known without asking anybody.

use gateway::Gateway as _;
use gateway::alipay::{self, Alipay};
use gateway::wechat_pay::{self, WechatPay};

use super::{Account as _, BankConfig, Config, ConfigError};

impl Config {
    /// Checks accounts, folders, and that what is sold can be paid. The sandbox's accounts are its own affair.
    ///
    /// # Errors
    /// One line that names the key.
    pub fn check_selling(&self) -> Result<(), ConfigError> {
        let wechat_pay = self.wechat_pay.as_ref().map(|section| section.check()).transpose()?;
        let alipay = self.alipay.as_ref().map(|section| section.check()).transpose()?;
        let codes = self.bank.as_ref().map(BankConfig::codes).transpose()?.unwrap_or_default();
        self.official_account.as_ref().map(|section| section.check()).transpose()?;
        if let Some(webhooks) = &self.webhooks {
            webhooks.kinds()?;
            webhooks.open(&reqwest::Client::new())?;
        }
        for (key, folder) in [("widget.dir", &self.widget), ("shop.dir", &self.shop)] {
            if let Some(folder) = folder.as_ref().filter(|folder| !folder.dir.is_dir()) {
                return Err(ConfigError::of(key, format!("{}: there is no such folder", folder.dir.display())));
            }
        }
        let withdrawn = self.withdrawn();
        let wechat_pay = wechat_pay.filter(|_| !withdrawn.contains(&wechat_pay::METHOD));
        let alipay = alipay.filter(|_| !withdrawn.contains(&alipay::METHOD));
        if wechat_pay.is_none() && alipay.is_none() && codes.is_empty() {
            return Err(ConfigError::of("wechat_pay, alipay, bank", "no payment method is offered"));
        }
        let (key, currency) = self.catalog.currency()?;
        let collects = wechat_pay.is_some_and(|account| account.is_none_or(|account| WechatPay::new(account).collects(&currency)))
            || alipay.is_some_and(|account| account.is_none_or(|account| Alipay::new(account).collects(&currency)))
            || codes.iter().any(|codes| codes.account.collects(&currency));
        if collects { Ok(()) } else { Err(ConfigError::of(key, format!("no payment method that is offered collects {currency}"))) }
    }

    /// Methods that are configured for what was begun by them, and not offered any more.
    pub(crate) fn withdrawn(&self) -> Vec<&'static str> {
        let wechat_pay = self.wechat_pay.as_ref().filter(|section| !section.offered).map(|_| wechat_pay::METHOD);
        let alipay = self.alipay.as_ref().filter(|section| !section.offered).map(|_| alipay::METHOD);
        wechat_pay.into_iter().chain(alipay).collect()
    }

    /// Who a shopper is to one appid is nobody to another, and the bridge inside of WeChat refuses.
    pub(super) fn check_appids(&self) -> Result<(), ConfigError> {
        let paying = self.wechat_pay.as_ref().and_then(|section| section.appid.as_ref());
        let following = self.official_account.as_ref().and_then(|section| section.appid.as_ref());
        match (paying, following) {
            (Some(paying), Some(following)) if paying != following => {
                Err(ConfigError::of("official_account.appid", format!("must be that of [wechat_pay], {paying}")))
            }
            _ => Ok(()),
        }
    }
}
