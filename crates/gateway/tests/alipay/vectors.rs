//! The vectors of `vectors/alipay.json`, and an application whose keys are theirs.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use gateway::alipay::{Alipay, Config, Settings};
use gateway::rsa::PrivateKey;
use gateway::{CallContext, HttpResponse};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Vectors {
    pub private_key_pkcs8: String,
    pub public_key_spki: String,
    pub timestamp: i64,
    pub request: Parameters,
    pub response: Node,
    pub notification: Parameters,
}

#[derive(Deserialize)]
pub struct Parameters {
    pub parameters: BTreeMap<String, String>,
    pub text: String,
    pub signature: String,
}

#[derive(Deserialize)]
pub struct Node {
    pub node: String,
    pub signature: String,
}

pub fn load() -> Vectors {
    serde_json::from_str(include_str!("../../vectors/alipay.json")).unwrap()
}

impl Vectors {
    pub fn settings(&self) -> Settings {
        Settings {
            base_url: "https://alipay.example/".to_owned(),
            app_id: "2021000000000000".to_owned(),
            seller_id: "2088000000000002".to_owned(),
            app_key: pem("PRIVATE KEY", &self.private_key_pkcs8),
            alipay_public_key: pem("PUBLIC KEY", &self.public_key_spki),
            product_code: gateway::alipay::order_codes(),
            refund_days: gateway::alipay::a_year(),
        }
    }

    pub fn gateway(&self) -> Alipay {
        Alipay::new(Config::parse(&self.settings()).unwrap())
    }

    pub fn key(&self) -> PrivateKey {
        PrivateKey::from_pkcs8(&BASE64.decode(&self.private_key_pkcs8).unwrap()).unwrap()
    }

    pub fn at(&self) -> CallContext {
        CallContext { now: self.timestamp, nonce: [7; 16] }
    }

    /// An answer whose node is exactly this text, signed.
    pub fn reply(&self, name: &str, node: &str) -> HttpResponse {
        envelope(name, node, Some(&self.key().sign(node.as_bytes())))
    }
}

/// An answer as Alipay sends it.
pub fn envelope(name: &str, node: &str, signature: Option<&str>) -> HttpResponse {
    let sign = signature.map(|signature| format!(",\"sign\":\"{signature}\"")).unwrap_or_default();
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/html;charset=utf-8"))]);
    HttpResponse { status: StatusCode::OK, headers, body: format!("{{\"{name}_response\":{node}{sign}}}").into_bytes() }
}

pub fn pem(label: &str, base64: &str) -> String {
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Percent-encodes every byte, which every reader of forms has to take.
pub fn form(parameters: &BTreeMap<String, String>) -> Vec<u8> {
    let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let pairs: Vec<_> = parameters.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&").into_bytes()
}
