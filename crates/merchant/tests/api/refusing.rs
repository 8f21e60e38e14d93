//! Bad input of every kind gets a signed problem with a stable code; only a request without a nonce gets an unsigned one.

use protocol::{Digest, OrderId, Request};
use reqwest::RequestBuilder;
use serde_json::json;
use testing::backend::{SHOP_CATALOG, Shop, item, key, nonce};

/// A request under `/v1/` with whatever query and body.
fn request(shop: &Shop, method: &'static str, path: &str, query: &str, body: Option<String>) -> Request {
    let nonce = nonce();
    let bound = body.as_ref().map(|text| format!("k={}&d={}&", key().as_str(), Digest::of(text.as_bytes()).to_url_base64()));
    let url = format!("{}/v1/{path}?{query}{}n={}", shop.backend.as_str(), bound.unwrap_or_default(), nonce.as_str());
    Request { method, url, nonce, body, wait: 0 }
}

async fn expect(shop: &Shop, request: &Request, status: u16, code: &str) {
    assert_eq!(shop.ask(request).await.code(), (status, code.to_owned()), "{request:?}");
}

#[tokio::test]
async fn bad_queries_are_refused_by_name() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await.id;
    let many: String = (0..51).map(|number| format!("item=tea{number}%3A1&")).collect();
    for (path, query, status, code) in [
        ("quote", "", 400, "cart-empty"),
        ("quote", "item=tea&", 400, "bad-request"),
        ("quote", "item=tea%3A0&", 400, "quantity"),
        ("quote", "item=tea%3A1000&", 400, "quantity"),
        ("quote", "item=tea%3A-1&", 400, "quantity"),
        ("quote", "item=tea%3A1.5&", 400, "quantity"),
        ("quote", "item=tea%3A1&item=tea%3A1&", 400, "quantity"),
        ("quote", "item=coffee%3A1&", 404, "unknown-sku"),
        ("quote", "item=a%20b%3A1&", 404, "unknown-sku"),
        ("quote", "item=tea%3A1&locale=en&locale=zh&", 400, "bad-request"),
        ("quote", many.as_str(), 400, "too-many-items"),
        ("quote", "item=house%3A999&item=tea%3A1&", 200, ""),
        ("orders/ord_gone", "", 404, "unknown-order"),
        ("orders/a%2Fb", "", 404, "unknown-order"),
        ("nothing", "", 404, "not-found"),
        ("orders/ord_gone/refunds", "", 404, "not-found"),
    ] {
        let request = request(&shop, "GET", path, query, None);
        match status {
            200 => assert_eq!(shop.ask(&request).await.status, 200),
            _ => expect(&shop, &request, status, code).await,
        }
    }
    for query in ["seen=x&wait=1&", "seen=-1&", "seen=0&wait=26&", "wait=1.5&", "wait=&", "seen=1&seen=2&", "seen=99999999999999999999&"] {
        expect(&shop, &request(&shop, "GET", &format!("orders/{order}"), query, None), 400, "bad-request").await;
    }
}

#[tokio::test]
async fn a_revision_of_the_api_that_is_not_served_is_told_signed_and_none_means_the_first() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await.id;
    let wish = good(&shop).to_string();
    for (method, path, query, body) in [
        ("GET", "quote".to_owned(), "item=tea%3A1&", None),
        ("GET", format!("orders/{order}"), "", None),
        ("POST", "orders".to_owned(), "", Some(wish.clone())),
        ("POST", format!("orders/{order}/payments"), "", Some(r#"{"method":"wechat_pay","surface":"qr"}"#.to_owned())),
        ("POST", format!("orders/{order}/cancel"), "", Some("{}".to_owned())),
    ] {
        for revision in ["0", "2", "99"] {
            let request = request(&shop, method, &path, &format!("{query}r={revision}&"), body.clone());
            expect(&shop, &request, 410, "release-revoked").await;
        }
        for revision in ["r=&", "r=one&", "r=1.0&", "r=-1&", "r=1&r=1&"] {
            let request = request(&shop, method, &path, &format!("{query}{revision}"), body.clone());
            expect(&shop, &request, 400, "bad-request").await;
        }
    }
    // Nothing of that did anything.
    assert_eq!(shop.stored(&order).await.status, protocol::OrderStatus::Pending);
    assert_eq!(shop.provider.calls("create"), 1);
    for revision in ["", "r=1&"] {
        assert_eq!(shop.ask(&request(&shop, "GET", "quote", &format!("item=tea%3A1&{revision}"), None)).await.status, 200, "{revision}");
        let body = Some(wish.clone());
        assert_eq!(shop.ask(&request(&shop, "POST", "orders", revision, body)).await.status, 201, "{revision}");
    }
}

#[tokio::test]
async fn other_methods_are_refused_on_known_addresses() {
    let shop = Shop::open().await;
    for (method, path) in [
        ("POST", "quote"),
        ("GET", "orders"),
        ("DELETE", "orders/ord_1"),
        ("PUT", "orders/ord_1"),
        ("PATCH", "quote"),
        ("GET", "orders/ord_1/cancel"),
    ] {
        let body = (method == "POST").then(|| "{}".to_owned());
        expect(&shop, &request(&shop, method, path, "", body), 405, "method-not-allowed").await;
    }
    // Also unsigned, where nothing says what a signature would be for; and what is nowhere is not found by any method.
    for (method, path, status, allow) in [
        ("POST", "/v1/quote", 405, Some("GET")),
        ("HEAD", "/v1/orders/ord_1", 405, Some("GET")),
        ("OPTIONS", "/v1/orders", 405, Some("POST")),
        ("OPTIONS", "/v1/quote", 405, Some("GET")),
        ("BREW", "/v1/orders/ord_1/payments", 405, Some("POST")),
        ("POST", "/v1/no/such", 404, None),
        ("GET", "/v1/no/such", 404, None),
        ("DELETE", "/v1/orders/ord_1/payments/now", 404, None),
    ] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let reply = shop.client.request(method.clone(), shop.url(path)).send().await.unwrap();
        let allowed = reply.headers().get("allow").map(|allowed| allowed.to_str().unwrap());
        assert_eq!((reply.status().as_u16(), allowed), (status, allow), "{method} {path}");
        assert!(!reply.headers().contains_key("signature"), "{method} {path}");
    }
}

/// A good body, to be spoiled.
fn good(shop: &Shop) -> serde_json::Value {
    json!({
        "items": [{ "sku": "tea", "quantity": 1 }],
        "method": "wechat_pay",
        "surface": "qr",
        "locale": "en",
        "price_digest": testing::price_digest(SHOP_CATALOG, shop.backend.as_str(), &[("tea", 1)], None).to_base64(),
    })
}

#[tokio::test]
async fn bad_orders_are_refused_by_name() {
    let shop = Shop::open().await;
    assert_eq!(shop.ask(&request(&shop, "POST", "orders", "", Some(good(&shop).to_string()))).await.status, 201);
    for (pointer, value, status, code) in [
        ("/items", json!([]), 400, "cart-empty"),
        ("/items", json!("tea"), 400, "bad-request"),
        ("/items/0/sku", json!("coffee"), 404, "unknown-sku"),
        ("/items/0/quantity", json!(0), 400, "quantity"),
        ("/items/0/quantity", json!(1000), 400, "quantity"),
        ("/items", json!([{ "sku": "tea", "quantity": 1 }, { "sku": "tea", "quantity": 1 }]), 400, "quantity"),
        ("/method", json!("cash"), 409, "method-not-offered"),
        ("/method", json!(null), 400, "bad-request"),
        ("/return_url", json!("https://evil.example/cart"), 400, "return-url"),
        ("/surface", json!("counter"), 400, "bad-request"),
        ("/price_digest", json!(null), 400, "bad-request"),
        ("/price_digest", json!("AAAA"), 400, "bad-request"),
        ("/price_digest", json!(Digest::of(b"{}").to_base64()), 409, "price-changed"),
    ] {
        let mut body = good(&shop);
        match body.pointer_mut(pointer) {
            Some(member) => *member = value,
            None => body[&pointer[1..]] = value,
        }
        expect(&shop, &request(&shop, "POST", "orders", "", Some(body.to_string())), status, code).await;
    }
    let twice = good(&shop).to_string().replacen('{', r#"{"method":"wechat_pay","#, 1);
    for text in ["", "[]", "{", "{} {}", r#""order""#, "{\"items\":1.5}", &twice, &"[".repeat(10_000)] {
        expect(&shop, &request(&shop, "POST", "orders", "", Some(text.to_owned())), 400, "bad-request").await;
    }
}

#[tokio::test]
async fn payments_and_cancellations_of_nothing_are_refused() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await.id;
    let gone = OrderId::from_random([3; 16]);
    let wish = json!({ "method": "wechat_pay", "surface": "qr" }).to_string();
    for (path, body, status, code) in [
        (format!("orders/{gone}/payments"), wish.clone(), 404, "unknown-order"),
        (format!("orders/{gone}/cancel"), "{}".to_owned(), 404, "unknown-order"),
        (format!("orders/{order}/payments"), json!({ "method": "cash", "surface": "qr" }).to_string(), 409, "method-not-offered"),
        (
            format!("orders/{order}/payments"),
            json!({ "method": "wechat_pay", "surface": "app", "return_url": "https://evil.example/#x" }).to_string(),
            400,
            "return-url",
        ),
        (format!("orders/{order}/payments"), "{}".to_owned(), 400, "bad-request"),
        (format!("orders/{order}/cancel"), "no".to_owned(), 400, "bad-request"),
    ] {
        expect(&shop, &request(&shop, "POST", &path, "", Some(body)), status, code).await;
    }
    for body in ["null", "[]", "1", "\"{}\""] {
        let path = format!("orders/{order}/cancel");
        expect(&shop, &request(&shop, "POST", &path, "", Some(body.to_owned())), 400, "bad-request").await;
    }
    assert_eq!(shop.stored(&order).await.status, protocol::OrderStatus::Pending);
}

#[tokio::test]
async fn the_address_of_a_post_names_its_key_and_its_digest_once_each() {
    let shop = Shop::open().await;
    let whole = shop.wish(&[item("tea", 1)], key()).await;
    let parameter = |name: &str| whole.url.split(['?', '&']).find(|pair| pair.starts_with(name)).unwrap().to_owned();
    let (key, digest) = (parameter("k="), parameter("d="));
    let other = format!("d={}", Digest::of(b"another").to_url_base64());
    for (from, to, code) in [
        (&key, "", "idempotency-key-missing"),
        (&key, "k=", "idempotency-key-missing"),
        (&key, "k=short", "idempotency-key-missing"),
        (&key, &format!("{key}&{key}"), "idempotency-key-missing"),
        (&key, &format!("{key}A"), "idempotency-key-missing"),
        (&digest, "", "digest-mismatch"),
        (&digest, "d=short", "digest-mismatch"),
        (&digest, &other, "digest-mismatch"),
        (&digest, &format!("{digest}&{digest}"), "digest-mismatch"),
        (&digest, &format!("{digest}&{other}"), "digest-mismatch"),
        (&digest, &digest.replace("d=", "D="), "digest-mismatch"),
    ] {
        let request = Request { url: whole.url.replace(from, to), ..whole.clone() };
        expect(&shop, &request, 400, code).await;
    }
    let changed = Request { body: whole.body.as_ref().map(|text| format!("{text} ")), ..whole.clone() };
    expect(&shop, &changed, 400, "digest-mismatch").await;
    assert_eq!(shop.provider.calls("create"), 0);
}

#[tokio::test]
async fn a_body_is_text_for_which_no_browser_asks_first() {
    let shop = Shop::open().await;
    let whole = shop.wish(&[item("tea", 1)], key()).await;
    for kind in ["application/json", "text/plain;charset=gbk", "text/html", "application/x-www-form-urlencoded", "text/plain-json", ""] {
        let sent = |sending: RequestBuilder| sending.header("content-type", kind).body(whole.body.clone().unwrap());
        assert_eq!(shop.ask_as(&whole, sent).await.code(), (415, "media-type".to_owned()), "{kind}");
    }
    let bare = |sending: RequestBuilder| sending.body(whole.body.clone().unwrap());
    assert_eq!(shop.ask_as(&whole, bare).await.code(), (415, "media-type".to_owned()));
    assert_eq!(shop.provider.calls("create"), 0);
    for kind in ["text/plain", "text/plain;charset=UTF-8", "Text/Plain; Charset=utf-8"] {
        let sent = |sending: RequestBuilder| sending.header("content-type", kind).body(whole.body.clone().unwrap());
        assert_eq!(shop.ask_as(&whole, sent).await.status, 201, "{kind}");
    }
}

#[tokio::test]
async fn a_body_larger_than_any_honest_one_is_refused() {
    let shop = Shop::open().await;
    let text = format!("{{\"items\":\"{}\"}}", "x".repeat(64 * 1024));
    expect(&shop, &request(&shop, "POST", "orders", "", Some(text)), 413, "body-too-large").await;
}

#[tokio::test]
async fn without_a_nonce_there_is_nothing_to_sign_for() {
    let shop = Shop::open().await;
    for query in [
        "",
        "?n=",
        "?n=short",
        "?n=AAECAwQFBgcICQoLDA0ODx",
        "?n=AAECAwQFBgcICQoLDA0ODw&n=AAECAwQFBgcICQoLDA0ODw",
        "?n=AAECAwQFBgcICQoLDA0ODw&x=%zz",
    ] {
        let reply = shop.client.get(shop.url(&format!("/v1/quote{query}"))).send().await.unwrap();
        assert_eq!(reply.status(), 400, "{query}");
        assert!(!reply.headers().contains_key("signature"), "{query}");
        let headers = reply.headers().clone();
        // Not signed, but described.
        let body = reply.bytes().await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["code"], "bad-request");
        assert_eq!(headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn a_refusal_never_tells_the_cause_but_names_its_place_in_the_log() {
    let shop = Shop::open().await;
    shop.provider.set_down(true);
    let told = shop.ask(&shop.wish(&[item("tea", 1)], key()).await).await;
    let text = String::from_utf8(told.bytes.clone()).unwrap();
    let problem = told.problem();
    assert!(problem.id.len() >= 12, "{}", problem.id);
    for cause in ["SYSTEM_ERROR", "127.0.0.1", "500", "wxpay", "sql"] {
        assert!(!text.contains(cause), "{text}");
    }
}

#[tokio::test]
async fn a_store_that_fails_is_told_signed_and_without_its_cause() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await.id;
    let wish = shop.wish(&[item("tea", 1)], key()).await;
    shop.merchant().store().close().await;
    for request in [shop.backend.order(&order, 0, 0, nonce()), wish, shop.backend.cancel(&order, nonce(), key())] {
        let told = shop.ask(&request).await;
        let text = String::from_utf8_lossy(&told.bytes).to_ascii_lowercase();
        assert!(!text.contains("pool") && !text.contains("sql") && !text.contains("database"), "{text}");
        assert_eq!(told.code(), (500, "internal".to_owned()));
    }
    assert_eq!(shop.client.get(shop.url("/readyz")).send().await.unwrap().status(), 503);
    assert_eq!(shop.client.get(shop.url("/healthz")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_problem_bears_the_id_under_which_the_log_has_the_request() {
    let shop = Shop::open().await;
    let request = request(&shop, "GET", "orders/ord_gone", "", None);
    for (proxys, is_taken_over) in [(None, false), (Some("9f86d081884c7d65"), true), (Some("not an id"), false)] {
        let dress = |sending: RequestBuilder| match proxys {
            Some(id) => sending.header("x-request-id", id),
            None => sending,
        };
        let told = shop.ask_as(&request, dress).await;
        let id = told.headers["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(proxys == Some(&id), is_taken_over, "{id}");
        assert_eq!(told.problem().id, id);
    }
}
