//! Our backend with the sandbox as its provider, reached through a line that may spoil its answers.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use merchant::{Config, Merchant};
use sandbox::{Account, Randomness, Sandbox, Settings};
use tokio::net::TcpListener;

use crate::spoiler::Spoiler;

const CATALOG: &str = "currency = \"CNY\"\n[[item]]\nsku = \"tea\"\nname = \"Tea\"\nprice = 6800\n";
/// The seed of the backend's key, which the line knows as well: it must be able to sign nonsense.
pub const SEED: [u8; 32] = [7; 32];
const SEED_TEXT: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

pub struct Shop {
    pub spoiler: Spoiler,
    merchant: Merchant,
    _sandbox: Sandbox,
    folder: PathBuf,
}

impl Shop {
    pub async fn open() -> Shop {
        Shop::open_with("").await
    }

    /// One that signs for browsers, too.
    pub async fn open_for_browsers() -> Shop {
        Shop::open_with("native_integrity = true").await
    }

    async fn open_with(signing: &str) -> Shop {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("qr-checkout-conformance-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let sandbox = sandbox().await;
        let spoiler = Spoiler::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = Config::parse(&configuration(&folder, &spoiler.url(), &sandbox.url(), signing)).unwrap();
        let merchant = Merchant::start(&config, listener, Arc::new(now)).await.unwrap();
        spoiler.lead_to(&format!("http://{}", merchant.address()));
        Shop { spoiler, merchant, _sandbox: sandbox, folder }
    }

    /// Runs the command against this shop, from the page that may ask.
    pub async fn judge(&self, more: &[&str]) -> Output {
        self.judge_from(&["--origin", "https://shop.example"], more).await
    }

    /// Runs the command against this shop.
    pub async fn judge_from(&self, origin: &[&str], more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-xtask"));
        command.args(["conformance", "--backend", &self.spoiler.url(), "--key", &self.merchant.pin().token()]);
        command.args(origin).args(more);
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // What is left over in a temporary folder is no failure of a test.
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

async fn sandbox() -> Sandbox {
    let random: Randomness = Arc::new(|buffer| aws_lc_rs::rand::fill(buffer).unwrap());
    let account = Account::generate(&random).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Sandbox::start(Settings { account, time: Arc::new(now), random }, listener).await.unwrap()
}

fn configuration(folder: &std::path::Path, url: &str, sandbox: &str, signing: &str) -> String {
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        path.display().to_string()
    };
    format!(
        r#"
[merchant]
id = "mountain-tea"
name = "Mountain Tea"
[server]
listen = "127.0.0.1:0"
public_url = "{url}"
allowed_origins = ["https://shop.example"]
[store]
path = "{}"
[signing]
seed_file = "{}"
{signing}
[catalog]
file = "{}"
[wechat_pay]
settings_url = "{sandbox}/sandbox/settings"
notify_url = "{url}/notify/wechat_pay"
"#,
        folder.join("merchant.sqlite").display(),
        file("signing.seed", SEED_TEXT),
        file("catalog.toml", CATALOG),
    )
}
