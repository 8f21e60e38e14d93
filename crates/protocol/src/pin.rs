//! Pins: the merchant's public keys as the page writes them, and the key ids derived from them (docs/spec/signing.md §1).

use crate::Code;
use crate::base64::{self, Alphabet};
use crate::digest::Digest;

/// At most this many pins: today's key, the next one, and one spare.
pub const MAX_PINS: usize = 3;

/// Keys printed in RFC 8037 A.1 and RFC 9421 B.1.4: their private halves are public.
const EXAMPLE_KEYS: [&str; 2] =
    ["ed25519-11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="];

/// y coordinates (little endian, sign bit cleared) of the eight points of small order on edwards25519.
const SMALL_ORDER: [[u8; 32]; 5] = [
    small_order("0000000000000000000000000000000000000000000000000000000000000000"),
    small_order("0100000000000000000000000000000000000000000000000000000000000000"),
    small_order("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    small_order("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    small_order("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
];

/// One pinned Ed25519 public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    key: [u8; 32],
    keyid: String,
}

impl Pin {
    /// Reads `ed25519-<standard base64 of 32 bytes>`.
    ///
    /// # Errors
    /// `pin-syntax`, `pin-length`, `pin-weak`.
    pub fn parse(token: &str) -> Result<Pin, Code> {
        let text = token.strip_prefix("ed25519-").ok_or(Code::PinSyntax)?;
        let bytes = base64::decode(Alphabet::Standard, text).ok_or(Code::PinSyntax)?;
        let key = bytes.try_into().map_err(|_| Code::PinLength)?;
        Pin::from_key(key)
    }

    /// Pins raw key bytes (RFC 8032 §5.1.2 encoding).
    ///
    /// # Errors
    /// `pin-weak` when the encoding is not canonical or the point is of small order.
    pub fn from_key(key: [u8; 32]) -> Result<Pin, Code> {
        if is_weak(&key) {
            return Err(Code::PinWeak);
        }
        let public = base64::encode(Alphabet::Url, &key);
        // RFC 7638 §3 with the members of RFC 8037 §2, in lexicographic order.
        let jwk = [r#"{"crv":"Ed25519","kty":"OKP","x":""#, &public, r#""}"#].concat();
        let keyid = base64::encode(Alphabet::Url, Digest::of(jwk.as_bytes()).as_bytes());
        Ok(Pin { key, keyid })
    }

    /// The raw key.
    pub fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// RFC 7638 thumbprint of the public JWK, base64url: `keyid` of signatures and `kid` of receipts.
    pub fn keyid(&self) -> &str {
        &self.keyid
    }

    /// The token as written on the page.
    pub fn token(&self) -> String {
        format!("ed25519-{}", base64::encode(Alphabet::Standard, &self.key))
    }
}

/// One to three pins; their order means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pins(Vec<Pin>);

impl Pins {
    /// Reads the value of `merchant-key`: tokens separated by white space. The example keys of RFCs are refused.
    ///
    /// # Errors
    /// The first `pin-…` code that applies. A bad pin is never skipped.
    pub fn parse(attribute: &str) -> Result<Pins, Code> {
        for token in attribute.split_ascii_whitespace() {
            if EXAMPLE_KEYS.contains(&token) {
                return Err(Code::PinTestKey);
            }
        }
        Pins::parse_any(attribute)
    }

    /// As [`Pins::parse`], but takes the example keys: for vectors and test builds.
    ///
    /// # Errors
    /// As [`Pins::parse`], without `pin-test-key`.
    pub fn parse_any(attribute: &str) -> Result<Pins, Code> {
        let mut pins: Vec<Pin> = Vec::new();
        for token in attribute.split_ascii_whitespace() {
            let pin = Pin::parse(token)?;
            if pins.contains(&pin) {
                return Err(Code::PinDuplicate);
            }
            pins.push(pin);
        }
        match pins.len() {
            0 => Err(Code::PinMissing),
            1..=MAX_PINS => Ok(Pins(pins)),
            _ => Err(Code::PinTooMany),
        }
    }

    /// The pin of exactly that key id.
    pub fn find(&self, keyid: &str) -> Option<&Pin> {
        self.0.iter().find(|pin| pin.keyid == keyid)
    }

    /// The first pin as written.
    pub fn first(&self) -> &Pin {
        &self.0[0]
    }
}

fn is_weak(key: &[u8; 32]) -> bool {
    let mut y = *key;
    y[31] &= 0x7f;
    // Canonical means y < p = 2^255 - 19 (RFC 8032 §5.1.3 step 1).
    let top = y[1..31].iter().all(|&byte| byte == 0xff) && y[31] == 0x7f;
    let not_canonical = top && y[0] >= 0xed;
    not_canonical || SMALL_ORDER.contains(&y)
}

/// Reads a constant at compile time.
const fn small_order(hex: &str) -> [u8; 32] {
    const fn nibble(symbol: u8) -> u8 {
        if symbol >= b'a' { symbol - b'a' + 10 } else { symbol - b'0' }
    }
    let mut bytes = [0; 32];
    let mut at = 0;
    while at < 32 {
        bytes[at] = nibble(hex.as_bytes()[2 * at]) << 4 | nibble(hex.as_bytes()[2 * at + 1]);
        at += 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";
    const OTHER: &str = "ed25519-11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    #[test]
    fn key_ids_are_the_thumbprints_of_rfc_8037_and_of_the_golden_key() {
        assert_eq!(Pin::parse(GOOD).unwrap().keyid(), "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U");
        assert_eq!(Pin::parse(OTHER).unwrap().keyid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(Pin::parse(GOOD).unwrap().token(), GOOD);
    }

    #[test]
    fn bad_pins_are_named_and_never_skipped() {
        let code = |text: &str| Pins::parse_any(text).unwrap_err();
        assert_eq!(code(""), Code::PinMissing);
        assert_eq!(code("rsa-AAAA"), Code::PinSyntax);
        assert_eq!(code("ed25519-JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"), Code::PinSyntax);
        assert_eq!(code("ed25519-AAAA"), Code::PinLength);
        assert_eq!(code(&format!("{GOOD} {GOOD}")), Code::PinDuplicate);
        assert_eq!(code(&format!("{GOOD} nonsense")), Code::PinSyntax);
        assert_eq!(Pins::parse(GOOD).unwrap_err(), Code::PinTestKey);
        assert!(Pins::parse_any(&format!("{GOOD}\n {OTHER}")).is_ok());
        let tokens: Vec<String> = (1..=4).map(|n| Pin::from_key([n + 8; 32]).unwrap().token()).collect();
        assert_eq!(code(&tokens.join(" ")), Code::PinTooMany);
    }

    #[test]
    fn small_order_and_non_canonical_keys_are_refused() {
        for y in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut key = y;
                key[31] |= sign;
                assert_eq!(Pin::from_key(key), Err(Code::PinWeak));
            }
        }
        for low in 0xed..=0xff {
            let mut key = [0xff; 32];
            key[0] = low;
            assert_eq!(Pin::from_key(key), Err(Code::PinWeak));
        }
    }
}
