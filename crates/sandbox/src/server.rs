//! The handle of a running sandbox: starts and stops it, and drives it from Rust, for tests and demos.
//! The same acts are open to everybody else through the control routes.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use axum::{Router, middleware};
use gateway::provider_time;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::account::Account;
use crate::clock::{Clock, TimeSource};
use crate::codes::{CodeView, PayProblem};
use crate::environment::Environment;
use crate::faults::Faults;
use crate::mail::{MailServer, Mailbox};
use crate::notifications::{DeliveryView, Dispatcher, ReleaseOrder, client};
use crate::provider::{Taken, Wallet};
use crate::random::Randomness;
use crate::registry::providers;
use crate::robots::Robots;
use crate::{control, mail, phone, robots};

/// What a sandbox is started with.
#[derive(Clone)]
pub struct Settings {
    /// The merchant it serves.
    pub account: Account,
    /// Tells the time, in unix seconds.
    pub time: TimeSource,
    /// Fills buffers with random bytes.
    pub random: Randomness,
}

/// A running sandbox. Dropping it stops it at once; [`Sandbox::stop`] lets calls under way finish.
pub struct Sandbox {
    account: Account,
    pub(crate) dispatcher: Dispatcher,
    address: SocketAddr,
    mail: Option<MailServer>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<io::Result<()>>,
    delivering: JoinHandle<()>,
}

impl Sandbox {
    /// Serves on a bound listener, which decides address and port.
    ///
    /// # Errors
    /// The listener's, or `InvalidInput` for an account whose keys cannot be used.
    pub async fn start(settings: Settings, listener: TcpListener) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let Settings { account, time, random } = settings;
        let (client, payee) = (client().map_err(io::Error::other)?, account.payee().to_owned());
        let env = Arc::new(Environment::new(format!("http://{address}"), payee, Clock::new(time), random, client));
        let providers = providers(&account, &env).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let dispatcher = Dispatcher { env, providers };
        let delivering = tokio::spawn(dispatcher.clone().run());
        let routes = routes(&dispatcher);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let asked = async {
                // An error means that the handle is gone, which asks for the same.
                stopped.await.ok();
            };
            axum::serve(listener, routes).with_graceful_shutdown(asked).await
        });
        Ok(Self { account, dispatcher, address, mail: None, stop: Some(stop), server, delivering })
    }

    /// Serves letters, too, on a bound listener of their own.
    ///
    /// # Errors
    /// As [`MailServer::start`].
    pub fn serve_mail(&mut self, listener: TcpListener) -> io::Result<&MailServer> {
        let server = MailServer::start(listener, self.mailbox())?;
        Ok(self.mail.insert(server))
    }

    /// The letters that came.
    #[must_use]
    pub fn mailbox(&self) -> Arc<Mailbox> {
        Arc::clone(&self.dispatcher.env.mailbox)
    }

    /// What robots posted.
    #[must_use]
    pub fn robots(&self) -> Arc<Robots> {
        Arc::clone(&self.dispatcher.env.robots)
    }

    /// Scheme, host and port, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        self.dispatcher.env.base_url.clone()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a merchant's gateway needs to use this sandbox.
    #[must_use]
    pub fn wechat_pay_settings(&self) -> gateway::wechat_pay::Settings {
        self.account.merchant_settings(&self.dispatcher.env.base_url)
    }

    /// The same for Alipay.
    #[must_use]
    pub fn alipay_settings(&self) -> gateway::alipay::Settings {
        self.account.alipay_settings(&self.dispatcher.env.base_url)
    }

    /// The same for the Official Account.
    #[must_use]
    pub fn official_account_settings(&self) -> gateway::official_account::Settings {
        self.account.official_account_settings(&self.dispatcher.env.base_url)
    }

    /// The newest codes, newest first.
    #[must_use]
    pub fn codes(&self) -> Vec<CodeView> {
        self.dispatcher.providers.views()
    }

    /// All money that was taken, by every provider: its own books, whatever merchants were told.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        self.dispatcher.providers.wallets().flat_map(Wallet::taken).collect()
    }

    /// Pays what a camera read: the payload of a QR code.
    ///
    /// # Errors
    /// [`PayProblem`], as the wallet would show it.
    pub fn pay(&self, payload: &str) -> Result<(), PayProblem> {
        let (wallet, id) = self.dispatcher.providers.read_payload(payload)?;
        wallet.pay(id)
    }

    /// Opens a code in the wallet.
    ///
    /// # Errors
    /// [`PayProblem`], as the wallet would show it.
    pub fn scan(&self, payload: &str) -> Result<(), PayProblem> {
        let (wallet, id) = self.dispatcher.providers.read_payload(payload)?;
        wallet.scan(id)
    }

    /// Scans a code and closes the wallet without paying.
    ///
    /// # Errors
    /// [`PayProblem`], if there is no such code.
    pub fn decline(&self, payload: &str) -> Result<(), PayProblem> {
        let (wallet, id) = self.dispatcher.providers.read_payload(payload)?;
        wallet.decline(id)
    }

    /// Sets exactly these faults.
    pub fn set_faults(&self, faults: Faults) {
        self.dispatcher.env.set_faults(faults);
    }

    /// All notifications so far, oldest first.
    #[must_use]
    pub fn notifications(&self) -> Vec<DeliveryView> {
        self.dispatcher.env.outbox().views()
    }

    /// Waits until the notifications are as `settled` wants them, judging after every attempt.
    pub async fn notifications_until(&self, settled: impl Fn(&[DeliveryView]) -> bool) -> Vec<DeliveryView> {
        loop {
            // Registered before the look, so that no attempt ends unseen in between.
            let mut attempted = std::pin::pin!(self.dispatcher.env.attempted.notified());
            attempted.as_mut().enable();
            let views = self.notifications();
            if settled(&views) {
                return views;
            }
            attempted.await;
        }
    }

    /// Sends the held notifications one after the other and returns how many there were.
    pub async fn release(&self, order: ReleaseOrder) -> usize {
        self.dispatcher.release(order).await
    }

    /// Moves the sandbox's clock, relative to the time source it was started with.
    pub fn advance(&self, seconds: i64) {
        self.dispatcher.env.clock.advance(seconds);
    }

    /// To be called after the time source itself was moved: notifications may have become due.
    pub fn clock_moved(&self) {
        self.dispatcher.env.clock.advance(0);
    }

    /// Accepts no more calls and waits for those under way.
    ///
    /// # Errors
    /// The server's.
    pub async fn stop(mut self) -> io::Result<()> {
        if let Some(stop) = self.stop.take() {
            // An error means that the server has ended already.
            stop.send(()).ok();
        }
        self.delivering.abort();
        (&mut self.server).await.map_err(io::Error::other)?
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.delivering.abort();
        self.server.abort();
    }
}

/// Every route: the providers' own, the control of the sandbox, and the phone.
fn routes(dispatcher: &Dispatcher) -> Router {
    let providers = dispatcher.providers.all().map(|provider| Arc::clone(provider).routes()).fold(Router::new(), Router::merge);
    let routes = providers.merge(control::routes(dispatcher.clone())).merge(phone::routes());
    let routes = routes.merge(mail::routes(Arc::clone(&dispatcher.env.mailbox)));
    let env = Arc::clone(&dispatcher.env);
    let routes = routes.merge(robots::routes(Arc::clone(&dispatcher.env.robots), Arc::new(move || env.clock.now())));
    routes.layer(middleware::map_response_with_state(Arc::clone(&dispatcher.env), dated))
}

/// Replies are dated by the clock of the sandbox.
async fn dated(State(env): State<Arc<Environment>>, mut reply: Response) -> Response {
    if let Ok(date) = provider_time::dated(env.clock.now()).parse() {
        reply.headers_mut().insert(header::DATE, date);
    }
    reply
}
