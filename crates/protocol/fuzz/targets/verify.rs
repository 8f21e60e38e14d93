//! Whole verification: honest signed answers, edited at random. What is accepted must say exactly what was signed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use protocol::signature::{Signer, parse_signature, parse_signature_input};
use protocol::verify::{Answer, Context, Known, authenticate};
use protocol::{Backend, Code, IdempotencyKey, Nonce, OrderId, Pins, Request};

const CREATED: i64 = 1_800_000_000;
const ORDER: &str = r#"{"type":"order","merchant":"demo","merchant_name":"Tea","id":"o_1","seq":1,"status":"pending","amount":2500,"currency":"BRL","channel":"cart","price":"{\"currency\":\"BRL\",\"lines\":[],\"subtotal\":2500,\"discounts\":[],\"delivery\":null,\"taxes\":[],\"total\":2500}","expires_at":1800001800,"methods":["pix"],"payment":{"id":"pay_1","method":"pix","surface":"qr","status":"waiting","payload":"00020126360014br.gov.bcb.pix0114+5511999999999520400005303986540525.005802BR5904Shop6003Rio630424B5","expires_at":1800000900},"receipt":null}"#;

struct Honest {
    pins: Pins,
    exchanges: [(Request, Answer); 2],
}

static HONEST: LazyLock<Honest> = LazyLock::new(|| {
    let signer = Signer::from_seed([7; 32]).expect("an honest seed");
    let backend = Backend::parse("https://pay.shop.example").expect("a base URL");
    let id = OrderId::parse("o_1").expect("an id");
    let nonce = || Nonce::from_random([1; 16]);
    let signed = |request: Request| {
        let fields = signer.sign_answer(&request, 200, ORDER.as_bytes(), CREATED).expect("an honest exchange");
        let answer = Answer { cross_origin: true, ..fields.received(200, ORDER.as_bytes().to_vec()) };
        (request, answer)
    };
    let key = IdempotencyKey::from_random([2; 16]);
    let exchanges = [signed(backend.order(&id, 0, 0, nonce())), signed(backend.cancel(&id, nonce(), key))];
    Honest { pins: Pins::parse(&signer.pin().token()).expect("its pin"), exchanges }
});

/// Reads the fuzzer's bytes as a list of edits: which field, where, how many bytes go, which come.
fn edit(answer: &mut Answer, request: &mut Request, mut edits: &[u8]) {
    while let [field, at, high, gone, new, rest @ ..] = edits {
        edits = rest;
        let at = usize::from(u16::from_be_bytes([*high, *at]));
        let new = &rest[..rest.len().min(usize::from(*new & 7))];
        let splice = |bytes: &mut Vec<u8>| {
            let start = at % (bytes.len() + 1);
            let end = (start + usize::from(*gone & 7)).min(bytes.len());
            bytes.splice(start..end, new.iter().copied());
        };
        let in_text = |text: &mut String| {
            let mut bytes = std::mem::take(text).into_bytes();
            splice(&mut bytes);
            *text = String::from_utf8_lossy(&bytes).into_owned();
        };
        let in_header = |header: &mut Option<String>| in_text(header.get_or_insert_default());
        match field % 9 {
            0 => in_header(&mut answer.signature_input),
            1 => in_header(&mut answer.signature),
            2 => in_header(&mut answer.unencoded_digest),
            3 => in_header(&mut answer.content_type),
            4 => splice(&mut answer.body),
            5 => answer.status = u16::from_be_bytes([*high & 3, *gone]),
            6 => in_text(&mut request.url),
            7 => (answer.signature_input, answer.signature) = (None, None),
            _ => answer.redirected = true,
        }
        edits = &edits[new.len()..];
    }
}

/// The signed sense of both fields: labels are free, white space and the order of members mean nothing.
fn sense(answer: &Answer) -> Option<(String, Vec<u8>)> {
    let inputs = parse_signature_input(answer.signature_input.as_deref()?).ok()?;
    let signatures = parse_signature(answer.signature.as_deref()?).ok()?;
    let (label, input) = inputs.iter().find(|(_, input)| input.serialise().contains(";tag=\"qr-checkout\""))?;
    let (_, signature) = signatures.into_iter().find(|(known, _)| known == label)?;
    Some((input.serialise(), signature))
}

fn trimmed(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(|text| text.trim_matches([' ', '\t']))
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, edits)) = bytes.split_first() else { return };
    let (honest_request, honest) = &HONEST.exchanges[usize::from(which & 1)];
    let (mut request, mut answer) = (honest_request.clone(), honest.clone());
    edit(&mut answer, &mut request, edits);
    let context = Context { pins: &HONEST.pins, elapsed_ms: 1, server_now: Some(CREATED), last_created: None, earlier: &[] };
    match authenticate(&request, &answer, &context) {
        Ok(authentic) => {
            assert_eq!((&answer.body, answer.status), (&honest.body, honest.status));
            assert_eq!((answer.content_type.as_deref(), answer.redirected), (Some("application/json"), false));
            assert_eq!(trimmed(&answer.unencoded_digest), trimmed(&honest.unencoded_digest));
            assert_eq!(sense(&answer), sense(honest));
            assert_eq!(request.url.trim(), honest_request.url);
            assert!(authentic.order(Known::default(), &HONEST.pins).is_ok());
        }
        Err(code) => assert!(Code::ALL.contains(&code)),
    }
});
