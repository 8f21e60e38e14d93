//! Addresses of the merchant's that others call or lead shoppers to: live providers know none on ports of one's own. The sandbox takes all.

use url::Url;

use super::{Config, ConfigError};

/// The ports of http and https.
const USUAL: [u16; 2] = [80, 443];

impl Config {
    /// Refuses an address on a port that a live provider does not go to.
    ///
    /// # Errors
    /// One line that names the key, and whose port it is.
    pub(crate) fn check_ports(&self) -> Result<(), ConfigError> {
        for (section, key, url) in self.addresses_for_providers() {
            let port = Url::parse(&url).ok().and_then(|url| url.port()).filter(|port| !USUAL.contains(port));
            if let Some(port) = port {
                let reason =
                    format!("[{section}] needs an address on port 443 (or 80), and this is on {port}: put a proxy on 443 before it");
                return Err(ConfigError::of(&key, reason));
            }
        }
        Ok(())
    }

    /// Every address that a live provider is given: its section, the key, and the address.
    fn addresses_for_providers(&self) -> Vec<(&'static str, String, String)> {
        let at_home = |section| (section, "server.public_url".to_owned(), self.public_url().to_owned());
        let mut addresses = Vec::new();
        for account in self.collectors().into_iter().filter(|account| account.is_live()) {
            let section = account.method();
            let notified = account.notify_url();
            addresses.extend(notified.map(|url| (section, format!("{section}.notify_url"), url.to_owned())));
            if notified.is_none() || account.leads_shoppers_back() {
                addresses.push(at_home(section));
            }
        }
        if self.official_account.as_ref().is_some_and(|account| account.is_live()) {
            addresses.push(at_home(gateway::official_account::NAME));
        }
        addresses
    }
}
