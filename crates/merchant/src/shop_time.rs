//! The shop's own days (`[merchant] time_zone`), and times as people write them. A day is as long as the zone makes it: 23 or 25 hours
//! where a summer time begins or ends.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Deserializer};

/// What people may write.
const FORMS: &str = "a time is 2026-11-27, 2026-11 (a month), today, yesterday, 2026-11-27T14:30, the same with a zone, or unix seconds";
/// The latest time that is taken, unix seconds: of this age of the world.
const LATEST: i64 = 9_999_999_999;

/// A time zone of the IANA database, whose rules are in this program.
#[derive(Clone, PartialEq, Eq)]
pub struct ShopTime(TimeZone);

impl ShopTime {
    /// Reads a name such as `Europe/Berlin`.
    ///
    /// # Errors
    /// One line.
    pub fn named(name: &str) -> Result<ShopTime, String> {
        let zone = jiff::tz::TimeZoneDatabase::bundled().get(name);
        zone.map(ShopTime).map_err(|_| format!("{name}: there is no such time zone; write its IANA name, such as Europe/Berlin"))
    }

    /// The name it was read by.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The day in which that is; `at` in unix seconds.
    pub fn date(&self, at: i64) -> Date {
        self.0.to_datetime(stamp(at)).date()
    }

    /// When a day begins, unix seconds: at midnight, or where the zone leaves that out when it is over.
    pub fn begin(&self, date: Date) -> i64 {
        self.unix(date.to_datetime(jiff::civil::Time::midnight()))
    }

    /// When the day after it begins, unix seconds.
    pub fn end(&self, date: Date) -> i64 {
        date.tomorrow().map_or(LATEST, |next| self.begin(next))
    }

    /// A time of RFC 3339 in this zone: `2026-11-27T14:30:00+01:00`, or `2026-11-27T13:30:00Z` while it has the time of UTC. `at` in unix
    /// seconds.
    pub fn write(&self, at: i64) -> String {
        let (at, offset) = (stamp(at), self.0.to_offset(stamp(at)));
        if offset.is_zero() { at.to_string() } else { at.display_with_offset(offset).to_string() }
    }

    /// The first second of what people wrote.
    ///
    /// # Errors
    /// One line that says what may be written.
    pub fn from(&self, text: &str, now: i64) -> Result<i64, String> {
        self.read(text, now).map(|(begin, _)| begin)
    }

    /// The first second behind what people wrote: behind all of a day or a month, and for a time that time itself.
    ///
    /// # Errors
    /// As [`ShopTime::from`].
    pub fn to(&self, text: &str, now: i64) -> Result<i64, String> {
        self.read(text, now).map(|(_, end)| end)
    }

    /// The first day of a month, `2026-11`, and the first of the next.
    pub fn month(text: &str) -> Option<(Date, Date)> {
        let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
        [year, month].concat().bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
        let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        Some((first, first.checked_add(1.month()).ok()?))
    }

    /// The month in which that is, `2026-11`; `at` in unix seconds.
    pub fn month_of(&self, at: i64) -> String {
        let date = self.date(at);
        format!("{:04}-{:02}", date.year(), date.month())
    }

    /// From when, and until when.
    fn read(&self, text: &str, now: i64) -> Result<(i64, i64), String> {
        let whole = |date: Date| (self.begin(date), self.end(date));
        let yesterday = || self.date(now).yesterday().map(whole).ok();
        let read = match text {
            "today" => Some(whole(self.date(now))),
            "yesterday" => yesterday(),
            // Four digits are meant as a year, and read as seconds they would be of 1970.
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() != 4 => digits.parse().ok().map(|at| (at, at)),
            month if month.len() == 7 => ShopTime::month(month).map(|(first, next)| (self.begin(first), self.begin(next))),
            day if day.len() == 10 => day.parse().ok().map(whole),
            time => self.time(time).map(|at| (at, at)),
        };
        read.filter(|(begin, end)| *begin >= 0 && *end <= LATEST).ok_or_else(|| format!("{text}: {FORMS}"))
    }

    fn time(&self, text: &str) -> Option<i64> {
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(at.as_second());
        }
        let is_local = text.len() >= 16 && text.is_ascii() && text.as_bytes()[10] == b'T' && !text.ends_with('Z');
        text.parse::<DateTime>().ok().filter(|_| is_local).map(|time| self.unix(time))
    }

    /// Of a time that the zone leaves out, the same time behind the gap; of one that it has twice, the first.
    fn unix(&self, time: DateTime) -> i64 {
        self.0.to_ambiguous_timestamp(time).compatible().map_or(LATEST, Timestamp::as_second)
    }
}

impl Default for ShopTime {
    fn default() -> Self {
        ShopTime(TimeZone::UTC)
    }
}

impl fmt::Debug for ShopTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl<'de> Deserialize<'de> for ShopTime {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        ShopTime::named(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

/// What no calendar has is its end.
fn stamp(unix: i64) -> Timestamp {
    Timestamp::from_second(unix).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-27T12:00:00Z.
    const NOW: i64 = 1_795_780_800;
    const DAY: i64 = 86_400;

    fn berlin() -> ShopTime {
        ShopTime::named("Europe/Berlin").unwrap()
    }

    fn utc(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn days_and_months_of_the_zone_begin_at_its_midnight() {
        let zone = berlin();
        for (text, begin, end) in [
            ("2026-11-27", "2026-11-26T23:00:00Z", "2026-11-27T23:00:00Z"),
            ("today", "2026-11-26T23:00:00Z", "2026-11-27T23:00:00Z"),
            ("yesterday", "2026-11-25T23:00:00Z", "2026-11-26T23:00:00Z"),
            ("2026-07", "2026-06-30T22:00:00Z", "2026-07-31T22:00:00Z"),
            ("2026-10", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"),
            ("2026-12", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"),
        ] {
            assert_eq!((zone.from(text, NOW), zone.to(text, NOW)), (Ok(utc(begin)), Ok(utc(end))), "{text}");
        }
        for (text, at) in [
            ("1795780800", NOW),
            ("2026-11-27T13:00", NOW),
            ("2026-11-27T13:00:00", NOW),
            ("2026-11-27T12:00:00Z", NOW),
            ("2026-11-27T20:00:00+08:00", NOW),
        ] {
            assert_eq!((zone.from(text, NOW), zone.to(text, NOW)), (Ok(at), Ok(at)), "{text}");
        }
        assert_eq!(zone.write(NOW), "2026-11-27T13:00:00+01:00");
        assert_eq!(ShopTime::default().write(NOW), "2026-11-27T12:00:00Z");
        let london = ShopTime::named("Europe/London").unwrap();
        let summer = utc("2026-07-01T12:00:00Z");
        assert_eq!((london.write(NOW).as_str(), london.write(summer).as_str()), ("2026-11-27T12:00:00Z", "2026-07-01T13:00:00+01:00"));
    }

    #[test]
    fn a_day_of_a_change_of_summer_time_has_its_own_length() {
        let zone = berlin();
        for (text, hours) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)] {
            assert_eq!(zone.to(text, NOW).unwrap() - zone.from(text, NOW).unwrap(), hours * 3600, "{text}");
        }
        // Half past two there is not on the one day, and twice on the other.
        assert_eq!(zone.from("2026-03-29T02:30", NOW), Ok(utc("2026-03-29T01:30:00Z")));
        assert_eq!(zone.from("2026-10-25T02:30", NOW), Ok(utc("2026-10-25T00:30:00Z")));
        // Where a summer time begins at midnight, the day begins at one.
        assert_eq!(ShopTime::named("Africa/Cairo").unwrap().from("2026-04-24", NOW), Ok(utc("2026-04-23T22:00:00Z")));
    }

    #[test]
    fn what_is_no_time_is_refused_in_words() {
        for text in [
            "",
            "2026-11-31",
            "2026-13",
            "2026-+1",
            "27.11.2026",
            "tomorrow",
            "2026",
            "-5",
            "99999999999",
            "2026-11-27 14:30",
            "2026-11-27T",
            "١٢",
        ] {
            assert!(berlin().from(text, NOW).unwrap_err().contains("2026-11-27"), "{text}");
        }
        assert!(ShopTime::named("Mars/Olympus").unwrap_err().contains("IANA"));
        assert_eq!(ShopTime::default().from("2026-11-27", NOW), Ok(NOW - DAY / 2));
    }
}
