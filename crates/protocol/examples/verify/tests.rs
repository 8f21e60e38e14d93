//! Whatever file the judge is given, it says one line and does not fall over.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use protocol::Code;
use protocol::json::{self, Value};
use protocol::verify::vector::{ACCEPT, Vector};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/conformance")
}

/// Exit code, verdicts and complaints.
fn run(arguments: &[&Path]) -> (u8, String, String) {
    let arguments: Vec<OsString> = arguments.iter().map(|path| path.as_os_str().to_owned()).collect();
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let code = super::judge(&arguments, &mut out, &mut complaints).unwrap();
    (code, String::from_utf8(out).unwrap(), String::from_utf8(complaints).unwrap())
}

/// A file of this test run's own.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("judging-{}-{name}", std::process::id()));
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn the_whole_list_passes_with_a_line_each() {
    let files: Vec<PathBuf> = fs::read_dir(vectors()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let arguments: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let (code, out, complaints) = run(&arguments);
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert_eq!(out.lines().count(), files.len());
    assert!(out.lines().any(|line| line == "N1 sig-missing") && out.lines().any(|line| line == "A1 accept"));
}

#[test]
fn another_verdict_than_expected_ends_with_one_and_is_named() {
    let honest = fs::read_to_string(vectors().join("A1.json")).unwrap();
    let wrong = file("wrong.json", honest.replace(r#""expect": "accept""#, r#""expect": "sig-half""#).as_bytes());
    let silent = file("silent.json", honest.replace(r#""expect": "accept""#, r#""about": "x""#).replacen("about", "note", 1).as_bytes());
    let (code, out, complaints) = run(&[&wrong, &silent, &vectors().join("N2.json")]);
    assert_eq!((code, out.as_str()), (1, "A1 accept\nA1 accept\nN2 sig-half\n"));
    assert!(complaints.contains("expected sig-half, got accept") && complaints.contains("expected a member `expect`, got accept"));
    let (code, out, complaints) = run(&[Path::new("--no-expect"), &wrong, &silent]);
    assert_eq!((code, out.as_str(), complaints.as_str()), (0, "A1 accept\nA1 accept\n", ""));
    for path in [wrong, silent] {
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_file_that_is_no_vector_ends_with_two_and_one_line() {
    let bad: [(&str, &[u8]); 9] = [
        ("empty", b""),
        ("bytes", b"\xff\xfe"),
        ("list", b"[]"),
        ("float", br#"{"now": 1.5}"#),
        ("huge", br#"{"now": 1e400}"#),
        ("long", br#"{"now": 123456789012345678901234567890}"#),
        ("null", b"null"),
        ("deep", &[b'['; 100_000]),
        ("name\nof two lines", b"{}"),
    ];
    let mut paths: Vec<PathBuf> = bad.iter().map(|(name, content)| file(name, content)).collect();
    let written = paths.len();
    paths.extend([vectors(), PathBuf::from("no/such/file"), PathBuf::from("/dev/zero")]);
    for path in &paths {
        for option in [&["--no-expect"][..], &[]] {
            let arguments: Vec<&Path> = option.iter().map(Path::new).chain([path.as_path()]).collect();
            let (code, out, complaints) = run(&arguments);
            assert_eq!((code, out.as_str(), complaints.lines().count()), (2, "", 1), "{complaints}");
        }
    }
    // The others are judged all the same.
    let (code, out, _) = run(&[&paths[0], &vectors().join("N2.json")]);
    assert_eq!((code, out.as_str()), (2, "N2 sig-half\n"));
    for path in &paths[..written] {
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn wrong_usage_is_told() {
    for arguments in [&[][..], &[Path::new("--no-expect")], &[Path::new("--all"), Path::new("x")]] {
        let (code, out, complaints) = run(arguments);
        assert_eq!((code, out.as_str(), complaints.as_str()), (2, "", "usage: verify [--no-expect] FILE…\n"));
    }
}

#[test]
fn requests_that_our_widget_would_not_send_are_judged_all_the_same() {
    let judged = |id: &str, old: &str, new: &str| {
        let text = fs::read_to_string(vectors().join(format!("{id}.json"))).unwrap();
        assert!(text.contains(old), "{old}");
        Vector::parse(text.replacen(old, new, 1).as_bytes()).unwrap().verdict()
    };
    assert_eq!(judged("A1", "?n=AAECAwQFBgcICQoLDA0ODw", ""), "nonce-mismatch");
    assert_eq!(judged("A1", "?n=AAECAwQFBgcICQoLDA0ODw", "?n=short"), "nonce-mismatch");
    assert_eq!(judged("A2", "EBESExQVFhcYGRobHB0eHw", "any other text"), "crypto-invalid");
    assert_eq!(judged("A2", "&d=udOZGJdh", "&d=udOZGJdi"), "crypto-invalid");
    // What a request was said to carry beside its address binds nothing.
    assert_eq!(judged("A2", "\"content-type\",\n    \"text/plain", "\"x\",\n    \"text/plain"), "accept");
}

/// JSON of any shape that our strict reader takes.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-999_999_999_999_999_i64..=999_999_999_999_999).prop_map(Value::Int),
        any::<String>().prop_map(Value::Text),
        "(A1|o_1|GET|demo|tea-100g|CNY|:AA==:|sig=\\(\\))".prop_map(Value::Text),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map("[a-z_]{0,8}", inner, 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Every value of the tree by a number; replaces that one.
fn replace(value: &mut Value, at: &mut usize, new: &Value) {
    if *at == 0 {
        *value = new.clone();
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::List(list) => list.iter_mut().for_each(|inner| replace(inner, at, new)),
        Value::Object(members) => members.iter_mut().for_each(|(_, inner)| replace(inner, at, new)),
        _ => {}
    }
}

fn known(verdict: &str) -> bool {
    verdict == ACCEPT || Code::ALL.iter().any(|code| code.as_str() == verdict)
}

proptest! {
    #[test]
    fn bytes_of_any_kind_never_break_the_judge(bytes: Vec<u8>) {
        prop_assert!(Vector::parse(&bytes).is_err());
    }

    #[test]
    fn a_vector_with_any_member_replaced_gets_a_verdict_or_a_reason(which in 0_usize..8, at in 0_usize..40, new in any_json()) {
        let id = ["A1", "A2", "S1", "S2", "S14", "S13", "N72", "S15"][which];
        let mut file = json::parse(&fs::read(vectors().join(format!("{id}.json"))).unwrap()).unwrap();
        replace(&mut file, &mut at.clone(), &new);
        match Vector::parse(file.to_string().as_bytes()) {
            Ok(vector) => prop_assert!(known(vector.verdict())),
            Err(reason) => prop_assert!(!reason.is_empty()),
        }
    }

    #[test]
    fn a_vector_with_any_byte_replaced_gets_a_verdict_or_a_reason(which in 0_usize..4, at: prop::sample::Index, byte: u8) {
        let mut bytes = fs::read(vectors().join(["A1.json", "A2.json", "S1.json", "S2.json"][which])).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(vector) = Vector::parse(&bytes) {
            prop_assert!(known(vector.verdict()));
        }
    }
}
