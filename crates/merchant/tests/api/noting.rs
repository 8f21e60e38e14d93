//! Notes about an order: sealed, and read by those who may.

use merchant::api_keys::Scope;
use serde_json::json;
use testing::backend::Shop;

#[tokio::test]
async fn a_note_is_read_by_holders_of_contact_alone() {
    let shop = Shop::open().await;
    let (writer, reader) = (shop.key(&[Scope::Orders]).await, shop.key(&[Scope::Read]).await);
    let support = shop.key(&[Scope::Read, Scope::Contact]).await;
    let order = format!("orders/{}", shop.order_tea().await.id);
    let words = "Lin called: ring twice";
    let note = async |key: &str, once: &str, body| shop.call(key, "POST", &format!("{order}/notes"), Some((once, body))).await;
    assert_eq!(note(&reader, "one", json!({ "text": words })).await.code(), (403, "scope".to_owned()));
    let written = note(&writer, "one", json!({ "text": words })).await;
    assert_eq!(written.status, 201, "{}", written.text);
    assert_eq!(note(&writer, "one", json!({ "text": words })).await.json(), written.json(), "the same once more is the same");
    let otherwise = note(&writer, "one", json!({ "text": "Lin called: ring once" })).await;
    assert_eq!(otherwise.code(), (409, "idempotency-conflict".to_owned()));
    assert!(!otherwise.text.contains("Lin"), "{}", otherwise.text);
    let other = shop.key(&[Scope::Orders]).await;
    let tried = [note(&other, "one", json!({ "text": words })).await, note(&other, "one", json!({ "text": "Lin called" })).await];
    assert_eq!(tried[0].code(), tried[1].code(), "nobody else learns by trying what was written");
    assert_eq!(note(&writer, "two", json!({ "text": "paid by Li" })).await.status, 201);
    for (body, named) in [
        (json!({ "text": "" }), "text: 1 to 500"),
        (json!({ "text": "x".repeat(501) }), "text: 1 to 500"),
        (json!({ "note": words }), "text: the note"),
    ] {
        let told = note(&writer, "bad", body).await;
        assert_eq!(told.code(), (400, "bad-request".to_owned()));
        assert!(told.text.contains(named) && !told.text.contains("Lin"), "{}", told.text);
    }
    let account = shop.call(&support, "GET", &order, None).await.json();
    let notes: Vec<_> = account["notes"].as_array().unwrap().iter().map(|note| note["text"].as_str().unwrap()).collect();
    assert!(notes.len() == 2 && notes.contains(&words) && notes.contains(&"paid by Li"), "{account}");
    let ledger = account["ledger"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "note");
    assert!(ledger.clone().all(|entry| entry["detail"] == json!({}) && entry["key"]["id"].is_string()) && ledger.count() == 2);
    let details = shop.call(&support, "GET", &format!("{order}/details"), None).await.text;
    assert!(details.contains(words), "{details}");
    let shown = shop.call(&reader, "GET", &order, None).await;
    assert!(!shown.text.contains("Lin") && shown.json()["notes"].is_null(), "{}", shown.text);
    let found = shop.call(&support, "POST", "details/find", Some(("f", json!({ "name": "lin" })))).await.json();
    assert_eq!(found["orders"].as_array().unwrap().len(), 1);
    assert_eq!(shop.call(&support, "POST", &format!("{order}/details/erase"), Some(("e", json!({})))).await.status, 200);
    assert_eq!(shop.call(&support, "GET", &order, None).await.json()["notes"], json!([]));
}

#[tokio::test]
async fn of_a_note_that_was_erased_nothing_is_left_to_compare_with() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let order = format!("orders/{}", shop.order_tea().await.id);
    let note = async |text: &str| shop.call(&key, "POST", &format!("{order}/notes"), Some(("one", json!({ "text": text })))).await;
    assert_eq!(note("Lin called").await.status, 201);
    assert_eq!(note("Li called").await.code(), (409, "idempotency-conflict".to_owned()));
    assert_eq!(shop.call(&key, "POST", &format!("{order}/details/erase"), Some(("e", json!({})))).await.status, 200);
    assert_eq!(note("Li called").await.status, 201, "it counted before, and what it said nobody knows");
    assert_eq!(shop.call(&key, "GET", &order, None).await.json()["notes"], json!([]));
}
