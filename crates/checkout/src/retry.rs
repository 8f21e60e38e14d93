//! Backoff: how long to wait before asking again. Waiting never ends for good: the longest pause is short enough to sit through.

/// The first pause after a failure, milliseconds.
const FIRST_MS: i64 = 1_000;
/// The longest pause after failures, milliseconds.
const LONGEST_MS: i64 = 15_000;
/// A `Retry-After` beyond this is not believed, seconds.
const LONGEST_RETRY_AFTER: u32 = 60;

/// The pause after that many failures in a row (1 or more), milliseconds; spread over its upper half by `jitter`.
pub(crate) fn pause_ms(failures: u32, retry_after: Option<u32>, jitter: u8) -> i64 {
    let doublings = failures.saturating_sub(1).min(4);
    let whole = (FIRST_MS << doublings).min(LONGEST_MS);
    let spread = whole / 2 + whole / 2 * i64::from(jitter) / 255;
    let asked = retry_after.map_or(0, |seconds| i64::from(seconds.min(LONGEST_RETRY_AFTER)) * 1000);
    spread.max(asked)
}

#[cfg(test)]
mod tests {
    use super::pause_ms;

    #[test]
    fn pauses_grow_to_fifteen_seconds_and_are_spread() {
        let longest = |failures| pause_ms(failures, None, 255);
        assert_eq!([1, 2, 3, 4, 5, 6, 1000].map(longest), [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
        assert_eq!(pause_ms(5, None, 0), 7_500);
    }

    #[test]
    fn retry_after_is_honoured_within_reason() {
        assert_eq!(pause_ms(1, Some(30), 0), 30_000);
        assert_eq!(pause_ms(1, Some(86_400), 0), 60_000);
        assert_eq!(pause_ms(5, Some(1), 255), 15_000);
    }
}
