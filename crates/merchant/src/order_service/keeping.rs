//! For how long what names a person is kept, and how the records begin.

use crate::config::{Config, ConfigError};
use crate::erased_file::ErasedFile;
use crate::store::{Erasure, Retention, Store, StoreError};

const DAY: i64 = 86_400;

/// What a backend knows of keeping details.
pub(crate) struct Keeping {
    pub(crate) retention: Retention,
    pub(crate) erased: ErasedFile,
}

impl Keeping {
    /// As the configuration says.
    ///
    /// # Errors
    /// One line that names the key.
    pub(crate) fn of(config: &Config) -> Result<Keeping, ConfigError> {
        let details = &config.details;
        let retention = Retention { paid: details.retain_days * DAY, unpaid: details.retain_days_unpaid * DAY };
        Ok(Keeping { retention, erased: config.writable_erased_file()? })
    }

    /// Brings the records to what they should be before anybody is served: sealed is what a program before this one left in the clear, and
    /// what was erased is so again, even if the records are a copy from before.
    ///
    /// # Errors
    /// One line that says what is at fault.
    pub(crate) async fn begin(&self, store: &Store) -> Result<(), String> {
        let told = |error: StoreError| error.to_string();
        store.seal_what_lies_open().await.map_err(told)?;
        let erased = self.erased.replay(store).await?;
        if erased > 0 {
            tracing::warn!(erased, "details that had been erased were there again, and are erased");
        }
        let erasures = store.erasures(0).await.map_err(told)?;
        // Whoever cannot write there any more is told, and sells on: the records remember, too.
        self.remember(&erasures);
        Ok(())
    }

    /// Writes beside the keys what was erased. Answers whether that is done; if not, it is an alarm.
    pub(super) fn remember(&self, erasures: &[Erasure]) -> bool {
        let outcome = self.erased.remember(erasures);
        if let Err(reason) = &outcome {
            tracing::error!(
                reason,
                "ALARM: which orders were erased cannot be written beside the keys; without it a restored copy raises them (details.erased_file)"
            );
        }
        outcome.is_ok()
    }
}
