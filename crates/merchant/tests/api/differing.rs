//! One idempotency key with different bodies, all at once: one of them counts, its repetitions are answered as it was, and all others are
//! told that the key is taken. At every door, on either database.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use merchant::api_keys::Scope;
use serde_json::{Value, json};
use testing::backend::client::{key, with_body};
use testing::backend::{Shop, item, nonce};

/// How many come at once: every body so often, and so many bodies.
const TIMES: usize = 4;
const BODIES: usize = 5;

/// What is answered to somebody: the status, and what is the same for the same body.
type Answered = (u16, String);

/// Of all bodies one counts; `answers` are by body.
fn one_counts(door: &str, answers: &[(usize, Answered)], good: u16) {
    let counted: BTreeMap<usize, Vec<&Answered>> =
        answers.iter().filter(|(_, (status, _))| *status == good).fold(BTreeMap::new(), |mut counted, (body, answer)| {
            counted.entry(*body).or_insert_with(Vec::new).push(answer);
            counted
        });
    assert_eq!(counted.len(), 1, "{door}: bodies that counted: {counted:?}");
    let same = counted.values().next().unwrap();
    assert!(same.len() == TIMES && same.iter().all(|answer| answer.1 == same[0].1), "{door}: {same:?}");
    for (_, (status, text)) in answers.iter().filter(|(_, (status, _))| *status != good) {
        assert!(*status == 409 && text.contains("idempotency-conflict"), "{door}: {status} {text}");
    }
}

/// What was answered; of a good answer the member of that name.
fn answered(status: u16, body: &Value, name: &str) -> Answered {
    let member = body.pointer(name).filter(|_| status < 300);
    (status, member.unwrap_or(body).to_string())
}

/// Calls of the admin API under one key, all at once, at these nodes in turn; `name` says what of an answer is the same for the same call.
async fn admin(shops: &[Arc<Shop>], secret: &str, path: &str, bodies: &[Value], name: &str) -> Vec<(usize, Answered)> {
    let calls = (0..TIMES * BODIES).map(|number| {
        let (shop, body) = (Arc::clone(&shops[number % shops.len()]), bodies[number % BODIES].clone());
        let (secret, path, name) = (secret.to_owned(), path.to_owned(), name.to_owned());
        tokio::spawn(async move {
            let told = shop.call(&secret, "POST", &path, Some(("same-key", body))).await;
            (number % BODIES, answered(told.status, &told.json(), &name))
        })
    });
    join_all(calls).await.into_iter().map(Result::unwrap).collect()
}

/// Signed requests, all at once.
async fn signed(shops: &[Arc<Shop>], requests: impl Fn(&Shop, usize) -> protocol::Request, name: &str) -> Vec<(usize, Answered)> {
    let calls = (0..TIMES * BODIES).map(|number| {
        let shop = Arc::clone(&shops[number % shops.len()]);
        let (request, name) = (requests(&shop, number % BODIES), name.to_owned());
        tokio::spawn(async move {
            let told = shop.ask(&request).await;
            (number % BODIES, answered(told.status, &serde_json::from_slice(&told.bytes).unwrap(), &name))
        })
    });
    join_all(calls).await.into_iter().map(Result::unwrap).collect()
}

/// The same request with something in its body that nobody reads, so that it is another one.
fn marked(request: protocol::Request, number: usize) -> protocol::Request {
    let body = request.body.as_deref().unwrap();
    let text = format!("{{\"mark\":{number},{}", body.strip_prefix('{').unwrap()).replace(",}", "}");
    with_body(request, text)
}

/// Every door at which a key counts.
pub async fn at_every_door(shops: &[Arc<Shop>]) {
    let shop = &shops[0];
    let secret = shop.key(&Scope::ALL).await;
    let order = |number: usize| json!({ "currency": "CNY", "lines": [{ "name": "Tea", "unit_price": 100 + number }] });
    let orders: Vec<Value> = (0..BODIES).map(order).collect();
    one_counts("an order of the shop's", &admin(shops, &secret, "orders", &orders, "/order/id").await, 201);

    let paid = shop.order_tea().await;
    let payment = paid.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
    let refunds: Vec<Value> = (0..BODIES).map(|number| json!({ "amount": 100 + number })).collect();
    let path = format!("orders/{}/refunds", paid.id);
    one_counts("a refund", &admin(shops, &secret, &path, &refunds, "/refund/id").await, 201);

    let (one, agreed) = (key(), shop.quote(&[item("tea", 1)]).await.price.digest());
    let wish = |shop: &Shop, number| marked(shop.wish_at(&[item("tea", 1)], agreed, one.clone()), number);
    one_counts("a shopper's order", &signed(shops, wish, "/id").await, 201);

    let order = shop.order_tea().await;
    let (renewing, canceling, closing) = (key(), key(), key());
    let renew = |shop: &Shop, number| {
        let way = protocol::Way::qr(&order.methods[0]);
        marked(shop.backend.new_payment(&order.id, &way, nonce(), renewing.clone()), number)
    };
    one_counts("a new code", &signed(shops, renew, "/payment/id").await, 201);
    let cancel = |shop: &Shop, number| marked(shop.backend.cancel(&order.id, nonce(), canceling.clone()), number);
    one_counts("a cancellation", &signed(shops, cancel, "/id").await, 200);
    let close = |shop: &Shop, number| marked(shop.backend.close(&order.id, nonce(), closing.clone()), number);
    one_counts("the end of a cart's order", &signed(shops, close, "/id").await, 200);
}
