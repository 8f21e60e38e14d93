//! The merchant's own calls.

use merchant::api_keys::{self, Scope};
use serde_json::Value;

use super::Shop;

/// What came back.
pub struct Told {
    pub status: u16,
    pub kind: String,
    pub text: String,
}

impl Told {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub fn code(&self) -> (u16, String) {
        assert_eq!(self.kind, "application/problem+json", "{}", self.text);
        (self.status, self.json()["code"].as_str().unwrap().to_owned())
    }
}

impl Shop {
    pub async fn key(&self, scopes: &[Scope]) -> String {
        api_keys::create(self.merchant().store(), "tests", scopes, self.now()).await.unwrap().1
    }

    pub async fn call(&self, key: &str, method: &str, path: &str, body: Option<(&str, Value)>) -> Told {
        let request = self.client.request(method.parse().unwrap(), self.url(&format!("/admin/v1/{path}"))).bearer_auth(key);
        let request = match body {
            Some((idempotency, body)) => request.header("idempotency-key", idempotency).body(body.to_string()),
            None => request,
        };
        let reply = request.send().await.unwrap();
        let kind = reply.headers()["content-type"].to_str().unwrap().to_owned();
        Told { status: reply.status().as_u16(), kind, text: reply.text().await.unwrap() }
    }
}
