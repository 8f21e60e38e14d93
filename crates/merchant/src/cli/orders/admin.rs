//! Calls of the admin API.

use std::path::PathBuf;

use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;

/// A backend, and the key to it.
pub(super) struct Admin {
    client: Client,
    base: Url,
    key: String,
}

impl Admin {
    pub(super) fn open(backend: Option<String>, key_file: Option<PathBuf>) -> Result<Admin, String> {
        let backend = backend.or_else(|| std::env::var("QR_CHECKOUT_BACKEND").ok());
        let backend = backend.ok_or("name the backend: --backend https://pay.example.com")?;
        let base = Url::parse(&format!("{}/admin/v1/", backend.trim_end_matches('/'))).map_err(|error| format!("--backend: {error}"))?;
        let key = match key_file {
            Some(file) => std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?,
            None => std::env::var("QR_CHECKOUT_API_KEY").map_err(|_| "give the API key: --key-file FILE, or QR_CHECKOUT_API_KEY")?,
        };
        Ok(Admin { client: Client::new(), base, key: key.trim().to_owned() })
    }

    pub(super) async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<String, String> {
        let mut url = self.at(path)?;
        url.query_pairs_mut().extend_pairs(query);
        self.send(self.client.get(url)).await
    }

    /// `once` is the idempotency key.
    pub(super) async fn post(&self, path: &str, once: &str, body: &Value) -> Result<String, String> {
        let request = self.client.post(self.at(path)?).header("content-type", "application/json");
        self.send(request.header("idempotency-key", once).body(body.to_string())).await
    }

    fn at(&self, path: &str) -> Result<Url, String> {
        self.base.join(path).map_err(|error| format!("{path}: {error}"))
    }

    async fn send(&self, request: RequestBuilder) -> Result<String, String> {
        let unreachable = |error: reqwest::Error| format!("the backend cannot be reached: {}", error.without_url());
        let reply = request.bearer_auth(&self.key).send().await.map_err(unreachable)?;
        let status = reply.status();
        let text = reply.text().await.map_err(unreachable)?;
        if status.is_success() {
            return Ok(text);
        }
        let problem: Value = serde_json::from_str(&text).unwrap_or_default();
        let detail = problem["detail"].as_str().unwrap_or("it says no more");
        Err(format!("{}: {detail}", problem["code"].as_str().unwrap_or(status.as_str())))
    }
}
