//! Points in time as providers write them: a zone's own calendar and clock, and RFC 3339.
//! Only conversion; nobody asks here what time it is, and no provider's own form stands here.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The time zone that a provider keeps its days in. It has one offset the whole year round, as the zones of all our providers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    /// What people call it, as in "ten o'clock in …".
    pub name: &'static str,
    offset: Offset,
}

/// The one zone of China.
pub const BEIJING: Zone = Zone::ahead("Beijing", 8);

/// Reads the date of a reply (RFC 9110, 5.6.7) into unix seconds.
#[must_use]
pub fn of_reply(headers: &http::HeaderMap) -> Option<i64> {
    let dated = headers.get(http::header::DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(dated).ok().map(Timestamp::as_second)
}

/// Writes unix seconds as the date of a reply: `Sun, 06 Nov 1994 08:49:37 GMT`.
#[cfg(feature = "provider")]
#[must_use]
pub fn dated(unix: i64) -> String {
    let at = Timestamp::from_second(unix).unwrap_or(Timestamp::MAX);
    at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

impl Zone {
    /// A zone that is so many hours ahead of UTC.
    const fn ahead(name: &'static str, hours: i8) -> Self {
        Self { name, offset: Offset::constant(hours) }
    }

    /// Writes unix seconds as `2026-01-01T08:00:00+08:00`.
    #[must_use]
    pub fn format(&self, unix: i64) -> String {
        format!("{}T{}{}", self.date(unix), self.local(unix).time(), offset_text(self.offset))
    }

    /// Writes unix seconds as `2026-01-01 08:00:00`, the offset understood.
    #[must_use]
    pub fn format_plain(&self, unix: i64) -> String {
        format!("{} {}", self.date(unix), self.local(unix).time())
    }

    /// Reads `2026-01-01 08:00:00` of this zone into unix seconds.
    #[must_use]
    pub fn parse_plain(&self, text: &str) -> Option<i64> {
        let (date, clock) = text.split_once(' ')?;
        // Eight characters of clock: neither a fraction nor a zone of its own.
        (clock.len() == 8).then(|| parse(&format!("{date}T{clock}{}", offset_text(self.offset)))).flatten()
    }

    /// The calendar day as `2026-01-01`.
    #[must_use]
    pub fn date(&self, unix: i64) -> String {
        self.local(unix).date().to_string()
    }

    /// The first second of `2026-01-01`, in unix seconds.
    #[must_use]
    pub fn parse_date(&self, text: &str) -> Option<i64> {
        self.parse_plain(&format!("{text} 00:00:00"))
    }

    /// The calendar day as `20260101`.
    #[must_use]
    pub fn compact_date(&self, unix: i64) -> String {
        self.date(unix).replace('-', "")
    }

    fn local(&self, unix: i64) -> DateTime {
        let end = if unix < 0 { Timestamp::MIN } else { Timestamp::MAX };
        self.offset.to_datetime(Timestamp::from_second(unix).unwrap_or(end))
    }
}

/// As RFC 3339 writes it.
fn offset_text(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// Reads RFC 3339 with any offset into unix seconds; a fraction of a second is cut off.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    // A calendar's parser takes more than RFC 3339 does: other separators, no separators, names of zones.
    let (time, rest) = text.split_at_checked(19)?;
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (zone.len() < fraction.len()).then_some(zone)?
        }
        None => rest,
    };
    let is_zone = matches!(zone, "Z" | "z") || looks_like(zone, "+00:00") || looks_like(zone, "-00:00");
    let is_time = looks_like(time, "0000-00-00T00:00:00") || looks_like(time, "0000-00-00t00:00:00");
    (is_time && is_zone).then(|| format!("{time}{zone}").parse::<Timestamp>().ok()).flatten().map(Timestamp::as_second)
}

/// Whether the text has the pattern's characters, and digits where it has noughts.
fn looks_like(text: &str, pattern: &str) -> bool {
    let same = |(ours, theirs): (u8, u8)| if theirs == b'0' { ours.is_ascii_digit() } else { ours == theirs };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_moments_are_written_and_read() {
        assert_eq!(BEIJING.format(1_767_225_600), "2026-01-01T08:00:00+08:00");
        assert_eq!(parse("2026-01-01T08:00:00+08:00"), Some(1_767_225_600));
        assert_eq!(parse("2026-01-01T00:00:00Z"), Some(1_767_225_600));
        assert_eq!(parse("2025-12-31T19:00:00.999-05:00"), Some(1_767_225_600));
        assert_eq!(parse("2024-02-29T00:00:00+08:00"), Some(1_709_136_000));
        assert_eq!(BEIJING.compact_date(1_767_225_600), "20260101");
        assert_eq!(BEIJING.format_plain(1_767_225_605), "2026-01-01 08:00:05");
        assert_eq!(BEIJING.parse_plain("2026-01-01 08:00:05"), Some(1_767_225_605));
        assert_eq!(BEIJING.parse_plain("2026-01-01T08:00:05"), None);
        assert_eq!(BEIJING.parse_plain("2026-01-01 08:00:05Z"), None);
        assert_eq!(BEIJING.date(1_767_225_600 - 8 * 3600 - 1), "2025-12-31");
        assert_eq!(BEIJING.parse_date("2026-01-01"), Some(1_767_225_600 - 8 * 3600));
        assert_eq!(BEIJING.parse_date("20260101"), None);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-01-01",
            "2026-01-01 08:00:00+08:00",
            "2026-01-01T08:00:00",
            "2026-13-01T08:00:00Z",
            "2025-02-29T08:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T08:00:00+0800",
            "2026-01-01T08:00:00.Z",
            "2026-+1-01T08:00:00Z",
            "2026-01-01T08:00:00+08:00x",
            "2026-1-001T08:00:00Z",
            "26-001-001T08:00:00Z",
            "２026-01-01T08:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_second_of_ten_millennia_survives_the_round_trip(unix in 0_i64..253_000_000_000) {
            prop_assert_eq!(parse(&BEIJING.format(unix)), Some(unix));
        }
    }

    #[cfg(feature = "provider")]
    #[test]
    fn replies_are_dated_as_http_writes_it() {
        let headers = |text: &str| http::HeaderMap::from_iter([(http::header::DATE, http::HeaderValue::from_str(text).unwrap())]);
        assert_eq!(dated(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(of_reply(&headers(&dated(784_111_777))), Some(784_111_777));
        for text in ["", "yesterday", "Sun, 06 Nov 1994 08:49"] {
            assert_eq!(of_reply(&headers(text)), None, "{text}");
        }
        assert_eq!(of_reply(&http::HeaderMap::new()), None);
    }
}
