//! Accounts at providers that collect money, one like the other. A provider is registered by its line at the end of this file.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use gateway::Gateway;
use gateway::alipay::{self, Alipay};
use gateway::wechat_pay::{self, WechatPay};

use super::error::ConfigError;
use super::{AlipayConfig, Config, ProviderAccount, WechatPayConfig};
use crate::providers::Caller;

/// The longest address to notify that every provider takes, in characters.
const LONGEST_NOTIFY_URL: usize = 255;

/// An account that collects money.
pub(crate) trait Collector: Sync {
    /// The provider, by whose name the section goes.
    fn provider(&self) -> &'static str;

    /// Whether shoppers are offered it.
    fn is_offered(&self) -> bool;

    /// Where the provider notifies, if not at the usual address.
    fn notify_url(&self) -> Option<&str>;

    /// Whether it is an account at the provider's own hosts, as far as that is written down.
    fn is_live(&self) -> bool;

    /// Whether no money moves by it: the section says so, or the host is the provider's own for tests.
    fn is_test(&self) -> bool;

    /// Whether the provider knows the addresses that it leads shoppers back to, as WeChat does, and not only the one that it notifies.
    fn leads_shoppers_back(&self) -> bool {
        self.provider() == wechat_pay::PROVIDER
    }

    /// Refuses an address to notify that a provider would refuse with every order.
    ///
    /// # Errors
    /// One line that names the key.
    fn check_notify_url(&self) -> Result<(), ConfigError> {
        let Some(url) = self.notify_url() else { return Ok(()) };
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
        let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#[]\\\"<>".contains(&byte));
        match is_plain && !host.is_empty() && !host.starts_with('/') && url.len() <= LONGEST_NOTIFY_URL {
            true => Ok(()),
            false => {
                let key = format!("{}.notify_url", self.provider());
                Err(ConfigError::of(&key, format!("must be http(s)://host/path without ? and #, at most {LONGEST_NOTIFY_URL} characters")))
            }
        }
    }

    /// The gateway, as far as it can be told without asking anybody; `None` for the sandbox's.
    ///
    /// # Errors
    /// One line that names the key.
    fn gateway_as_written(&self) -> Result<Option<Arc<dyn Gateway>>, ConfigError>;

    /// The gateway.
    ///
    /// # Errors
    /// One line that names the key.
    fn gateway<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Arc<dyn Gateway>, ConfigError>>;
}

macro_rules! collectors {
    ($($section:ident: $config:ty => $gateway:ty;)*) => {
        impl Config {
            /// The sections of which a shop needs one, as people list them.
            pub(crate) fn paying_sections() -> String {
                [$($section::PROVIDER,)* "bank"].join(", ")
            }

            /// Every account that is configured, in the order in which its methods are offered.
            pub(crate) fn collectors(&self) -> Vec<&dyn Collector> {
                let sections = [$(self.$section.as_ref().map(|section| -> &dyn Collector { section })),*];
                sections.into_iter().flatten().collect()
            }
        }

        $(impl Collector for $config {
            fn provider(&self) -> &'static str {
                $section::PROVIDER
            }

            fn is_offered(&self) -> bool {
                self.offered
            }

            fn notify_url(&self) -> Option<&str> {
                self.notify_url.as_deref()
            }

            fn is_live(&self) -> bool {
                self.settings_url.is_none() && self.base_url.as_deref().is_none_or($section::is_live)
            }

            fn is_test(&self) -> bool {
                self.test || self.base_url.as_deref().is_some_and($section::is_test)
            }

            fn gateway_as_written(&self) -> Result<Option<Arc<dyn Gateway>>, ConfigError> {
                Ok(self.check()?.map(|account| -> Arc<dyn Gateway> { Arc::new(<$gateway>::new(account)) }))
            }

            fn gateway<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Arc<dyn Gateway>, ConfigError>> {
                Box::pin(async move { Ok(Arc::new(<$gateway>::new(self.open(caller).await?)) as Arc<dyn Gateway>) })
            }
        })*
    };
}

collectors! {
    wechat_pay: WechatPayConfig => WechatPay;
    alipay: AlipayConfig => Alipay;
}
