//! The golden vectors of the signing profile: what any implementation must reproduce to the byte.
#![allow(clippy::unwrap_used, reason = "tests may")]

use protocol::base64::{Alphabet, decode};
use protocol::signature::{Signer, base, parse_signature_input};
use protocol::verify::{Answer, Context, Exchange, authenticate};
use protocol::{Code, Digest, Nonce, Pins, Request};

/// Private key of RFC 9421 B.1.4.
const SEED: &str = "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU";
const PIN: &str = "ed25519-JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";
const NONCE: &str = "AAECAwQFBgcICQoLDA0ODw";
const CREATED: i64 = 1_800_000_000;

struct Golden {
    request: Request,
    status: u16,
    body: &'static str,
    base_sha256: &'static str,
    signature: &'static str,
}

fn g1() -> Golden {
    Golden {
        // As it was signed, before a query named its revision.
        request: Request {
            method: "GET",
            url: format!("https://pay.shop.example/v1/orders/o_1?n={NONCE}"),
            nonce: Nonce::parse(NONCE).unwrap(),
            body: None,
            wait: 0,
        },
        status: 200,
        body: r#"{"type":"order","id":"o_1","status":"paid"}"#,
        base_sha256: "14f5d36dfad256e68cd3e572fe53b3fdd166735463d7ef29425599bdde5882fd",
        signature: "9iqot4nWMBVvTKirZJSpZomUFKyoebKZANglTzZxNxRQe+c7K4EqEG2fDBYJl0xb6dKRsvuPsRTTaF5cUCDhCA==",
    }
}

fn g2() -> Golden {
    let text = r#"{"items":[{"sku":"tea-100g","quantity":2}],"method":"wechat_pay"}"#;
    Golden {
        request: Request {
            method: "POST",
            url: format!(
                "https://pay.shop.example/v1/orders?n={NONCE}&k=EBESExQVFhcYGRobHB0eHw&d={}",
                Digest::of(text.as_bytes()).to_url_base64()
            ),
            nonce: Nonce::parse(NONCE).unwrap(),
            body: Some(text.to_owned()),
            wait: 0,
        },
        status: 201,
        body: r#"{"type":"order","id":"o_1","status":"pending"}"#,
        base_sha256: "78e880ca1312032802e759829dac01be5406ff5c9777829e13a332dac8c0b9c0",
        signature: "VThZaz66siFb49IqVnpI9gzlWym1emLcPQhhBO/K2bw40QNydRVKhEyYQihSUNXWloJyEh9XLnO3nM2Al3XoDA==",
    }
}

fn signer() -> Signer {
    let seed = decode(Alphabet::Url, SEED).unwrap();
    Signer::from_seed(seed.try_into().unwrap()).unwrap()
}

fn answer(golden: &Golden) -> Answer {
    let signed = signer().sign_answer(&golden.request, golden.status, golden.body.as_bytes(), CREATED).unwrap();
    Answer { cross_origin: true, ..signed.received(golden.status, golden.body.as_bytes().to_vec()) }
}

fn verdict(golden: &Golden, answer: &Answer) -> Result<(), Code> {
    let pins = Pins::parse_any(PIN).unwrap();
    let context = Context { pins: &pins, elapsed_ms: 100, server_now: Some(CREATED + 30), last_created: None, earlier: &[] };
    authenticate(&golden.request, answer, &context).map(|_| ())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn signing_reproduces_the_golden_vectors_and_verification_accepts_them() {
    for golden in [g1(), g2()] {
        let answer = answer(&golden);
        let input = parse_signature_input(answer.signature_input.as_ref().unwrap()).unwrap();
        let base = base(&input[0].1, &Exchange { request: &golden.request, answer: &answer }).unwrap();
        assert_eq!(hex(Digest::of(base.as_bytes()).as_bytes()), golden.base_sha256, "{base}");
        assert_eq!(answer.signature.as_deref(), Some(format!("sig=:{}:", golden.signature).as_str()));
        assert_eq!(verdict(&golden, &answer), Ok(()));
    }
}

#[test]
fn any_changed_byte_of_the_body_or_of_a_header_is_rejected() {
    for golden in [g1(), g2()] {
        let good = answer(&golden);
        for at in 0..good.body.len() {
            let mut bad = good.clone();
            bad.body[at] ^= 1;
            assert_eq!(verdict(&golden, &bad), Err(Code::DigestMismatch));
        }
        let fields: [fn(&mut Answer) -> &mut Option<String>; 4] =
            [|a| &mut a.content_type, |a| &mut a.unencoded_digest, |a| &mut a.signature_input, |a| &mut a.signature];
        for field in fields {
            let length = field(&mut good.clone()).as_ref().unwrap().len();
            for at in 0..length {
                let mut bad = good.clone();
                let text = field(&mut bad).take().unwrap();
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1;
                let changed = String::from_utf8(bytes).unwrap();
                *field(&mut bad) = Some(changed.clone());
                // The label is free, so a label changed in one field is a mismatch and never an acceptance.
                assert!(verdict(&golden, &bad).is_err(), "{text} → {changed}");
            }
        }
    }
}
