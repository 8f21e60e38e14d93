//! The way to a provider and back: calls, and the keys that it signs with, which it changes by itself.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use gateway::{Call, CallContext, Family, Gateway, GatewayError, Surface};
use tokio::sync::Mutex;

use super::{Caller, Refusals};
use crate::observing::CallName;
use crate::service_error::ServiceError;

/// The least time between two renewals that unknown keys ask for, seconds.
const LEAST_RENEWAL: i64 = 60;
/// How often keys are fetched anew, and how often when that failed: an account that has certificates only believes nobody without them.
const RENEWAL: Duration = Duration::from_secs(12 * 3600);
const RETRY: Duration = Duration::from_secs(60);

/// A provider that is asked and that notifies.
pub(super) struct GatewayClient {
    /// Replaced when its keys are renewed.
    gateway: RwLock<Arc<dyn Gateway>>,
    /// When an unknown key last made us ask for new ones, unix seconds. Held by the renewal under way.
    renewed_at: Mutex<i64>,
    pub(super) notify_url: String,
    pub(super) caller: Caller,
    refusals: Refusals,
}

impl GatewayClient {
    pub(super) fn new(gateway: Arc<dyn Gateway>, notify_url: String, caller: Caller) -> GatewayClient {
        let refusals = Refusals::new(gateway.provider(), caller.metrics.clone());
        GatewayClient { gateway: RwLock::new(gateway), renewed_at: Mutex::default(), notify_url, caller, refusals }
    }

    pub(super) fn current(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether it collects there now: by its settings, and by what it has refused the account lately.
    pub(super) fn serves(&self, method: &str, surface: &Surface<'_>) -> bool {
        let gateway = self.current();
        gateway.serves(method, surface) && self.refusals.allow(gateway.product(method, surface), self.caller.moment().now)
    }

    /// Notes what an answer tells of the account. `what` names the product or call.
    pub(super) fn heard<T>(&self, what: &str, answer: Result<T, ServiceError>) -> Result<T, ServiceError> {
        match &answer {
            Ok(_) => self.refusals.works(what),
            Err(ServiceError::Gateway(error)) if error.family() == Family::Account => {
                self.refusals.refused(what, error, self.caller.moment().now);
            }
            Err(_) => {}
        }
        answer
    }

    /// Notes payments that are refused for good: one is that order's affair, and one after the other is the account's.
    pub(super) fn count<T>(&self, product: &str, answer: Result<T, ServiceError>) -> Result<T, ServiceError> {
        if let Err(ServiceError::Gateway(error)) = &answer {
            let gateway = self.current();
            let is_mended = gateway.wants_another_id(error) || gateway.wants_other_words(error);
            if error.family() == Family::Refused && !is_mended {
                self.refusals.refused_for_good(product, error, self.caller.moment().now);
            }
        }
        answer
    }

    /// As [`GatewayClient::ask`], of a product or call by its name.
    pub(super) async fn ask_for<T>(
        &self,
        what: &str,
        name: CallName,
        make: impl Fn(&dyn Gateway, &CallContext) -> Call<T>,
    ) -> Result<T, ServiceError> {
        let answer = self.asked(name, make).await;
        self.heard(what, answer)
    }

    /// Makes a call, and notes what its answer tells of the account.
    pub(super) async fn ask<T>(&self, name: CallName, make: impl Fn(&dyn Gateway, &CallContext) -> Call<T>) -> Result<T, ServiceError> {
        self.ask_for(name.as_str(), name, make).await
    }

    /// The gateway to call by: renewed first if its time has come. If that fails the call is tried all the same, and tells what is wrong.
    pub(super) async fn fresh(&self) -> Arc<dyn Gateway> {
        let gateway = self.current();
        if gateway.renew_at().is_some_and(|at| self.caller.moment().now >= at) {
            self.learns(&gateway).await;
        }
        self.current()
    }

    /// How long what was renewed just now is good.
    pub(super) fn pause(&self) -> Duration {
        let until = self.current().renew_at().map(|at| at - self.caller.moment().now);
        until.map_or(RENEWAL, |seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0)).clamp(RETRY, RENEWAL))
    }

    /// Makes a call, and once more if the answer is signed with a key that came into use since, or if the access token is no longer good:
    /// every call may be repeated without harm.
    async fn asked<T>(&self, name: CallName, make: impl Fn(&dyn Gateway, &CallContext) -> Call<T>) -> Result<T, ServiceError> {
        let gateway = self.fresh().await;
        match self.call(gateway.as_ref(), name, &make).await {
            Err(ServiceError::Gateway(GatewayError::UnknownKey { .. } | GatewayError::StaleToken { .. }))
                if self.learns(&gateway).await =>
            {
                self.call(self.current().as_ref(), name, &make).await
            }
            result => result,
        }
    }

    async fn call<T>(
        &self,
        gateway: &dyn Gateway,
        name: CallName,
        make: &impl Fn(&dyn Gateway, &CallContext) -> Call<T>,
    ) -> Result<T, ServiceError> {
        self.caller.call(name, gateway.provider(), |at| make(gateway, at)).await
    }

    /// Fetches the keys anew because that gateway did not know one, or its time is over, at most once a minute, whoever makes us. Answers whether there may be
    /// more of them now.
    pub(super) async fn learns(&self, stranger: &Arc<dyn Gateway>) -> bool {
        let mut renewed_at = self.renewed_at.lock().await;
        if !Arc::ptr_eq(stranger, &self.current()) {
            // Somebody else has fetched them meanwhile.
            return true;
        }
        let now = self.caller.moment().now;
        let is_due = now - *renewed_at >= LEAST_RENEWAL;
        if is_due {
            *renewed_at = now;
        }
        is_due && self.renew().await.is_ok()
    }

    /// Fetches what the provider changes by itself, after whoever does so at the moment.
    pub(super) async fn renew_in_turn(&self) -> Result<(), ServiceError> {
        let _turn = self.renewed_at.lock().await;
        self.renew().await
    }

    async fn renew(&self) -> Result<(), ServiceError> {
        let now = self.current();
        if now.renewal(&self.caller.moment()).is_none() {
            return Ok(());
        }
        let make = |at: &CallContext| now.renewal(at).expect("it was there a moment ago");
        let answer = self.caller.call(CallName::Renew, now.provider(), make).await;
        let renewed = self.heard(CallName::Renew.as_str(), answer)?;
        *self.gateway.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }
}

/// Renews when the time that `renew` answers is over, and each minute while that fails.
pub(super) async fn keep<F: Future<Output = Result<Duration, ServiceError>>>(provider: &str, renew: impl Fn() -> F) {
    loop {
        let pause = match renew().await {
            Ok(pause) => pause,
            Err(failure) => {
                tracing::error!(provider, %failure, "the provider's keys could not be renewed; the old ones stay in use, and it will be tried again");
                RETRY
            }
        };
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::{RENEWAL, keep};
    use crate::service_error::ServiceError;

    #[tokio::test(start_paused = true)]
    async fn a_renewal_that_failed_is_tried_again_each_minute_and_one_that_worked_twelve_hours_later() {
        let times = Cell::new(0);
        let renew = || {
            times.set(times.get() + 1);
            let fails = times.get() < 4;
            std::future::ready(if fails { Err(ServiceError::BeingPaid) } else { Ok(RENEWAL) })
        };
        let mut kept = std::pin::pin!(keep("wechat_pay", renew));
        for (seconds, so_far) in [(59, 1), (2, 2), (60, 3), (60, 4), (43_000, 4), (300, 5)] {
            let passed = tokio::time::timeout(Duration::from_secs(seconds), &mut kept).await;
            assert!(passed.is_err(), "it goes on for ever");
            assert_eq!(times.get(), so_far);
        }
    }
}
