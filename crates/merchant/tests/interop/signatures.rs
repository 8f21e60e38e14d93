//! What our backend signs, judged by the verifiers of two libraries. Spoilt copies go with it, so that a judge who says yes to
//! everything is found out.

use protocol::base64::{Alphabet, encode};
use protocol::verify::Answer;
use protocol::{OrderId, Request};
use serde_json::{Value, json};

use crate::recorded::described;
use testing::backend::{Shop, item, key, nonce};
use testing::judges::judge;

/// A shop on the clock of this machine: the libraries know no other.
async fn open() -> Shop {
    let shop = Shop::open().await;
    let now = testing::now();
    shop.advance(now - shop.now());
    shop
}

/// The answer to a request as it came over the wire.
async fn exchange(shop: &Shop, about: &str, request: &Request) -> Value {
    let told = shop.ask(request).await;
    let text = |name: &str| told.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let answer = Answer::of(told.status, text, told.bytes.clone());
    let mut exchange = described(request, &answer);
    exchange["about"] = json!(about);
    exchange["good"] = json!(true);
    exchange
}

/// A copy in which one thing was changed on the way.
fn spoilt(honest: &Value, pointer: &str, value: Value) -> Value {
    let mut exchange = honest.clone();
    *exchange.pointer_mut(pointer).unwrap() = value;
    assert_ne!(exchange, *honest, "{pointer}");
    exchange["about"] = json!(format!("{} with another {pointer}", honest["about"]));
    exchange["good"] = json!(false);
    exchange
}

async fn case() -> String {
    let shop = open().await;
    let price = exchange(&shop, "a quote", &shop.backend.quote(&[item("tea", 2)], "en", nonce())).await;
    let order = exchange(&shop, "a new order", &shop.wish(&[item("tea", 1)], key()).await).await;
    let unknown = shop.backend.order(&OrderId::from_random([1; 16]), 0, 0, nonce());
    let refusal = exchange(&shop, "a refusal", &unknown).await;
    let pin = shop.pins.first();
    let address = order["request"]["url"].as_str().unwrap().to_owned();
    let spoilt = [
        spoilt(&price, "/response/status", json!(201)),
        spoilt(&price, "/response/body", json!("e30=")),
        spoilt(&price, "/request/url", json!("https://pay.shop.example/v1/quote")),
        spoilt(&order, "/request/method", json!("PUT")),
        spoilt(&order, "/request/url", json!(address.replace("d=", "d=A"))),
        spoilt(&order, "/request/url", json!(address.replace("k=", "k=A"))),
        spoilt(&refusal, "/response/headers/3/1", price["response"]["headers"][3][1].clone()),
        spoilt(&refusal, "/response/headers/0/1", json!("text/html")),
    ];
    let exchanges: Vec<Value> = [price, order, refusal].into_iter().chain(spoilt).collect();
    json!({ "keys": { pin.keyid(): encode(Alphabet::Url, pin.key()) }, "exchanges": exchanges }).to_string()
}

#[tokio::test]
async fn a_python_library_accepts_what_our_backend_signs() {
    judge("signatures/judge.py", &["judge"], &case().await);
}

#[tokio::test]
async fn a_node_library_accepts_what_our_backend_signs() {
    judge("signatures/judge.mjs", &["judge"], &case().await);
}
