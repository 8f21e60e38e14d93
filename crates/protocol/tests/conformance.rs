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

#[test]
fn the_list_is_there_and_names_codes_that_exist() {
    let files = files();
    assert!(files.len() >= 147, "{} vectors", files.len());
    for (path, bytes) in files {
        let expect = Vector::parse(&bytes).unwrap().expect.unwrap();
        assert!(expect == ACCEPT || Code::ALL.iter().any(|code| code.as_str() == expect), "{path}: {expect}");
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
