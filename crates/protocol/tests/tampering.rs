//! Whatever is changed about a signed answer, in whatever place, it is no longer accepted.
#![allow(clippy::unwrap_used, reason = "tests may")]

use proptest::prelude::*;
use protocol::json::Value;
use protocol::signature::{Signer, parse_signature_input};
use protocol::verify::{Answer, Context, Known, MAX_BODY, authenticate};
use protocol::{Backend, Code, Digest, IdempotencyKey, Item, MerchantId, Nonce, OrderId, Pins, Problem, Request, Sku};

const CREATED: i64 = 1_800_000_000;

fn signer() -> Signer {
    Signer::from_seed([9; 32]).unwrap()
}

/// A request of each kind, and any body under a signature.
#[derive(Clone, Debug)]
struct Exchange {
    request: Request,
    answer: Answer,
}

impl Exchange {
    fn new(request: Request, status: u16, body: Vec<u8>) -> Exchange {
        let signed = signer().sign_answer(&request, status, &body, CREATED).unwrap();
        let answer = Answer { cross_origin: true, ..signed.received(status, body) };
        Exchange { request, answer }
    }

    fn verdict(&self) -> Result<(), Code> {
        let pins = Pins::parse(&signer().pin().token()).unwrap();
        let context = Context { pins: &pins, elapsed_ms: 100, server_now: Some(CREATED), last_created: None, earlier: &[] };
        authenticate(&self.request, &self.answer, &context).map(|_| ())
    }

    /// The texts that travel, each with a name: four headers and the address.
    fn texts(&mut self) -> Vec<(&'static str, &mut String)> {
        let Answer { content_type, unencoded_digest, signature_input, signature, .. } = &mut self.answer;
        vec![
            ("content-type", content_type.as_mut().unwrap()),
            ("unencoded-digest", unencoded_digest.as_mut().unwrap()),
            ("signature-input", signature_input.as_mut().unwrap()),
            ("signature", signature.as_mut().unwrap()),
            ("url", &mut self.request.url),
        ]
    }
}

fn exchanges() -> impl Strategy<Value = Exchange> {
    let backend = Backend::parse("https://pay.shop.example/api").unwrap();
    let request = (0..4_u8, any::<[u8; 16]>(), any::<[u8; 16]>()).prop_map(move |(kind, nonce, other)| {
        let (nonce, key) = (Nonce::from_random(nonce), IdempotencyKey::from_random(other));
        let order = OrderId::from_random(other);
        match kind {
            0 => backend.order(&order, 7, 0, nonce),
            1 => backend.quote(&[Item { sku: Sku::parse("tea-100g").unwrap(), quantity: 2 }], "en", nonce),
            2 => backend.cancel(&order, nonce, key),
            _ => backend.order(&order, 7, 25, nonce),
        }
    });
    let status = prop_oneof![Just(200_u16), Just(201), Just(404), Just(409), Just(500)];
    let body = ("[a-z]{1,9}", any::<String>())
        .prop_map(|(kind, text)| Value::object([("type", kind.as_str().into()), ("x", text.as_str().into())]).to_string());
    (request, status, body).prop_map(|(request, status, body)| Exchange::new(request, status, body.into_bytes()))
}

proptest! {
    // Signing takes milliseconds in a test build.
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_signed_is_accepted(exchange in exchanges()) {
        prop_assert_eq!(exchange.verdict(), Ok(()));
    }

    #[test]
    fn one_changed_byte_of_a_header_or_address_is_rejected(exchange in exchanges(), which: prop::sample::Index, at: prop::sample::Index, new in 0_u8..0x80) {
        let mut changed = exchange.clone();
        let mut texts = changed.texts();
        let (name, text) = texts.swap_remove(which.index(texts.len()));
        let mut bytes = text.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != new);
        bytes[at] = new;
        *text = String::from_utf8(bytes).unwrap();
        prop_assert!(changed.verdict().is_err(), "{name}");
    }

    #[test]
    fn one_byte_put_in_or_taken_out_changes_nothing_that_is_accepted(
        exchange in exchanges(), which: prop::sample::Index, at: prop::sample::Index, new in prop::option::of(0x20_u8..0x7f)
    ) {
        let mut changed = exchange.clone();
        let mut texts = changed.texts();
        let (name, text) = texts.swap_remove(which.index(texts.len()));
        let at = at.index(text.len());
        match new {
            Some(byte) => text.insert(at, char::from(byte)),
            None => drop(text.remove(at)),
        }
        if changed.verdict().is_ok() {
            // Only white space that means nothing may come (RFC 8941 §4.2, RFC 9421 §2.1), and none of it in what is signed.
            prop_assert_eq!(new, Some(b' '), "{}", name);
            let read = |exchange: &Exchange| parse_signature_input(exchange.answer.signature_input.as_ref().unwrap()).unwrap();
            prop_assert_eq!(read(&changed), read(&exchange));
        }
    }

    #[test]
    fn one_changed_byte_of_the_body_is_rejected(exchange in exchanges(), at: prop::sample::Index, new: u8) {
        let mut changed = exchange.clone();
        let at = at.index(changed.answer.body.len());
        prop_assume!(changed.answer.body[at] != new);
        changed.answer.body[at] = new;
        prop_assert_eq!(changed.verdict(), Err(Code::DigestMismatch));
    }

    #[test]
    fn a_longer_or_shorter_body_is_rejected(exchange in exchanges(), at: prop::sample::Index, more: Vec<u8>) {
        let mut changed = exchange.clone();
        changed.answer.body.truncate(at.index(exchange.answer.body.len()));
        prop_assert_eq!(changed.verdict(), Err(Code::DigestMismatch));
        changed.answer.body = [exchange.answer.body.as_slice(), &more, b" "].concat();
        prop_assert_eq!(changed.verdict(), Err(Code::DigestMismatch));
    }

    #[test]
    fn another_status_is_rejected(exchange in exchanges(), status: u16) {
        prop_assume!(status != exchange.answer.status);
        let mut changed = exchange;
        changed.answer.status = status;
        prop_assert_eq!(changed.verdict(), Err(Code::CryptoInvalid));
    }

    #[test]
    fn an_answer_to_another_request_is_rejected(one in exchanges(), other in exchanges()) {
        prop_assume!(one.request != other.request);
        let swapped = Exchange { request: one.request.clone(), answer: other.answer.clone() };
        prop_assert!(swapped.verdict().is_err());
        // Nor does it help to know the right nonce.
        let swapped = Exchange { request: Request { nonce: other.request.nonce.clone(), ..one.request }, answer: other.answer };
        prop_assert!(swapped.verdict().is_err());
    }

    #[test]
    fn another_idempotency_key_or_body_is_rejected(exchange in exchanges(), other: [u8; 32], is_key: bool) {
        let mut changed = exchange;
        let Some((_, query)) = changed.request.url.split_once('?').filter(|_| changed.request.body.is_some()) else { return Ok(()) };
        let old = query.split('&').find(|pair| pair.starts_with(if is_key { "k=" } else { "d=" })).unwrap();
        let new = if is_key {
            format!("k={}", IdempotencyKey::from_random(other[..16].try_into().unwrap()).as_str())
        } else {
            format!("d={}", Digest::of(&other).to_url_base64())
        };
        prop_assume!(old != new);
        changed.request.url = changed.request.url.replace(old, &new);
        prop_assert_eq!(changed.verdict(), Err(Code::CryptoInvalid));
    }
}

/// An honest answer of that body to a GET.
fn answered(body: Vec<u8>) -> Exchange {
    let backend = Backend::parse("https://pay.shop.example").unwrap();
    let request = backend.order(&OrderId::parse("o_1").unwrap(), 0, 0, Nonce::from_random([1; 16]));
    Exchange::new(request, 404, body)
}

#[test]
fn a_body_over_256_kb_is_not_even_hashed() {
    let padded = |length: usize| {
        let mut body = b"{}".to_vec();
        body.resize(length, b' ');
        answered(body)
    };
    assert_eq!(padded(MAX_BODY).verdict(), Ok(()));
    let mut long = padded(MAX_BODY + 1);
    assert_eq!(long.verdict(), Err(Code::BodyTooLarge));
    long.answer.body[7] = b'x';
    assert_eq!(long.verdict(), Err(Code::BodyTooLarge));
}

#[test]
fn a_verified_value_tells_when_it_was_signed_and_over_what() {
    let problem = Problem {
        merchant: MerchantId::parse("demo").unwrap(),
        id: "r1".to_owned(),
        code: "not-found".to_owned(),
        status: 404,
        detail: "No such order.".to_owned(),
        faults: Vec::new(),
        lines: Vec::new(),
        currency: None,
        more: None,
    };
    let body = problem.to_json().to_string().into_bytes();
    let exchange = answered(body.clone());
    let pins = Pins::parse(&signer().pin().token()).unwrap();
    let context = Context { pins: &pins, elapsed_ms: 0, server_now: None, last_created: None, earlier: &[] };
    let authentic = authenticate(&exchange.request, &exchange.answer, &context).unwrap();
    assert_eq!((authentic.created(), authentic.is_problem()), (CREATED, true));
    assert_eq!(authentic.body(), &problem.to_json());
    assert_eq!(authentic.clone().order(Known::default(), &pins).unwrap_err(), Code::BodySchema);
    let verified = authentic.problem(None).unwrap();
    assert_eq!((verified.created(), verified.digest()), (CREATED, Digest::of(&body)));
    assert_eq!(*verified, problem);
}
