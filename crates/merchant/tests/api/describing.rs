//! What the backend tells about itself: its description, its keys, its health.

use std::collections::BTreeSet;

use protocol::base64::{Alphabet, decode};
use serde_json::Value;
use sqlx::Executor as _;
use testing::backend::Shop;
use testing::backend::description::{document, judge};

#[tokio::test]
async fn the_description_is_served_as_it_is_kept() {
    let shop = Shop::open().await;
    let reply = shop.client.get(shop.url("/openapi.json")).send().await.unwrap();
    assert_eq!(reply.headers()["content-type"], "application/json");
    let body: Value = serde_json::from_str(&reply.text().await.unwrap()).unwrap();
    assert_eq!(&body, document());
    assert!(body["openapi"].as_str().unwrap().starts_with("3.1."));
}

#[test]
fn the_description_lists_exactly_the_codes_that_are_answered() {
    let answered: BTreeSet<&str> = merchant::ApiError::ALL.iter().map(|(code, ..)| *code).collect();
    let listed = document()["components"]["schemas"]["Problem"]["properties"]["code"]["enum"].as_array().unwrap();
    assert_eq!(listed.iter().map(|code| code.as_str().unwrap()).collect::<BTreeSet<_>>(), answered);
    for (code, status, _) in merchant::ApiError::ALL {
        let fits = |response: &Value| {
            let schema = &response["content"]["application/json"]["schema"];
            [schema, &schema["oneOf"][0]].into_iter().any(|schema| {
                let properties = &schema["allOf"][1]["properties"];
                let codes = properties["code"]["enum"].as_array();
                properties["status"]["const"] == *status && codes.is_some_and(|codes| codes.iter().any(|known| known == code))
            })
        };
        assert!(document()["components"]["responses"].as_object().unwrap().values().any(fits), "{code} with {status}");
    }
}

#[test]
fn the_description_lists_exactly_the_codes_by_which_the_admin_api_refuses() {
    let answered: BTreeSet<&str> = merchant::ADMIN_CODES.iter().map(|(code, ..)| *code).collect();
    let listed = document()["components"]["schemas"]["AdminProblem"]["properties"]["code"]["enum"].as_array().unwrap();
    assert_eq!(listed.iter().map(|code| code.as_str().unwrap()).collect::<BTreeSet<_>>(), answered);
    assert_eq!(merchant::ADMIN_CODES.len(), answered.len());
}

#[test]
fn whatever_takes_a_body_refuses_one_that_is_too_long() {
    for (path, calls) in document()["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/admin/")) {
        for call in calls.as_object().unwrap().values().filter(|call| call["requestBody"].is_object()) {
            assert!(call["responses"]["413"].is_object(), "{path}");
        }
    }
}

#[test]
fn the_description_lists_exactly_the_events_that_are_told() {
    let told: BTreeSet<&str> = merchant::EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let listed = document()["webhooks"].as_object().unwrap();
    assert_eq!(listed.keys().map(String::as_str).collect::<BTreeSet<_>>(), told);
    for (kind, event) in listed {
        let schema = &event["post"]["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(schema["properties"]["type"]["const"], kind.as_str());
    }
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    fn walk(value: &Value, found: &mut usize) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    assert!(document().pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
                    *found += 1;
                }
                members.values().for_each(|value| walk(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = 0;
    walk(document(), &mut found);
    assert!(found > 50, "{found}");
}

#[tokio::test]
async fn the_key_directory_names_the_key_that_pages_pin() {
    let shop = Shop::open().await;
    let path = "/.well-known/http-message-signatures-directory";
    let reply = shop.client.get(shop.url(path)).send().await.unwrap();
    let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
    let body = reply.bytes().await.unwrap();
    judge("GET", path, status, &headers, &body);
    let body: Value = serde_json::from_slice(&body).unwrap();
    let key = &body["keys"][0];
    assert_eq!(key["kid"], shop.pins.first().keyid());
    assert_eq!(decode(Alphabet::Url, key["x"].as_str().unwrap()).unwrap(), shop.pins.first().key());
}

#[tokio::test]
async fn a_backend_that_works_says_so() {
    let shop = Shop::open().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(shop.client.get(shop.url(path)).send().await.unwrap().status(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_backend_whose_file_takes_no_write_is_not_ready() {
    let shop = Shop::open().await;
    let mut somebody = shop.records().await;
    somebody.execute("BEGIN IMMEDIATE").await.unwrap();
    let ready = async || shop.client.get(shop.url("/readyz")).send().await.unwrap();
    // Many that ask at once cost one finding.
    let (first, second) = tokio::join!(ready(), ready());
    assert_eq!([first.status().as_u16(), second.status().as_u16()], [503, 503]);
    assert_eq!(first.text().await.unwrap(), "store\n");
    assert_eq!(shop.client.get(shop.url("/healthz")).send().await.unwrap().status(), 200);
}
