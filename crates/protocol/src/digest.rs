//! SHA-256 of a message's bytes, as the digest fields of RFC 9530 write it.

use crate::base64::{self, Alphabet};

/// The SHA-256 of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Hashes the bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(hmac_sha256::Hash::hash(bytes))
    }

    /// A digest known from elsewhere.
    pub fn from_bytes(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
    }

    /// Reads standard base64, as `quote_digest` is written in bodies.
    pub fn parse(text: &str) -> Option<Digest> {
        base64::decode(Alphabet::Standard, text)?.try_into().ok().map(Digest)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Standard base64.
    pub fn to_base64(self) -> String {
        base64::encode(Alphabet::Standard, &self.0)
    }

    /// Reads base64url without padding, as the parameter `d` of an address is written.
    pub fn parse_url(text: &str) -> Option<Digest> {
        base64::decode(Alphabet::Url, text)?.try_into().ok().map(Digest)
    }

    /// base64url without padding.
    pub fn to_url_base64(self) -> String {
        base64::encode(Alphabet::Url, &self.0)
    }

    /// The value of `Unencoded-Digest`: a dictionary with one member.
    pub fn to_field(self) -> String {
        ["sha-256=:", &self.to_base64(), ":"].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9530_examples_are_reproduced() {
        for (body, field) in [
            ("{\"hello\": \"world\"}\n", "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="),
            ("{\"hello\": \"world\"}", "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
            ("An unexceptional string\n", "5Bv3NIx05BPnh0jMph6v1RJ5Q7kl9LKMtQxmvc9+Z7Y="),
        ] {
            assert_eq!(Digest::of(body.as_bytes()).to_field(), format!("sha-256=:{field}:"));
            assert_eq!(Digest::parse(field), Some(Digest::of(body.as_bytes())));
        }
        assert_eq!(Digest::parse("X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE"), None);
        assert_eq!(Digest::parse("AAAA"), None);
    }

    #[test]
    fn addresses_write_it_in_the_other_alphabet_without_padding() {
        let digest = Digest::of(b"{}");
        assert_eq!(digest.to_url_base64(), "RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o");
        assert_eq!(Digest::parse_url(&digest.to_url_base64()), Some(digest));
        assert_eq!(Digest::parse_url(&digest.to_base64()), None);
        assert_eq!(Digest::parse_url("AAAA"), None);
    }
}
