//! What every route may use.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::sync::watch;

use super::admin::Readers;
use super::readiness::Readiness;
use super::v1::Origins;
use crate::config::{Config, ServerConfig};
use crate::limits::Limits;
use crate::order_service::SharedOrderService;

/// What every route may use.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) service: SharedOrderService,
    pub(crate) stopping: watch::Receiver<bool>,
    /// Whether the server ends soon, and takes everything in until then.
    pub(super) leaving: Arc<AtomicBool>,
    /// Whose pages may ask.
    pub(super) origins: Origins,
    pub(super) proxies: usize,
    /// The merchant's own files at the root.
    pub(super) files: Option<Arc<Path>>,
    pub(crate) limits: Arc<Limits>,
    pub(super) readiness: Arc<Readiness>,
    pub(super) readers: Arc<Readers>,
}

impl App {
    pub(crate) fn new(service: SharedOrderService, stopping: watch::Receiver<bool>, config: &Config) -> App {
        let ServerConfig { allowed_origins, trusted_proxies, .. } = &config.server;
        // The counter shows the widget.
        let staff = config.staff_host().ok().flatten().map(|host| host.origin);
        App {
            service,
            stopping,
            leaving: Arc::default(),
            origins: Origins::new(config.public_url(), allowed_origins, staff),
            proxies: *trusted_proxies,
            files: config.server.files.as_deref().map(Arc::from),
            limits: Arc::new(Limits::new(&config.limits)),
            readiness: Arc::default(),
            readers: Arc::default(),
        }
    }

    /// What makes `/readyz` send everybody elsewhere, while whoever still comes is served.
    pub(crate) fn leaving(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.leaving)
    }
}
