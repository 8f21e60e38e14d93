//! The account that both ends of the tests use: the throw-away key of the gateway's vectors plays merchant and platform.

use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use gateway::rsa::PrivateKey;
use gateway::wechat_pay::server::{Merchant, PlatformKey};
use gateway::wechat_pay::{ApiV3Key, Settings};
use protocol::base64::{Alphabet, encode};
use serde_json::Value;

const VECTORS: &str = include_str!("../../../gateway/vectors/wechat_pay.json");
const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000000012026112200000000000000";

fn vectors() -> Value {
    serde_json::from_str(VECTORS).unwrap()
}

fn text(name: &str) -> String {
    vectors()[name].as_str().unwrap().to_owned()
}

fn pem(label: &str, base64: &str) -> String {
    let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|chunk| std::str::from_utf8(chunk).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

pub fn private_key_pem() -> String {
    pem("PRIVATE KEY", &text("private_key_pkcs8"))
}

pub fn public_key_pem() -> String {
    pem("PUBLIC KEY", &text("public_key_spki"))
}

/// Somebody else's public key, made anew each time.
pub fn another_public_key_pem() -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    pem("PUBLIC KEY", &encode(Alphabet::Standard, public.as_ref()))
}

/// What the merchant needs to use the provider at that address.
pub fn settings(base_url: &str) -> Settings {
    Settings {
        base_url: base_url.to_owned(),
        mchid: text("mchid"),
        appid: text("appid"),
        merchant_serial: text("merchant_serial"),
        merchant_key: private_key_pem(),
        apiv3_key: text("apiv3_key"),
        platform_keys: BTreeMap::from([(PUBLIC_KEY_ID.to_owned(), public_key_pem())]),
        public_key_id: PUBLIC_KEY_ID.to_owned(),
        products: gateway::wechat_pay::Product::all(),
    }
}

/// The same as the provider holds it.
pub fn merchant() -> Merchant {
    let key = PrivateKey::from_pem(&private_key_pem()).unwrap().public_key();
    Merchant { mchid: text("mchid"), appid: text("appid"), serial: text("merchant_serial"), key }
}

pub fn platform_key() -> PlatformKey {
    PlatformKey { id: PUBLIC_KEY_ID.to_owned(), key: PrivateKey::from_pem(&private_key_pem()).unwrap() }
}

pub fn apiv3_key() -> ApiV3Key {
    ApiV3Key::new(text("apiv3_key").into_bytes().try_into().unwrap())
}
