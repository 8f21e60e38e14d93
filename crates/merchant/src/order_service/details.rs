//! What names a person, over time: it is erased when its time is over, and what was erased stays so.

use std::time::Duration;

use protocol::OrderId;

use super::service::OrderService;
use crate::observing::Alarm;
use crate::service_error::ServiceError;
use crate::store::StoreError;

/// How often it is looked whether details are due.
const PAUSE: Duration = Duration::from_secs(60);
/// How many orders are looked at in one transaction.
const BATCH: i64 = 200;
/// What was erased within that time is compared with the file again, seconds: clocks of nodes differ, and a file may have been full.
const REMEMBERED: i64 = 86_400;

impl OrderService {
    /// Erases what names a person of an order, and remembers it beside the keys. Answers how many records that were.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn erase_details(&self, order: &OrderId) -> Result<u64, StoreError> {
        let now = self.now();
        let erased = self.store.erase_details(order, now).await?;
        self.metrics.erased(erased);
        // Whatever of it is not written now is written by the next round.
        self.keeping.remember(&self.store.erasures(now).await?);
        Ok(erased)
    }

    /// One round: remembers what was erased on any node, and erases what is due.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn tend_details(&self) -> Result<(), ServiceError> {
        let now = self.now();
        let erasures = self.store.erasures(now - REMEMBERED).await?;
        if !self.keeping.remember(&erasures) {
            self.metrics.alarmed(Alarm::ErasureUnwritten);
        }
        if let Err(error @ (StoreError::NeedsKey(_) | StoreError::WrongKey(_))) = self.store.judge_keys().await {
            tracing::error!(%error, "ALARM: another server seals by a key that this one has not (details.key_file)");
            self.metrics.alarmed(Alarm::SealedUnopened);
        }
        // An older program beside this one may write what it always did.
        if self.store.seal_what_lies_open().await? > 0 {
            self.store.erase_again(&[]).await?;
        }
        loop {
            let (looked, erased) = self.store.erase_due(self.keeping.retention, now, BATCH).await?;
            self.metrics.erased(erased);
            if looked == 0 {
                return Ok(());
            }
        }
    }
}

/// Looks again and again.
pub(crate) async fn keep_details(service: &OrderService) {
    loop {
        if let Err(error) = service.tend_details().await {
            tracing::error!(%error, "details that are due could not be erased; that is tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}
