//! Addresses of the merchant's that others call or lead shoppers to: live providers know none on ports of one's own. The sandbox takes all.

use gateway::wechat_pay::Product;
use url::Url;

use super::Config;
use super::collecting::Collector as _;
use super::error::ConfigError;

/// The ports of http and https.
const USUAL: [u16; 2] = [80, 443];

/// The port of an address, if it is none of the usual ones.
fn own_port(url: &str) -> Option<u16> {
    Url::parse(url).ok()?.port().filter(|port| !USUAL.contains(port))
}

impl Config {
    /// Refuses an address on a port that a live provider does not go to.
    ///
    /// # Errors
    /// One line that names the key, and whose port it is.
    pub(crate) fn check_ports(&self) -> Result<(), ConfigError> {
        for (section, key, url) in self.addresses_for_providers() {
            if let Some(port) = own_port(&url) {
                let reason =
                    format!("[{section}] needs an address on port 443 (or 80), and this is on {port}: put a proxy on 443 before it");
                return Err(ConfigError::of(&key, reason));
            }
        }
        Ok(())
    }

    /// Pages of shops on ports of their own, where shoppers are offered payments inside WeChat.
    pub(super) fn origins_on_ports(&self) -> impl Iterator<Item = &String> {
        let paying = self.wechat_pay.as_ref().filter(|section| section.offered && section.is_live());
        let grants_bridge = paying.is_some_and(|section| section.products.as_ref().is_none_or(|all| all.contains(&Product::Jsapi)));
        let is_wanted = grants_bridge && self.official_account.is_some();
        let has_port = |origin: &&String| origin.starts_with("http") && own_port(origin).is_some();
        self.server.allowed_origins.iter().filter(move |_| is_wanted).filter(has_port)
    }

    /// Every address that a live provider is given: its section, the key, and the address.
    fn addresses_for_providers(&self) -> Vec<(&'static str, String, String)> {
        let at_home = |section| (section, "server.public_url".to_owned(), self.public_url().to_owned());
        let mut addresses = Vec::new();
        for account in self.collectors().into_iter().filter(|record| record.is_live()) {
            let section = account.provider();
            let notified = account.notify_url();
            addresses.extend(notified.map(|url| (section, format!("{section}.notify_url"), url.to_owned())));
            if notified.is_none() || account.leads_shoppers_back() {
                addresses.push(at_home(section));
            }
        }
        if self.official_account.as_ref().is_some_and(|record| record.is_live()) {
            addresses.push(at_home(gateway::official_account::NAME));
        }
        addresses
    }
}
