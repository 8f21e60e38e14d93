//! The server's time as the widget knows it: learned from signed answers, run forward on the monotonic clock.
//! The device's own clock decides nothing (docs/spec/signing.md §5).

/// An estimate of the backend's clock. Monotonic times are milliseconds from an origin of the caller's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerClock(Option<Sample>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sample {
    server_ms: i64,
    monotonic_ms: i64,
    round_trip_ms: i64,
}

impl ServerClock {
    /// Takes in a verified answer: its `created` (unix seconds), and when (monotonic ms) its request left and it was complete.
    /// The sample with the smallest round trip is kept. A long poll that was held is a poor sample and drops out by itself. It still says
    /// that the estimate is behind, if that lies before what has been signed: `created` leaves out what has passed of its second.
    pub fn learn(&mut self, created: i64, sent_ms: i64, received_ms: i64) {
        let round_trip_ms = received_ms - sent_ms;
        let better = self.0.is_none_or(|known| round_trip_ms < known.round_trip_ms);
        if better {
            let server_ms = created * 1000 + round_trip_ms / 2;
            self.0 = Some(Sample { server_ms, monotonic_ms: received_ms, round_trip_ms });
        } else if let Some(known) = &mut self.0 {
            known.server_ms = known.server_ms.max(created * 1000 + known.monotonic_ms - received_ms);
        }
    }

    /// The backend's time in unix milliseconds, or `None` before the first verified answer.
    pub fn now_ms(&self, monotonic_ms: i64) -> Option<i64> {
        let sample = self.0?;
        Some(sample.server_ms + monotonic_ms - sample.monotonic_ms)
    }

    /// The backend's time in unix seconds.
    pub fn now(&self, monotonic_ms: i64) -> Option<i64> {
        self.now_ms(monotonic_ms).map(|ms| ms.div_euclid(1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_with_the_smallest_round_trip_wins_and_runs_forward() {
        let mut clock = ServerClock::default();
        assert_eq!(clock.now(5), None);
        clock.learn(1000, 0, 400);
        assert_eq!(clock.now_ms(400), Some(1_000_200));
        clock.learn(1010, 10_000, 10_900);
        assert_eq!(clock.now_ms(10_900), Some(1_010_700));
        clock.learn(1020, 20_000, 20_100);
        assert_eq!(clock.now_ms(20_100), Some(1_020_050));
        assert_eq!(clock.now(30_100), Some(1030));
    }

    #[test]
    fn what_was_signed_is_never_in_the_future() {
        let mut clock = ServerClock::default();
        // Signed at the end of its second.
        clock.learn(1000, 0, 10);
        clock.learn(1005, 4_000, 4_900);
        assert_eq!((clock.now_ms(4_900), clock.now_ms(5_000)), (Some(1_005_000), Some(1_005_100)));
        // What is late holds nothing back.
        clock.learn(1004, 4_500, 6_000);
        assert_eq!(clock.now_ms(6_000), Some(1_006_100));
    }
}
