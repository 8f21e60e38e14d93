//! The merchant's application at Alipay, with both halves of all keys.

use gateway::alipay::server::Application;
use gateway::alipay::{Settings, a_year, order_codes};
use gateway::rsa::PrivateKey;
use serde::{Deserialize, Serialize};

use crate::keys::{AccountError, key_pair, private_key};

/// As the account's file keeps it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlipayAccount {
    app_id: String,
    seller_id: String,
    app_key: String,
    alipay_key: String,
    alipay_public_key: String,
}

/// The keys, parsed, as Alipay holds them.
pub(crate) struct Keys {
    pub application: Application,
    pub alipay: PrivateKey,
}

impl AlipayAccount {
    pub fn generate() -> Result<Self, AccountError> {
        let (app_key, _) = key_pair()?;
        let (alipay_key, alipay_public_key) = key_pair()?;
        let (app_id, seller_id) = ("2021000000000000".to_owned(), "2088000000000002".to_owned());
        Ok(Self { app_id, seller_id, app_key, alipay_key, alipay_public_key })
    }

    /// What a merchant needs to use it at `base_url`.
    pub fn settings(self, base_url: &str) -> Settings {
        let Self { app_id, seller_id, app_key, alipay_public_key, .. } = self;
        let (base_url, product_code, refund_days) = (base_url.to_owned(), order_codes(), a_year());
        Settings { base_url, app_id, seller_id, app_key, alipay_public_key, product_code, refund_days }
    }

    pub fn keys(&self) -> Result<Keys, AccountError> {
        let key = private_key("alipay.app_key", &self.app_key)?.public_key();
        let application = Application { app_id: self.app_id.clone(), seller_id: self.seller_id.clone(), key };
        Ok(Keys { application, alipay: private_key("alipay.alipay_key", &self.alipay_key)? })
    }
}
