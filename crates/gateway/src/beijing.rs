//! Points in time as the Chinese wallets write them: RFC 3339 with the offset of Beijing.
//! Only conversion; nobody asks here what time it is.

/// Seconds that Beijing is ahead of UTC, the whole year round.
const OFFSET: i64 = 8 * 3600;
const DAY: i64 = 86_400;

/// Writes unix seconds as `2026-01-01T08:00:00+08:00`.
pub fn format(unix: i64) -> String {
    let local = unix.saturating_add(OFFSET);
    let (year, month, day) = civil(local.div_euclid(DAY));
    let second = local.rem_euclid(DAY);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}+08:00", second / 3600, second / 60 % 60, second % 60)
}

/// Writes unix seconds as `2026-01-01 08:00:00`, the offset understood.
pub fn format_plain(unix: i64) -> String {
    let text = format(unix);
    let zoneless = text.strip_suffix("+08:00").unwrap_or(&text);
    zoneless.replace('T', " ")
}

/// Reads `2026-01-01 08:00:00` of Beijing into unix seconds.
pub fn parse_plain(text: &str) -> Option<i64> {
    let (date, clock) = text.split_once(' ')?;
    // Eight characters of clock: neither a fraction nor a zone of its own.
    (clock.len() == 8).then(|| parse(&format!("{date}T{clock}+08:00"))).flatten()
}

/// The calendar day in Beijing as `2026-01-01`, as bills are asked for.
pub fn date(unix: i64) -> String {
    format(unix).split('T').next().unwrap_or_default().to_owned()
}

/// The first second of `2026-01-01` in Beijing, in unix seconds.
pub fn parse_date(text: &str) -> Option<i64> {
    parse_plain(&format!("{text} 00:00:00"))
}

/// Reads RFC 3339 with any offset into unix seconds; a fraction of a second is cut off.
pub fn parse(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let [year, month, day] = fields::<3>(date, '-')?;
    let rest = rest.strip_prefix(['T', 't'])?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let [hour, minute, second] = fields::<3>(clock, ':')?;
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (zone.len() < fraction.len()).then_some(zone)?
        }
        None => rest,
    };
    // With the number of groups and the length known, the separators' places fix every width.
    let aligned = date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-' && clock.as_bytes()[2] == b':' && clock.as_bytes()[5] == b':';
    let plausible = aligned && (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    let days = days(year, month, day);
    // A day that the month does not have would come back as another date.
    if !plausible || civil(days) != (year, month, day) {
        return None;
    }
    Some(days * DAY + hour * 3600 + minute * 60 + second - offset(zone)?)
}

/// The calendar day in Beijing as `20260101`, as it appears inside the wallets' ids.
pub fn compact_date(unix: i64) -> String {
    let (year, month, day) = civil(unix.saturating_add(OFFSET).div_euclid(DAY));
    format!("{year:04}{month:02}{day:02}")
}

fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let [hours, minutes] = fields::<2>(rest, ':')?;
    (rest.len() == 5 && hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Exactly `N` groups of digits.
fn fields<const N: usize>(text: &str, separator: char) -> Option<[i64; N]> {
    let mut groups = text.split(separator);
    let mut out = [0; N];
    for slot in &mut out {
        let group = groups.next()?;
        let digits = !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
        *slot = digits.then(|| group.parse().ok()).flatten()?;
    }
    groups.next().is_none().then_some(out)
}

/// Year, month and day of a count of days since 1970-01-01, in the proleptic Gregorian calendar.
/// The year is counted from March, so that the leap day is its last (400-year eras of 146 097 days).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The inverse of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_moments_are_written_and_read() {
        assert_eq!(format(1_767_225_600), "2026-01-01T08:00:00+08:00");
        assert_eq!(parse("2026-01-01T08:00:00+08:00"), Some(1_767_225_600));
        assert_eq!(parse("2026-01-01T00:00:00Z"), Some(1_767_225_600));
        assert_eq!(parse("2025-12-31T19:00:00.999-05:00"), Some(1_767_225_600));
        assert_eq!(parse("2024-02-29T00:00:00+08:00"), Some(1_709_136_000));
        assert_eq!(compact_date(1_767_225_600), "20260101");
        assert_eq!(format_plain(1_767_225_605), "2026-01-01 08:00:05");
        assert_eq!(parse_plain("2026-01-01 08:00:05"), Some(1_767_225_605));
        assert_eq!(parse_plain("2026-01-01T08:00:05"), None);
        assert_eq!(parse_plain("2026-01-01 08:00:05Z"), None);
        assert_eq!(date(1_767_225_600 - 8 * 3600 - 1), "2025-12-31");
        assert_eq!(parse_date("2026-01-01"), Some(1_767_225_600 - 8 * 3600));
        assert_eq!(parse_date("20260101"), None);
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
            prop_assert_eq!(parse(&format(unix)), Some(unix));
        }
    }
}
