//! Which part of a file is asked for (RFC 9110 §14): one range of bytes; whoever asks for several gets all of it.

/// What of a file is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// These bytes, the last one with them.
    Some(u64, u64),
    /// Nothing of what is asked for is there.
    Beyond,
}

/// Reads a `Range` of a file of that length.
pub(crate) fn part(range: Option<&str>, length: u64) -> Part {
    let Some((unit, text)) = range.and_then(|range| range.split_once('=')) else { return Part::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || text.contains(',') {
        return Part::Whole;
    }
    let Some((first, last)) = text.trim().split_once('-') else { return Part::Whole };
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    match (number(first), number(last)) {
        // The last so many bytes.
        (None, Some(most)) if first.is_empty() => match most.min(length) {
            0 => Part::Beyond,
            most => Part::Some(length - most, length - 1),
        },
        (Some(first), _) if first >= length => Part::Beyond,
        (Some(first), Some(last)) if first <= last => Part::Some(first, last.min(length - 1)),
        (Some(first), None) if last.is_empty() => Part::Some(first, length - 1),
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, part};

    #[test]
    fn one_range_is_understood_and_everything_else_is_all_of_it() {
        for (range, told) in [
            (None, Part::Whole),
            (Some("bytes=0-"), Part::Some(0, 9)),
            (Some("bytes=2-4"), Part::Some(2, 4)),
            (Some("Bytes=2-400"), Part::Some(2, 9)),
            (Some("bytes=-3"), Part::Some(7, 9)),
            (Some("bytes=-30"), Part::Some(0, 9)),
            (Some("bytes=-0"), Part::Beyond),
            (Some("bytes=10-"), Part::Beyond),
            (Some("bytes=4-2"), Part::Whole),
            (Some("bytes=0-1,4-5"), Part::Whole),
            (Some("bytes=+1-2"), Part::Whole),
            (Some("bytes=a-b"), Part::Whole),
            (Some("lines=0-1"), Part::Whole),
            (Some("bytes"), Part::Whole),
        ] {
            assert_eq!(part(range, 10), told, "{range:?}");
        }
        assert_eq!(part(Some("bytes=0-"), 0), Part::Beyond);
        assert_eq!(part(Some("bytes=-5"), 0), Part::Beyond);
    }
}
