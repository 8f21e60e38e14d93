//! Starts and stops a sandbox, and drives it from Rust: what tests and demos hold in their hand.
//! The same acts are open to everybody else through the control routes.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::codes::{CodeView, PayProblem};
use crate::faults::Faults;
use crate::notifications::{DeliveryView, ReleaseOrder, release, run_courier};
use crate::official_account::{self, CallbackMode, FollowProblem, PhoneView};
use crate::provider::{PROVIDERS, Taken, all_views, read_payload};
use crate::world::{Settings, World, app};

/// A running sandbox. Dropping it stops it at once; [`Sandbox::stop`] lets calls under way finish.
pub struct Sandbox {
    world: Arc<World>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<io::Result<()>>,
    courier: JoinHandle<()>,
}

impl Sandbox {
    /// Serves on a bound listener, which decides address and port.
    ///
    /// # Errors
    /// The listener's, or `InvalidInput` for an account whose keys cannot be used.
    pub async fn start(settings: Settings, listener: TcpListener) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let world = World::new(settings, format!("http://{address}"))?;
        let world = Arc::new(world);
        let courier = tokio::spawn(run_courier(Arc::clone(&world)));
        let (stop, stopped) = oneshot::channel::<()>();
        let routes = app(Arc::clone(&world));
        let server = tokio::spawn(async move {
            let asked = async {
                // An error means that the handle is gone, which asks for the same.
                stopped.await.ok();
            };
            axum::serve(listener, routes).with_graceful_shutdown(asked).await
        });
        Ok(Self { world, address, stop: Some(stop), server, courier })
    }

    /// Scheme, host and port, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        self.world.base_url.clone()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a merchant's gateway needs to use this sandbox.
    #[must_use]
    pub fn wechat_pay_settings(&self) -> gateway::wechat_pay::Settings {
        self.world.account.merchant_settings(&self.world.base_url)
    }

    /// The same for Alipay.
    #[must_use]
    pub fn alipay_settings(&self) -> gateway::alipay::Settings {
        self.world.account.alipay_settings(&self.world.base_url)
    }

    /// The same for the Official Account.
    #[must_use]
    pub fn official_account_settings(&self) -> gateway::official_account::Settings {
        self.world.account.official_account_settings(&self.world.base_url)
    }

    /// What the phone shows of the Official Account.
    #[must_use]
    pub fn official_account(&self) -> PhoneView {
        official_account::view(&self.world)
    }

    /// Tells WeChat's console where callbacks go, and how. WeChat checks that address first.
    ///
    /// # Errors
    /// [`FollowProblem::UrlCheckFailed`], if it does not answer with what it was asked.
    pub async fn set_callback(&self, url: &str, mode: CallbackMode) -> Result<(), FollowProblem> {
        official_account::set_callback(&self.world, url, mode).await
    }

    /// Scans a code to follow: a follower's scan is told at once, anybody else is offered to follow.
    ///
    /// # Errors
    /// [`FollowProblem`], as WeChat would show it.
    pub fn scan_account(&self, payload: &str) -> Result<(), FollowProblem> {
        official_account::scan(&self.world, payload)
    }

    /// Follows the account: by the code that was scanned last, if there was one.
    pub fn follow(&self) {
        official_account::follow(&self.world);
    }

    /// Does not follow any more.
    pub fn unfollow(&self) {
        official_account::unfollow(&self.world);
    }

    /// The newest codes, newest first.
    #[must_use]
    pub fn codes(&self) -> Vec<CodeView> {
        all_views(&self.world)
    }

    /// All money that was taken, by every provider: its own books, whatever merchants were told.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        PROVIDERS.into_iter().flat_map(|provider| provider.taken(&self.world)).collect()
    }

    /// Pays what a camera read: the payload of a QR code.
    ///
    /// # Errors
    /// [`PayProblem`], as the wallet would show it.
    pub fn pay(&self, payload: &str) -> Result<(), PayProblem> {
        let (provider, id) = read_payload(payload)?;
        provider.pay(&self.world, id)
    }

    /// Opens a code in the wallet.
    ///
    /// # Errors
    /// [`PayProblem`], as the wallet would show it.
    pub fn scan(&self, payload: &str) -> Result<(), PayProblem> {
        let (provider, id) = read_payload(payload)?;
        provider.scan(&self.world, id)
    }

    /// Scans a code and closes the wallet without paying.
    ///
    /// # Errors
    /// [`PayProblem`], if there is no such code.
    pub fn decline(&self, payload: &str) -> Result<(), PayProblem> {
        let (provider, id) = read_payload(payload)?;
        provider.decline(&self.world, id)
    }

    /// Sets exactly these faults.
    pub fn set_faults(&self, faults: Faults) {
        self.world.set_faults(faults);
    }

    /// All notifications so far, oldest first.
    #[must_use]
    pub fn notifications(&self) -> Vec<DeliveryView> {
        self.world.outbox().views()
    }

    /// Waits until the notifications are as `settled` wants them, judging after every attempt.
    pub async fn notifications_until(&self, settled: impl Fn(&[DeliveryView]) -> bool) -> Vec<DeliveryView> {
        loop {
            // Registered before the look, so that no attempt ends unseen in between.
            let mut attempted = std::pin::pin!(self.world.attempted.notified());
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
        release(&self.world, order).await
    }

    /// Moves the sandbox's clock, relative to the time source it was started with.
    pub fn advance(&self, seconds: i64) {
        self.world.clock.advance(seconds);
    }

    /// To be called after the time source itself was moved: notifications may have become due.
    pub fn clock_moved(&self) {
        self.world.clock.advance(0);
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
        self.courier.abort();
        (&mut self.server).await.map_err(io::Error::other)?
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.courier.abort();
        self.server.abort();
    }
}
