//! The keys of the backend over time (docs/spec/signing.md §6): the one that signs today, the next one, and those it signed with before.

use std::fmt;
use std::path::Path;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use protocol::base64::{Alphabet, decode};
use protocol::signature::{PrivateKey, SignedAnswer, Signer};
use protocol::{Code, Order, Pin, Pins, Receipt, Request};

use crate::config::secrets;
use crate::config::{Config, ConfigError};

/// All keys that the configuration names. At most one of them signs.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Signs answers and receipts.
    pub signer: Signer,
    /// Signs tickets, and nothing else: it follows from the one that signs.
    pub tickets: Signer,
    /// Will sign after the next switch; pages pin it already.
    pub next: Option<Pin>,
    /// Signed before; receipts of theirs are good.
    pub retired: Vec<Pin>,
    /// Whether answers bear the native twin (docs/spec/signing.md §8), too.
    pub native_integrity: bool,
}

impl Keys {
    /// Reads the keys that a configuration names.
    ///
    /// # Errors
    /// One line that names the key of the configuration and never holds a seed.
    pub fn of(config: &Config) -> Result<Keys, ConfigError> {
        let signing = &config.signing;
        let seed = read_seed("signing.seed_file", "QR_CHECKOUT_SIGNING_SEED", &signing.seed_file)?;
        let told = |code: Code| ConfigError::of("signing.seed_file", code.as_str());
        let (signer, tickets) = (signer_of(seed).map_err(told)?, signer_of(of_tickets(&seed)).map_err(told)?);
        let next = signing.next_seed_file.as_deref();
        let next = next.map(|file| read_seed("signing.next_seed_file", "QR_CHECKOUT_NEXT_SIGNING_SEED", file)).transpose()?;
        let next = next.map(signer_of).transpose().map_err(|code| ConfigError::of("signing.next_seed_file", code.as_str()))?;
        let next = next.map(|next| next.pin().clone());
        if next.as_ref() == Some(signer.pin()) {
            return Err(ConfigError::of("signing.next_seed_file", "is already the key that signs; make another with `keygen`"));
        }
        let mut retired = Vec::new();
        for token in &signing.retired {
            let pin = Pin::parse(token).map_err(|code| ConfigError::of("signing.retired", format!("{token}: {}", code.as_str())))?;
            if pin == *signer.pin() || next.as_ref() == Some(&pin) {
                return Err(ConfigError::of("signing.retired", format!("{token} is in use")));
            }
            retired.push(pin);
        }
        Ok(Keys { signer, tickets, next, retired, native_integrity: signing.native_integrity })
    }

    /// Signs the exact bytes of an answer: for the widget always, for browsers where the configuration says so.
    ///
    /// # Errors
    /// Those of [`Signer::sign_answer`].
    pub(crate) fn sign_answer(&self, request: &Request, status: u16, body: &[u8], created: i64) -> Result<SignedAnswer, Code> {
        if self.native_integrity {
            self.signer.sign_answer_twice(request, status, body, created)
        } else {
            self.signer.sign_answer(request, status, body, created)
        }
    }

    /// The value of `merchant-key`: the key of today and the next one.
    pub fn merchant_key(&self) -> String {
        let pins: Vec<String> = [self.signer.pin()].into_iter().chain(&self.next).map(Pin::token).collect();
        pins.join(" ")
    }

    /// Every key that an honest receipt or answer may be signed with, the one of today first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Pin> {
        [self.signer.pin()].into_iter().chain(&self.next).chain(&self.retired)
    }

    /// The order with its receipt signed by the key of today, if one of the retired keys had signed it: pages pin no
    /// retired keys. A receipt that none of our keys has signed stays as it is, and no page will believe it.
    pub(crate) fn renewed(&self, order: Order) -> Order {
        let Some(jws) = &order.receipt else { return order };
        let opened = self.retired.iter().find_map(|pin| Receipt::open(jws, &Pins::parse_any(&pin.token()).ok()?).ok());
        match opened {
            Some(receipt) => Order { receipt: Some(receipt.sign(&self.signer)), ..order },
            None => order,
        }
    }
}

/// Signs with the key of a seed, by the library that servers have.
///
/// # Errors
/// As [`Signer::new`].
fn signer_of(seed: [u8; 32]) -> Result<Signer, Code> {
    Signer::new(SigningKey(Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| Code::PinWeak)?))
}

struct SigningKey(Ed25519KeyPair);

impl PrivateKey for SigningKey {
    fn public_key(&self) -> [u8; 32] {
        self.0.public_key().as_ref().try_into().expect("public keys have 32 bytes")
    }

    fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).as_ref().try_into().expect("signatures have 64 bytes")
    }
}

/// The seed of the key that signs tickets.
fn of_tickets(seed: &[u8; 32]) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, seed), b"qr-checkout-ticket");
    tag.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The seed of a signing key, from the environment or its file: 32 bytes in base64url.
fn read_seed(key: &str, variable: &str, file: &Path) -> Result<[u8; 32], ConfigError> {
    let fault = |reason: &dyn fmt::Display| ConfigError::of(key, format!("{}: {reason}", file.display()));
    let text = match std::env::var(variable) {
        Ok(text) => text,
        Err(_) => secrets::read(file).map_err(|reason| ConfigError::of(key, reason))?,
    };
    let seed = decode(Alphabet::Url, text.trim()).and_then(|bytes| bytes.try_into().ok());
    let seed = seed.ok_or_else(|| fault(&"not 32 bytes in base64url; `keygen` makes one"))?;
    if seed == [0; 32] {
        return Err(fault(&"holds nothing but zeros, which is no secret; `keygen` makes a seed"));
    }
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Nonce;

    #[test]
    fn both_libraries_sign_alike() {
        for seed in [[1; 32], [7; 32], [255; 32]] {
            let (ours, other) = (signer_of(seed).unwrap(), Signer::from_seed(seed).unwrap());
            assert_eq!(ours.pin(), other.pin());
            let url = "https://pay.shop.example/v1/orders/o_1?n=AAECAwQFBgcICQoLDA0ODw".to_owned();
            let request = Request { method: "GET", url, nonce: Nonce::parse("AAECAwQFBgcICQoLDA0ODw").unwrap(), body: None, wait: 0 };
            let signed = |signer: &Signer| signer.sign_answer_twice(&request, 200, br#"{"type":"order"}"#, 1_800_000_000).unwrap();
            assert_eq!(signed(&ours), signed(&other));
        }
    }
}
