//! `[staff]`: a host of its own for the pages that staff use.

use serde::Deserialize;
use url::Url;

use super::Config;
use super::error::ConfigError;

/// `[staff]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffConfig {
    /// How staff reach these pages: `https://host[:port]`, or http on loopback. The host, or its port, is another than the shop's.
    pub url: String,
}

/// The host of the pages for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StaffHost {
    /// What browsers write into `Origin`.
    pub(crate) origin: String,
    /// What browsers write into `Host`.
    pub(crate) host: String,
}

impl StaffHost {
    /// Whether browsers reach it by https.
    pub(crate) fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

impl Config {
    /// The host of the pages for staff, if there are any.
    ///
    /// # Errors
    /// One line that names the key.
    pub(crate) fn staff_host(&self) -> Result<Option<StaffHost>, ConfigError> {
        let Some(section) = &self.staff else { return Ok(None) };
        let fault = |reason: &str| ConfigError::of("staff.url", reason);
        let written = section.url.trim_end_matches('/');
        let url = Url::parse(written).map_err(|_| fault("https://host[:port], or http on loopback"))?;
        let origin = url.origin().ascii_serialization();
        if origin != written {
            return Err(fault("https://host[:port] as browsers write it, in lower case and without a path"));
        }
        let host = url.host_str().unwrap_or_default();
        let is_loopback = ["localhost", "127.0.0.1", "[::1]"].contains(&host) || host.ends_with(".localhost");
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
            return Err(fault("https://host[:port], or http on loopback: a key and a session go there"));
        }
        let shop = Url::parse(self.public_url()).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
        if shop == origin {
            return Err(fault("is the shop's own host: staff need another one, such as https://staff.shop.example"));
        }
        let authority = origin.split_once("://").map(|(_, authority)| authority.to_owned()).unwrap_or_default();
        Ok(Some(StaffHost { origin, host: authority }))
    }
}
