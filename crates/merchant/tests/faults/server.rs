//! The real program in a process of its own, started as a test wants, and what shoppers, the balancer and the shop's server ask of it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use testing::Folder;
use testing::backend::shop::configuration;
use testing::backend::{Provider, SHOP_CATALOG, key, nonce, text};
use tokio::task::JoinHandle;

/// An order's id, or the status of another answer.
pub type Ordered = Result<String, StatusCode>;

/// What the configuration says; nobody asks there.
const PUBLIC_URL: &str = "http://127.0.0.1";
/// How long shoppers keep a connection on which nothing is asked: less than the server does, `limits.silence_seconds`.
const IDLE: Duration = Duration::from_secs(5);
const PROGRAM: &str = env!("CARGO_BIN_EXE_qr-checkout-server");

/// A shop whose server is not started yet.
pub struct Shop {
    /// Takes part for as long as the shop does.
    _provider: Provider,
    pub folder: Folder,
    config: PathBuf,
}

/// The server at work; killed when dropped.
pub struct Server {
    shop: Shop,
    child: Child,
    /// Whether it has namespaces of its own.
    is_apart: bool,
    url: String,
    client: Client,
}

impl Shop {
    /// `store` is what stands in its section.
    pub async fn new(store: &str) -> Shop {
        let provider = Provider::start(Arc::new(AtomicI64::new(testing::now()))).await;
        let folder = Folder::new("merchant");
        folder.write("catalog.toml", SHOP_CATALOG);
        folder.write("signing.seed", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\n");
        folder.write("details.keys", testing::details::DETAILS_KEY);
        let config = configuration(&folder, PUBLIC_URL, &provider.settings_url());
        let (before, after) = config.split_once("[store]\n").unwrap();
        let (_, after) = after.split_once('\n').unwrap();
        let store = store.replace("FOLDER", folder.path().to_str().unwrap());
        let config = folder.write("merchant.toml", format!("{before}[store]\n{store}\n{after}"));
        Shop { _provider: provider, folder, config }
    }

    /// Starts the program; `before` are the words that begin the command, such as a program that runs programs.
    pub fn serve(self, before: &[&str]) -> Arc<Server> {
        let words: Vec<&str> = before.iter().copied().chain([PROGRAM, "serve", "--config"]).collect();
        let mut command = cleared(Command::new(words[0]));
        command.args(&words[1..]).arg(&self.config).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.env("RUST_LOG", "off").spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned));
        let Some(url) = url else {
            let mut complaint = String::new();
            child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
            panic!("{words:?}: {complaint}");
        };
        // A connection is left before the server ends it for its silence, or an order could be on its way just then.
        let client = Client::builder().no_proxy().pool_idle_timeout(IDLE).build().unwrap();
        Arc::new(Server { shop: self, child, is_apart: words[0] == "unshare", url, client })
    }
}

fn cleared(mut command: Command) -> Command {
    for variable in ["DATABASE_PATH", "DATABASE_URL", "QR_CHECKOUT_SIGNING_SEED"] {
        command.env_remove(variable);
    }
    command
}

impl Server {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn folder(&self) -> &Path {
        self.shop.folder.path()
    }

    /// A command over the same records, beside the server.
    pub async fn command(&self, words: &[&str]) -> Output {
        // A disk that is mounted for the server alone is there for whoever enters its namespaces.
        let id = self.id().to_string();
        let enter = ["nsenter", "--target", &id, "--user", "--mount", "--preserve-credentials", PROGRAM];
        let begin = if self.is_apart { &enter[..] } else { &enter[6..] };
        let mut command = cleared(Command::new(begin[0]));
        command.args(&begin[1..]).args(words).arg("--config").arg(&self.shop.config).env("RUST_LOG", "off");
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    /// A key of the admin API that may read.
    pub async fn api_key(&self) -> String {
        let made = self.command(&["api-key", "create", "--name", "story", "--scopes", "read"]).await;
        assert!(made.status.success(), "{}", text(&made.stderr));
        text(&made.stdout).lines().next().unwrap().to_owned()
    }

    /// Orders a tea: the order's id, or the status of what else was answered.
    pub async fn order(&self) -> Ordered {
        let body = json!({
            "items": [{ "sku": "tea", "quantity": 1 }], "method": "wechat_pay", "surface": "qr", "locale": "en",
            "price_digest": testing::price_digest(SHOP_CATALOG, PUBLIC_URL, &[("tea", 1)], None).to_base64(),
        });
        let request = protocol::Request::post(&format!("{}/v1/orders?", self.url), nonce(), &key(), body.to_string());
        let reply = testing::sending(&self.client, &request).send().await.unwrap();
        if reply.status() != 201 {
            return Err(reply.status());
        }
        let order: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
        Ok(order["id"].as_str().unwrap().to_owned())
    }

    /// So many orders at once, as they are answered.
    pub fn wave(self: &Arc<Server>, number: usize) -> FuturesUnordered<JoinHandle<Ordered>> {
        (0..number).map(|_| Arc::clone(self)).map(|server| tokio::spawn(async move { server.order().await })).collect()
    }

    /// So many orders at once, all answered.
    pub async fn orders(self: &Arc<Server>, number: usize) -> Vec<Ordered> {
        self.wave(number).map(Result::unwrap).collect().await
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.url)).send().await.unwrap()
    }

    pub async fn is_ready(&self) -> bool {
        self.get("/readyz").await.status() == 200
    }

    pub async fn has(&self, order: &str) -> bool {
        self.get(&format!("/v1/orders/{order}?n={}", nonce().as_str())).await.status() == 200
    }

    /// What is wrong, as the admin API tells.
    pub async fn doctor(&self, key: &str) -> Value {
        let request = self.client.get(format!("{}/admin/v1/doctor", self.url));
        let answer = request.header("authorization", format!("Bearer {key}")).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// What the admin API answers to that key.
    pub async fn admin(&self, key: &str) -> StatusCode {
        let request = self.client.get(format!("{}/admin/v1/orders?limit=1", self.url));
        request.header("authorization", format!("Bearer {key}")).send().await.unwrap().status()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
