//! Which key has done what, for how long a key is good, and how much it may return.

use merchant::api_keys::{self, NewKey, Role, Scope};
use protocol::{Currency, Money};
use serde_json::json;
use testing::backend::Shop;

#[tokio::test]
async fn the_ledger_tells_which_key_has_caused_what() {
    let shop = Shop::open().await;
    let store = shop.merchant().store();
    let (maker, making) = api_keys::create(store, "till", &[Scope::Orders], shop.now()).await.unwrap();
    let (returner, returning) = api_keys::create(store, "desk", &[Scope::Refunds, Scope::Read], shop.now()).await.unwrap();
    let wish = json!({ "currency": "CNY", "lines": [{ "name": "Tea", "unit_price": 6_800 }] });
    let made = shop.call(&making, "POST", "orders", Some(("once", wish))).await.json();
    let order = made["order"]["id"].as_str().unwrap();
    let payment = made["order"]["payment"]["id"].as_str().unwrap();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, "EV-1")).await, 204);
    let refund = json!({ "amount": 800, "by_hand": true });
    assert_eq!(shop.call(&returning, "POST", &format!("orders/{order}/refunds"), Some(("one", refund))).await.status, 201);
    let told = shop.call(&returning, "GET", &format!("orders/{order}"), None).await.json();
    let by = |kind: &str| told["ledger"].as_array().unwrap().iter().find(|entry| entry["kind"] == kind).unwrap()["key"].clone();
    assert_eq!(by("created"), json!({ "id": maker.id, "name": "till" }));
    assert_eq!((by("code"), by("money"), by("paid")), (json!(null), json!(null), json!(null)));
    assert_eq!(by("refund"), json!({ "id": returner.id, "name": "desk" }));
    assert_eq!((by("refund-status"), by("partly_refunded")), (by("refund"), by("refund")));
}

/// An order of the shop's of that amount, paid: its id.
async fn paid(shop: &Shop, key: &str, once: &str, amount: i64) -> String {
    let wish = json!({ "currency": "CNY", "lines": [{ "name": "Tea", "unit_price": amount }] });
    let made = shop.call(key, "POST", "orders", Some((once, wish))).await.json();
    let payment = made["order"]["payment"]["id"].as_str().unwrap();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, once)).await, 204);
    made["order"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_is_good_until_its_end() {
    let shop = Shop::open().await;
    let new = NewKey { name: "summer", scopes: &[Scope::Read], role: None, expires_at: Some(shop.now() + 60), refund_limit: None };
    let (_, key) = api_keys::make(shop.merchant().store(), new, shop.now()).await.unwrap();
    shop.advance(59);
    assert_eq!(shop.call(&key, "GET", "orders", None).await.status, 200);
    shop.advance(1);
    for path in ["orders", "export"] {
        assert_eq!(shop.call(&key, "GET", path, None).await.code(), (401, "key-expired".to_owned()), "{path}");
    }
    let figures = shop.client.get(shop.url("/metrics")).bearer_auth(&key).send().await.unwrap();
    assert_eq!(figures.status(), 401);
}

#[tokio::test]
async fn a_key_returns_no_more_of_an_order_than_its_limit_in_whatever_parts() {
    let shop = Shop::open().await;
    let owner = shop.key(&Scope::ALL).await;
    let limit = |amount, currency| Some(Money { amount, currency: Currency::parse(currency).unwrap() });
    let cashier = async |refund_limit| {
        let role = Role::Cashier;
        let new = NewKey { name: "till", scopes: role.scopes(), role: Some(role), expires_at: None, refund_limit };
        api_keys::make(shop.merchant().store(), new, shop.now()).await.unwrap().1
    };
    let (till, abroad) = (cashier(limit(5_000, "CNY")).await, cashier(limit(5_000, "EUR")).await);
    let (first, second) = (paid(&shop, &owner, "first", 9_000).await, paid(&shop, &owner, "second", 9_000).await);
    let refund = async |key: &str, order: &str, once: &str, body: serde_json::Value| {
        shop.call(key, "POST", &format!("orders/{order}/refunds"), Some((once, body))).await
    };
    let over = refund(&till, &first, "over", json!({ "amount": 5_001 })).await;
    assert_eq!(over.code(), (403, "refund-limit".to_owned()));
    assert!(over.text.contains("at most 50.00 CNY"), "{}", over.text);
    assert_eq!(refund(&till, &first, "all", json!({ "by_hand": true })).await.code(), (403, "refund-limit".to_owned()));
    assert_eq!(refund(&till, &first, "one", json!({ "amount": 3_000 })).await.status, 201);
    let split = refund(&till, &first, "two", json!({ "amount": 2_001 })).await;
    assert_eq!(split.code(), (403, "refund-limit".to_owned()));
    assert!(split.text.contains("has returned 30.00 CNY of this one"), "{}", split.text);
    assert_eq!(refund(&till, &first, "three", json!({ "amount": 2_000 })).await.status, 201);
    assert_eq!(refund(&till, &first, "one", json!({ "amount": 3_000 })).await.status, 201, "the same once more is the same");
    assert_eq!(refund(&till, &second, "other", json!({ "amount": 5_000 })).await.status, 201, "each order by itself");
    assert_eq!(refund(&abroad, &second, "abroad", json!({ "amount": 1 })).await.code(), (403, "refund-limit".to_owned()));
    assert_eq!(refund(&owner, &first, "rest", json!({})).await.status, 201, "what others return does not count");
    let parts = [("a", 1_500), ("b", 1_500), ("c", 1_500), ("d", 1_500)];
    let third = paid(&shop, &owner, "third", 9_000).await;
    let told = parts.map(|(once, amount)| refund(&till, &third, once, json!({ "amount": amount })));
    let [a, b, c, d] = told;
    let (a, b, c, d) = tokio::join!(a, b, c, d);
    let returned = [a, b, c, d].iter().filter(|told| told.status == 201).count();
    assert_eq!(returned, 3, "nor at once");
}
