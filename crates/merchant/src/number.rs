//! The number of an order: what people read out, write down and look up. It follows from the order's id and never leads back to it, so
//! knowing it is no right.
//!
//! Ten characters of Crockford's base 32: nine of a digest of the id, and a check character, so that one mistyped character, or two
//! exchanged ones, make no other order's number.

use std::fmt;

use protocol::{Digest, OrderId};

/// Crockford's alphabet: without I, L, O and U, which are misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many characters carry the number; one more checks it.
const CARRYING: usize = 9;

/// A number of an order.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OrderNumber([u8; CARRYING + 1]);

impl OrderNumber {
    /// The number of that order.
    pub fn of(id: &OrderId) -> OrderNumber {
        let digest = Digest::of(id.as_str().as_bytes());
        let bits = digest.as_bytes().iter().take(6).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        OrderNumber(write_checked(bits))
    }

    /// Reads a number as a person writes it: in small letters, with O for 0 and I or L for 1, with spaces or hyphens in it. `None` for
    /// what is none, and where a character was mistyped.
    pub fn parse(text: &str) -> Option<OrderNumber> {
        read_checked(text).map(OrderNumber)
    }

    /// The ten characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The lowest bits, five a character, and behind them the character that checks them.
pub(crate) fn write_checked<const N: usize>(bits: u64) -> [u8; N] {
    let mut values = [0_u8; N];
    let (carrying, checking) = values.split_at_mut(N - 1);
    for (place, value) in carrying.iter_mut().enumerate() {
        *value = (bits >> (5 * place) & 31).to_le_bytes()[0];
    }
    checking[0] = check(carrying);
    values.map(|value| ALPHABET[usize::from(value)])
}

/// Reads such characters as a person writes them. `None` where one of them was mistyped.
pub(crate) fn read_checked<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut values = Vec::new();
    for byte in text.bytes().filter(|byte| !b" -".contains(byte)) {
        let byte = match byte.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            byte => byte,
        };
        values.push(u8::try_from(ALPHABET.iter().position(|known| *known == byte)?).ok()?);
    }
    let values: [u8; N] = values.try_into().ok()?;
    let (checking, carrying) = values.split_last()?;
    (check(carrying) == *checking).then(|| values.map(|value| ALPHABET[usize::from(value)]))
}

/// A weighted sum in the field of 32 elements, each place with a power of its own: no two places weigh the same, so that every single
/// wrong value and every exchange of two shows.
fn check(values: &[u8]) -> u8 {
    values.iter().rev().fold(0, |sum, value| doubled(sum ^ value))
}

/// Times x, modulo x⁵ + x² + 1.
fn doubled(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for OrderNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(random: u8) -> OrderNumber {
        OrderNumber::of(&OrderId::from_random([random; 16]))
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for random in 0..=255 {
            let number = number(random);
            assert_eq!(number.as_str().len(), 10);
            let written = number.as_str().to_lowercase().replace('0', "o").replace('1', "l");
            let written = format!(" {}-{} {}", &written[..3], &written[3..6], &written[6..]);
            assert_eq!(OrderNumber::parse(&written), Some(number), "{written}");
        }
        for bad in ["", "0", "ord_AAAAAA", "UUUUUUUUUU", "00000000000", "é000000000"] {
            assert_eq!(OrderNumber::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn one_mistyped_character_or_two_exchanged_ones_are_noticed() {
        for random in 0..=60 {
            let number = number(random).0;
            for place in 0..10 {
                for other in ALPHABET.iter().filter(|other| **other != number[place]) {
                    let mut mistyped = number;
                    mistyped[place] = *other;
                    assert_eq!(OrderNumber::parse(std::str::from_utf8(&mistyped).unwrap()), None);
                }
                for with in (place + 1..10).filter(|with| number[*with] != number[place]) {
                    let mut exchanged = number;
                    exchanged.swap(place, with);
                    assert_eq!(OrderNumber::parse(std::str::from_utf8(&exchanged).unwrap()), None);
                }
            }
        }
    }
}
