//! A shop that is open: the backend on a free port, its files in a folder of their own, its provider, and a clock to move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gateway::Gateway;
use merchant::{Config, Merchant};
use protocol::{Backend, Pins};
use reqwest::Client;
use sqlx::{Connection as _, SqliteConnection};
use tokio::net::TcpListener;

use super::provider::{Notice, Provider};
use super::toy::Toy;
use crate::Folder;

/// Three things, and one line of every kind that a quote can have.
pub const SHOP_CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "tea"
name = { en = "Tea", zh-Hans = "茶" }
image = "/shop/tea.svg"
price = 6800
[[item]]
sku = "cup"
name = "Cup"
price = 1201
[[item]]
sku = "house"
name = "House"
price = 900000000000
[[discount]]
label = "Spring"
percent = 10
minimum = 10000
[shipping]
label = "Shipping"
amount = 1200
free_over = 30000
[tax]
label = "VAT"
percent = 13
included = true
"#;

/// When the tests take place, unix seconds.
const OPENING: i64 = 1_800_000_000;

pub struct Shop {
    pub provider: Provider,
    pub pins: Pins,
    pub backend: Backend,
    pub client: Client,
    pub folder: Folder,
    clock: Arc<AtomicI64>,
    merchant: Option<Merchant>,
    /// Providers beside those of the configuration.
    beside: Vec<Arc<dyn Gateway>>,
}

impl Shop {
    /// The records as they lie in the file, for somebody beside the backend.
    pub async fn records(&self) -> SqliteConnection {
        let file = self.folder.path().join("merchant.sqlite");
        SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap()
    }

    /// A shop with the usual configuration.
    pub async fn open() -> Shop {
        Shop::open_with(|config| config).await
    }

    /// A shop whose configuration text was changed by the test.
    pub async fn open_with(change: impl Fn(String) -> String) -> Shop {
        Shop::open_as(SHOP_CATALOG, change).await
    }

    /// A shop with another catalog.
    pub async fn open_selling(catalog: &str) -> Shop {
        Shop::open_as(catalog, |config| config).await
    }

    /// A shop whose own server prices its carts, asked under that secret and not for long.
    pub async fn open_priced_by(url: &str, currency: &str, secret: &str) -> Shop {
        Shop::open_with(|config| {
            let (before, after) = config.split_once("[catalog]\n").unwrap();
            let (file, after) = after.split_once('\n').unwrap();
            let path = file.split('"').nth(1).unwrap().replace("catalog.toml", "pricing.secret");
            std::fs::write(&path, secret).unwrap();
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            let section = format!("url = \"{url}\"\ncurrency = \"{currency}\"\nsecret_file = \"{path}\"\ntimeout_ms = 800");
            format!("{before}[catalog]\n{section}\n{after}")
        })
        .await
    }

    /// A shop with another catalog and a configuration text that was changed by the test.
    pub async fn open_as(catalog: &str, change: impl Fn(String) -> String) -> Shop {
        Shop::open_beside(Vec::new(), Arc::new(AtomicI64::new(OPENING)), catalog, change).await
    }

    /// A shop for which another provider collects as well.
    pub async fn open_with_toy() -> (Shop, Toy) {
        let clock = Arc::new(AtomicI64::new(OPENING));
        let toy = Toy::start(Arc::clone(&clock)).await;
        (Shop::open_beside(vec![toy.gateway()], clock, SHOP_CATALOG, |config| config).await, toy)
    }

    async fn open_beside(beside: Vec<Arc<dyn Gateway>>, clock: Arc<AtomicI64>, catalog: &str, change: impl Fn(String) -> String) -> Shop {
        let provider = Provider::start(Arc::clone(&clock)).await;
        let folder = Folder::new("backend");
        folder.write("catalog.toml", catalog);
        folder.write("signing.seed", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\n");
        folder.write("details.keys", crate::details::DETAILS_KEY);
        let (merchant, backend) = start(&folder, &provider, &clock, &beside, change).await;
        let pins = Pins::parse(&merchant.pin().token()).unwrap();
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Shop { provider, pins, backend, client, folder, clock, merchant: Some(merchant), beside }
    }

    pub fn merchant(&self) -> &Merchant {
        self.merchant.as_ref().unwrap()
    }

    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    /// Moves the clock of backend and provider.
    pub fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    /// From the next start on this provider collects beside those of the configuration, and none else.
    pub fn collect_by(&mut self, gateway: Arc<dyn Gateway>) {
        self.beside = vec![gateway];
    }

    /// Starts another backend on the same records, at another address.
    pub async fn open_again(&mut self) {
        self.open_again_with(|config| config).await;
    }

    /// Starts the backend on the same records again, with a configuration text that the test changes.
    pub async fn open_again_with(&mut self, change: impl Fn(String) -> String) {
        let (merchant, backend) = start(&self.folder, &self.provider, &self.clock, &self.beside, change).await;
        self.merchant = Some(merchant);
        self.backend = backend;
    }

    /// Stops the backend.
    pub async fn close(&mut self) {
        self.merchant.take().unwrap().stop().await;
    }

    /// The address of a path that is not part of the signed API.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.backend.as_str())
    }

    /// Delivers a notification and answers the status.
    pub async fn deliver(&self, notice: &Notice) -> u16 {
        let mut request = self.client.post(self.url("/notify/wechat_pay")).body(notice.body.clone());
        for (name, value) in &notice.headers {
            request = request.header(*name, value);
        }
        request.send().await.unwrap().status().as_u16()
    }
}

async fn start(
    folder: &Folder,
    provider: &Provider,
    clock: &Arc<AtomicI64>,
    beside: &[Arc<dyn Gateway>],
    change: impl Fn(String) -> String,
) -> (Merchant, Backend) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let text = configuration(folder, &url, &provider.settings_url());
    let config = Config::parse(&change(text)).unwrap();
    let clock = Arc::clone(clock);
    let clock = Arc::new(move || clock.load(Ordering::SeqCst));
    let merchant = Merchant::start_with(&config, listener, clock, beside.to_vec()).await.unwrap();
    (merchant, Backend::parse(config.public_url()).unwrap())
}

/// A configuration file. The reconciler hardly ever wakes by itself: tests call it.
pub fn configuration(folder: &Folder, url: &str, settings_url: &str) -> String {
    let path = |name: &str| folder.path().join(name).display().to_string();
    format!(
        r#"
[merchant]
id = "mountain-tea"
name = {{ en = "Mountain Tea", zh-Hans = "山间茶舍" }}
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
[catalog]
file = "{}"
[orders]
order_seconds = 1800
payment_seconds = 900
reconcile_seconds = 3600
[wechat_pay]
settings_url = "{settings_url}"
notify_url = "{url}/notify/wechat_pay"
"#,
        path("merchant.sqlite"),
        path("details.keys"),
        path("signing.seed"),
        path("catalog.toml"),
    )
}
