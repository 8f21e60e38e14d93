//! The running backend: puts the parts together, serves, reconciles, and stops so that held polls end with an answer.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gateway::Gateway;
use protocol::{MerchantId, Pin};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::catalog::{Source, With};
use crate::clock::Clock;
use crate::config::{Config, ConfigError, LimitsConfig, ProviderAccount as _};
use crate::keys::Keys;
use crate::limits::{ConcurrencyLimit, OpenOrders};
use crate::official_account::OfficialAccountClient;
use crate::order_locks::OrderLocks;
use crate::order_service::{Keeping, OrderService, SharedOrderService};
use crate::providers::{self, Caller, Providers};
use crate::releases::Releases;
use crate::routes::{self, App};
use crate::service_error::ServiceError;
use crate::store::Store;
use crate::{jobs, serving, waiters};

/// How long background jobs may go on when answering has ended. One that waits for a provider would wait longer than whoever stops the
/// server, and is made to be killed at any moment.
const JOBS_END: Duration = Duration::from_secs(5);
/// How long the records may take to close. What was committed is safe without.
const CLOSING: Duration = Duration::from_secs(3);

/// A backend at work.
pub struct Merchant {
    address: SocketAddr,
    service: SharedOrderService,
    leaving: Arc<AtomicBool>,
    drain: Duration,
    stopping: watch::Sender<bool>,
    server: JoinHandle<()>,
    jobs: JoinHandle<()>,
}

impl Merchant {
    /// Starts a backend on that listener.
    ///
    /// # Errors
    /// One line that names the key at fault.
    pub async fn start(config: &Config, listener: TcpListener, clock: Clock) -> Result<Merchant, ConfigError> {
        Merchant::start_with(config, listener, clock, Vec::new()).await
    }

    /// The same with providers of the caller's own beside those of the configuration.
    ///
    /// # Errors
    /// One line that names the key at fault.
    pub async fn start_with(
        config: &Config,
        listener: TcpListener,
        clock: Clock,
        gateways: Vec<Arc<dyn Gateway>>,
    ) -> Result<Merchant, ConfigError> {
        config.check_ports()?;
        config.check_files()?;
        let client = providers::client(None).map_err(|error| ConfigError::of("server", error))?;
        // Before the records know of this server: a start that fails leaves no word of its key.
        config.details.sealer()?;
        let keeping = Keeping::of(config)?;
        let mut store = config.details.open_to_write(config.store.open_to_serve().await?, clock()).await?;
        keeps_its_zone(config, &store).await?;
        keeping.begin(&store).await.map_err(|reason| ConfigError::of("details", reason))?;
        let metrics = store.metrics().clone();
        let caller = Caller { client, clock: Arc::clone(&clock), metrics: metrics.clone() };
        let providers = Providers::open(config, gateways, &caller).await?;
        let channel = match &config.official_account {
            Some(section) => Some(OfficialAccountClient::new(section.open(&caller).await?, caller.clone())),
            None => None,
        };
        let address = listener.local_addr().map_err(|error| ConfigError::of("server.listen", error))?;
        let mut told = None;
        if let Some(section) = &config.webhooks {
            store = store.telling(section.kinds()?);
            told = Some(section.open(&caller.client)?);
        }
        let mailing = config.mail.as_ref().map(|section| section.open()).transpose()?;
        if mailing.is_some() {
            store = store.mailing();
        }
        if channel.as_ref().is_some_and(OfficialAccountClient::tells_of_parcels) {
            store = store.telling_followers();
        }
        let noticing = config.noticing(&caller.client)?.map(Arc::new);
        if let Some(noticing) = &noticing {
            store = store.noticing(Arc::clone(noticing));
        }
        let merchant = MerchantId::parse(&config.merchant.id).ok_or_else(|| ConfigError::of("merchant.id", "is not an id"))?;
        let service = Arc::new(OrderService {
            merchant,
            name: config.merchant.name.clone(),
            time: config.merchant.time_zone.clone(),
            public_url: config.public_url().to_owned(),
            orders: config.orders,
            open_orders: OpenOrders::of_one(config.limits.open_orders_per_client),
            catalog: Source::open(&config.catalog, &store, With { client: &caller.client, files: config.goods_files(), now: clock() })
                .await?,
            files: Arc::new(config.goods_files()),
            most_downloads: config.downloads.most,
            label_fonts: config.label_fonts()?,
            keys: Keys::of(config)?,
            locks: OrderLocks::of(&store),
            round: Default::default(),
            releases: Releases::open(config, &store, &clock).await?,
            store,
            providers,
            channel,
            webhooks: told,
            mailing,
            noticing,
            waiters: waiters::Waiters::default(),
            staff: Default::default(),
            asked: Default::default(),
            told_to_ask: Default::default(),
            keeping,
            clock,
            metrics,
        });
        for hint in config.hints(service.now())? {
            tracing::warn!("{hint}");
        }
        service.store.end_refunds_of_before(service.now()).await.map_err(|error| ConfigError::of("store", error))?;
        // Another node knows what is under way; a node alone does not know what it missed. Before anybody is served, so that it is about
        // what was there.
        if !service.store.is_shared() {
            service.store.check_all(service.now()).await.map_err(|error| ConfigError::of("store", error))?;
        }
        let (stopping, stopped) = watch::channel(false);
        let app = App::new(Arc::clone(&service), stopped.clone(), config);
        let leaving = app.leaving();
        let LimitsConfig { connections, connections_per_client, .. } = config.limits;
        // What connects through proxies are the proxies.
        let of_one = (config.server.trusted_proxies == 0).then(|| ConcurrencyLimit::new(connections, connections_per_client));
        let server = serving::serve(listener, routes::router(app, config), config.limits, of_one, stopped.clone());
        let pause = Duration::from_secs(config.orders.reconcile_seconds);
        let working = Arc::clone(&service);
        let jobs = tokio::spawn(async move { jobs::run(&working, pause, &stopped).await });
        let drain = Duration::from_secs(config.server.drain_seconds);
        Ok(Merchant { address, service, leaving, drain, stopping, server: tokio::spawn(server), jobs })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The key that pages pin.
    pub fn pin(&self) -> &Pin {
        self.service.keys.signer.pin()
    }

    /// The records, for tests and tools beside the server.
    pub fn store(&self) -> &Store {
        &self.service.store
    }

    /// One round of the reconciler, now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn reconcile(&self) -> Result<(), crate::StoreError> {
        self.service.reconcile().await
    }

    /// Compares the days that are due with the providers' bills, now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn compare_bills(&self) -> Result<(), crate::StoreError> {
        self.service.compare_bills().await
    }

    /// Erases what names a person and is due, and remembers beside the keys what was erased on any node, now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tend_details(&self) -> Result<(), ServiceError> {
        self.service.tend_details().await
    }

    /// Tells shoppers who follow the account what is due, now.
    ///
    /// # Errors
    /// Says why the rest has to wait.
    pub async fn tell_shoppers(&self) -> Result<(), ServiceError> {
        self.service.tell_shoppers().await
    }

    /// Sends shoppers the e-mails that are due, now.
    ///
    /// # Errors
    /// Says why the rest has to wait.
    pub async fn send_messages(&self) -> Result<(), String> {
        self.service.send_messages().await.map_err(|reason| reason.to_string())
    }

    /// Ends the messages and notices whose time is over, and forgets those of long ago, now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn end_old_messages(&self) -> Result<(), crate::StoreError> {
        self.service.end_old_messages().await?;
        self.service.end_old_notices().await
    }

    /// Looks what there is to tell the merchant, and sends the notices that are due, now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tell_merchant(&self) -> Result<(), crate::StoreError> {
        self.service.look_for_news().await?;
        self.service.send_notices().await
    }

    /// Learns now which releases of the widget other nodes and commands have put among the records, and notes which were used.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn look_at_releases(&self) -> Result<(), crate::StoreError> {
        self.service.releases.beat().await
    }

    /// Looks now whether the catalog's file has changed. Answers why it is not what is sold, if it is not good.
    pub async fn look_at_catalog(&self) -> Option<String> {
        self.service.catalog.look(&self.service.store, &self.service.waiters, self.service.now()).await;
        self.service.catalog.fault()
    }

    /// Says that it leaves for as long as the configuration wants, then ends held polls with an answer, finishes what is under way, and
    /// closes the records: within eighteen seconds after that, whatever hangs.
    pub async fn stop(mut self) {
        if !self.drain.is_zero() {
            self.leaving.store(true, Ordering::SeqCst);
            tokio::time::sleep(self.drain).await;
        }
        self.stopping.send_replace(true);
        self.service.waiters.wake_all();
        let _ = self.server.await;
        if tokio::time::timeout(JOBS_END, &mut self.jobs).await.is_err() {
            tracing::warn!("background jobs did not stop in time; the next start continues where they were");
            self.jobs.abort();
            let _ = self.jobs.await;
        }
        let close = async {
            self.service.releases.leave().await;
            self.service.store.close().await;
        };
        let _ = tokio::time::timeout(CLOSING, close).await;
        // The next server may begin though something here hangs.
        self.service.store.give_back();
    }
}

impl fmt::Debug for Merchant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Merchant({})", self.address)
    }
}

/// Days of another zone would lie in two months of closed books, or in none.
async fn keeps_its_zone(config: &Config, store: &Store) -> Result<(), ConfigError> {
    let key = "merchant.time_zone";
    let last = store.last_closed_month().await.map_err(|error| ConfigError::of(key, error))?;
    match last.filter(|last| last.zone != config.merchant.time_zone.name()) {
        Some(last) => {
            Err(ConfigError::of(key, format!("the books are closed up to {} by the days of {}: keep that", last.month, last.zone)))
        }
        None => Ok(()),
    }
}
