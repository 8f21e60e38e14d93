//! What others say is right and wrong: Wycheproof's signatures, and the examples of RFC 9421.
#![allow(clippy::unwrap_used, reason = "tests may")]

use protocol::Code;
use protocol::base64::{Alphabet, decode};
use protocol::signature::{Component, Resolve, base, parse_signature, parse_signature_input};
use protocol::verify::check_signature;
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

/// The request of RFC 9421 B.2, with what its B.2.6 covers.
struct TestRequest;

impl Resolve for TestRequest {
    fn resolve(&self, component: &Component) -> Result<String, Code> {
        let value = match component.name.as_str() {
            "date" => "Tue, 20 Apr 2021 02:07:55 GMT",
            "@method" => "POST",
            "@path" => "/foo",
            "@authority" => "example.com",
            "content-type" => "application/json",
            "content-length" => "18",
            _ => return Err(Code::CompUnresolvable),
        };
        Ok(value.to_owned())
    }
}

#[test]
fn the_ed25519_example_of_rfc_9421_is_rebuilt_and_verified() {
    let input =
        r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    let signature = "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
    let inputs = parse_signature_input(input).unwrap();
    let signatures = parse_signature(signature).unwrap();
    assert_eq!((inputs[0].0.as_str(), signatures[0].0.as_str()), ("sig-b26", "sig-b26"));
    let base = base(&inputs[0].1, &TestRequest).unwrap();
    assert!(base.starts_with("\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n"));
    assert!(base.ends_with("\"content-length\": 18\n\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\""));
    let key = decode(Alphabet::Url, "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs").unwrap().try_into().unwrap();
    assert_eq!(check_signature(&key, base.as_bytes(), &signatures[0].1), Ok(()));
}
