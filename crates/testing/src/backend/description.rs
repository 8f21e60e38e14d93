//! Judges answers by the OpenAPI description: the path, the method, the status, the headers and the body have to be in it.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use jsonschema::Validator;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(include_str!("../../../protocol/schema/openapi.json")).unwrap())
}

/// Fails unless the description has such an answer.
pub fn judge(method: &str, target: &str, status: u16, headers: &HeaderMap, body: &[u8]) {
    let path = target.split('?').next().unwrap();
    let Some(operation) = operation(method, path) else {
        // What is not described may only be refused as such.
        assert!(matches!(status, 404 | 405), "{method} {path} is not described, but answered {status}");
        return judge_body("/components/schemas/Problem", body, path);
    };
    let pointer = format!("{operation}/responses/{status}");
    let response = document().pointer(&pointer).unwrap_or_else(|| panic!("{method} {path} may not answer {status}"));
    let pointer = match response.get("$ref").and_then(Value::as_str) {
        Some(reference) => reference.trim_start_matches('#').to_owned(),
        None => pointer,
    };
    let response = document().pointer(&pointer).unwrap();
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let header = resolved(header);
        let value = headers.get(name.as_str()).map(|value| value.to_str().unwrap());
        assert!(value.is_some() || header["required"] != json!(true), "{method} {path} {status} lacks {name}");
        if let (Some(value), "string") = (value, header["schema"]["type"].as_str().unwrap_or("string")) {
            let schema = &header["schema"];
            assert!(jsonschema::is_valid(schema, &json!(value)), "{name}: {value}");
        }
    }
    let (media_type, _) = response["content"].as_object().and_then(|content| content.iter().next()).unwrap();
    assert_eq!(headers["content-type"], media_type.as_str());
    judge_body(&format!("{pointer}/content/{}/schema", media_type.replace('/', "~1")), body, path);
}

/// Fails unless the description has such an event.
pub fn judge_event(text: &str) {
    let body: Value = serde_json::from_str(text).unwrap();
    let kind = body["type"].as_str().unwrap();
    judge_body(&format!("/webhooks/{kind}/post/requestBody/content/application~1json/schema"), text.as_bytes(), kind);
}

fn resolved(value: &Value) -> &Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => document().pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// The pointer of the operation, if it is described.
fn operation(method: &str, path: &str) -> Option<String> {
    let paths = document()["paths"].as_object().unwrap();
    let fits = |template: &str| {
        let (ours, theirs): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
        ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(ours, theirs)| theirs.starts_with('{') || ours == theirs)
    };
    let template = paths.keys().find(|template| fits(template))?;
    let method = method.to_ascii_lowercase();
    let item = &paths[template];
    if item.get(&method).is_some() {
        return Some(format!("/paths/{}/{method}", template.replace('/', "~1")));
    }
    // Another method on a known path: 405 is described with the one that is there.
    let (known, _) = item.as_object()?.iter().next()?;
    Some(format!("/paths/{}/{known}", template.replace('/', "~1")))
}

fn judge_body(pointer: &str, body: &[u8], path: &str) {
    static VALIDATORS: OnceLock<Mutex<HashMap<String, &'static Validator>>> = OnceLock::new();
    let mut validators = VALIDATORS.get_or_init(Mutex::default).lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let validator = *validators.entry(pointer.to_owned()).or_insert_with(|| {
        let mut schema = document().clone();
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["$ref"] = json!(format!("#{pointer}"));
        Box::leak(Box::new(jsonschema::validator_for(&schema).unwrap()))
    });
    drop(validators);
    let body: Value = serde_json::from_slice(body).unwrap();
    if let Err(error) = validator.validate(&body) {
        panic!("{path}: {error} at {} in {body}", error.instance_path());
    }
    // Validators leave alone what a text holds.
    for price in [&body["price"], &body["quote"]["price"]].into_iter().filter_map(Value::as_str) {
        judge_body("/components/schemas/Price", price.as_bytes(), path);
    }
}
