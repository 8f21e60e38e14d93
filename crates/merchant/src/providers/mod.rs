//! The payment methods of this merchant: accounts at providers, and bank codes that the backend makes itself.
//! A provider is registered by its line in `config/collecting.rs`; what it says on the wire is in `gateway`.

mod caller;
mod line;
mod provider;
mod refusals;

use futures_util::future::join_all;
use protocol::Method;

pub(crate) use caller::{Caller, reason};
pub(crate) use provider::Provider;
pub(crate) use refusals::Refusals;

use crate::config::{Config, ConfigError};

/// All payment methods, in the order in which they are offered.
pub(crate) struct Providers {
    all: Vec<Provider>,
    /// Those that are not offered any more.
    withdrawn: Vec<&'static str>,
}

impl Providers {
    /// Opens every account of the configuration.
    pub(crate) async fn open(config: &Config, caller: &Caller) -> Result<Providers, ConfigError> {
        let mut providers = Vec::new();
        for account in config.collectors() {
            let gateway = account.gateway(caller).await?;
            let usual = || format!("{}/notify/{}", config.public_url(), gateway.method());
            let address = account.notify_url().map_or_else(usual, str::to_owned);
            providers.push(Provider::online(gateway, address, caller.clone()));
        }
        if let Some(bank) = &config.bank {
            providers.extend(bank.codes()?.into_iter().map(Provider::bank));
        }
        if providers.is_empty() {
            return Err(ConfigError::of("wechat_pay, alipay, bank", "no payment method is configured"));
        }
        Ok(Providers { all: providers, withdrawn: config.withdrawn() })
    }

    /// The methods that are offered and collect a currency, an ISO 4217 code.
    pub(crate) fn methods(&self, currency: &str) -> Vec<Method> {
        let offered = self.all.iter().filter(|provider| self.offers(provider.method()) && provider.collects(currency));
        offered.map(|provider| provider.method().clone()).collect()
    }

    /// Whether a new payment may be made by that method, if there is one of that name.
    pub(crate) fn offers(&self, method: &Method) -> bool {
        !self.withdrawn.contains(&method.as_str())
    }

    /// The provider of a method, by its word.
    pub(crate) fn get(&self, method: &str) -> Option<&Provider> {
        self.all.iter().find(|provider| provider.method().as_str() == method)
    }

    /// Keeps up with the keys of all, for as long as it is polled.
    pub(crate) async fn keep_keys(&self) {
        join_all(self.all().map(|provider| provider.keep_keys())).await;
        // Where nobody has keys there is nothing to do, and a job that ends would end all.
        std::future::pending().await
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Provider> {
        self.all.iter()
    }
}
