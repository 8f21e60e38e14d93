//! The merchant's own calls: orders of the shop, lists, insights, and keys that may do some of it.

use merchant::api_keys::Scope;
use protocol::{OrderId, OrderStatus, Request};
use serde_json::{Value, json};
use testing::backend::{Shop, item, key as shop_key, nonce};

fn wish() -> Value {
    json!({ "reference": "A-1001", "currency": "CNY", "lines": [
        { "name": "Tea ceremony for two", "unit_price": 12_000, "quantity": 2 }, { "name": "Delivery, \"express\"", "unit_price": 1_500 },
    ] })
}

#[tokio::test]
async fn an_order_of_the_shops_own_is_paid_like_any_other() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let made = shop.call(&key, "POST", "orders", Some(("once", wish()))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let order = &made.json()["order"];
    assert_eq!((order["amount"].as_i64(), order["price"]["lines"][1]["total"].as_i64()), (Some(25_500), Some(1_500)));
    let id = OrderId::parse(order["id"].as_str().unwrap()).unwrap();
    // A shopper's page reads the same order, signed, with a code to pay.
    let (_, read) = shop.order(&shop.backend.order(&id, 0, 0, nonce())).await;
    let payment = read.payment.as_ref().unwrap();
    assert!(payment.payload.as_ref().unwrap().starts_with("weixin://"));
    shop.provider.pay(payment.id.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.id.as_str(), "EV-1")).await, 204);
    assert_eq!(shop.stored(&id).await.status, OrderStatus::Paid);
    let account = shop.call(&key, "GET", &format!("orders/{id}"), None).await.json();
    assert_eq!((account["refundable"].as_i64(), account["reference"].as_str()), (Some(25_500), Some("A-1001")));
    let kinds: Vec<&str> = account["ledger"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["created", "code", "money", "paid"]);
    assert_eq!(account["ledger"][2]["detail"]["amount"], 25_500);
}

#[tokio::test]
async fn a_repeated_call_makes_one_order_and_another_body_under_its_key_is_refused() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let first = shop.call(&key, "POST", "orders", Some(("once", wish()))).await.json();
    let again = shop.call(&key, "POST", "orders", Some(("once", wish()))).await.json();
    assert_eq!(first["order"]["id"], again["order"]["id"]);
    let mut other = wish();
    other["reference"] = json!("A-1002");
    assert_eq!(shop.call(&key, "POST", "orders", Some(("once", other))).await.code(), (409, "idempotency-conflict".to_owned()));
    assert_eq!(shop.call(&key, "GET", "orders?reference=A-1001", None).await.json()["orders"].as_array().unwrap().len(), 1);
    assert_eq!(shop.provider.calls("create"), 1);
}

#[tokio::test]
async fn bad_orders_of_the_shop_are_refused_and_named() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    for (pointer, value, status, code, named) in [
        ("/currency", json!("YUAN"), 400, "bad-request", "currency"),
        ("/currency", json!("BRL"), 409, "method-not-offered", "BRL"),
        ("/lines", json!([]), 400, "bad-request", "amount"),
        ("/lines/0/name", json!(" "), 400, "bad-request", "lines[0].name"),
        ("/lines/0/quantity", json!(0), 400, "bad-request", "lines[0].quantity"),
        ("/lines/1/unit_price", json!(-1_000_000_000), 400, "bad-request", "lines[1].unit_price"),
        ("/lines/1/unit_price", json!(-24_000), 400, "bad-request", "amount"),
        ("/lines/1/unit_price", json!(1.5), 400, "bad-request", "1.5"),
        ("/reference", json!("x".repeat(65)), 400, "bad-request", "reference"),
    ] {
        let mut body = wish();
        *body.pointer_mut(pointer).unwrap() = value;
        let told = shop.call(&key, "POST", "orders", Some(("k", body))).await;
        assert_eq!(told.code(), (status, code.to_owned()), "{pointer}");
        assert!(told.text.contains(named), "{pointer}: {}", told.text);
    }
    for (more, told) in [
        (json!({}), "amount: no payment method here collects 255.00 BRL"),
        (json!({ "method": "wechat_pay" }), "method: wechat_pay does not collect 255.00 BRL"),
    ] {
        let mut body = wish();
        body["currency"] = json!("BRL");
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(shop.call(&key, "POST", "orders", Some(("k", body))).await.json()["detail"], told);
    }
    for (member, value) in [("method", json!("cash")), ("expires_in", json!(5)), ("amount", json!(0)), ("total", json!(1))] {
        let mut body = wish();
        body[member] = value;
        let told = shop.call(&key, "POST", "orders", Some(("k", body))).await;
        assert!(matches!(told.status, 400 | 409), "{member}: {}", told.text);
    }
    assert_eq!(shop.call(&key, "GET", "orders", None).await.json()["orders"], json!([]));
}

#[tokio::test]
async fn an_order_of_the_shops_own_says_how_its_amount_comes_about() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let whole = json!({
        "currency": "CNY",
        "lines": [{ "name": "Repair", "options": "Blue, large", "unit_price": 12_000 }, { "name": "Paid in advance", "unit_price": -2_000 }],
        "discounts": [{ "label": "Guild", "amount": 500 }],
        "delivery": { "label": "Courier", "amount": 1_200 },
        "taxes": [{ "label": "VAT", "rate": "6", "amount": 642 }, { "label": "VAT", "rate": "13", "amount": 138, "included": true }],
        "rounding": -2,
    });
    let made = shop.call(&key, "POST", "orders", Some(("whole", whole.clone()))).await;
    let order = &made.json()["order"];
    assert_eq!((&order["amount"], &order["channel"], &order["price"]["subtotal"]), (&json!(11_340), &json!("shop"), &json!(10_000)));
    let id = OrderId::parse(order["id"].as_str().unwrap()).unwrap();
    let (_, read) = shop.order(&shop.backend.order(&id, 0, 0, nonce())).await;
    assert_eq!(json!(read.price.to_json()), order["price"], "shoppers are told the same");
    assert_eq!(read.price.lines[0].title(), "Repair – Blue, large");
    assert_eq!((read.price.total, read.price.rounding, read.price.taxes.len()), (11_340, -2, 2));
    for (member, value, named) in [
        ("amount", json!(11_341), "amount: does not add up: lines, discounts, delivery, taxes and rounding come to 11340"),
        ("discounts", json!([{ "label": "Guild", "amount": -1 }]), "discounts[0].amount"),
        ("discounts", json!([{ "label": "", "amount": 1 }]), "discounts[0].label"),
        ("lines", json!([{ "name": "Repair", "options": " ", "unit_price": 11_340 }]), "lines[0].options"),
        ("lines", json!([{ "name": "Repair", "options": ["Blue"], "unit_price": 11_340 }]), "string"),
        ("delivery", json!({ "label": "a\u{202e}b", "amount": 1 }), "delivery.label"),
        ("taxes", json!([{ "label": "VAT", "rate": "6 %", "amount": 1 }]), "taxes[0].rate"),
        ("taxes", json!([{ "label": "VAT", "percent": 6, "amount": 1 }]), "percent"),
        ("rounding", json!(i64::MAX), "rounding"),
    ] {
        let mut body = whole.clone();
        body[member] = value;
        let told = shop.call(&key, "POST", "orders", Some(("bad", body))).await;
        assert_eq!(told.code(), (400, "bad-request".to_owned()), "{member}");
        assert!(told.text.contains(named), "{member}: {}", told.text);
    }
    let alone = json!({ "currency": "CNY", "lines": [], "amount": 500 });
    let made = shop.call(&key, "POST", "orders", Some(("alone", alone))).await.json();
    assert_eq!((&made["order"]["price"]["total"], &made["order"]["price"]["subtotal"]), (&json!(500), &json!(500)));
}

#[tokio::test]
async fn what_the_page_says_of_an_order_is_never_taken_for_what_the_shop_says() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let mut own = wish();
    own["metadata"] = json!({ "table": "7", "guest": "\u{5c71}" });
    let own = shop.call(&key, "POST", "orders", Some(("own", own))).await.json();
    assert_eq!((&own["client_reference"], &own["metadata"]), (&json!(null), &json!({ "guest": "\u{5c71}", "table": "7" })));
    // A page claims the number of that order.
    let request = shop.wish(&[item("tea", 1)], shop_key()).await;
    let claims = |said: Value| {
        let body = request.body.as_deref().unwrap().replacen('{', &format!("{{\"client_reference\":{said},"), 1);
        Request::post(&format!("{}/v1/orders?", shop.backend.as_str()), nonce(), &shop_key(), body)
    };
    let (status, bought) = shop.order(&claims(json!("A-1001"))).await;
    assert_eq!(status, 201);
    let account = shop.call(&key, "GET", &format!("orders/{}", bought.id), None).await.json();
    assert_eq!((&account["reference"], &account["client_reference"], &account["metadata"]), (&json!(null), &json!("A-1001"), &json!({})));
    let listed = shop.call(&key, "GET", "orders?reference=A-1001", None).await.json();
    assert_eq!(listed["orders"].as_array().unwrap().len(), 1, "only the shop's own is found by it");
    assert_eq!(shop.call(&key, "GET", "orders/A-1001", None).await.json()["order"]["id"], own["order"]["id"]);
    // Shoppers are told none of it.
    for order in [bought.id.as_str(), own["order"]["id"].as_str().unwrap()] {
        let told = shop.ask(&shop.backend.order(&OrderId::parse(order).unwrap(), 0, 0, nonce())).await;
        let text = String::from_utf8(told.bytes).unwrap();
        assert!(["A-1001", "table", "guest"].iter().all(|word| !text.contains(word)), "{text}");
    }
    for said in [json!("-visit"), json!(""), json!("a b"), json!("x".repeat(65)), json!(7)] {
        assert_eq!(shop.ask(&claims(said.clone())).await.code(), (400, "bad-request".to_owned()), "{said}");
    }
    for (metadata, named) in [
        (json!({ "a": 7 }), "invalid type"),
        (json!({ "": "a" }), "metadata"),
        (json!({ "a": "x".repeat(501) }), "metadata"),
        (json!({ "a": "b\u{202e}" }), "metadata"),
        (Value::Object((0..51).map(|number| (number.to_string(), json!(""))).collect()), "metadata"),
    ] {
        let mut body = wish();
        body["metadata"] = metadata;
        let told = shop.call(&key, "POST", "orders", Some(("bad", body))).await;
        assert!(told.status == 400 && told.text.contains(named), "{}", told.text);
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_filters_are_named_when_they_are_wrong() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Read]).await;
    for _ in 0..5 {
        shop.order_tea().await;
        shop.advance(1);
    }
    let mut seen = Vec::new();
    let mut path = "orders?limit=2".to_owned();
    loop {
        let page = shop.call(&key, "GET", &path, None).await.json();
        seen.extend(page["orders"].as_array().unwrap().iter().map(|listed| listed["created_at"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("orders?limit=2&after={next}");
    }
    assert_eq!(seen, (0..5).rev().map(|second| shop.now() - 5 + second).collect::<Vec<_>>());
    for query in ["limit=0", "limit=999", "status=gone", "after=x", "from=someday", "from=2026", "to=2026-13", "colour=red"] {
        assert_eq!(shop.call(&key, "GET", &format!("orders?{query}"), None).await.code().0, 400, "{query}");
    }
}

#[tokio::test]
async fn insights_tell_what_became_of_codes() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Read]).await;
    let (paid, left) = (shop.order_tea().await, shop.order_tea().await);
    shop.advance(20);
    let payment = paid.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await;
    shop.ask(&shop.backend.close(&left.id, nonce(), testing::backend::key())).await;
    let told = shop.call(&key, "GET", "insights", None).await.json();
    let wechat = json!({
        "method": "wechat_pay", "surface": "qr", "shown": 2, "paid": 1, "abandoned": 1, "abandoned_after_scan": 0,
        "median_seconds_to_paid": 20,
    });
    assert_eq!((&told["channels"], &told["linked_shoppers"]), (&json!([wechat]), &json!(0)));
}

#[tokio::test]
async fn a_key_does_what_it_is_for_until_it_is_revoked() {
    let shop = Shop::open().await;
    let reader = shop.key(&[Scope::Read]).await;
    assert_eq!(shop.call(&reader, "GET", "orders", None).await.status, 200);
    assert_eq!(shop.call(&reader, "POST", "orders", Some(("k", wish()))).await.code(), (403, "scope".to_owned()));
    let writer = shop.key(&[Scope::Orders]).await;
    assert_eq!(shop.call(&writer, "POST", "orders", Some(("k", wish()))).await.status, 201);
    for path in ["orders", "export", "insights", "reconciliation?method=wechat_pay&date=2026-01-01"] {
        assert_eq!(shop.call(&writer, "GET", path, None).await.code(), (403, "scope".to_owned()), "{path}");
    }
    assert_eq!(shop.call(&writer, "GET", "webhooks", None).await.code(), (403, "scope".to_owned()));
    let confirmer = shop.key(&[Scope::Confirm]).await;
    for (key, path) in [
        (&reader, "payments/pay_1/confirm"),
        (&writer, "payments/pay_1/confirm"),
        (&reader, "orders/ord_1/refunds"),
        (&writer, "orders/ord_1/refunds"),
        (&confirmer, "orders/ord_1/refunds"),
        (&reader, "orders/ord_1/refunds/rfd_1/done"),
        (&writer, "orders/ord_1/refunds/rfd_1/done"),
        (&confirmer, "orders/ord_1/refunds/rfd_1/done"),
        (&reader, "webhooks/msg_1/replay"),
        (&confirmer, "webhooks/msg_1/replay"),
    ] {
        // Before anything is looked at: neither body nor ids are good.
        assert_eq!(shop.call(key, "POST", path, Some(("k", json!({})))).await.code(), (403, "scope".to_owned()), "{path}");
    }
    for key in ["", "qrk_guessed", &reader.to_uppercase()] {
        assert_eq!(shop.call(key, "GET", "orders", None).await.code(), (401, "unauthorized".to_owned()), "{key}");
    }
    // The scheme's name is of any letters.
    for scheme in ["Bearer", "bearer", "BEARER", "Bearer "] {
        let request = shop.client.get(shop.url("/admin/v1/orders")).header("authorization", format!("{scheme} {reader}"));
        assert_eq!(request.send().await.unwrap().status(), 200, "{scheme}");
    }
    for word in [format!("Basic {reader}"), reader.clone(), format!("Bearer{reader}")] {
        let request = shop.client.get(shop.url("/admin/v1/orders")).header("authorization", &word);
        assert_eq!(request.send().await.unwrap().status(), 401, "{word}");
    }
    let store = shop.merchant().store();
    let id = store.api_keys().await.unwrap().into_iter().find(|key| key.scopes == "read").unwrap().id;
    assert!(store.revoke_api_key(&id, shop.now()).await.unwrap());
    assert_eq!(shop.call(&reader, "GET", "orders", None).await.code(), (401, "unauthorized".to_owned()));
    // No call without its key for repetitions.
    let request = shop.client.post(shop.url("/admin/v1/orders")).bearer_auth(&writer).body(wish().to_string());
    assert_eq!(request.send().await.unwrap().status(), 400);
}
