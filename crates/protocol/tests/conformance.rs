//! The conformance list: every vector gives exactly the verdict it names.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::path::Path;

use protocol::Code;
use protocol::verify::vector::{ACCEPT, Vector};

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/conformance");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn every_vector_gives_the_verdict_it_names() {
    let mut wrong = Vec::new();
    for (path, bytes) in files() {
        let vector = Vector::parse(&bytes).unwrap_or_else(|reason| panic!("{path}: {reason}"));
        let verdict = vector.verdict();
        if vector.expect.as_deref() != Some(verdict) {
            wrong.push(format!("{path}: expected {:?}, got {verdict}", vector.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The numbers of the profile's list; those left out belonged to a second algorithm that the profile does not have.
fn numbered() -> impl Iterator<Item = String> {
    let rejected = (1..=128).filter(|number| ![74, 79, 82, 83].contains(number)).map(|number| format!("N{number}"));
    rejected.chain((1..=12).map(|number| format!("A{number}")))
}

#[test]
fn the_whole_list_is_there_and_names_codes_that_exist() {
    let mut ids = Vec::new();
    for (path, bytes) in files() {
        let vector = Vector::parse(&bytes).unwrap();
        let expect = vector.expect.unwrap();
        assert!(expect == ACCEPT || Code::ALL.iter().any(|code| code.as_str() == expect), "{path}: {expect}");
        assert!(path.ends_with(&format!("{}.json", vector.id)), "{path}: {}", vector.id);
        ids.push(vector.id);
    }
    let missing: Vec<String> = numbered().filter(|number| !ids.contains(number)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(ids.len() >= 309, "{} vectors", ids.len());
}

#[test]
fn every_code_that_a_message_can_cause_has_a_vector() {
    let expected: Vec<String> = files().iter().map(|(_, bytes)| Vector::parse(bytes).unwrap().expect.unwrap()).collect();
    // What no file can show: a page without randomness, the network's own failures, pins of a page, bodies of 256 kB, and a price that
    // was over when it came, which the widget's clock tells.
    let elsewhere = ["env-no-random", "net-failed", "net-timeout", "net-opaque", "pin-test-key", "body-too-large", "time-quote"];
    for code in Code::ALL.iter().map(|code| code.as_str()) {
        assert_ne!(expected.iter().any(|expect| expect == code), elsewhere.contains(&code), "{code}");
    }
}

#[test]
fn a_file_that_is_no_vector_is_told_in_words() {
    for (text, reason) in [
        ("{", "not strict JSON (body-json)"),
        ("{}", "request is missing"),
        (r#"{"request":{},"response":{}}"#, "id is missing"),
        (r#"{"id":"a","now":1,"pins":[],"request":{"method":"PUT"},"response":{}}"#, "method PUT is not of the profile"),
        (r#"{"id":"a","now":1,"pins":[1],"request":{},"response":{}}"#, "pins is not a list of strings"),
        (r#"{"id":"a","now":"1","pins":[],"request":{},"response":{}}"#, "now is not of the right form"),
    ] {
        assert_eq!(Vector::parse(text.as_bytes()).unwrap_err(), reason);
    }
}
