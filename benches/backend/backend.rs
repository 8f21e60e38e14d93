//! The server under load: the real program in its own process, over SQLite or PostgreSQL, with the provider's sandbox in this one.

use std::net::SocketAddr;
use std::process::Child;
use std::sync::Arc;

use merchant::api_keys::{self, Scope};
use merchant::{Config, Store};
use sandbox::Sandbox;
use testing::Folder;
use testing::Postgres;
use testing::shop;

/// The two databases.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A backend and its records; the records stay from one start to the next.
pub struct Backend {
    pub kind: Kind,
    /// Key of the admin API.
    pub key: String,
    pub folder: Folder,
    /// Address of the database.
    pub database: String,
    /// How many orders were copied into the records.
    pub stored: u64,
    #[expect(dead_code, reason = "it answers for as long as it is kept")]
    sandbox: Sandbox,
    running: Option<(Child, SocketAddr)>,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
        }
    }

    /// The address of a new, empty database; PostgreSQL writes to the disk before it says so, as in a shop.
    pub async fn database(self, folder: &Folder) -> String {
        match self {
            Kind::Sqlite => format!("sqlite:{}?mode=rwc", folder.path().join("merchant.sqlite").display()),
            Kind::Postgres => tokio::task::spawn_blocking(careful_postgres).await.unwrap(),
        }
    }
}

/// The tests' server does without the disk until it is told otherwise.
fn careful_postgres() -> String {
    let server = Postgres::get();
    server.run("postgres", "ALTER SYSTEM SET fsync = on");
    server.run("postgres", "SELECT pg_reload_conf()");
    server.database()
}

impl Backend {
    pub async fn new(kind: Kind) -> Backend {
        let folder = Folder::new("bench");
        let database = kind.database(&folder).await;
        let sandbox = testing::provider::open_sandbox(Arc::new(testing::now)).await;
        merchant::keygen(&folder.path().join("signing.seed")).unwrap();
        folder.write("details.keys", testing::details::DETAILS_KEY);
        std::fs::write(folder.path().join("catalog.toml"), shop::CATALOG).unwrap();
        let config = config(&folder, &sandbox.url());
        let config = if kind == Kind::Postgres { shop::without_records(&config) } else { config };
        std::fs::write(folder.path().join("merchant.toml"), config).unwrap();
        let mut backend = Backend { kind, key: String::new(), folder, database, stored: 0, sandbox, running: None };
        let store = backend.store().await;
        (_, backend.key) = api_keys::create(&store, "bench", &[Scope::Confirm, Scope::Read], testing::now()).await.unwrap();
        store.close().await;
        backend
    }

    async fn store(&self) -> Store {
        match self.kind {
            Kind::Sqlite => Store::open(&self.folder.path().join("merchant.sqlite")).await.unwrap(),
            Kind::Postgres => Store::open_postgres(&self.database).await.unwrap(),
        }
    }

    pub async fn start(&mut self) {
        let file = self.folder.path().join("merchant.toml");
        Config::load(&file).unwrap();
        let database = (self.kind == Kind::Postgres).then(|| self.database.clone());
        let start = move || shop::start_process(&file, database.as_deref());
        let (process, address) = tokio::task::spawn_blocking(start).await.unwrap();
        self.running = Some((process, address.parse().unwrap()));
    }

    pub fn stop(&mut self) {
        if let Some((mut process, _)) = self.running.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().1
    }

    /// What the server's process has in memory, kilobytes.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.running.as_ref().unwrap().0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim_end_matches("kB").trim().parse().unwrap()
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Nothing expires while it is measured.
fn config(folder: &Folder, sandbox_url: &str) -> String {
    let folder = folder.path().display();
    format!(
        r#"
[merchant]
id = "mountain-tea"
name = "Mountain Tea"
[server]
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:1"
allowed_origins = []
[store]
path = "{folder}/merchant.sqlite"
[details]
key_file = "{folder}/details.keys"
[signing]
seed_file = "{folder}/signing.seed"
[catalog]
file = "{folder}/catalog.toml"
[orders]
order_seconds = 86400
payment_seconds = 86400
[wechat_pay]
settings_url = "{sandbox_url}/sandbox/settings"
notify_url = "http://127.0.0.1:8080/notify/wechat_pay"
[bank]
name = "MOUNTAIN TEA"
city = "HONG KONG"
[bank.fps]
id = "1234567"
"#
    )
}
