//! `[webhooks]`: the shop's own server that is told of orders.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use super::error::ConfigError;
use super::secrets::secret;
use crate::webhooks::{EventKind, Secrets, Webhooks, is_safe};

/// `[webhooks]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    /// Where events go: https, or http on this machine.
    pub url: String,
    /// File with the secret, or with several while they change, as `whsec_…`; environment `WEBHOOK_SECRET`.
    pub secret_file: Option<PathBuf>,
    /// Which kinds to tell of; if absent all but `order.created`, which every code that is shown would be told by.
    pub events: Option<Vec<String>>,
}

impl WebhooksConfig {
    /// The kinds to tell of.
    ///
    /// # Errors
    /// One line that names the key.
    pub(crate) fn kinds(&self) -> Result<Vec<EventKind>, ConfigError> {
        let Some(chosen) = &self.events else {
            return Ok(EventKind::ALL.into_iter().filter(|kind| *kind != EventKind::OrderCreated).collect());
        };
        let known = |word: &String| {
            EventKind::parse(word).ok_or_else(|| {
                let all = EventKind::ALL.map(EventKind::as_str).join(", ");
                ConfigError::of("webhooks.events", format!("{word:?} is none of {all}"))
            })
        };
        chosen.iter().map(known).collect()
    }

    /// The way to the shop's server.
    ///
    /// # Errors
    /// One line that names the key and never holds the secret.
    pub(crate) fn open(&self, client: &reqwest::Client) -> Result<Webhooks, ConfigError> {
        if !is_safe(&self.url) {
            return Err(ConfigError::of("webhooks.url", "https://…, or http on this machine"));
        }
        let text = secret("webhooks.secret_file", "WEBHOOK_SECRET", self.secret_file.as_deref())?;
        let secrets = Secrets::parse(&text).map_err(|reason| ConfigError::of("webhooks.secret_file", reason))?;
        Ok(Webhooks { url: self.url.clone(), secrets, client: client.clone() })
    }
}

impl fmt::Debug for WebhooksConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a word that only the shop knows.
        out.debug_struct("WebhooksConfig").field("events", &self.events).finish_non_exhaustive()
    }
}
