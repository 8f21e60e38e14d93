//! Clients whose word proved false too often: forged notifications, keys that are none. They are refused before anything is verified,
//! so that garbage costs little, and whoever speaks the truth is never counted.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::clients::{Clients, household};

/// From so many on, those whose time is over are forgotten.
const FORGET_FROM: usize = 10_000;

/// Who has failed how often, and until when nobody listens.
pub(crate) struct Failures {
    counted: Clients,
    refused: Mutex<HashMap<IpAddr, Instant>>,
}

impl Failures {
    /// So many in a minute are listened to; any number with 0.
    pub(super) fn per_minute(number: u32) -> Failures {
        Failures { counted: Clients::per_minute(number), refused: Mutex::default() }
    }

    /// Whether a client is listened to, or for how many seconds it should be silent.
    pub(crate) fn listen(&self, client: &str) -> Result<(), u64> {
        let Some(client) = household(client) else { return Ok(()) };
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match refused.get(&client).and_then(|until| until.checked_duration_since(Instant::now())) {
            Some(left) => Err(left.as_secs() + 1),
            None => {
                refused.remove(&client);
                Ok(())
            }
        }
    }

    /// Counts what proved false.
    pub(crate) fn count(&self, client: &str) {
        let (Err(seconds), Some(client)) = (self.counted.pass(client), household(client)) else { return };
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if refused.len() >= FORGET_FROM {
            refused.retain(|_, until| *until > now);
        }
        refused.insert(client, now + Duration::from_secs(seconds));
    }
}

#[cfg(test)]
mod tests {
    use super::Failures;

    #[test]
    fn whoever_fails_too_often_is_not_listened_to_and_nobody_else_is_touched() {
        let failures = Failures::per_minute(3);
        for _ in 0..3 {
            assert_eq!(failures.listen("203.0.113.7"), Ok(()));
            failures.count("203.0.113.7");
        }
        assert_eq!(failures.listen("203.0.113.7"), Ok(()), "three are allowed");
        failures.count("203.0.113.7");
        assert!(failures.listen("203.0.113.7").is_err_and(|seconds| (1..=21).contains(&seconds)));
        assert_eq!(failures.listen("203.0.113.8"), Ok(()));
        for _ in 0..9 {
            failures.count("127.0.0.1");
        }
        assert_eq!(failures.listen("127.0.0.1"), Ok(()));
    }
}
