//! Everything of one run: the provider, the shop's server, shoppers, and a merchant's server that dies and lives again.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use merchant::Store;
use merchant::api_keys::{self, Scope};
use merchant::store::{Kept, MessageState, WebhookState};
use protocol::{Backend, OrderStatus, Request};
use reqwest::{RequestBuilder, StatusCode};
use sandbox::{DeliveryState, DeliveryView, Faults, ReleaseOrder, Sandbox};
use serde_json::Value;
use sqlx::{AnyConnection, Connection as _};
use tokio::task::JoinSet;

use crate::killing::Death;
use crate::receiver::Receiver;
use crate::server::{self, Server};
use crate::shopper::{Down, Shopper};
use crate::telling::{self, Heard};
use crate::time::Time;
use crate::{goods, stranger, weather};
use testing::Chance;
use testing::Folder;
use testing::Line;
use testing::backend::{post, robots};
use testing::shop::{self, ShopOptions};

/// How far time goes in one step of settling, seconds; behind so many steps only a provider's late notifications are to come; and how
/// many steps are too many.
const STEP: i64 = 67;
const PATIENT_STEPS: u32 = 40;
const LONG_STEP: i64 = 1_200;
const MOST_STEPS: u32 = 400;
/// For how many steps a server that nobody asks any more lives on: until orders that nobody paid are over.
const LINGERING: usize = 40;

/// What shoppers share. Clones are the same.
#[derive(Clone)]
pub struct Street {
    pub backend: Backend,
    pub sandbox: Arc<Sandbox>,
    time: Time,
    client: reqwest::Client,
    key: String,
    /// How many requests there were in this life, and how many end it.
    asked: Arc<AtomicU64>,
    last: u64,
    server: Arc<Mutex<Option<Server>>>,
    requests: Arc<Mutex<Requests>>,
}

/// Requests under way, each holding on to one of these: those that began since time last passed, and those that began before.
#[derive(Default)]
struct Requests {
    since: Arc<()>,
    before: Arc<()>,
}

pub struct World {
    story: &'static str,
    database: Option<String>,
    folder: Folder,
    line: Line,
    pub receiver: Receiver,
    pub street: Street,
    pub store: Store,
    pub keys: merchant::Keys,
    chance: Chance,
    waiting: Vec<Shopper>,
    pub done: Vec<Shopper>,
    deaths: BTreeMap<String, u64>,
    /// What was wrong with the counts whenever the server had died.
    pub miscounted: Vec<String>,
    /// What shoppers and the merchant were told.
    pub heard: Heard,
}

impl Street {
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Unix seconds.
    pub fn now(&self) -> i64 {
        self.time.now()
    }

    pub fn by_shopper(&self, request: &Request) -> RequestBuilder {
        testing::sending(&self.client, request)
    }

    pub fn by_merchant(&self, path: &str, key: &str, body: &Value) -> RequestBuilder {
        let url = format!("{}{path}", self.backend.as_str());
        self.client.post(url).bearer_auth(&self.key).header("idempotency-key", key).body(body.to_string())
    }

    pub async fn ask(&self, request: RequestBuilder) -> Result<(StatusCode, Value), Down> {
        if self.asked.fetch_add(1, Ordering::SeqCst) + 1 == self.last {
            self.kill();
        }
        let _under_way = Arc::clone(&self.requests.lock().unwrap().since);
        let reply = request.send().await.map_err(|_| Down)?;
        let status = reply.status();
        // The line between shoppers and server says so when nobody listens.
        if status == StatusCode::BAD_GATEWAY {
            return Err(Down);
        }
        let text = reply.text().await.map_err(|_| Down)?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// Now and then time goes by and the weather changes.
    pub fn passed_by(&self, chance: &mut Chance) {
        if chance.percent(2) {
            self.time_passes(i64::try_from(chance.below(300)).unwrap());
        }
        if chance.percent(3) {
            self.sandbox.set_faults(weather::another(chance));
        }
    }

    /// Never twice while the same call is under way: no provider believes what was signed more than five minutes ago.
    fn time_passes(&self, seconds: i64) {
        let mut requests = self.requests.lock().unwrap();
        let rounds = self.server.lock().unwrap().as_ref().map(Server::rounds);
        let is_over = Arc::strong_count(&requests.before) == 1 && rounds.is_some_and(|rounds| *rounds.borrow() >= self.now());
        if is_over {
            requests.before = std::mem::take(&mut requests.since);
            self.time.pass(seconds);
            self.sandbox.clock_moved();
        }
    }

    /// Whether the server runs.
    fn is_alive(&self) -> bool {
        self.server.lock().unwrap().as_mut().is_some_and(Server::is_alive)
    }

    fn kill(&self) {
        if let Some(mut server) = self.server.lock().unwrap().take() {
            server.kill();
        }
    }
}

impl World {
    /// Without a seed nothing is left to chance, and the weather is good.
    pub async fn begin(story: &'static str, database: Option<String>, seed: Option<u64>) -> World {
        let mut chance = Chance::new(seed.unwrap_or_default());
        let folder = Folder::new("crash");
        let time = Time::new(folder.path().join("time"));
        let clock = time.clone();
        let options = ShopOptions {
            serves_widget: false,
            offers_more: true,
            reconcile_seconds: 3_600,
            clock: Arc::new(move || clock.now()),
            ..ShopOptions::default()
        };
        let mut sandbox = testing::provider::open_sandbox(Arc::clone(&options.clock)).await;
        let (line, receiver) = (Line::start().await, Receiver::start(seed.map(|_| chance.branch())).await);
        merchant::keygen(&folder.path().join("signing.seed")).unwrap();
        folder.write("details.keys", testing::details::DETAILS_KEY);
        let mail = post::section(sandbox.serve_mail(tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap()).unwrap(), &folder);
        let notices = robots::section(&sandbox.url(), &folder, &["slack"], "events = [\"sold\", \"needs_person\"]");
        let asking = format!("{}\n[[ask]]\nkind = \"email\"\nrequired = false\n", goods::catalog());
        std::fs::write(folder.path().join("catalog.toml"), asking).unwrap();
        goods::more_keys(folder.path(), 3);
        let secret = folder.path().join("webhook.secret");
        std::fs::write(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=").unwrap();
        std::fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
        let hooks = format!("[webhooks]\nurl = \"{}\"\nsecret_file = \"{}/webhook.secret\"\n", receiver.url(), folder.path().display());
        let config = shop::config(&options, folder.path(), &line.url(), &sandbox.url()) + &hooks + &mail + &notices;
        let config = if database.is_some() { shop::without_records(&config) } else { config };
        std::fs::write(folder.path().join("merchant.toml"), config).unwrap();
        let keys = merchant::Keys::of(&merchant::Config::load(&folder.path().join("merchant.toml")).unwrap()).unwrap();
        let store = match &database {
            Some(address) => Store::open_postgres(address).await.unwrap().sealing(testing::details::sealer()),
            None => Store::open(&folder.path().join("merchant.sqlite")).await.unwrap().sealing(testing::details::sealer()),
        };
        let (_, key) = api_keys::create(&store, "crash", &Scope::ALL, 0).await.unwrap();
        let street = Street {
            backend: Backend::parse(&line.url()).unwrap(),
            sandbox: Arc::new(sandbox),
            time,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            key,
            asked: Arc::default(),
            last: 0,
            server: Arc::default(),
            requests: Arc::default(),
        };
        let (waiting, done, deaths, miscounted) = (Vec::new(), Vec::new(), BTreeMap::new(), Vec::new());
        let heard = Heard::default();
        World { story, database, folder, line, receiver, street, store, keys, chance, waiting, done, deaths, miscounted, heard }
    }

    /// The server starts, the shoppers of the script come, and it dies at that point; answers where it truly died.
    pub async fn die_at(&mut self, point: &'static str) -> String {
        self.street.last = u64::MAX;
        self.waiting = Shopper::of_the_script();
        if self.start(&Death::at(point, self.folder.path())).await {
            self.shop().await;
            self.linger().await;
        }
        self.died().await
    }

    /// The server starts, shoppers come, the server dies, wherever that comes.
    pub async fn live(&mut self, shoppers: usize) {
        let death = Death::choose(&mut self.chance, self.folder.path());
        goods::more_keys(self.folder.path(), 20);
        self.street.last = if let Death::After(requests) = death { requests } else { u64::MAX };
        self.street.asked = Arc::default();
        self.street.sandbox.set_faults(weather::another(&mut self.chance));
        self.waiting.extend((0..shoppers).map(|_| Shopper::new(self.chance.branch())));
        if self.start(&death).await {
            self.shop().await;
            let order = self.chance.one_of(&[ReleaseOrder::OldestFirst, ReleaseOrder::NewestFirst]);
            self.street.sandbox.set_faults(weather::for_nobody(&mut self.chance));
            self.street.sandbox.release(order).await;
            self.linger().await;
        }
        let point = self.died().await;
        *self.deaths.entry(point).or_default() += 1;
    }

    /// The end of a life, and where it came.
    async fn died(&mut self) -> String {
        self.street.kill();
        let wrong = crate::stock::at_rest(self).await;
        self.miscounted.extend(wrong);
        telling::listen(self);
        let file = self.folder.path().join("fault");
        let point = std::fs::read_to_string(&file).unwrap_or_else(|_| "SIGKILL".to_owned());
        // Whoever is killed has not written it.
        let _ = std::fs::remove_file(file);
        point
    }

    /// When nobody comes any more there are still deadlines, refunds and webhooks to die of.
    async fn linger(&self) {
        for _ in 0..LINGERING {
            if !self.street.is_alive() {
                return;
            }
            self.go_on(STEP).await;
        }
    }

    /// Lets time go on, and the server look at what has become due, as long as it lives.
    async fn go_on(&self, seconds: i64) {
        self.street.time.pass(seconds);
        self.street.sandbox.clock_moved();
        let rounds = self.street.server.lock().unwrap().as_ref().map(Server::rounds);
        let now = self.street.now();
        if let Some(mut rounds) = rounds {
            // An error says that it has died.
            let _ = rounds.wait_for(|since| *since >= now).await;
        }
    }

    /// All shoppers at once, until they are done or the server is down.
    async fn shop(&mut self) {
        stranger::sells(&self.street, &mut self.chance).await;
        let mut shopping: JoinSet<_> = self.waiting.drain(..).map(|shopper| shopper.shop(self.street.clone())).collect();
        while let Some(shopped) = shopping.join_next().await {
            match shopped.unwrap() {
                (shopper, true) => self.done.push(shopper),
                (shopper, false) => self.waiting.push(shopper),
            }
        }
    }

    /// Whether the server came to listen.
    async fn start(&self, death: &Death) -> bool {
        let config = self.folder.path().join("merchant.toml");
        let (server, address) =
            tokio::task::block_in_place(|| server::start(self.story, &config, self.street.time.file(), self.database.as_deref(), death));
        *self.street.server.lock().unwrap() = Some(server);
        address.as_ref().inspect(|address| self.line.lead_to(address.parse().unwrap())).is_some()
    }

    /// The weather is good, the server lives, shoppers end what they began, and time goes on until nothing is under way.
    pub async fn settle(&mut self) {
        self.street.last = u64::MAX;
        assert!(self.start(&Death::Never).await, "the server does not start");
        while !self.waiting.is_empty() {
            self.shop().await;
        }
        self.street.sandbox.set_faults(Faults::default());
        self.street.sandbox.release(ReleaseOrder::NewestFirst).await;
        for step in 0..MOST_STEPS {
            self.go_on(if step < PATIENT_STEPS { STEP } else { LONG_STEP }).await;
            if step % 10 == 9 && self.is_quiet().await {
                telling::listen(self);
                return;
            }
            self.send_again().await;
        }
        panic!("something is under way for ever");
    }

    /// The merchant sends again what the mail server refused for good on a bad day.
    async fn send_again(&self) {
        for failed in self.store.messages(Some(MessageState::Failed), i64::MAX, i64::MAX).await.unwrap() {
            let path = format!("/admin/v1/messages/{}/retry", failed.id);
            let again = self.street.by_merchant(&path, &failed.id, &serde_json::json!({}));
            assert!(matches!(self.street.ask(again).await, Ok((StatusCode::ACCEPTED, _))), "{failed:?}");
        }
    }

    async fn is_quiet(&self) -> bool {
        let waiting = self.store.webhooks(Some(WebhookState::Waiting), i64::MAX, 1).await.unwrap();
        let is_sent = |view: &DeliveryView| matches!(view.state, DeliveryState::Accepted | DeliveryState::GivenUp);
        let letters = self.store.messages(Some(MessageState::Waiting), i64::MAX, 1).await.unwrap();
        let notices = self.store.notices(i64::MAX, i64::MAX).await.unwrap();
        waiting.is_empty()
            && notices.iter().all(|notice| notice.next_at.is_none())
            && letters.is_empty()
            && self.street.sandbox.notifications().iter().all(is_sent)
            && self.kept().await.iter().all(|kept| {
                let Ok(account) = &kept.record else { return true };
                let due = account.payments.iter().map(|attempted| attempted.next_check_at);
                let due = due.chain(account.refunds.iter().map(|refund| refund.next_check_at));
                account.order.status != OrderStatus::Pending && due.flatten().count() == 0
            })
    }

    /// All that the merchant has of all orders.
    pub async fn kept(&self) -> Vec<Kept> {
        let mut all: Vec<Kept> = Vec::new();
        loop {
            let page = self.store.kept_after(all.last().map_or("", |kept| &kept.id), 500).await.unwrap();
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }

    /// The records, as they lie in the database.
    pub async fn records(&self) -> AnyConnection {
        let file = format!("sqlite:{}", self.folder.path().join("merchant.sqlite").display());
        AnyConnection::connect(self.database.as_deref().unwrap_or(&file)).await.unwrap()
    }

    /// What was done, in a line.
    pub fn told(&self) -> String {
        let deaths: Vec<String> = self.deaths.iter().map(|(point, number)| format!("{point} {number}")).collect();
        let parcels: usize =
            self.done.iter().map(|shopper| shopper.parcels.values().filter(|is_acknowledged| **is_acknowledged).count()).sum();
        let let_in: usize = self.done.iter().map(|shopper| shopper.let_in.len()).sum();
        let (histories, heard, deaths) = (self.done.len(), self.heard.told(), deaths.join(", "));
        format!("{histories} histories, {parcels} parcels, {let_in} times let in, {heard}; the server died at: {deaths}")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.street.kill();
    }
}
