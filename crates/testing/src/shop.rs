//! A merchant's backend and the provider's sandbox on loopback, over real HTTP, with a line before the backend.

use std::fs::{OpenOptions, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use merchant::{Clock, Config, Keys, Merchant};
use sandbox::{Faults, Sandbox};
use tokio::net::TcpListener;

use crate::place::{made_ready, root};
use crate::provider::open_sandbox;
use crate::{Folder, Line, now};

pub const CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "tea-100g"
name = { en = "Spring tea", zh-Hans = "春茶" }
image = "/shop/images/tea-100g.svg"
price = 6800
stock = 1000000
[[item]]
sku = "gaiwan"
name = { en = "Gaiwan", zh-Hans = "盖碗" }
price = 12800
stock = 5
[[item]]
sku = "cup"
name = { en = "Cup", zh-Hans = "茶杯" }
price = 3000
[[item.variant]]
sku = "cup-blue"
options = { en = "Blue", zh-Hans = "青花" }
[[item.variant]]
sku = "cup-large"
options = { en = "Large", zh-Hans = "大号" }
price = 4500
[[discount]]
label = { en = "Over 200", zh-Hans = "满减" }
amount = 1000
minimum = 20000
[[discount]]
label = { en = "Friends", zh-Hans = "老友优惠" }
code = "FRIENDS"
amount = 500
[shipping]
label = { en = "Shipping", zh-Hans = "运费" }
amount = 1200
free_over = 20000
[tax]
label = { en = "VAT", zh-Hans = "增值税" }
percent = 13
included = true
"#;

const MORE: &str = r#"
[alipay]
settings_url = "{sandbox_url}/sandbox/settings"
[official_account]
settings_url = "{sandbox_url}/sandbox/settings"
[bank]
name = "MOUNTAIN TEA"
city = "HONG KONG"
[bank.fps]
id = "1234567"
"#;

const OFFICIAL_ACCOUNT: &str = r#"
[official_account]
settings_url = "{sandbox_url}/sandbox/settings"
"#;

/// What tests may choose.
pub struct ShopOptions {
    /// How long a code can be paid, seconds.
    pub payment_seconds: i64,
    /// Whether the backend is the real binary in its own process, so that it can be killed.
    pub own_process: bool,
    /// What it sells.
    pub catalog: &'static str,
    /// Whether the backend also serves the widget and the shop's files.
    pub serves_widget: bool,
    /// Whether there is more than WeChat Pay: Alipay, a bank's code, and an Official Account.
    pub offers_more: bool,
    /// Whether the shop has an Official Account in WeChat.
    pub has_official_account: bool,
    /// The zone of its days.
    pub time_zone: &'static str,
    /// What else the configuration says, in sections of its own.
    pub more: &'static str,
    /// Whether the merchant's account at WeChat Pay is an old one, which has platform certificates only.
    pub has_certificates_only: bool,
    /// Whether that account is one for tests, by which no money moves.
    pub is_test: bool,
    /// What WeChat Pay has granted the merchant, if not everything: words between quotation marks.
    pub products: Option<&'static str>,
    /// What goes wrong at the provider's from the start.
    pub faults: Faults,
    /// How often the reconciler looks by itself, seconds of real time.
    pub reconcile_seconds: u64,
    /// Whether the backend hears of shoppers' addresses from a proxy before it.
    pub behind_proxy: bool,
    /// The clock of the provider and of a backend in this process, unix seconds.
    pub clock: Clock,
}

impl Default for ShopOptions {
    fn default() -> ShopOptions {
        ShopOptions {
            payment_seconds: 900,
            own_process: false,
            catalog: CATALOG,
            serves_widget: true,
            offers_more: false,
            has_official_account: false,
            time_zone: "UTC",
            more: "",
            has_certificates_only: false,
            is_test: false,
            products: None,
            faults: Faults::default(),
            reconcile_seconds: 1,
            behind_proxy: false,
            clock: Arc::new(now),
        }
    }
}

/// The backend, in this process or in its own.
pub(super) enum Till {
    Here(Merchant),
    Process(Child),
    Down,
}

/// A shop at work. Everything ends when it is dropped.
pub struct Shop {
    pub sandbox: Sandbox,
    pub line: Line,
    pub(super) till: Till,
    pub(super) folder: Folder,
    pin: String,
    clock: Clock,
}

impl Shop {
    pub async fn open_with(options: ShopOptions) -> Shop {
        let sandbox = open_sandbox(Arc::clone(&options.clock)).await;
        let line = Line::start().await;
        let folder = Folder::new("shop");
        let file = folder.path().join("merchant.toml");
        merchant::keygen(&folder.path().join("signing.seed")).unwrap();
        folder.write("details.keys", crate::details::DETAILS_KEY);
        std::fs::write(folder.path().join("catalog.toml"), options.catalog).unwrap();
        let mut text = config(&options, folder.path(), &line.url(), &sandbox.url());
        if options.has_certificates_only {
            let account = account_without_keys(&sandbox, folder.path());
            text = text.replace(&format!("[wechat_pay]\nsettings_url = \"{}/sandbox/settings\"", sandbox.url()), &account);
        }
        std::fs::write(&file, text).unwrap();
        // It may hold a secret, and then nobody else may read it.
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        sandbox.set_faults(options.faults);
        let pin = Keys::of(&Config::load(&file).unwrap()).unwrap().signer.pin().token();
        let mut shop = Shop { sandbox, line, till: Till::Down, folder, pin, clock: options.clock };
        shop.start(options.own_process).await;
        shop
    }

    /// The address that pages know.
    pub fn url(&self) -> String {
        self.line.url()
    }

    /// What pages write into `merchant-key`.
    pub fn pin(&self) -> &str {
        &self.pin
    }

    /// The backend, while it runs in this process.
    pub fn merchant(&self) -> Option<&Merchant> {
        match &self.till {
            Till::Here(merchant) => Some(merchant),
            Till::Process(_) | Till::Down => None,
        }
    }

    /// Kills the backend's process with SIGKILL.
    pub fn kill(&mut self) {
        if let Till::Process(mut process) = std::mem::replace(&mut self.till, Till::Down) {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts the backend again, here or in a process as before, on another port, over the same records.
    pub async fn restart(&mut self) {
        let own_process = match std::mem::replace(&mut self.till, Till::Down) {
            // It gives the records back before another one takes them.
            Till::Here(merchant) => {
                merchant.stop().await;
                false
            }
            Till::Process(_) | Till::Down => true,
        };
        self.start(own_process).await;
    }

    /// Lets pages of these origins ask and nobody else's, from a new start on.
    pub async fn list_origins(&mut self, origins: &[&str]) {
        let (file, listed) = (self.config_file(), serde_json::json!(origins));
        let config = std::fs::read_to_string(&file).unwrap();
        let lines = config.lines().map(|line| match line.starts_with("allowed_origins = ") {
            true => format!("allowed_origins = {listed}\n"),
            false => format!("{line}\n"),
        });
        std::fs::write(&file, lines.collect::<String>()).unwrap();
        self.restart().await;
    }

    pub(super) async fn start(&mut self, own_process: bool) {
        let file = self.config_file();
        if own_process {
            let (process, address) = start_process(&file, None);
            self.line.lead_to(address.parse().unwrap());
            self.till = Till::Process(process);
            return;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let merchant = Merchant::start(&Config::load(&file).unwrap(), listener, Arc::clone(&self.clock)).await.unwrap();
        self.till = Till::Here(merchant);
        self.line.lead_to(self.merchant().unwrap().address());
    }

    /// What the backend reads when it starts.
    pub fn config_file(&self) -> PathBuf {
        self.folder.path().join("merchant.toml")
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.kill();
    }
}

pub fn config(options: &ShopOptions, folder: &Path, public_url: &str, sandbox_url: &str) -> String {
    let (folder, payment_seconds, reconcile_seconds) = (folder.display(), options.payment_seconds, options.reconcile_seconds);
    let files = if options.serves_widget { files() } else { String::new() };
    let (proxies, time_zone) = (i32::from(options.behind_proxy), options.time_zone);
    let products = options.products.map(|words| format!("products = [\"{words}\"]\n")).unwrap_or_default();
    let test = if options.is_test { "test = true\n" } else { "" };
    let more = [(options.offers_more, MORE), (options.has_official_account, OFFICIAL_ACCOUNT), (true, options.more)];
    let more: String = more.iter().filter(|(wanted, _)| *wanted).map(|(_, section)| *section).collect();
    let more = more.replace("{sandbox_url}", sandbox_url).replace("{staff_url}", &staff_url(public_url));
    format!(
        r#"
[merchant]
id = "mountain-tea"
name = {{ en = "Mountain Tea", zh-Hans = "山间茶舍" }}
time_zone = "{time_zone}"
[server]
listen = "127.0.0.1:0"
public_url = "{public_url}"
allowed_origins = ["*", "null"]
trusted_proxies = {proxies}
[store]
path = "{folder}/merchant.sqlite"
[details]
key_file = "{folder}/details.keys"
[signing]
seed_file = "{folder}/signing.seed"
[catalog]
file = "{folder}/catalog.toml"
[orders]
payment_seconds = {payment_seconds}
reconcile_seconds = {reconcile_seconds}
[wechat_pay]
{products}{test}settings_url = "{sandbox_url}/sandbox/settings"
notify_url = "{public_url}/notify/wechat_pay"
{more}{files}"#
    )
}

/// Where staff reach a shop at that address whose `more` names `{staff_url}`: browsers take every name below `localhost` for this machine.
pub fn staff_url(public_url: &str) -> String {
    public_url.replace("127.0.0.1", "staff.localhost")
}

/// A configuration of which the environment says where the records are.
pub fn without_records(config: &str) -> String {
    config.lines().filter(|line| !line.starts_with("path = ")).map(|line| format!("{line}\n")).collect()
}

/// The account at WeChat Pay as a merchant writes it down who was never given a public key of WeChat Pay's.
fn account_without_keys(sandbox: &Sandbox, folder: &Path) -> String {
    let account = sandbox.wechat_pay_settings();
    let key = folder.join("merchant.pem");
    std::fs::write(&key, account.merchant_key).unwrap();
    std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    format!(
        "[wechat_pay]\nmchid = \"{}\"\nappid = \"{}\"\nmerchant_serial = \"{}\"\nmerchant_key_file = \"{}\"\napiv3_key = \"{}\"\nbase_url = \"{}\"",
        account.mchid,
        account.appid,
        account.merchant_serial,
        key.display(),
        account.apiv3_key,
        account.base_url
    )
}

/// Where the widget and the shop's files are.
fn files() -> String {
    let shop = root().join("www/shop");
    format!("[widget]\ndir = \"{}\"\n[shop]\ndir = \"{}\"\n", widget_folder().display(), shop.display())
}

/// The widget as merchants load it.
pub fn widget_folder() -> PathBuf {
    let dist = made_ready("QR_CHECKOUT_DIST", "dist");
    assert!(dist.join("qr-checkout.js").is_file(), "there is no widget in {}: run cargo xtask dist", dist.display());
    dist
}

/// Builds the server if that is needed and starts it; what comes back as of `start_server`.
pub fn start_process(config: &Path, database: Option<&str>) -> (Child, String) {
    start_server(&server_binary(), config, database)
}

/// Starts that program, on that PostgreSQL database if one is named; the address is the one it says it listens on.
pub fn start_server(program: &Path, config: &Path, database: Option<&str>) -> (Child, String) {
    let log = OpenOptions::new().create(true).append(true).open(config.with_extension("log")).unwrap();
    let mut process = Command::new(program)
        .args(["serve", "--config"])
        .arg(config)
        .env_remove("DATABASE_PATH")
        .env_remove("DATABASE_URL")
        .envs(database.map(|address| ("DATABASE_URL", address)))
        .env_remove("QR_CHECKOUT_SIGNING_SEED")
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").expect("the server says where it listens").to_owned();
    (process, address)
}

/// The server that `cargo xtask test` has built. Without it: cargo names the binaries of this package only, so the server
/// is asked for by the message of its build.
pub fn server_binary() -> PathBuf {
    if let Some(built) = std::env::var_os("QR_CHECKOUT_SERVER") {
        return built.into();
    }
    let build = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--package", "qr-checkout-merchant", "--bin", "qr-checkout-server", "--message-format=json"])
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(build.status.success(), "qr-checkout-server does not build");
    let lines = build.stdout.split(|&byte| byte == b'\n');
    let mut messages = lines.filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok());
    let executable = messages.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.expect("a build of a binary names it")
}
