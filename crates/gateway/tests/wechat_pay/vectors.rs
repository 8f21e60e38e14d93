//! The vectors as values, and the account they were made for. No test in here but of the vectors.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use gateway::CallContext;
use gateway::rsa::PrivateKey;
use gateway::wechat_pay::server::{Merchant, PlatformKey};
use gateway::wechat_pay::{ApiV3Key, Config, Settings, WechatPay};
use http::{HeaderMap, HeaderName};
use serde::Deserialize;

pub const KEY_ID: &str = "PUB_KEY_ID_0119000000012026010100000000000001";

#[derive(Deserialize)]
pub struct Vectors {
    pub private_key_pkcs8: String,
    pub public_key_spki: String,
    pub mchid: String,
    pub appid: String,
    pub merchant_serial: String,
    pub timestamp: i64,
    pub nonce: String,
    pub apiv3_key: String,
    pub requests: Vec<Request>,
    pub sealed: Vec<Sealed>,
    pub notification: Signed,
    pub no_content: Signed,
    pub bridge: Bridge,
    pub certificate: String,
}

#[derive(Deserialize)]
pub struct Request {
    pub name: String,
    pub method: String,
    pub path: String,
    pub body: String,
    pub signature: String,
}

#[derive(Deserialize)]
pub struct Sealed {
    pub nonce: String,
    pub associated_data: String,
    pub plaintext: String,
    pub ciphertext: String,
}

#[derive(Deserialize)]
pub struct Bridge {
    pub prepay_id: String,
    pub signature: String,
}

#[derive(Deserialize)]
pub struct Signed {
    pub body: String,
    pub signature: String,
}

pub fn load() -> Vectors {
    serde_json::from_str(include_str!("../../vectors/wechat_pay.json")).unwrap()
}

impl Vectors {
    pub fn request(&self, name: &str) -> &Request {
        self.requests.iter().find(|request| request.name == name).unwrap()
    }

    /// The vectors' nonce is sixteen bytes in hex.
    pub fn moment(&self) -> CallContext {
        let mut nonce = [0; 16];
        for (index, byte) in nonce.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&self.nonce[2 * index..2 * index + 2], 16).unwrap();
        }
        CallContext { now: self.timestamp, nonce }
    }

    pub fn settings(&self) -> Settings {
        Settings {
            base_url: "https://api.mch.weixin.qq.com/".to_owned(),
            mchid: self.mchid.clone(),
            appid: self.appid.clone(),
            merchant_serial: self.merchant_serial.clone(),
            merchant_key: pem("PRIVATE KEY", &self.private_key_pkcs8),
            apiv3_key: self.apiv3_key.clone(),
            platform_keys: BTreeMap::from([(KEY_ID.to_owned(), pem("PUBLIC KEY", &self.public_key_spki))]),
            public_key_id: KEY_ID.to_owned(),
            products: gateway::wechat_pay::Product::all(),
        }
    }

    pub fn gateway(&self) -> WechatPay {
        WechatPay::new(Config::parse(&self.settings()).unwrap())
    }

    pub fn private_key(&self) -> PrivateKey {
        PrivateKey::from_pkcs8(&BASE64.decode(&self.private_key_pkcs8).unwrap()).unwrap()
    }

    pub fn platform(&self) -> PlatformKey {
        PlatformKey { id: KEY_ID.to_owned(), key: self.private_key() }
    }

    pub fn merchant(&self) -> Merchant {
        Merchant {
            mchid: self.mchid.clone(),
            appid: self.appid.clone(),
            serial: self.merchant_serial.clone(),
            key: self.private_key().public_key(),
        }
    }

    pub fn apiv3(&self) -> ApiV3Key {
        ApiV3Key::new(self.apiv3_key.as_bytes().try_into().unwrap())
    }

    /// The headers of a signed answer or notification, with this signature.
    pub fn headers(&self, signature: &str) -> HeaderMap {
        headers([
            ("wechatpay-timestamp", self.timestamp.to_string()),
            ("wechatpay-nonce", self.nonce.clone()),
            ("wechatpay-signature", signature.to_owned()),
            ("wechatpay-signature-type", "WECHATPAY2-SHA256-RSA2048".to_owned()),
            ("wechatpay-serial", KEY_ID.to_owned()),
        ])
    }

    /// Signs a body as the platform would.
    pub fn signed(&self, body: &[u8]) -> HeaderMap {
        headers(self.platform().sign(self.timestamp, &self.nonce, body))
    }
}

pub fn pem(label: &str, base64: &str) -> String {
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

pub fn headers(pairs: [(&'static str, String); 5]) -> HeaderMap {
    pairs.into_iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
}

/// Replaces the value of one header.
pub fn with(mut headers: HeaderMap, name: &'static str, value: &str) -> HeaderMap {
    headers.insert(name, value.parse().unwrap()).unwrap();
    headers
}
