//! Our payment ids in the letters that others take: `pay_` and 16 random bytes in base64url, as hex.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;

const PREFIX: &str = "pay_";

/// The random bytes of an id; `None` for what is no id of ours.
#[must_use]
pub fn bytes(id: &str) -> Option<[u8; 16]> {
    BASE64URL.decode(id.strip_prefix(PREFIX)?).ok()?.try_into().ok()
}

/// 32 digits of hex, for providers that take letters and digits alone; read back by [`from_hex`].
#[must_use]
pub fn hex(id: &str) -> Option<String> {
    bytes(id).map(hex::encode)
}

/// The id that [`hex()`] wrote so, in capitals or not.
#[must_use]
pub fn from_hex(text: &str) -> Option<String> {
    let mut bytes = [0; 16];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(format!("{PREFIX}{}", BASE64URL.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_id_of_ours_is_not_written() {
        for id in [
            "",
            "pay_",
            "ord_AAAAAAAAAAAAAAAAAAAAAA",
            "pay_AAAAAAAAAAAAAAAAAAAAA",
            "pay_AAAAAAAAAAAAAAAAAAAAAB",
            "pay_AAAAAAAAAAAAAAAAAAAA+A",
        ] {
            assert_eq!(hex(id), None, "{id}");
        }
        for text in ["", "0", "+0000000000000000000000000000000", "0000000000000000000000000000000g"] {
            assert_eq!(from_hex(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_id_comes_back_from_its_hex_in_capitals_too(random: [u8; 16]) {
            let id = protocol::PaymentId::from_random(random);
            let hex = hex(id.as_str()).unwrap();
            prop_assert_eq!(from_hex(&hex), Some(id.as_str().to_owned()));
            prop_assert_eq!(from_hex(&hex.to_uppercase()), Some(id.as_str().to_owned()));
        }
    }
}
