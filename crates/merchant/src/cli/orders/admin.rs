//! Calls of the admin API.

use std::path::PathBuf;
use std::time::Duration;

use merchant::config::secrets;
use protocol::{Backend, Digest};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;

/// How long the backend may take to accept a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long it may be silent: a refund waits for the provider, an export may be long but goes on.
const SILENT: Duration = Duration::from_secs(60);

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
        // The key goes along: over TLS, or not beyond this machine.
        let base = Backend::parse(&backend).ok_or("--backend: https://…, or http on this machine")?;
        let base = Url::parse(base.as_str()).map_err(|error| format!("--backend: {error}"))?;
        let key = match key_file {
            Some(file) => secrets::read(&file)?,
            None => std::env::var("QR_CHECKOUT_API_KEY").map_err(|_| "give the API key: --key-file FILE, or QR_CHECKOUT_API_KEY")?,
        };
        let client = Client::builder().connect_timeout(CONNECTING).read_timeout(SILENT).redirect(Policy::none());
        // A proxy of the environment would get what is not to leave this machine.
        let client = if base.scheme() == "http" { client.no_proxy() } else { client };
        let client = client.build().map_err(|error| error.to_string())?;
        Ok(Admin { client, base, key: key.trim().to_owned() })
    }

    /// The path is given in segments, so that an id stays one whatever it holds.
    pub(super) async fn get(&self, path: &[&str], query: &[(&str, String)]) -> Result<String, String> {
        let mut url = self.at(path)?;
        url.query_pairs_mut().extend_pairs(query);
        self.send(self.client.get(url)).await
    }

    /// `once` makes the same call twice one. It is in any script and of any length, which a header cannot be.
    pub(super) async fn post(&self, path: &[&str], once: &str, body: &Value) -> Result<String, String> {
        let request = self.client.post(self.at(path)?).header("content-type", "application/json");
        let once = Digest::of(once.as_bytes()).to_base64();
        self.send(request.header("idempotency-key", once).body(body.to_string())).await
    }

    fn at(&self, path: &[&str]) -> Result<Url, String> {
        // URLs give these a meaning of their own, even when they are escaped.
        if let Some(odd) = path.iter().find(|segment| ["", ".", ".."].contains(segment)) {
            return Err(format!("{odd:?} is no id"));
        }
        let mut url = self.base.clone();
        let mut segments = url.path_segments_mut().map_err(|()| "--backend: has no paths")?;
        segments.pop_if_empty().extend(["admin", "v1"]).extend(path);
        drop(segments);
        Ok(url)
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
