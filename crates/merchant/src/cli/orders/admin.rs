//! Calls of the admin API.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use merchant::config::secrets;
use merchant::incoming::{self, Allowed, Unread};
use protocol::{Backend, Digest};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde_json::Value;
use tokio::time::timeout;

/// How long the backend may take to accept a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// How much is taken of an answer: twice the longest page of orders. It may be silent for a while, for a refund waits for the provider.
const ALLOWED: Allowed = Allowed { most: 32 * 1024 * 1024, silence: Duration::from_secs(60), whole: Duration::from_secs(300) };
/// Of an export, which is kept nowhere and may be of any length.
const EXPORT: Allowed = Allowed { most: usize::MAX, ..ALLOWED };

/// Under what these stand in the help, apart from what a command takes of its own.
const BACKEND: &str = "Backend";

/// Whom a command asks, and how it tells the answer.
#[derive(Args)]
pub(in super::super) struct Asking {
    /// The backend; environment QR_CHECKOUT_BACKEND
    #[arg(long, global = true, value_name = "URL", help_heading = BACKEND)]
    backend: Option<String>,
    /// File with the API key; environment QR_CHECKOUT_API_KEY holds it directly
    #[arg(long, global = true, value_name = "FILE", help_heading = BACKEND)]
    key_file: Option<PathBuf>,
    /// Print the backend's answer as it is
    #[arg(long, global = true, help_heading = BACKEND)]
    pub(in super::super) json: bool,
}

impl Asking {
    /// An answer as it is printed: for people, or as it came.
    pub(in super::super) fn told(&self, answer: &str, tell: impl Fn(&Value) -> String) -> Result<String, String> {
        if self.json { Ok(answer.to_owned()) } else { read(answer).map(|told| tell(&told)) }
    }
}

/// What an answer says.
pub(in super::super) fn read(answer: &str) -> Result<Value, String> {
    serde_json::from_str(answer).map_err(|_| "the backend's answer is not JSON".to_owned())
}

/// A backend, and the key to it.
pub(in super::super) struct Admin {
    client: Client,
    base: Url,
    key: String,
}

impl Admin {
    pub(in super::super) fn open(asking: &Asking) -> Result<Admin, String> {
        let backend = asking.backend.clone().or_else(|| std::env::var("QR_CHECKOUT_BACKEND").ok());
        let backend = backend.ok_or("name the backend: --backend https://pay.example.com, or QR_CHECKOUT_BACKEND in the environment")?;
        // The key goes along: over TLS, or not beyond this machine.
        let base = Backend::parse(&backend).ok_or("--backend: https://…, or http on this machine")?;
        let base = Url::parse(base.as_str()).map_err(|error| format!("--backend: {error}"))?;
        let key = match &asking.key_file {
            Some(file) => secrets::read(file)?,
            None => std::env::var("QR_CHECKOUT_API_KEY").map_err(|_| "give the API key: --key-file FILE, or QR_CHECKOUT_API_KEY")?,
        };
        let key = key.trim();
        // Without it no call could be made, and a door would take that for a network that is away.
        if key.is_empty() || !key.chars().all(|symbol| symbol.is_ascii_graphic()) {
            return Err("the API key is the one word that `api-key create` prints first, qrk_…, and nothing else".to_owned());
        }
        let client = Client::builder().connect_timeout(CONNECTING).redirect(Policy::none());
        // A proxy of the environment would get what is not to leave this machine.
        let client = if base.scheme() == "http" { client.no_proxy() } else { client };
        let client = client.build().map_err(|error| error.to_string())?;
        Ok(Admin { client, base, key: key.to_owned() })
    }

    /// The path is given in segments, so that an id stays one whatever it holds.
    pub(in super::super) async fn get(&self, path: &[&str], query: &[(&str, String)]) -> Result<String, String> {
        let mut url = self.at(path)?;
        url.query_pairs_mut().extend_pairs(query);
        self.send(self.client.get(url)).await
    }

    /// All things of a kind, page by page; the kind is their path and their member.
    pub(in super::super) async fn all(&self, kind: &str) -> Result<Vec<Value>, String> {
        let (mut all, mut after) = (Vec::new(), None::<String>);
        loop {
            let query: Vec<_> = after.iter().map(|after| ("after", after.clone())).collect();
            let answer = self.get(&[kind], &query).await?;
            let mut page = read(&answer)?;
            if let Value::Array(things) = page[kind].take() {
                all.extend(things);
            }
            after = page["next"].as_str().map(str::to_owned);
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// An answer of any length, handed on as it comes for as long as `take` wants more.
    /// Tells what one of its headers says.
    pub(in super::super) async fn pass_on(
        &self,
        path: &[&str],
        query: &[(&str, String)],
        header: &str,
        take: impl FnMut(&[u8]) -> bool,
    ) -> Result<Option<String>, String> {
        let mut url = self.at(path)?;
        url.query_pairs_mut().extend_pairs(query);
        let sending = timeout(EXPORT.silence, self.client.get(url).bearer_auth(&self.key).send());
        let reply = sending.await.map_err(|late| self.unread(&late.into()))?.map_err(|error| self.unread(&error.into()))?;
        if reply.status().is_success() {
            let said = reply.headers().get(header).and_then(|value| value.to_str().ok()).map(str::to_owned);
            return incoming::each_part(reply, EXPORT, take).await.map(|()| said).map_err(|reason| self.unread(&reason));
        }
        let answer = incoming::answer(std::future::ready(Ok(reply)), ALLOWED).await.map_err(|reason| self.unread(&reason))?;
        Err(refusal(answer.status, &answer.body))
    }

    /// `once` makes the same call twice one. It is in any script and of any length, which a header cannot be.
    pub(in super::super) async fn post(&self, path: &[&str], once: &str, body: &Value) -> Result<String, String> {
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
        let answer = incoming::answer(request.bearer_auth(&self.key).send(), ALLOWED).await.map_err(|reason| self.unread(&reason))?;
        if !answer.status.is_success() {
            return Err(refusal(answer.status, &answer.body));
        }
        String::from_utf8(answer.body).map_err(|_| "the backend's answer is no text".to_owned())
    }

    /// Why there is no answer.
    fn unread(&self, reason: &Unread) -> String {
        match reason {
            Unread::TooLong(_) => format!("the backend's answer is not read: {reason}"),
            _ => format!("the backend at {} cannot be reached: {reason}", self.base),
        }
    }
}

/// What the backend says that is wrong.
fn refusal(status: StatusCode, body: &[u8]) -> String {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = problem["code"].as_str().unwrap_or(status.as_str());
    let detail = match code {
        "unauthorized" => "the backend has no such key that is good; `api-key list` has those that are",
        _ => problem["detail"].as_str().unwrap_or("it says no more"),
    };
    // What members of a call are, options are at a terminal.
    format!("{code}: {}", detail.replace("`by_hand`", "--by-hand"))
}
