//! Access tokens of both endpoints and tickets, which live for two hours and are then replaced; and quotas of a day. Pure: time and
//! new texts are arguments.

use gateway::official_account::server::{ErrorReply, RENEWAL_PAUSE, RENEWALS_PER_DAY, TOKEN_LIFE, TOKEN_OVERLAP};

/// How often a day the older endpoint gives a token.
const TOKENS_PER_DAY: usize = 2000;

/// What one endpoint has given.
#[derive(Default)]
pub(super) struct Leases {
    given: Vec<Lease>,
    renewals: DailyQuota,
}

struct Lease {
    value: String,
    ends_at: i64,
    /// Ended by another before its time.
    superseded: bool,
}

/// How often something happened on the last day on which it did, by Beijing's date.
#[derive(Default)]
pub(super) struct DailyQuota {
    number: i64,
    count: usize,
    last: Option<i64>,
}

impl Leases {
    /// The one in use, until its last five minutes: then there is another, and both are good. With its remaining seconds.
    pub fn current(&mut self, now: i64, fresh: String) -> (String, i64) {
        let newest = self.given.last().filter(|lease| !lease.superseded && lease.ends_at - now > TOKEN_OVERLAP);
        match newest {
            Some(lease) => (lease.value.clone(), lease.ends_at - now),
            None => self.give(now, fresh),
        }
    }

    /// A new one at once, and the one before ends: 20 times a day, half a minute apart.
    pub fn renewed(&mut self, now: i64, fresh: String) -> Result<(String, i64), ErrorReply> {
        self.renewals.count(now, RENEWALS_PER_DAY, RENEWAL_PAUSE)?;
        self.end_all(now);
        Ok(self.give(now, fresh))
    }

    /// A new one at once; those before have five minutes left.
    pub fn another(&mut self, now: i64, fresh: String) -> Result<(String, i64), ErrorReply> {
        self.renewals.count(now, TOKENS_PER_DAY, 0)?;
        self.end_all(now + TOKEN_OVERLAP);
        Ok(self.give(now, fresh))
    }

    /// Whether this is one of them: `None` if not, else whether it is good.
    pub fn judge(&self, value: &str, now: i64) -> Option<Result<(), ErrorReply>> {
        let lease = self.given.iter().find(|lease| lease.value == value)?;
        Some(match (now < lease.ends_at, lease.superseded) {
            (true, _) => Ok(()),
            (false, true) => Err(ErrorReply::of(40001)),
            (false, false) => Err(ErrorReply::of(42001)),
        })
    }

    fn give(&mut self, now: i64, value: String) -> (String, i64) {
        self.given.push(Lease { value: value.clone(), ends_at: now + TOKEN_LIFE, superseded: false });
        (value, TOKEN_LIFE)
    }

    fn end_all(&mut self, at: i64) {
        for lease in self.given.iter_mut().filter(|lease| lease.ends_at > at) {
            lease.ends_at = at;
            lease.superseded = true;
        }
    }
}

impl DailyQuota {
    /// Counts one more: 45011 if it comes sooner after the last one than `pause` seconds, 45009 if it is beyond the day's `limit`.
    pub fn count(&mut self, now: i64, limit: usize, pause: i64) -> Result<(), ErrorReply> {
        let number = (now + 8 * 3600).div_euclid(24 * 3600);
        if number != self.number {
            (self.number, self.count) = (number, 0);
        }
        if self.last.is_some_and(|last| now - last < pause) {
            return Err(ErrorReply::of(45011));
        }
        if self.count >= limit {
            return Err(ErrorReply::of(45009));
        }
        self.count += 1;
        self.last = Some(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use gateway::official_account::server::MESSAGES_PER_DAY;

    use super::*;

    #[test]
    fn a_day_has_its_number_of_messages_and_the_next_by_beijings_date_has_them_again() {
        let (mut day, midnight) = (DailyQuota::default(), 1_767_225_600 - 8 * 3600 + 24 * 3600);
        assert!((0..MESSAGES_PER_DAY).all(|_| day.count(midnight - 1, MESSAGES_PER_DAY, 0).is_ok()));
        assert_eq!(day.count(midnight - 1, MESSAGES_PER_DAY, 0), Err(ErrorReply::of(45009)));
        assert_eq!(day.count(midnight, MESSAGES_PER_DAY, 0), Ok(()));
    }
}
