//! The configuration: one TOML file, and the environment for secrets. Every complaint is one line and names its key.

mod accounts;
mod bank;
mod catalog;
mod collecting;
mod complaint;
mod details;
mod downloads;
mod erased_file;
mod error;
mod files;
mod labels;
mod limits;
mod mail;
mod notices;
mod origin;
mod reachable;
pub mod secrets;
mod selling;
mod staff;
mod store;
mod test_accounts;
mod webhooks;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use protocol::{Backend, MerchantId};
use serde::Deserialize;
use url::Url;

pub(crate) use accounts::ProviderAccount;
pub use accounts::{AlipayConfig, OfficialAccountConfig, TemplateConfig, WechatPayConfig};
pub use bank::BankConfig;
pub use catalog::CatalogConfig;
pub(crate) use catalog::{Place, PricingUrl};
pub(crate) use complaint::one_line;
pub use details::DetailsConfig;
pub use downloads::DownloadsConfig;
pub use error::ConfigError;
pub(crate) use files::is_own_name;
pub use labels::LabelsConfig;
pub use limits::LimitsConfig;
pub use mail::MailConfig;
pub use notices::{NoticesConfig, RobotConfig};
pub use staff::StaffConfig;
pub(crate) use staff::StaffHost;
pub use store::StoreConfig;
pub use webhooks::WebhooksConfig;

use crate::catalog::Text;
use crate::shop_time::ShopTime;

/// Everything a backend needs to know.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who sells.
    pub merchant: MerchantConfig,
    /// Where it listens and who may ask.
    pub server: ServerConfig,
    /// Where records are kept.
    pub store: StoreConfig,
    /// Whose signature answers bear.
    pub signing: SigningConfig,
    /// How what names a person is sealed.
    #[serde(default)]
    pub details: DetailsConfig,
    /// The widget's files.
    pub widget: Option<FolderConfig>,
    /// A demo shop.
    pub shop: Option<FolderConfig>,
    /// What is sold.
    pub catalog: CatalogConfig,
    /// Files that are sold.
    #[serde(default)]
    pub downloads: DownloadsConfig,
    /// How labels are printed.
    #[serde(default)]
    pub labels: LabelsConfig,
    /// Pages for staff.
    pub staff: Option<StaffConfig>,
    /// Deadlines.
    #[serde(default)]
    pub orders: OrdersConfig,
    /// What one client may do, and how much the server takes on.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// The account at WeChat Pay.
    pub wechat_pay: Option<WechatPayConfig>,
    /// The account at Alipay.
    pub alipay: Option<AlipayConfig>,
    /// The Official Account that shoppers follow, and that tells who they are inside of WeChat.
    pub official_account: Option<OfficialAccountConfig>,
    /// The shop's own server that is told of orders.
    pub webhooks: Option<WebhooksConfig>,
    /// The mail server by which shoppers are told of their orders.
    pub mail: Option<MailConfig>,
    /// By which ways the merchant is told of the shop.
    pub notices: Option<NoticesConfig>,
    /// Bank codes.
    pub bank: Option<BankConfig>,
}

/// `[merchant]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MerchantConfig {
    /// Stable id, in every answer.
    pub id: String,
    /// Name that shoppers know, one or by language.
    pub name: Text,
    /// Whose days its books have; an IANA name, UTC if absent.
    #[serde(default)]
    pub time_zone: ShopTime,
    /// Whether accounts for tests may be used where everybody comes.
    #[serde(default)]
    pub test: bool,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port.
    pub listen: SocketAddr,
    /// How shoppers reach it; signatures are bound to this.
    pub public_url: String,
    /// Origins of pages that may ask; `*` for any.
    pub allowed_origins: Vec<String>,
    /// A folder whose files are served at the root, such as those by which WeChat has a domain verified.
    pub files: Option<PathBuf>,
    /// How many proxies of the merchant's stand before it, each adding to `X-Forwarded-For`. Without any, that header is not believed.
    #[serde(default)]
    pub trusted_proxies: usize,
    /// For how long everybody is still served after the server was told to stop, while `/readyz` sends them elsewhere, seconds.
    #[serde(default)]
    pub drain_seconds: u64,
}

/// `[signing]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningConfig {
    /// File with the 32-byte seed in base64url; environment `QR_CHECKOUT_SIGNING_SEED` holds it directly.
    pub seed_file: PathBuf,
    /// File with the next key's seed, which pages pin already; environment `QR_CHECKOUT_NEXT_SIGNING_SEED`.
    pub next_seed_file: Option<PathBuf>,
    /// Public keys, as pins, that signed before: their receipts are good, and shown under the key of today.
    #[serde(default)]
    pub retired: Vec<String>,
    /// Whether answers bear a second signature, which browsers check by themselves on pages that have `native-integrity`.
    #[serde(default)]
    pub native_integrity: bool,
}

/// `[widget]`, `[shop]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderConfig {
    /// The folder.
    pub dir: PathBuf,
}

/// `[orders]`, seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrdersConfig {
    /// How long an order can be paid.
    pub order_seconds: i64,
    /// How long a code can be paid.
    pub payment_seconds: i64,
    /// How long a price stands.
    pub quote_seconds: i64,
    /// How often the reconciler looks.
    pub reconcile_seconds: u64,
}

impl Default for OrdersConfig {
    fn default() -> OrdersConfig {
        OrdersConfig { order_seconds: 1800, payment_seconds: 900, quote_seconds: 600, reconcile_seconds: 5 }
    }
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// One line that names the file or the key.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::of(&path.display().to_string(), error))?;
        let mut config = Config::parse(&text)?;
        if let Some(key) = config.written_out()
            && secrets::is_open(path).unwrap_or_default()
        {
            let file = path.display();
            let mend = format!("chmod 600 {file}, or put it into a file of its own that {key}_file names");
            return Err(ConfigError::of(key, format!("{file}: every user of this machine may read this secret; mend it by: {mend}")));
        }
        config.store = config.store.with_environment(&|name| std::env::var_os(name))?;
        Ok(config)
    }

    /// Reads and checks the text of a file.
    ///
    /// # Errors
    /// One line that names the key.
    pub fn parse(text: &str) -> Result<Config, ConfigError> {
        let config: Config = toml::from_str(text).map_err(|error| ConfigError::line(complaint::discreet_line(&error, text)))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        MerchantId::parse(&self.merchant.id).ok_or_else(|| ConfigError::of("merchant.id", "only letters, digits, - . _ ~"))?;
        self.merchant.name.judge().map_err(|fault| ConfigError::of("merchant.name", fault))?;
        let backend = Backend::parse(&self.server.public_url);
        backend.ok_or_else(|| ConfigError::of("server.public_url", "https://host[:port][/path], or http on loopback; lower case"))?;
        self.check_host()?;
        for origin in &self.server.allowed_origins {
            origin::judge(origin).map_err(|reason| ConfigError::of("server.allowed_origins", reason))?;
        }
        let OrdersConfig { order_seconds, payment_seconds, quote_seconds, reconcile_seconds } = self.orders;
        for (key, seconds) in [("order_seconds", order_seconds), ("payment_seconds", payment_seconds), ("quote_seconds", quote_seconds)] {
            if !(1..=86_400).contains(&seconds) {
                return Err(ConfigError::of(&format!("orders.{key}"), "must be 1 to 86400"));
            }
        }
        self.limits.check()?;
        self.details.check()?;
        self.downloads.check()?;
        self.label_fonts()?;
        self.staff_host()?;
        self.check_appids()?;
        self.check_test_accounts()?;
        self.collectors().iter().try_for_each(|record| record.check_notify_url())?;
        if self.server.drain_seconds > 60 {
            return Err(ConfigError::of("server.drain_seconds", "must be 0 to 60"));
        }
        if payment_seconds > order_seconds {
            return Err(ConfigError::of("orders.payment_seconds", "must not be greater than orders.order_seconds"));
        }
        if !(1..=3600).contains(&reconcile_seconds) {
            return Err(ConfigError::of("orders.reconcile_seconds", "must be 1 to 3600"));
        }
        Ok(())
    }

    /// Whether browsers go to the address as it is written: signatures are bound to it letter by letter.
    fn check_host(&self) -> Result<(), ConfigError> {
        let written = self.public_url();
        let fault = |reason: &str| Err(ConfigError::of("server.public_url", reason));
        let Ok(url) = Url::parse(written) else { return fault("its host is not valid in browsers") };
        if url.host_str().is_none_or(origin::has_empty_label) {
            return fault("its host has an empty label");
        }
        let proper = url.origin().ascii_serialization();
        match written.strip_prefix(&proper) {
            Some(path) if path.is_empty() || path.starts_with('/') => Ok(()),
            _ => fault(&format!("browsers write this host as {proper}; write it so")),
        }
    }

    /// The key of a secret that stands in the file itself.
    fn written_out(&self) -> Option<&'static str> {
        let has_password = |url: &String| {
            Url::parse(url).is_ok_and(|url| url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password"))
        };
        let account = self.official_account.as_ref();
        let keys = [
            ("store.url", self.store.url.as_ref().is_some_and(has_password)),
            ("wechat_pay.apiv3_key", self.wechat_pay.as_ref().is_some_and(|section| section.apiv3_key.is_some())),
            ("official_account.secret", account.is_some_and(|section| section.secret.is_some())),
            ("official_account.token", account.is_some_and(|section| section.token.is_some())),
            ("official_account.aes_key", account.is_some_and(|section| section.aes_key.is_some())),
        ];
        keys.into_iter().find(|(_, is_there)| *is_there).map(|(key, _)| key)
    }

    /// The public base URL without a final slash.
    pub fn public_url(&self) -> &str {
        self.server.public_url.trim_end_matches('/')
    }
}
