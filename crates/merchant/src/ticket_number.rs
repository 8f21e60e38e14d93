//! The number of a ticket: what a door reads or somebody types. It is random, and tells neither the order nor anybody's name; who knows it
//! is let in by it, once.
//!
//! Nine characters of Crockford's base 32, as [`crate::number::OrderNumber`] has ten: eight of chance and one that checks them.

use std::fmt;

use crate::number::{read_checked, write_checked};
use crate::random;

/// How many characters carry the number; one more checks it.
const CARRYING: usize = 8;

/// A number of a ticket.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber([u8; CARRYING + 1]);

impl TicketNumber {
    /// One that hardly any other ticket has.
    pub(crate) fn random() -> TicketNumber {
        TicketNumber(write_checked(u64::from_le_bytes(random::bytes())))
    }

    /// Reads a number as a person writes it: in small letters, with O for 0 and I or L for 1, with spaces or hyphens in it. `None` for what
    /// is none, and where a character was mistyped.
    pub fn parse(text: &str) -> Option<TicketNumber> {
        read_checked(text).map(TicketNumber)
    }

    /// The nine characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for TicketNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::TicketNumber;

    #[test]
    fn a_number_is_read_as_people_write_it_and_a_slip_is_noticed() {
        for _ in 0..200 {
            let number = TicketNumber::random();
            let text = number.as_str().to_owned();
            assert_eq!(text.len(), 9);
            let written = text.to_lowercase().replace('0', "o").replace('1', "l");
            assert_eq!(TicketNumber::parse(&format!(" {}-{} {}", &written[..3], &written[3..6], &written[6..])), Some(number));
            let (first, rest) = text.split_at(1);
            let other = if first == "7" { "8" } else { "7" };
            assert_eq!(TicketNumber::parse(&format!("{other}{rest}")), None, "{text}");
        }
        for bad in ["", "0", "UUUUUUUUU", "é00000000", "0000000000"] {
            assert_eq!(TicketNumber::parse(bad), None, "{bad}");
        }
    }
}
