//! A rate limit: how often a client may ask.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::client::{Client, Who};

/// After so many questions those who are silent again are forgotten.
const FORGET_EVERY: u32 = 10_000;

type Limiter = RateLimiter<Who, HashMapStateStore<Who>, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// A bucket for each client, full at first.
pub(super) struct Clients {
    limiter: Option<Limiter>,
    asked: AtomicU32,
}

impl Clients {
    /// So many in a minute, at most that many at once; none are counted with 0.
    pub(super) fn per_minute(number: u32) -> Clients {
        let limiter =
            NonZeroU32::new(number).map(|number| RateLimiter::new(Quota::per_minute(number), HashMapStateStore::default(), MonotonicClock));
        Clients { limiter, asked: AtomicU32::new(0) }
    }

    pub(super) fn pass(&self, client: &Client) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let Some(who) = client.who() else { return Ok(()) };
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter.check_key(&who).map_err(|later| later.wait_time_from(MonotonicClock.now()).as_secs() + 1)
    }
}
