//! The payment methods of this merchant: accounts at providers, and bank codes that the backend makes itself.
//! A provider is registered by its line in `config/collecting.rs`; what it says on the wire is in `gateway`.

mod caller;
mod line;
mod provider;
mod refusals;
mod surface;
mod table;

use futures_util::future::join_all;

pub(crate) use caller::{Caller, reason};
pub(crate) use provider::Provider;
pub(crate) use refusals::Refusals;
pub(crate) use surface::{INSIDE, lacks_payer, surface};

use crate::config::{Config, ConfigError};

/// All payment methods, in the order in which they are offered.
pub(crate) struct Providers {
    all: Vec<Provider>,
    /// Those that are not offered any more.
    withdrawn: Vec<&'static str>,
    /// Whether the merchant's own account inside WeChat tells who a shopper there is, without which nobody is paid there.
    knows_shoppers_inside: bool,
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
            return Err(ConfigError::of(&Config::paying_sections(), "no payment method is configured"));
        }
        let knows_shoppers_inside = config.official_account.is_some();
        Ok(Providers { all: providers, withdrawn: config.withdrawn(), knows_shoppers_inside })
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
