//! How often a client may ask. A client is an address, or the 64 bits of an IPv6 address that one household has. Programs on this machine
//! are not counted: they are the merchant's own, or a proxy that the configuration does not tell of and behind which everybody stands.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// After so many questions those who are silent again are forgotten.
const FORGET_EVERY: u32 = 10_000;

type Limiter = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

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

    pub(super) fn pass(&self, client: &str) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let Some(client) = household(client) else { return Ok(()) };
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter.check_key(&client).map_err(|later| later.wait_time_from(MonotonicClock.now()).as_secs() + 1)
    }
}

/// Who counts as one; nobody whose address is not known or of this machine.
pub(super) fn household(client: &str) -> Option<IpAddr> {
    let address: IpAddr = client.parse().ok()?;
    match address {
        address if address.is_loopback() => None,
        IpAddr::V6(address) => Some(IpAddr::V6((u128::from(address) >> 64 << 64).into())),
        address => Some(address),
    }
}
