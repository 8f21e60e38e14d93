//! Signing answers: the backend's half. Behind the feature `sign`, so that the widget cannot hold a private key.

use std::fmt;

use super::field::{Bare, Component, SignatureInput};
use super::{LIFETIME, TAG, base};
use crate::base64::{self, Alphabet};
use crate::verify::{Answer, Exchange};
use crate::{Code, Pin, Request};

/// Holds an Ed25519 private key and signs with it.
#[derive(Clone)]
pub struct Signer {
    key: ed25519_compact::KeyPair,
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
        Answer {
            status,
            content_type: Some("application/json".to_owned()),
            unencoded_digest: Some(self.unencoded_digest),
            signature_input: Some(self.signature_input),
            signature: Some(self.signature),
            body,
            cross_origin: false,
            redirected: false,
        }
    }
}

impl Signer {
    /// Takes the 32-byte seed of RFC 8032 §5.1.5.
    ///
    /// # Errors
    /// `pin-weak` cannot happen for an honest seed and is passed on all the same.
    pub fn from_seed(seed: [u8; 32]) -> Result<Signer, Code> {
        let key = ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new(seed));
        let pin = Pin::from_key(*key.pk)?;
        Ok(Signer { key, pin })
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
            components: covered(request.body.is_some()),
            parameters: vec![
                ("created".to_owned(), Bare::Int(created)),
                ("expires".to_owned(), Bare::Int(created + LIFETIME)),
                ("nonce".to_owned(), text(request.nonce.as_str())),
                ("keyid".to_owned(), text(self.pin.keyid())),
                ("tag".to_owned(), text(TAG)),
            ],
        };
        let base = base(&input, &Exchange { request, answer: &answer })?;
        let signature = base64::encode(Alphabet::Standard, &self.sign_bytes(base.as_bytes()));
        Ok(SignedAnswer {
            unencoded_digest,
            signature_input: format!("sig={}", input.serialise()),
            signature: format!("sig=:{signature}:"),
        })
    }

    /// Signs bytes: receipts use it. Deterministic, as RFC 8032 says.
    pub(crate) fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        *self.key.sk.sign(bytes, None)
    }
}

/// The components of signing.md §3, in the order to emit.
fn covered(post: bool) -> Vec<Component> {
    let of_request = |name: &str| Component { name: name.to_owned(), parameters: vec![("req".to_owned(), Bare::Bool(true))] };
    let of_answer = |name: &str| Component { name: name.to_owned(), parameters: Vec::new() };
    let mut components = vec![of_request("@method"), of_request("@target-uri")];
    if post {
        components.extend([of_request("content-digest"), of_request("idempotency-key")]);
    }
    components.extend([of_answer("@status"), of_answer("content-type"), of_answer("unencoded-digest")]);
    components
}

impl fmt::Debug for Signer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Signer({})", self.pin.keyid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_private_key() {
        let signer = Signer::from_seed([7; 32]).unwrap();
        let shown = format!("{signer:?}");
        assert_eq!(shown, format!("Signer({})", signer.pin().keyid()));
    }
}
