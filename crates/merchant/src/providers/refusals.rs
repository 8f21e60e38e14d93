//! What a provider holds against the account: remembered so that shoppers are led to what works, and the merchant is told once.
//!
//! Kept in the process and not in the records: it must not outlive its cause, a restart with another configuration begins anew, and some
//! causes, such as a network address that is not on the provider's list, are a node's own.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gateway::{AccountFault, GatewayError};

use crate::observing::{Alarm, Metrics};

/// How long something refused is not tried with shoppers, seconds; twice as long each time, up to the longest.
const FIRST_PAUSE: i64 = 600;
const LONGEST_PAUSE: i64 = 3_600;

/// After so many payments that were refused for good, and none between that was not, whoever runs the shop is told: a limit, a setting or a
/// text of theirs meets every order.
const IN_A_ROW: u32 = 5;

/// What one provider refuses the account, by the provider's word for it.
pub(crate) struct Refusals {
    provider: &'static str,
    metrics: Metrics,
    refused: Mutex<BTreeMap<String, Refused>>,
    /// How many payments by a product were refused for good since one was not.
    in_a_row: Mutex<BTreeMap<String, u32>>,
}

struct Refused {
    until: i64,
    pause: i64,
    /// The product or call that was refused first: when it works, all is well again.
    first: String,
}

/// In the place of a product or call: whatever the account asks for.
const EVERYTHING: &str = "account";

impl Refusals {
    pub(crate) fn new(provider: &'static str, metrics: Metrics) -> Refusals {
        // A figure that is there before anything happened is seen to rise.
        metrics.refusing(provider, EVERYTHING, false);
        Refusals { provider, metrics, refused: Mutex::default(), in_a_row: Mutex::default() }
    }

    /// Whether that may be tried now, unix seconds.
    pub(crate) fn allow(&self, what: &str, now: i64) -> bool {
        let all = self.lock();
        [what, EVERYTHING].iter().all(|what| all.get(*what).is_none_or(|refused| now >= refused.until))
    }

    /// The provider refused the account a product or call, now, or everything, as the error tells. Whoever runs the shop is told the
    /// first time.
    pub(crate) fn refused(&self, what: &str, error: &GatewayError, now: i64) {
        match error {
            GatewayError::Account { fault: AccountFault::NotProved | AccountFault::Suspended, .. } => self.refused_all(what, error, now),
            _ => self.note(what, what, error, now),
        }
    }

    /// The provider refused the account everything, as that product or call met it now.
    pub(crate) fn refused_all(&self, what: &str, error: &GatewayError, now: i64) {
        self.note(EVERYTHING, what, error, now);
    }

    /// The provider refused a payment by that product for good, now.
    pub(crate) fn refused_for_good(&self, what: &str, error: &GatewayError, now: i64) {
        let mut in_a_row = self.in_a_row.lock().unwrap_or_else(PoisonError::into_inner);
        let number = in_a_row.entry(what.to_owned()).or_default();
        *number += 1;
        if *number >= IN_A_ROW {
            self.note(what, what, error, now);
        }
    }

    fn note(&self, key: &str, what: &str, error: &GatewayError, now: i64) {
        let mut all = self.lock();
        match all.get_mut(key) {
            // Calls that were under way when the first one was refused say nothing new.
            Some(known) if now < known.until => {}
            Some(known) => {
                known.pause = (known.pause * 2).min(LONGEST_PAUSE);
                known.until = now + known.pause;
            }
            None => {
                all.insert(key.to_owned(), Refused { until: now + FIRST_PAUSE, pause: FIRST_PAUSE, first: what.to_owned() });
                let provider = self.provider;
                tracing::error!(provider, what, %error, "ALARM: the provider refuses the account, or one order after another; shoppers are offered other ways to pay where there are any, and everything else waits");
                self.metrics.alarmed(Alarm::AccountRefused);
                self.metrics.refusing(provider, key, true);
            }
        }
    }

    /// That works.
    pub(crate) fn works(&self, what: &str) {
        self.in_a_row.lock().unwrap_or_else(PoisonError::into_inner).remove(what);
        self.lock().retain(|key, refused| {
            let is_over = key == what || refused.first == what;
            if is_over {
                tracing::info!(provider = self.provider, what, "the provider accepts the account again");
                self.metrics.refusing(self.provider, key, false);
            }
            !is_over
        });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Refused>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use gateway::{AccountFault, GatewayError};

    use super::Refusals;
    use crate::observing::Metrics;

    fn no_auth() -> GatewayError {
        GatewayError::Account { fault: AccountFault::NotGranted, code: "NO_AUTH".to_owned(), message: String::new() }
    }

    #[test]
    fn what_was_refused_is_tried_again_after_a_while_and_told_once_until_it_works() {
        let metrics = Metrics::default();
        let refusals = Refusals::new("wechat_pay", metrics.clone());
        let told = |number: u32, refusing: u32| {
            let text = metrics.told(None, 0, false).unwrap();
            assert!(text.contains(&format!("alarm_lines_total{{kind=\"account-refused\"}} {number}\n")), "{text}");
            assert!(text.contains(&format!("account_refused{{provider=\"wechat_pay\",what=\"h5\"}} {refusing}\n")), "{text}");
        };
        refusals.refused("h5", &no_auth(), 0);
        assert!(refusals.allow("native", 0) && !refusals.allow("h5", 599) && refusals.allow("h5", 600));
        refusals.refused("h5", &no_auth(), 5);
        assert!(refusals.allow("h5", 600), "a call that was under way makes it no longer");
        refusals.refused("h5", &no_auth(), 600);
        assert!(!refusals.allow("h5", 1_799) && refusals.allow("h5", 1_800));
        told(1, 1);
        refusals.works("h5");
        assert!(refusals.allow("h5", 0));
        told(1, 0);
        refusals.refused("h5", &no_auth(), 1_801);
        told(2, 1);
    }

    #[test]
    fn what_is_about_the_whole_account_is_told_once_whichever_call_meets_it() {
        let metrics = Metrics::default();
        let refusals = Refusals::new("wechat_pay", metrics.clone());
        let frozen = GatewayError::Account { fault: AccountFault::Suspended, code: String::new(), message: String::new() };
        refusals.refused("native", &frozen, 0);
        refusals.refused("refund", &frozen, 601);
        assert!(!refusals.allow("h5", 0) && !refusals.allow("native", 1_800), "the second time it is for twice as long");
        refusals.works("query");
        assert!(!refusals.allow("h5", 602), "questions are answered all the while");
        refusals.works("native");
        assert!(refusals.allow("h5", 602));
        let text = metrics.told(None, 0, false).unwrap();
        assert!(text.contains("alarm_lines_total{kind=\"account-refused\"} 1\n"), "{text}");
        assert!(text.contains("account_refused{provider=\"wechat_pay\",what=\"account\"} 0\n"), "{text}");
    }
}
