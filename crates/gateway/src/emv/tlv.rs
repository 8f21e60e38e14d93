//! The text form of EMV codes (EMV QRCPS merchant-presented mode 1.1, chapter 4): identifier, length, value, and the
//! checksum at the end. What the identifiers mean is not known here.

/// Objects in the order in which they were put.
#[derive(Default)]
pub(super) struct Objects(String);

impl Objects {
    /// Adds an object. Lengths count characters; `None` for an empty value or one of more than 99.
    pub fn put(mut self, id: u8, value: &str) -> Option<Self> {
        let length = value.chars().count();
        if !(1..=99).contains(&length) || value.chars().any(char::is_control) {
            return None;
        }
        self.0.push_str(&format!("{id:02}{length:02}{value}"));
        Some(self)
    }

    /// Adds an object if there is a value for it.
    pub fn put_some(self, id: u8, value: Option<&str>) -> Option<Self> {
        match value {
            Some(value) => self.put(id, value),
            None => Some(self),
        }
    }

    /// Adds an object whose value is objects.
    pub fn nest(self, id: u8, inside: Self) -> Option<Self> {
        self.put(id, &inside.0)
    }

    /// The payload, closed by its checksum.
    pub fn payload(self) -> String {
        let summed = format!("{}6304", self.0);
        let sum = checksum(summed.as_bytes());
        format!("{summed}{sum:04X}")
    }
}

/// CRC-16/IBM-3740: polynomial 1021, initial value FFFF, nothing reflected.
fn checksum(bytes: &[u8]) -> u16 {
    let bit = |crc: u16| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 };
    bytes.iter().fold(0xffff, |crc, byte| (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| bit(crc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_catalogue_comes_out() {
        assert_eq!(checksum(b"123456789"), 0x29b1);
    }

    #[test]
    fn what_does_not_fit_is_no_object() {
        assert!(Objects::default().put(59, "").is_none());
        assert!(Objects::default().put(59, &"x".repeat(100)).is_none());
        assert!(Objects::default().put(59, "a\nb").is_none());
    }
}
