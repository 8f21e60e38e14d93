//! What `check-config` finds beside syntax: whether this configuration can sell anything, as far as that is known without asking anybody.

use gateway::wechat_pay::Product;
use gateway::{Gateway, Limits};
use protocol::{Currency, Money};

use super::collecting::Collector;
use super::error::ConfigError;
use super::{BankConfig, Config, ProviderAccount as _};
use crate::embedded;

impl Config {
    /// Checks accounts, folders, and that what is sold can be paid. The sandbox's accounts are its own affair.
    ///
    /// # Errors
    /// One line that names the key.
    pub fn check_selling(&self) -> Result<(), ConfigError> {
        self.store.judge()?;
        let accounts = self.collectors();
        let gateways = accounts.iter().map(|record| record.gateway_as_written()).collect::<Result<Vec<_>, _>>()?;
        let codes = self.bank.as_ref().map(BankConfig::codes).transpose()?.unwrap_or_default();
        self.official_account.as_ref().map(|section| section.check()).transpose()?;
        if let Some(webhooks) = &self.webhooks {
            webhooks.kinds()?;
            webhooks.open(&reqwest::Client::new())?;
        }
        self.mail.as_ref().map(|section| section.open()).transpose()?;
        self.noticing(&reqwest::Client::new())?;
        self.check_ports()?;
        let products = self.wechat_pay.as_ref().filter(|section| section.offered).and_then(|section| section.products.as_ref());
        if self.official_account.is_none() && products.is_some_and(|products| products.iter().all(|product| *product == Product::Jsapi)) {
            let reason = "jsapi is paid inside WeChat with [official_account] alone, which is missing: nobody could pay by WeChat Pay";
            return Err(ConfigError::of("wechat_pay.products", reason));
        }
        let widget = self.widget.as_ref().map(|folder| &folder.dir);
        let shop = self.shop.as_ref().map(|folder| &folder.dir);
        for (key, folder) in [("widget.dir", widget), ("shop.dir", shop), ("server.files", self.server.files.as_ref())] {
            if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                return Err(ConfigError::of(key, format!("{}: there is no such folder", folder.display())));
            }
        }
        self.check_files()?;
        if let Some(missing) = self.missing_goods()?.first() {
            return Err(ConfigError::of("catalog.file", missing));
        }
        let offered = || accounts.iter().zip(&gateways).filter(|(account, _)| account.is_offered()).map(|(_, gateway)| gateway);
        if offered().next().is_none() && codes.is_empty() {
            return Err(ConfigError::of(&Config::paying_sections(), "no payment method is offered"));
        }
        let (key, currency) = self.catalog.currency()?;
        let collects = offered().any(|gateway| gateway.as_ref().is_none_or(|gateway| collects(gateway.as_ref(), &currency)))
            || codes.iter().any(|codes| codes.account.limits(&currency).is_some());
        if collects { Ok(()) } else { Err(ConfigError::of(key, format!("no payment method that is offered collects {currency}"))) }
    }

    /// What an operator should know of a configuration that is good: totals that a method cannot collect, so that it is not offered for
    /// them, and places where a method cannot be paid. `now` in unix seconds.
    ///
    /// # Errors
    /// One line that names the key.
    pub fn hints(&self, now: i64) -> Result<Vec<String>, ConfigError> {
        let (key, currency) = self.catalog.currency()?;
        let samples = self.catalog.samples(now)?;
        let mut hints = Vec::new();
        for (method, limits) in self.limits(&currency)? {
            let Some(limits) = limits else {
                hints.push(format!("{method}: does not collect {currency}, the currency of {key}, and is never offered"));
                continue;
            };
            let refused = samples.iter().filter(|(_, money)| !limits.allow(money.amount));
            if let Some((cart, money)) = refused.clone().next() {
                let others = refused.count() - 1;
                hints.push(format!(
                    "{method}: is not offered for {cart}, which costs {} {currency}{}: {}",
                    money.to_decimal(),
                    if others > 0 { format!(" ({others} more of the carts that were tried)") } else { String::new() },
                    in_words(limits, money.currency),
                ));
            }
        }
        if self.wechat_pay.as_ref().is_some_and(|section| section.offered) && self.official_account.is_none() {
            hints.push("wechat_pay: inside WeChat it can be paid with [official_account] alone, which tells who the shopper is".to_owned());
        }
        let products = self.wechat_pay.as_ref().filter(|section| section.offered).and_then(|section| section.products.as_ref());
        if products.is_some_and(|products| !products.contains(&Product::Native)) {
            hints.push(
                "wechat_pay: without native among products there are no codes: nobody pays by it on a computer, and orders of your own \
                 (/admin/v1/orders) have to begin with another method"
                    .to_owned(),
            );
        }
        hints.extend(self.catalog.short_codes()?.into_iter().map(|code| {
            format!("catalog.file: the discount code {code} has fewer than 8 characters, and may be found by trying; limit its uses, or lengthen it")
        }));
        hints.extend(self.missing_goods()?.into_iter().map(|missing| format!("catalog.file: {missing}")));
        hints.extend(self.bank.iter().flat_map(BankConfig::hints));
        hints.extend(self.widget_hint());
        hints.extend(self.test_hint());
        let origins = &self.server.allowed_origins;
        hints.extend(origins.iter().filter_map(|origin| match origin.as_str() {
            "*" => Some("server.allowed_origins: \"*\": pages of every origin may price carts and make orders; list your shops to allow them alone"),
            "null" => Some("server.allowed_origins: \"null\": sandboxed frames and local files of anybody have that origin, and may make orders"),
            _ => None,
        }).map(str::to_owned));
        let apps = origins.iter().filter(|origin| !origin.starts_with("http") && !["*", "null"].contains(&origin.as_str()));
        hints.extend(apps.map(|origin| {
            format!(
                "server.allowed_origins: {origin}: no wallet comes back to such pages, so their shoppers go back by themselves; WeChat Pay's \
                 link (H5) wants a page on a registered host"
            )
        }));
        hints.extend(self.origins_on_ports().map(|origin| {
            format!(
                "server.allowed_origins: {origin}: WeChat Pay registers pages without a port, so that nobody pays by it inside WeChat there"
            )
        }));
        Ok(hints)
    }

    /// Where this server brings no widget for pages to load.
    fn widget_hint(&self) -> Option<String> {
        let hint = "widget: this program has none inside, and [widget] names no folder that `cargo xtask dist` made: pages get no \
                    /qr-checkout.js but of releases that are among the records (`releases list`)";
        (self.widget.is_none() && !embedded::IS_THERE).then(|| hint.to_owned())
    }

    /// What each method that is offered can collect, as far as that is known without asking anybody.
    fn limits(&self, currency: &str) -> Result<Vec<(String, Option<Limits>)>, ConfigError> {
        let mut limits = Vec::new();
        for account in self.collectors().into_iter().filter(|record| record.is_offered()) {
            if let Some(gateway) = account.gateway_as_written()? {
                limits.extend(gateway.methods().iter().map(|method| ((*method).to_owned(), gateway.limits(method, currency))));
            }
        }
        let codes = self.bank.as_ref().map(BankConfig::codes).transpose()?.unwrap_or_default();
        limits.extend(codes.iter().map(|codes| (format!("bank.{}", codes.method), codes.account.limits(currency))));
        Ok(limits)
    }

    /// Providers that are configured for what was begun with them, and not offered any more.
    pub(crate) fn withdrawn(&self) -> Vec<&'static str> {
        self.collectors().into_iter().filter(|account| !account.is_offered()).map(Collector::provider).collect()
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

/// Whether a provider collects that currency by any of its methods.
fn collects(gateway: &dyn Gateway, currency: &str) -> bool {
    gateway.methods().iter().any(|method| gateway.limits(method, currency).is_some())
}

/// Which amounts a method collects.
fn in_words(limits: Limits, currency: Currency) -> String {
    let amount = |amount| Money { amount, currency }.to_decimal();
    let (step, least, most) = (amount(limits.step), amount(limits.least), amount(limits.most));
    format!("it collects {least} to {most} in steps of {step}")
}
