//! The time left to pay, from signed server time: as text, as a bar for the last minutes, and as words at a few moments.

use protocol::decimal;

use super::View;
use super::element::{Attr, Element, element, named};

/// The bar empties during these last seconds. A code does not say when it was made, so a bar of its whole life would lie.
const LAST: i64 = 300;

/// The last seconds, in which the code looks different.
pub(super) const LOW: i64 = 60;

/// Seconds left until that moment; never negative. `None` while the backend's time is unknown.
pub(super) fn seconds_left(view: &View<'_>, deadline: i64) -> Option<i64> {
    view.now.map(|now| (deadline - now).max(0))
}

/// Label, clock and bar.
pub(super) fn countdown(view: &View<'_>, left: i64) -> Element {
    let name = if left <= LOW { "countdown low" } else { "countdown" };
    let bar = (left <= LAST).then(|| {
        element("progress")
            .attr(Attr::Class, "bar")
            .attr(Attr::AriaHidden, "true")
            .attr_owned(Attr::Max, decimal::text(LAST))
            .attr_owned(Attr::Value, decimal::text(left))
    });
    let clock = element("span").attr(Attr::Role, "timer").attr(Attr::Class, "clock").text_owned(clock(left));
    let line = element("p").child(element("span").text(view.messages.time_left())).child(clock);
    named("div", name).child(line).maybe(bar)
}

/// What to announce with that much time left, once the last minutes have begun.
pub(super) fn milestone(view: &View<'_>, left: i64) -> Option<&'static str> {
    match left {
        0 => None,
        1..=30 => Some(view.messages.thirty_seconds()),
        31..=60 => Some(view.messages.one_minute()),
        61..=LAST => Some(view.messages.five_minutes()),
        _ => None,
    }
}

/// `4:05`, from an hour on `1:04:05`.
fn clock(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    // A hundred on top keeps a leading zero; it is cut off again.
    let two = |number: i64| decimal::text(number + 100).split_off(1);
    let (first, rest) = if hours > 0 { (hours, [two(minutes), two(seconds)].join(":")) } else { (minutes, two(seconds)) };
    [decimal::text(first), rest].join(":")
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn clocks_show_minutes_and_hours_only_when_there_are_any() {
        assert_eq!([0, 9, 60, 899, 3600, 7199].map(clock), ["0:00", "0:09", "1:00", "14:59", "1:00:00", "1:59:59"]);
    }
}
