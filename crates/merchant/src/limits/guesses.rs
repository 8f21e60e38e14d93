//! Guesses of discount codes: whoever tries one after the other is soon told to wait, while the same wrong code, asked again with every
//! change of a cart, counts once.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};

use super::failures::Failures;
use crate::client::{Client, Who};

/// From so many clients on, their last guesses are forgotten.
const FORGET_FROM: usize = 10_000;

/// Who has guessed what last, and how often.
pub(crate) struct Guesses {
    failures: Failures,
    hasher: RandomState,
    last: Mutex<HashMap<Who, u64>>,
}

impl Guesses {
    /// So many in a minute are looked at; any number with 0.
    pub(super) fn per_minute(number: u32) -> Guesses {
        Guesses { failures: Failures::per_minute(number), hasher: RandomState::new(), last: Mutex::default() }
    }

    /// Whether a code of that client is looked at, or for how many seconds it should be silent.
    pub(crate) fn listen(&self, client: &Client, code: &str) -> Result<(), u64> {
        if self.is_last(client, code) { Ok(()) } else { self.failures.listen(client) }
    }

    /// Counts a code that is none.
    pub(crate) fn count(&self, client: &Client, code: &str) {
        let Some(who) = client.who() else { return };
        if self.is_last(client, code) {
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() >= FORGET_FROM {
            last.clear();
        }
        last.insert(who, self.hasher.hash_one(code));
        drop(last);
        self.failures.count(client);
    }

    fn is_last(&self, client: &Client, code: &str) -> bool {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        client.who().is_some_and(|who| last.get(&who) == Some(&self.hasher.hash_one(code)))
    }
}

#[cfg(test)]
mod tests {
    use super::Guesses;
    use crate::client::Client;

    #[test]
    fn guesses_are_counted_and_repetitions_are_not() {
        let guesses = Guesses::per_minute(3);
        let [one, other] = ["203.0.113.7", "203.0.113.8"].map(|address| Client::connected(address.parse().unwrap()));
        for _ in 0..9 {
            assert_eq!(guesses.listen(&one, "SPRNG"), Ok(()));
            guesses.count(&one, "SPRNG");
        }
        for code in ["A", "B", "C"] {
            assert_eq!(guesses.listen(&one, code), Ok(()), "{code}");
            guesses.count(&one, code);
        }
        assert!(guesses.listen(&one, "D").is_err_and(|seconds| (1..=21).contains(&seconds)));
        assert_eq!(guesses.listen(&one, "C"), Ok(()), "its cart is priced on");
        assert_eq!(guesses.listen(&other, "D"), Ok(()));
    }
}
