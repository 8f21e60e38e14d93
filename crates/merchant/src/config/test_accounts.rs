//! Accounts by which no money moves: none of them stands beside one that moves some, and none where everybody comes by accident.

use url::{Host, Url};

use super::Config;
use super::error::ConfigError;

impl Config {
    /// What an operator should know of accounts for tests.
    pub(super) fn test_hint(&self) -> Option<String> {
        match (self.accounts().find(|(_, is_test)| *is_test), self.merchant.test) {
            (Some((test, _)), _) => {
                Some(format!("{test}: is an account for tests: no money moves, and orders give nothing real and admit nobody"))
            }
            (None, true) => Some("merchant.test: true, and no account is for tests: orders are live, and money moves".to_owned()),
            (None, false) => None,
        }
    }

    /// Every section that collects, and whether that is for tests.
    fn accounts(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let online = self.collectors().into_iter().map(|account| (account.provider(), account.is_test()));
        online.chain(self.bank.as_ref().map(|bank| ("bank", bank.test)))
    }

    /// Refuses accounts for tests beside live ones, and where shoppers come who know of no test.
    ///
    /// # Errors
    /// One line that names the key.
    pub(super) fn check_test_accounts(&self) -> Result<(), ConfigError> {
        let Some((test, _)) = self.accounts().find(|(_, is_test)| *is_test) else { return Ok(()) };
        if let Some((live, _)) = self.accounts().find(|(_, is_test)| !is_test) {
            let reason =
                format!("is an account for tests, and [{live}] is a live one: nobody could tell which orders are paid; leave one out");
            return Err(ConfigError::of(test, reason));
        }
        if self.is_public() && !self.merchant.test {
            let reason = format!(
                "[{test}] is an account for tests, by which no money moves, and {} is a public address: if that is meant, say test = true here",
                self.public_url()
            );
            return Err(ConfigError::of("merchant.test", reason));
        }
        Ok(())
    }

    /// Whether anybody may come: the address is no loopback.
    fn is_public(&self) -> bool {
        let url = Url::parse(self.public_url()).ok();
        !url.as_ref().and_then(Url::host).is_some_and(|host| match host {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        })
    }
}
