//! Signing answers: the backend's half. Behind the feature `sign`, so that the widget cannot hold a private key.

use std::fmt;
use std::sync::Arc;

use super::field::{Bare, Component, SignatureInput};
use super::{LIFETIME, NATIVE_TAG, Resolve, TAG, base};
use crate::base64::{self, Alphabet};
use crate::verify::{Answer, Exchange};
use crate::{Code, Pin, Request};

/// An Ed25519 private key in whatever library. All of them sign the same bytes alike (RFC 8032 §5.1.6).
pub trait PrivateKey: Send + Sync {
    /// The public half.
    fn public_key(&self) -> [u8; 32];

    /// The signature of these bytes.
    fn sign(&self, bytes: &[u8]) -> [u8; 64];
}

/// Signs answers and receipts with a private key.
#[derive(Clone)]
pub struct Signer {
    key: Arc<dyn PrivateKey>,
    pin: Pin,
}

/// The three fields that a signed answer carries beside its content type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedAnswer {
    /// `Unencoded-Digest`
    pub unencoded_digest: String,
    /// `Signature-Input`
    pub signature_input: String,
    /// `Signature`
    pub signature: String,
}

impl SignedAnswer {
    /// The answer as it arrives at the page's own origin: of that status and that body, under these fields.
    pub fn received(self, status: u16, body: Vec<u8>) -> Answer {
        let field = |name: &str| match name {
            "content-type" => Some("application/json".to_owned()),
            "unencoded-digest" => Some(self.unencoded_digest.clone()),
            "signature-input" => Some(self.signature_input.clone()),
            "signature" => Some(self.signature.clone()),
            _ => None,
        };
        Answer::of(status, field, body)
    }
}

impl Signer {
    /// Signs with that key.
    ///
    /// # Errors
    /// `pin-weak` cannot happen for an honest key and is passed on all the same.
    pub fn new(key: impl PrivateKey + 'static) -> Result<Signer, Code> {
        let pin = Pin::from_key(key.public_key())?;
        Ok(Signer { key: Arc::new(key), pin })
    }

    /// Signs with the key of a 32-byte seed (RFC 8032 §5.1.5), by the library that verifies: small, and some times slower than those that
    /// servers have.
    ///
    /// # Errors
    /// As [`Signer::new`].
    pub fn from_seed(seed: [u8; 32]) -> Result<Signer, Code> {
        Signer::new(ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new(seed)))
    }

    /// The public half.
    pub fn pin(&self) -> &Pin {
        &self.pin
    }

    /// Signs the exact bytes of an answer to that request, at `created` (unix seconds).
    ///
    /// # Errors
    /// `comp-value` when the address or a header of the request cannot stand in a signature base.
    pub fn sign_answer(&self, request: &Request, status: u16, body: &[u8], created: i64) -> Result<SignedAnswer, Code> {
        let unencoded_digest = crate::Digest::of(body).to_field();
        let answer = Answer {
            status,
            content_type: Some("application/json".to_owned()),
            unencoded_digest: Some(unencoded_digest.clone()),
            ..Answer::default()
        };
        let text = |text: &str| Bare::Text(text.to_owned());
        let input = SignatureInput {
            components: covered(),
            parameters: vec![
                ("created".to_owned(), Bare::Int(created)),
                ("expires".to_owned(), Bare::Int(created + LIFETIME)),
                ("nonce".to_owned(), text(request.nonce.as_str())),
                ("keyid".to_owned(), text(self.pin.keyid())),
                ("tag".to_owned(), text(TAG)),
            ],
        };
        let signature = self.sign(&input, &Exchange { request, answer: &answer })?;
        Ok(SignedAnswer {
            unencoded_digest,
            signature_input: format!("sig={}", input.serialise()),
            signature: format!("sig=:{signature}:"),
        })
    }

    /// As [`Signer::sign_answer`], with the native twin of docs/spec/signing.md §8 behind it: a second signature, of the same bytes by
    /// the same key, that browsers with signature-based integrity check by themselves.
    ///
    /// It tells no times, because the device's clock would judge them. What makes it fresh is the nonce in `@target-uri`.
    ///
    /// # Errors
    /// As [`Signer::sign_answer`].
    pub fn sign_answer_twice(&self, request: &Request, status: u16, body: &[u8], created: i64) -> Result<SignedAnswer, Code> {
        let ours = self.sign_answer(request, status, body, created)?;
        let text = |text: &str| Bare::Text(text.to_owned());
        let keyid = base64::encode(Alphabet::Standard, self.pin.key());
        let input = SignatureInput {
            components: vec![with("@method", "req"), with("@target-uri", "req"), plain("@status"), with("unencoded-digest", "sf")],
            parameters: vec![("keyid".to_owned(), text(&keyid)), ("tag".to_owned(), text(NATIVE_TAG))],
        };
        let answer = Answer { status, unencoded_digest: Some(ours.unencoded_digest.clone()), ..Answer::default() };
        let signature = self.sign(&input, &Exchange { request, answer: &answer })?;
        Ok(SignedAnswer {
            unencoded_digest: ours.unencoded_digest,
            signature_input: format!("{}, native={}", ours.signature_input, input.serialise()),
            signature: format!("{}, native=:{signature}:", ours.signature),
        })
    }

    fn sign(&self, input: &SignatureInput, exchange: &impl Resolve) -> Result<String, Code> {
        let base = base(input, exchange)?;
        Ok(base64::encode(Alphabet::Standard, &self.sign_bytes(base.as_bytes())))
    }

    /// Signs bytes: receipts use it. Deterministic, as RFC 8032 says.
    pub(crate) fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes)
    }
}

impl PrivateKey for ed25519_compact::KeyPair {
    fn public_key(&self) -> [u8; 32] {
        *self.pk
    }

    fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        *self.sk.sign(bytes, None)
    }
}

/// The components of docs/spec/signing.md §3, in the order to emit.
fn covered() -> Vec<Component> {
    vec![with("@method", "req"), with("@target-uri", "req"), plain("@status"), plain("content-type"), plain("unencoded-digest")]
}

fn plain(name: &str) -> Component {
    Component { name: name.to_owned(), parameters: Vec::new() }
}

fn with(name: &str, parameter: &str) -> Component {
    Component { name: name.to_owned(), parameters: vec![(parameter.to_owned(), Bare::Bool(true))] }
}

impl fmt::Debug for Signer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Signer({})", self.pin.keyid())
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_signature_input;
    use super::*;
    use crate::Nonce;

    /// Private key of RFC 9421 B.1.4.
    const SEED: &str = "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU";
    const BODY: &[u8] = br#"{"type":"order","id":"o_1","status":"paid"}"#;

    fn golden() -> (Signer, Request) {
        let seed = base64::decode(Alphabet::Url, SEED).unwrap();
        // As the vector has it: without the revision that the widget names.
        let url = "https://pay.shop.example/v1/orders/o_1?n=AAECAwQFBgcICQoLDA0ODw".to_owned();
        let request = Request { method: "GET", url, nonce: Nonce::parse("AAECAwQFBgcICQoLDA0ODw").unwrap(), body: None, wait: 0 };
        (Signer::from_seed(seed.try_into().unwrap()).unwrap(), request)
    }

    #[test]
    fn the_native_twin_is_what_python_signs_for_the_same_base() {
        let (signer, request) = golden();
        let once = signer.sign_answer(&request, 200, BODY, 1_800_000_000).unwrap();
        let twice = signer.sign_answer_twice(&request, 200, BODY, 1_800_000_000).unwrap();
        assert_eq!(
            twice.signature_input.strip_prefix(&once.signature_input).unwrap(),
            ", native=(\"@method\";req \"@target-uri\";req \"@status\" \"unencoded-digest\";sf);\
             keyid=\"JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\";tag=\"ed25519-integrity\""
        );
        // Made by Python's `cryptography` over the five lines, joined by LF.
        let twin = ", native=:Rtmf++/QcClhQ3UkQcw3Ux0pbGrlniYBaTDxPhA0Xl/Ohh9VDiNgfFmSg7MKAwCve2SZWxbE0eFIq+BPBZjODg==:";
        assert_eq!(twice.signature.strip_prefix(&once.signature).unwrap(), twin);
        assert_eq!(twice.unencoded_digest, once.unencoded_digest);
    }

    #[test]
    fn the_golden_native_twin_is_reproduced() {
        let (signer, request) = golden();
        let input = "native=(\"@method\";req \"@target-uri\";req \"@status\" \"content-type\" \"unencoded-digest\";sf);created=1800000000;\
             nonce=\"AAECAwQFBgcICQoLDA0ODw\";keyid=\"JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\";tag=\"ed25519-integrity\"";
        let input = parse_signature_input(input).unwrap().remove(0).1;
        let answer = signer.sign_answer(&request, 200, BODY, 1_800_000_000).unwrap().received(200, BODY.to_vec());
        let exchange = Exchange { request: &request, answer: &answer };
        let digest = crate::Digest::of(base(&input, &exchange).unwrap().as_bytes());
        let hex: String = digest.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "9ad3676cdceb9d888531400cfc9658041bca28082e8648500c577da6a7028a89");
        let signature = "TcMUwfZ2cFAIvfFuT8CduQY5ZQ01jFf+BwdzOAuGyFGFLj+dUZquTt6jhPHiWGd2aT0mUPuvkB15hbWb2BoJDA==";
        assert_eq!(signer.sign(&input, &exchange).unwrap(), signature);
    }

    #[test]
    fn debug_hides_the_private_key() {
        let signer = Signer::from_seed([7; 32]).unwrap();
        let shown = format!("{signer:?}");
        assert_eq!(shown, format!("Signer({})", signer.pin().keyid()));
    }
}
