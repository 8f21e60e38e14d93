//! Clients whose word proved false too often: forged notifications, keys that are none. They are refused before anything is verified,
//! so that garbage costs little, and whoever speaks the truth is never counted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::clients::Clients;
use crate::client::{Client, Who};
use crate::observing::Stopwatch;

/// From so many on, those whose time is over are forgotten.
const FORGET_FROM: usize = 10_000;

/// Who has failed how often, and for how long nobody listens.
pub(crate) struct Failures {
    counted: Clients,
    refused: Mutex<HashMap<Who, (Stopwatch, Duration)>>,
}

impl Failures {
    /// So many in a minute are listened to; any number with 0.
    pub(super) fn per_minute(number: u32) -> Failures {
        Failures { counted: Clients::per_minute(number), refused: Mutex::default() }
    }

    /// Whether a client is listened to, or for how many seconds it should be silent.
    pub(crate) fn listen(&self, client: &Client) -> Result<(), u64> {
        let Some(who) = client.who() else { return Ok(()) };
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match refused.get(&who).and_then(|(since, time)| time.checked_sub(since.passed())) {
            Some(left) => Err(left.as_secs() + 1),
            None => {
                refused.remove(&who);
                Ok(())
            }
        }
    }

    /// Counts what proved false.
    pub(crate) fn count(&self, client: &Client) {
        let (Err(seconds), Some(who)) = (self.counted.pass(client), client.who()) else { return };
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() >= FORGET_FROM {
            refused.retain(|_, (since, time)| since.passed() < *time);
        }
        refused.insert(who, (Stopwatch::start(), Duration::from_secs(seconds)));
    }
}

#[cfg(test)]
mod tests {
    use super::Failures;
    use crate::client::Client;

    #[test]
    fn whoever_fails_too_often_is_not_listened_to_and_nobody_else_is_touched() {
        let failures = Failures::per_minute(3);
        let [one, other, ours] = ["203.0.113.7", "203.0.113.8", "127.0.0.1"].map(|address| Client::connected(address.parse().unwrap()));
        for _ in 0..3 {
            assert_eq!(failures.listen(&one), Ok(()));
            failures.count(&one);
        }
        assert_eq!(failures.listen(&one), Ok(()), "three are allowed");
        failures.count(&one);
        assert!(failures.listen(&one).is_err_and(|seconds| (1..=21).contains(&seconds)));
        assert_eq!(failures.listen(&other), Ok(()));
        for _ in 0..9 {
            failures.count(&ours);
        }
        assert_eq!(failures.listen(&ours), Ok(()));
    }
}
