//! The rate limit of refunds (WeChat Pay v3, 150 a second, of which 6 may fail). Pure: time is an argument.

/// Calls of one second.
const CALLS: u32 = 150;

/// Calls of one second that are refused.
const FAILURES: u32 = 6;

/// What happened in the second at hand.
#[derive(Default)]
pub(crate) struct RateLimit {
    second: i64,
    calls: u32,
    failures: u32,
}

impl RateLimit {
    /// Counts a call; `false` if there were too many already.
    pub fn admits(&mut self, now: i64) -> bool {
        if self.second != now {
            *self = Self { second: now, ..Self::default() };
        }
        self.calls = self.calls.saturating_add(1);
        self.calls <= CALLS && self.failures < FAILURES
    }

    /// Counts a call as refused.
    pub fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_second_forgives_what_was_too_much_in_this_one() {
        let mut rate = RateLimit::default();
        assert!((0..CALLS).all(|_| rate.admits(7)));
        assert!(!rate.admits(7));
        assert!(rate.admits(8));
    }

    #[test]
    fn six_failures_are_enough_for_a_second() {
        let mut rate = RateLimit::default();
        for _ in 0..FAILURES {
            assert!(rate.admits(7));
            rate.failed();
        }
        assert!(!rate.admits(7));
        assert!(rate.admits(8));
    }
}
