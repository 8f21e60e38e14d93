//! Who collects for this merchant (accounts at providers, and bank codes that the backend makes itself), and by which methods.
//! A provider is registered by its line in `config/collecting.rs`; what it says on the wire is in `gateway`.

mod caller;
mod client;
mod provider;
mod refusals;
mod surface;
mod table;

use std::sync::Arc;

use futures_util::future::join_all;

pub(crate) use caller::{Caller, client};
pub(crate) use provider::Provider;
pub(crate) use refusals::Refusals;
pub(crate) use surface::{INSIDE, lacks_payer, surface};

use gateway::Gateway;
use protocol::Method;

use crate::config::{Config, ConfigError};

/// All who collect, and what shoppers choose among.
pub(crate) struct Providers {
    all: Vec<Arc<Provider>>,
    /// The payment methods, in the order in which they are offered.
    offers: Vec<Offer>,
    /// Providers that are not offered any more.
    withdrawn: Vec<&'static str>,
    /// Whether the merchant's own account inside WeChat tells who a shopper there is, without which nobody is paid there.
    knows_shoppers_inside: bool,
}

/// A payment method, as shoppers choose it, and who collects by it.
struct Offer {
    method: Method,
    provider: Arc<Provider>,
}

impl Providers {
    /// Opens every account of the configuration; `more` collect, too.
    pub(crate) async fn open(config: &Config, more: Vec<Arc<dyn Gateway>>, caller: &Caller) -> Result<Providers, ConfigError> {
        let usual = |gateway: &dyn Gateway| format!("{}/notify/{}", config.public_url(), gateway.provider());
        let mut all = Vec::new();
        for account in config.collectors() {
            let gateway = account.gateway(caller).await?;
            let address = account.notify_url().map_or_else(|| usual(gateway.as_ref()), str::to_owned);
            let caller = caller.to(gateway.as_ref())?;
            all.push(Arc::new(Provider::online(gateway, account.is_test(), address, caller)));
        }
        for gateway in more {
            let address = usual(gateway.as_ref());
            let caller = caller.to(gateway.as_ref())?;
            all.push(Arc::new(Provider::online(gateway, false, address, caller)));
        }
        if let Some(bank) = &config.bank {
            all.extend(bank.codes()?.into_iter().map(|codes| Arc::new(Provider::bank(codes, bank.test))));
        }
        if all.is_empty() {
            return Err(ConfigError::of(&Config::paying_sections(), "no payment method is configured"));
        }
        if let (Some(test), Some(live)) = (all.iter().find(|one| one.is_test), all.iter().find(|one| !one.is_test)) {
            let reason =
                format!("is an account for tests, and {} is live: nobody could tell which orders are paid; leave one out", live.name());
            return Err(ConfigError::of(test.name(), reason));
        }
        let knows_shoppers_inside = config.official_account.is_some();
        let offers = offers(&all)?;
        Ok(Providers { all, offers, withdrawn: config.withdrawn(), knows_shoppers_inside })
    }

    /// Who collects by a method.
    pub(crate) fn of_method(&self, method: &str) -> Option<&Provider> {
        self.offer(method).map(|offer| &*offer.provider)
    }

    /// A provider by its name.
    pub(crate) fn named(&self, name: &str) -> Option<&Provider> {
        self.all().find(|provider| provider.name() == name)
    }

    fn offer(&self, method: &str) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.method.as_str() == method)
    }

    /// Whether no money moves by any of them: those that move some and those that do not are never in one configuration.
    pub(crate) fn are_test(&self) -> bool {
        self.all().any(|provider| provider.is_test)
    }

    /// Keeps up with the keys of all, for as long as it is polled.
    pub(crate) async fn keep_keys(&self) {
        join_all(self.all().map(|provider| provider.keep_keys())).await;
        // Where nobody has keys there is nothing to do, and a job that ends would end all.
        std::future::pending().await
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Provider> {
        self.all.iter().map(|provider| &**provider)
    }
}

/// The methods of all of them. A shopper who chooses one has to be sent to one provider.
fn offers(all: &[Arc<Provider>]) -> Result<Vec<Offer>, ConfigError> {
    let mut offers: Vec<Offer> = Vec::new();
    for provider in all {
        for method in provider.methods() {
            if let Some(other) = offers.iter().find(|offer| offer.method == method) {
                let reason = format!("{} collects by {method}, too: leave one of the two sections out", other.provider.name());
                return Err(ConfigError::of(provider.name(), reason));
            }
            offers.push(Offer { method, provider: Arc::clone(provider) });
        }
    }
    Ok(offers)
}
