//! A shop, its provider and a shopper's terminal under one clock, with the first steps of every story.

use std::sync::Arc;

use checkout::{Action, Saved};
use merchant::api_keys::{self, Scope};
use protocol::{Method, Surface};
use sandbox::Faults;
use serde_json::Value;

use crate::terminal::Terminal;
use testing::Clock;
use testing::shop::{Shop, ShopOptions};

/// Two of `tea-100g` with shipping, minor units.
pub const TEA: i64 = 14_800;

/// Everything of one story.
pub struct Stage {
    pub shop: Shop,
    pub shopper: Terminal,
    clock: Clock,
}

impl Stage {
    pub async fn open() -> Stage {
        Stage::open_as(ShopOptions::default()).await
    }

    /// A shop with more payment methods than one.
    pub async fn open_with_methods() -> Stage {
        Stage::open_as(ShopOptions { offers_more: true, ..ShopOptions::default() }).await
    }

    /// A shop of these options, under a clock that is moved. Its jobs come when they are called, so that each story knows who asked the
    /// provider.
    pub async fn open_as(options: ShopOptions) -> Stage {
        let clock = Clock::start();
        let time = clock.clone();
        let clock_of_all: merchant::Clock = Arc::new(move || time.seconds());
        let options = ShopOptions { serves_widget: false, reconcile_seconds: 3_600, clock: clock_of_all, ..options };
        let stage = Stage::set(Shop::open_with(options).await, clock);
        // A server that starts fetches a provider's keys, which would meet faults that are meant for payments.
        let keys = "provider_calls_total{provider=\"wechat_pay\",call=\"renew\",outcome=\"ok\"}";
        while stage.figure(keys).await != Some(1) {
            tokio::task::yield_now().await;
        }
        stage
    }

    /// The same with the real server in a process that can be killed; its clock is the real one.
    pub async fn open_with_process() -> Stage {
        let options = ShopOptions { serves_widget: false, own_process: true, ..ShopOptions::default() };
        Stage::set(Shop::open_with(options).await, Clock::start())
    }

    /// The same with more payment methods than one.
    pub async fn open_process_with_methods() -> Stage {
        let options = ShopOptions { serves_widget: false, own_process: true, offers_more: true, ..ShopOptions::default() };
        Stage::set(Shop::open_with(options).await, Clock::start())
    }

    /// As the test wants it, on the clock of the world.
    pub async fn of(options: ShopOptions) -> Stage {
        Stage::set(Shop::open_with(options).await, Clock::start())
    }

    fn set(shop: Shop, clock: Clock) -> Stage {
        let shopper = Terminal::open(&shop.url(), shop.pin(), &clock);
        Stage { shop, shopper, clock }
    }

    /// Orders tea and comes to its code.
    pub async fn reach_code(&mut self) -> String {
        self.reach_price().await;
        self.shopper.does(Action::Pay);
        self.shopper.comes_to("awaiting").await;
        self.shopper.code()
    }

    /// Puts tea into the cart and comes to its price.
    pub async fn reach_price(&mut self) {
        self.shopper.add("tea-100g", 2);
        self.shopper.comes_to("quoted").await;
    }

    /// Another visit of the same page: what it stored is there, what it was doing is not.
    pub fn reload(&mut self) {
        let saved = self.shopper.saved();
        self.visit(saved);
    }

    /// A visit of the page with that in its storage.
    pub fn visit(&mut self, saved: Saved) {
        self.shopper = Terminal::resume(&self.shop.url(), self.shop.pin(), &self.clock, saved);
    }

    /// A visit of that page on another surface than a desktop.
    pub fn visit_on(&mut self, surface: Surface, page: &str) {
        let saved = self.shopper.saved();
        self.shopper = Terminal::resume_on(surface, Some(page.to_owned()), &self.shop.url(), self.shop.pin(), &self.clock, saved);
    }

    /// Time goes by for everybody.
    pub fn pass(&self, seconds: i64) {
        self.clock.advance_ms(seconds * 1000);
        self.shop.sandbox.clock_moved();
    }

    /// Time goes by until then, unix seconds.
    pub fn until(&self, seconds: i64) {
        self.pass(seconds - self.clock.seconds());
    }

    /// What everybody's clock says, unix seconds.
    pub fn now(&self) -> i64 {
        self.clock.seconds()
    }

    /// The wallet pays what a camera read.
    pub fn pay(&self, code: &str) {
        self.shop.sandbox.pay(code).unwrap();
    }

    pub fn faults(&self, faults: Faults) {
        self.shop.sandbox.set_faults(faults);
    }

    /// Orders tea and comes to the code of that method.
    pub async fn reach_code_by(&mut self, method: &str) -> String {
        self.reach_price().await;
        self.shopper.does(Action::Choose(Method::parse(method).unwrap()));
        self.shopper.does(Action::Pay);
        self.shopper.comes_to("awaiting").await;
        self.shopper.code()
    }

    /// The merchant's own call, with a key that may do everything: status and body.
    pub async fn admin(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let store = self.shop.merchant().unwrap().store();
        let (_, secret) = api_keys::create(store, "tests", &Scope::ALL, 0).await.unwrap();
        let url = format!("{}/admin/v1/{path}", self.shop.url());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut request = client.request(method.parse().unwrap(), url).bearer_auth(secret);
        if let Some(body) = body {
            let key = protocol::base64::encode(
                protocol::base64::Alphabet::Url,
                &protocol::Digest::of(body.to_string().as_bytes()).as_bytes()[..],
            );
            request = request.header("idempotency-key", key).body(body.to_string());
        }
        let reply = request.send().await.unwrap();
        let status = reply.status().as_u16();
        let text = reply.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A figure of the backend by its name and labels, as they are written there; `None` if it is not told.
    pub async fn figure(&self, name: &str) -> Option<i64> {
        let store = self.shop.merchant().unwrap().store();
        let (_, secret) = api_keys::create(store, "figures", &Scope::ALL, 0).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let told = client.get(format!("{}/metrics", self.shop.url())).bearer_auth(secret).send().await.unwrap().text().await.unwrap();
        told.lines().find_map(|line| line.strip_prefix(&format!("qr_checkout_{name} "))?.parse().ok())
    }

    /// One round of the backend's reconciler.
    pub async fn reconcile(&self) {
        self.shop.merchant().unwrap().reconcile().await.unwrap();
    }

    /// One round of messages to shoppers.
    pub async fn tell(&self) -> Result<(), merchant::ServiceError> {
        self.shop.merchant().unwrap().tell_shoppers().await
    }

    /// So many calls are still to fail by the fault of that name.
    pub async fn faults_left(&self, fault: &str) -> u64 {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let faults = client.get(format!("{}/sandbox/faults", self.shop.sandbox.url())).send().await.unwrap().text().await.unwrap();
        serde_json::from_str::<Value>(&faults).unwrap()[fault].as_u64().unwrap()
    }

    /// The kinds of facts that the backend's books hold about the order on the screen.
    pub async fn ledger(&self) -> Vec<String> {
        let entries = self.shop.merchant().unwrap().store().ledger(&self.shopper.order().id).await.unwrap();
        entries.into_iter().map(|(_, kind, _)| kind).collect()
    }

    /// How many orders were asked for, tries included.
    pub fn creations(&self) -> usize {
        self.shop.line.count("POST /v1/orders")
    }

    /// Waits until every notification so far was accepted, after that many attempts in all; then nothing is under way.
    pub async fn all_accepted(&self, attempts: usize) {
        let settled = |views: &[sandbox::DeliveryView]| {
            let accepted = views.iter().all(|view| view.state == sandbox::DeliveryState::Accepted);
            accepted && views.iter().map(|view| view.attempts).sum::<usize>() == attempts
        };
        self.shop.sandbox.notifications_until(settled).await;
    }

    /// Waits until some notification has been refused and waits for its next attempt.
    pub async fn refused(&self) {
        let waiting = |view: &sandbox::DeliveryView| view.state == sandbox::DeliveryState::Waiting && view.attempts > 0;
        self.shop.sandbox.notifications_until(|views| views.iter().any(waiting)).await;
    }
}
