//! What others say is right and wrong: Wycheproof's signatures, the examples of RFC 9421 and RFC 9530, and the weak keys of Ed25519.
#![allow(clippy::unwrap_used, reason = "tests may")]

use protocol::base64::{Alphabet, decode, encode};
use protocol::signature::{Component, Resolve, Signer, base, parse_digest, parse_signature, parse_signature_input};
use protocol::verify::check_signature;
use protocol::{Code, Currency, Digest, MerchantId, Method, Money, OrderId, Pin, Pins, Receipt};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

#[test]
fn wycheproof_agrees_on_every_ed25519_signature() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let mut judged = 0;
    for group in &set.test_groups {
        let key: [u8; 32] = group.key.pk.as_ref().try_into().unwrap();
        for test in &group.tests {
            let accepted = check_signature(&key, &test.msg, &test.sig).is_ok();
            assert_eq!(accepted, test.result == TestResult::Valid, "case {}: {}", test.tc_id, test.comment);
            judged += 1;
        }
    }
    assert!(judged >= 150, "{judged} cases");
}

/// Component values by the name and parameters that stand in the base.
struct Message(&'static [(&'static str, &'static str)]);

impl Resolve for Message {
    fn resolve(&self, component: &Component) -> Result<String, Code> {
        let wanted = component.serialise();
        let value = self.0.iter().find(|(name, _)| *name == wanted).ok_or(Code::CompUnresolvable)?;
        Ok(value.1.to_owned())
    }
}

/// The public key `test-key-ed25519` of RFC 9421 B.1.4.
fn example_key() -> [u8; 32] {
    decode(Alphabet::Url, "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs").unwrap().try_into().unwrap()
}

fn base_of(label: &str, input: &str, message: &Message) -> Result<String, Code> {
    let inputs = parse_signature_input(&format!("{label}={input}")).unwrap();
    assert_eq!((inputs.len(), inputs[0].0.as_str()), (1, label));
    assert_eq!(inputs[0].1.serialise(), input);
    base(&inputs[0].1, message)
}

/// RFC 9421 B.2.6.
const SIGNED_REQUEST: Message = Message(&[
    ("\"date\"", "Tue, 20 Apr 2021 02:07:55 GMT"),
    ("\"@method\"", "POST"),
    ("\"@path\"", "/foo"),
    ("\"@authority\"", "example.com"),
    ("\"content-type\"", "application/json"),
    ("\"content-length\"", "18"),
]);

#[test]
fn the_ed25519_example_of_rfc_9421_is_rebuilt_and_verified() {
    let input = r#"("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    let signature = "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
    let base = base_of("sig-b26", input, &SIGNED_REQUEST).unwrap();
    assert!(base.starts_with("\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n"));
    assert!(base.ends_with(&format!("\"content-length\": 18\n\"@signature-params\": {input}")));
    let signatures = parse_signature(signature).unwrap();
    assert_eq!(signatures[0].0, "sig-b26");
    assert_eq!(check_signature(&example_key(), base.as_bytes(), &signatures[0].1), Ok(()));
    assert_eq!(check_signature(&example_key(), format!("{base}\n").as_bytes(), &signatures[0].1), Err(Code::CryptoInvalid));
}

/// RFC 9421 §2.4: an answer that is bound to its request, `req` beside plain components of the same name.
const BOUND_ANSWER: Message = Message(&[
    ("\"@status\"", "503"),
    ("\"content-digest\"", "sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:"),
    ("\"content-type\"", "application/json"),
    ("\"@authority\";req", "example.com"),
    ("\"@method\";req", "POST"),
    ("\"@path\";req", "/foo"),
    ("\"content-digest\";req", "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"),
]);

#[test]
fn the_bound_answer_of_rfc_9421_has_the_base_that_its_ecdsa_signature_covers() {
    let input = r#"("@status" "content-digest" "content-type" "@authority";req "@method";req "@path";req "content-digest";req);created=1618884479;keyid="test-key-ecc-p256""#;
    let base = base_of("reqres", input, &BOUND_ANSWER).unwrap();
    // Python's `cryptography` found the RFC's P-256 signature good over exactly this text; here its hash stands for it.
    assert_eq!(Digest::of(base.as_bytes()).to_base64(), "bYdEvK897/bKdd/uECd/Kr7MRLMxXgDEJfaxslCfc9k=");
    let lines: Vec<&str> = base.lines().collect();
    assert_eq!(lines[..4], ["\"@status\": 503", BOUND_LINES[0], "\"content-type\": application/json", "\"@authority\";req: example.com"]);
    assert_eq!((lines[6], lines[7]), (BOUND_LINES[1], format!("\"@signature-params\": {input}").as_str()));
    // An answer without its request cannot be judged.
    assert_eq!(base_of("reqres", input, &SIGNED_REQUEST), Err(Code::CompUnresolvable));
}

const BOUND_LINES: [&str; 2] = [
    "\"content-digest\": sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:",
    "\"content-digest\";req: sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
];

#[test]
fn the_transformed_messages_of_rfc_9421_are_judged_as_it_says() {
    let input = r#"("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519""#;
    let field = "transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:";
    let signature = &parse_signature(field).unwrap()[0].1;
    let verdict = |method, authority, accept| {
        let message = [("\"@method\"", method), ("\"@path\"", "/demo"), ("\"@authority\"", authority), ("\"accept\"", accept)];
        let message = Message(Box::leak(Box::new(message)));
        check_signature(&example_key(), base_of("transform", input, &message).unwrap().as_bytes(), signature)
    };
    assert_eq!(verdict("GET", "example.org", "application/json, */*"), Ok(()));
    assert_eq!(verdict("POST", "example.com", "application/json, */*"), Err(Code::CryptoInvalid));
    assert_eq!(verdict("GET", "example.org", "*/*, application/json"), Err(Code::CryptoInvalid));
}

#[test]
fn a_value_that_would_break_the_lines_of_the_base_is_refused() {
    for (value, fits) in [("a\nb", false), ("a\rb", false), ("\u{7f}", false), ("\u{1f}", false), ("é", false), (" ~", true), ("", true)] {
        let message = Message(Box::leak(Box::new([("\"a\"", value)])));
        let expected = if fits { Ok(format!("\"a\": {value}\n\"@signature-params\": (\"a\")")) } else { Err(Code::CompValue) };
        assert_eq!(base_of("s", r#"("a")"#, &message), expected, "{value:?}");
    }
}

/// RFC 8941 §3.1.2: a key begins with a lower-case letter or an asterisk.
#[test]
fn keys_of_parameters_begin_as_rfc_8941_says() {
    let read = |key: &str| parse_signature_input(&format!("sig=(\"@status\");{key}=1"));
    for key in ["a", "*", "*a", "a1_-.*"] {
        let inputs = read(key).unwrap();
        assert!(inputs[0].1.parameter(key).is_some(), "{key}");
    }
    for key in ["", "1a", "-a", "_a", ".a", "A", "aA", "\u{e4}"] {
        assert_eq!(read(key).err(), Some(Code::SigMalformed), "{key}");
    }
}

#[test]
fn digests_of_rfc_9530_are_read_and_their_surplus_padding_is_refused() {
    for (algorithm, text) in [
        ("sha-256", "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="),
        ("sha-256", "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
        ("sha-512", "WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew=="),
    ] {
        let members = parse_digest(&format!("{algorithm}=:{text}:")).unwrap();
        assert_eq!(members, [(algorithm.to_owned(), decode(Alphabet::Standard, text).unwrap())]);
        for wrong in [
            format!("{algorithm}=:{text}=:"),
            format!("{algorithm}={text}"),
            format!("{algorithm}=:{text}"),
            format!("{algorithm}=\"{text}\""),
        ] {
            assert_eq!(parse_digest(&wrong), Err(Code::DigestMalformed), "{wrong}");
        }
    }
    let two = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, unixsum=:AAA=:";
    assert_eq!(parse_digest(two).unwrap().len(), 2);
}

/// The order of the group, little endian (RFC 8032 §5.1).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0x10,
];

#[test]
fn a_signature_has_one_form_so_s_plus_the_group_order_is_refused() {
    let signer = Signer::from_seed([3; 32]).unwrap();
    let receipt = Receipt {
        is_test: false,
        merchant: MerchantId::parse("demo").unwrap(),
        order: OrderId::parse("o_1").unwrap(),
        money: Money { amount: 1, currency: Currency::parse("CNY").unwrap() },
        method: Method::parse("wechat_pay").unwrap(),
        transaction: "t".to_owned(),
        paid_at: 1,
        number: None,
        price: None,
    };
    let jws = receipt.sign(&signer);
    let (signed, signature) = jws.rsplit_once('.').unwrap();
    let mut signature = decode(Alphabet::Url, signature).unwrap();
    assert_eq!(check_signature(signer.pin().key(), signed.as_bytes(), &signature), Ok(()));
    let mut more = 0;
    // S + k·order verifies alike in a lax implementation, as long as it fits into 32 bytes.
    while add_order(&mut signature[32..]) {
        assert_eq!(check_signature(signer.pin().key(), signed.as_bytes(), &signature), Err(Code::CryptoInvalid));
        more += 1;
    }
    assert!(more >= 14, "{more}");
}

/// Adds the group's order; false when the sum does not fit.
fn add_order(s: &mut [u8]) -> bool {
    let mut carry = 0_u16;
    for (byte, order) in s.iter_mut().zip(ORDER) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = u8::try_from(carry & 0xff).unwrap();
        carry >>= 8;
    }
    carry == 0
}

/// y coordinates, little endian, of the points of small order and of every encoding at or over the field's prime.
fn weak_keys() -> Vec<[u8; 32]> {
    let hex = |text: &str| -> [u8; 32] { std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()) };
    let mut ys = vec![
        hex("0000000000000000000000000000000000000000000000000000000000000000"),
        hex("0100000000000000000000000000000000000000000000000000000000000000"),
        hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    ];
    for low in 0xed..=0xff {
        let mut y = [0xff; 32];
        (y[0], y[31]) = (low, 0x7f);
        ys.push(y);
    }
    let signed = ys.clone().into_iter().map(|mut y| {
        y[31] |= 0x80;
        y
    });
    ys.iter().copied().chain(signed).collect()
}

#[test]
fn keys_of_small_order_and_keys_that_are_not_canonical_verify_nothing() {
    let keys = weak_keys();
    assert_eq!(keys.len(), 48);
    for key in &keys {
        assert_eq!(Pin::from_key(*key), Err(Code::PinWeak));
        assert!(Pins::parse_any(&format!("ed25519-{}", encode(Alphabet::Standard, key))).is_err());
        // With S = 0 the equation is R = -k·A: under a key of small order some R of small order fulfils it for any message.
        for r in &keys {
            let signature = [r.as_slice(), &[0; 32]].concat();
            assert_eq!(check_signature(key, b"paid", &signature), Err(Code::CryptoInvalid));
        }
    }
}
