//! Identifiers: each kind has its own type, so that one is never passed for another.

use std::fmt;

use crate::Digest;
use crate::base64::{self, Alphabet};
use crate::decimal;
use crate::json::{Fields, Value};

/// The most bytes an id may have.
const MAX_ID: usize = 64;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Reads 1 to 64 unreserved characters of RFC 3986: letters, digits, `-`, `.`, `_`, `~`.
            pub fn parse(text: &str) -> Option<$name> {
                is_id(text).then(|| $name(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            #[allow(dead_code, reason = "not every id is read from a body")]
            pub(crate) fn read(fields: &mut Fields<'_>, name: &str) -> $name {
                let text = fields.text(name);
                $name(checked(fields, text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl From<&$name> for Value {
            fn from(id: &$name) -> Value {
                Value::from(id.as_str())
            }
        }
    )* };
}

ids! {
    /// An order; knowing it is the right to read it, so it holds 128 random bits.
    OrderId;
    /// One attempt to pay an order.
    PaymentId;
    /// Who sells.
    MerchantId;
    /// A stock-keeping unit: the merchant's name of a thing for sale.
    Sku;
    /// A payment method, such as `wechat_pay`.
    Method;
}

/// What a page says that a cart is about, such as the shop's number of a visit: 1 to 64 unreserved characters, a letter or digit first.
/// Anybody can make a page say anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientReference(String);

impl ClientReference {
    /// Reads it.
    pub fn parse(text: &str) -> Option<ClientReference> {
        let begins_well = text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
        (begins_well && is_id(text)).then(|| ClientReference(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientReference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<&ClientReference> for Value {
    fn from(reference: &ClientReference) -> Value {
        Value::from(reference.as_str())
    }
}

impl OrderId {
    /// A new id out of 128 random bits.
    pub fn from_random(random: [u8; 16]) -> OrderId {
        OrderId(prefixed("ord_", random))
    }
}

impl PaymentId {
    /// A new id out of 128 random bits; 26 characters, which every provider takes as an order number.
    pub fn from_random(random: [u8; 16]) -> PaymentId {
        PaymentId(prefixed("pay_", random))
    }
}

fn prefixed(prefix: &str, random: [u8; 16]) -> String {
    [prefix, &base64::encode(Alphabet::Url, &random)].concat()
}

impl Method {
    /// What shoppers call a bank's scheme, in every language; any other method goes by its id.
    pub fn scheme_name(&self) -> &str {
        match self.as_str() {
            "pix" => "Pix",
            "promptpay" => "PromptPay",
            "paynow" => "PayNow",
            "qris" => "QRIS",
            "vietqr" => "VietQR",
            "duitnow" => "DuitNow",
            "fps" => "FPS",
            "khqr" => "KHQR",
            other => other,
        }
    }

    /// What a bank's app calls the place where a copied code goes, if not as the method is called.
    pub fn paste_name(&self) -> Option<&'static str> {
        (self.as_str() == "pix").then_some("Pix copia e cola")
    }

    /// Reads a list of methods.
    pub(crate) fn read_list(fields: &mut Fields<'_>, name: &str) -> Vec<Method> {
        let mut methods = Vec::new();
        for method in fields.list(name) {
            methods.push(Method(checked(fields, method.as_text().unwrap_or_default())));
        }
        methods
    }
}

/// The text of an id in a body.
#[inline(never)]
fn checked(fields: &mut Fields<'_>, text: &str) -> String {
    if !is_id(text) {
        fields.refuse();
    }
    text.to_owned()
}

fn is_id(text: &str) -> bool {
    text.len() <= MAX_ID && is_unreserved(text)
}

/// Whether this is one or more unreserved characters (RFC 3986 §2.3), which stand in an address as they are.
#[inline(never)]
pub(crate) fn is_unreserved(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

macro_rules! random_texts {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Writes 16 random bytes as base64url without padding, 22 characters.
            pub fn from_random(random: [u8; 16]) -> $name {
                $name(base64::encode(Alphabet::Url, &random))
            }

            /// Reads the canonical text of 16 bytes.
            pub fn parse(text: &str) -> Option<$name> {
                let bytes = base64::decode(Alphabet::Url, text)?;
                (bytes.len() == 16).then(|| $name(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )* };
}

random_texts! {
    /// 16 random bytes of one request, its query parameter `n`: freshness comes from it (docs/spec/signing.md §5).
    Nonce;
    /// 16 random bytes of one attempt: the same key and body count once (docs/spec/signing.md §2).
    IdempotencyKey;
    /// 16 random bytes that open what of an order is for its buyer alone (docs/spec/http.md §4.8). It stands in bodies and fragments only.
    OwnerKey;
}

impl OwnerKey {
    /// SHA-256 of the 16 bytes, which a backend keeps in place of the key.
    pub fn digest(&self) -> Digest {
        Digest::of(&base64::decode(Alphabet::Url, &self.0).unwrap_or_default())
    }

    /// What a browser that keeps the key is known by, where the key itself may not be told: 63 bits of its digest, in decimal digits.
    #[inline(never)]
    pub fn mark(&self) -> String {
        let [a, b, c, d, e, f, g, h, ..] = *self.digest().as_bytes();
        decimal::text(i64::from_be_bytes([a & 0x7f, b, c, d, e, f, g, h]))
    }
}

impl Nonce {
    /// Takes any text: vectors tell of requests that are not ours.
    pub(crate) fn as_sent(text: &str) -> Nonce {
        Nonce(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_to_unreserved_characters() {
        assert_eq!(OrderId::from_random([0; 16]).as_str(), "ord_AAAAAAAAAAAAAAAAAAAAAA");
        for text in ["", "a b", "a/b", "a:b", "茶", "a%20", &"x".repeat(65)] {
            assert_eq!(Sku::parse(text), None, "{text}");
        }
    }

    #[test]
    fn nonces_are_canonical_texts_of_sixteen_bytes() {
        assert!(Nonce::parse("AAECAwQFBgcICQoLDA0ODw").is_some());
        for text in ["AAECAwQFBgcICQoLDA0ODx", "AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0O", ""] {
            assert!(Nonce::parse(text).is_none(), "{text}");
        }
    }
}
