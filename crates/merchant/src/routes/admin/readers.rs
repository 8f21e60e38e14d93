//! Keys that asked for figures and were good: remembered for when the records are away.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use protocol::Digest;

use crate::api_keys;
use crate::observing::Stopwatch;
use crate::store::{ApiKey, Store};

/// How long the store may take for each of two questions. Prometheus waits for ten seconds unless it is told otherwise.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// For how long a key is remembered: a night without its database, and its morning.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// Keys that asked for figures and were good, as the store told last.
#[derive(Default)]
pub(crate) struct Readers(Mutex<Vec<(Digest, Stopwatch, ApiKey)>>);

/// The store does not answer, and the key is not remembered.
pub(super) struct Unknown;

impl Readers {
    /// The key that a caller holds, if it is good, or was when the store last told.
    pub(super) async fn find(&self, store: &Store, secret: &str) -> Result<Option<ApiKey>, Unknown> {
        let digest = Digest::of(secret.as_bytes());
        let told = tokio::time::timeout(PATIENCE, api_keys::find(store, secret)).await;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(_, since, _)| since.passed() < REMEMBERED);
        let Ok(Ok(found)) = told else {
            let remembered = known.iter().find(|(reader, ..)| *reader == digest).map(|(.., key)| key.clone());
            return remembered.map(Some).ok_or(Unknown);
        };
        known.retain(|(reader, ..)| *reader != digest);
        known.extend(found.clone().map(|key| (digest, Stopwatch::start(), key)));
        Ok(found)
    }
}
