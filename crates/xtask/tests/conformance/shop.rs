//! Our backend with the sandbox as its provider, reached through a line that may spoil its answers.

use std::process::{Command, Output};
use std::sync::Arc;

use merchant::{Config, Merchant};
use sandbox::Sandbox;
use testing::provider::open_sandbox;
use testing::{Folder, now};
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
    #[expect(dead_code, reason = "the folder goes with the shop")]
    folder: Folder,
}

impl Shop {
    pub async fn open() -> Shop {
        Shop::open_with("", CATALOG).await
    }

    /// One whose carts ask.
    pub async fn open_asking(asks: &str) -> Shop {
        Shop::open_with("", &format!("{CATALOG}{asks}")).await
    }

    /// One that signs for browsers, too.
    pub async fn open_for_browsers() -> Shop {
        Shop::open_with("native_integrity = true", CATALOG).await
    }

    async fn open_with(signing: &str, catalog: &str) -> Shop {
        let folder = Folder::new("conformance");
        let sandbox = open_sandbox(Arc::new(now)).await;
        let spoiler = Spoiler::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = Config::parse(&configuration(&folder, &spoiler.url(), &sandbox.url(), signing, catalog)).unwrap();
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

fn configuration(folder: &Folder, url: &str, sandbox: &str, signing: &str, catalog: &str) -> String {
    let file = |name: &str, text: &str| folder.write(name, text).display().to_string();
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
[details]
key_file = "{}"
[signing]
seed_file = "{}"
{signing}
[catalog]
file = "{}"
[wechat_pay]
settings_url = "{sandbox}/sandbox/settings"
notify_url = "{url}/notify/wechat_pay"
"#,
        folder.path().join("merchant.sqlite").display(),
        file("details.keys", testing::details::DETAILS_KEY),
        file("signing.seed", SEED_TEXT),
        file("catalog.toml", catalog),
    )
}
