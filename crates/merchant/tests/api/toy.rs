//! What providers of tomorrow need, played by a toy: ids of their own, other verbs, tokens that end, notifications that prove nothing.

use std::sync::Arc;

use gateway::{Tls, payment_id};
use merchant::api_keys::Scope;
use merchant::{Config, Merchant};
use protocol::{Cart, Method, NewOrder, Order, OrderStatus, Request, Way};
use serde_json::{Value, json};
use testing::backend::shop::configuration;
use testing::backend::toy::{TOKEN_LIFE, Toy};
use testing::backend::{Shop, item, key, nonce};
use tokio::net::TcpListener;

async fn order(shop: &Shop) -> Order {
    let (status, order) = shop.order(&wish(shop).await).await;
    assert_eq!(status, 201);
    order
}

async fn wish(shop: &Shop) -> Request {
    let items = [item("tea", 1)];
    let quote = shop.quote(&items).await;
    let method = Method::parse("alipay").unwrap();
    let cart = Cart { items: &items, locale: "en", ..Cart::default() };
    let order = NewOrder { cart, way: Way::qr(&method), price_digest: quote.price.digest(), answers: None, owner: None };
    shop.backend.create_order(&order, nonce(), key())
}

async fn notify(shop: &Shop, told: &Value) -> u16 {
    shop.client.post(shop.url("/notify/toy")).body(told.to_string()).send().await.unwrap().status().as_u16()
}

async fn reconciled(shop: &Shop, order: &Order) -> OrderStatus {
    shop.merchant().reconcile().await.unwrap();
    shop.stored(&order.id).await.status
}

#[tokio::test]
async fn a_provider_is_asked_by_the_id_that_it_gave_also_after_a_restart() {
    let (mut shop, toy) = Shop::open_with_toy().await;
    let paid = order(&shop).await;
    let canceled = order(&shop).await;
    assert_eq!(paid.payment.as_ref().unwrap().payload.as_deref(), Some("https://qr.alipay.com/toy0"));
    let id = paid.payment.as_ref().unwrap().id.as_str();
    let in_hex = payment_id::hex(id).unwrap();
    assert!(toy.calls().contains(&format!("PUT /charges/{in_hex}")), "{:?}", toy.calls());
    assert_eq!(toy.count("POST /charges/ch_0/code"), 1, "a code takes a second call: {:?}", toy.calls());
    shop.close().await;
    shop.open_again().await;
    toy.pay(0);
    shop.advance(5);
    assert_eq!(reconciled(&shop, &paid).await, OrderStatus::Paid);
    assert!(toy.count("GET /charges/ch_0") >= 1, "{:?}", toy.calls());
    shop.order(&shop.backend.close(&canceled.id, nonce(), key())).await;
    assert_eq!((toy.count("PATCH /charges/ch_1"), toy.state(1)), (1, "canceled"), "{:?}", toy.calls());
    let replayed = shop.merchant().store().record(&paid.id).await.unwrap();
    let payment = &replayed.payments[0];
    assert_eq!((payment.provider.as_deref(), payment.provider_ref.as_deref()), (Some("toy"), Some("ch_0")));
    assert_eq!(payment.payment.method.as_str(), "alipay", "what the shopper chose is not who collects");
}

#[tokio::test]
async fn a_notification_that_proves_nothing_asks_the_provider_and_not_more_often_than_every_half_minute() {
    let (shop, toy) = Shop::open_with_toy().await;
    let order = order(&shop).await;
    let asked = || toy.count("GET /charges/ch_0");
    let id = payment_id::hex(order.payment.as_ref().unwrap().id.as_str()).unwrap();
    for told in [json!({ "charge": "ch_0" }), json!({ "of": id }), json!({ "of": id, "charge": "ch_0" }), json!({ "charge": "ch_0" })] {
        assert_eq!(notify(&shop, &told).await, 200);
        assert_eq!(reconciled(&shop, &order).await, OrderStatus::Pending, "nobody has paid");
        assert_eq!(asked(), 1, "{told}");
    }
    for stranger in [json!({ "charge": "ch_7" }), json!({ "of": "00000000000000000000000000000000" }), json!({})] {
        assert_eq!(notify(&shop, &stranger).await, 200);
    }
    assert_eq!(notify(&shop, &json!("nothing")).await, 200);
    toy.pay(0);
    assert_eq!(notify(&shop, &json!({ "charge": "ch_0" })).await, 200);
    shop.advance(2);
    assert_eq!((reconciled(&shop, &order).await, asked()), (OrderStatus::Pending, 1), "it is too early to ask again");
    shop.advance(28);
    assert_eq!(notify(&shop, &json!({ "charge": "ch_0" })).await, 200);
    assert_eq!((reconciled(&shop, &order).await, asked()), (OrderStatus::Paid, 2));
}

#[tokio::test]
async fn a_token_is_there_before_the_first_call_and_renewed_at_its_end_and_when_it_is_refused() {
    let (shop, toy) = Shop::open_with_toy().await;
    order(&shop).await;
    assert_eq!(toy.calls()[0], "POST /token");
    assert_eq!(refused(&toy), 0, "{:?}", toy.calls());
    shop.advance(TOKEN_LIFE);
    let before = toy.count("POST /token");
    order(&shop).await;
    assert_eq!((refused(&toy), toy.count("POST /token")), (0, before + 1), "{:?}", toy.calls());
    shop.advance(60);
    toy.revoke();
    order(&shop).await;
    assert_eq!((refused(&toy), toy.count("POST /token")), (1, before + 2), "{:?}", toy.calls());
    assert_eq!(toy.state(2), "open");
}

#[tokio::test]
async fn two_providers_of_one_method_are_refused_by_name() {
    let (mut shop, toy) = Shop::open_with_toy().await;
    shop.close().await;
    let config = Config::parse(&configuration(&shop.folder, "http://127.0.0.1:9", &shop.provider.settings_url())).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let both = vec![toy.gateway(), toy.gateway()];
    let error = Merchant::start_with(&config, listener, Arc::new(|| 1_800_000_000), both).await.unwrap_err();
    assert_eq!(error.to_string(), "toy: toy collects by alipay, too: leave one of the two sections out");
}

#[tokio::test]
async fn a_provider_that_asks_for_a_certificate_gets_its_own_and_no_other_provider_does() {
    let (mut shop, toy) = Shop::open_with_toy().await;
    assert_eq!(order(&shop).await.payment.unwrap().payload.as_deref(), Some("https://qr.alipay.com/toy0"));
    // Whom nobody gave a certificate, the same door keeps out, and this provider's authority vouches for nobody else.
    shop.close().await;
    let tls = toy.tls();
    for wrong in [Tls { identity: None, ..tls.clone() }, Tls { authorities: None, ..tls.clone() }] {
        let calls = toy.calls().len();
        shop.collect_by(toy.gateway_with(wrong));
        shop.open_again().await;
        assert_eq!(shop.ask(&wish(&shop).await).await.code(), (503, "provider-unavailable".to_owned()));
        assert_eq!(toy.calls().len(), calls);
        shop.close().await;
    }
    let config = Config::parse(&configuration(&shop.folder, "http://127.0.0.1:9", &shop.provider.settings_url())).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let broken = vec![toy.gateway_with(Tls { identity: Some(b"no certificate".to_vec()), ..tls })];
    let error = Merchant::start_with(&config, listener, Arc::new(|| 1_800_000_000), broken).await.unwrap_err();
    assert!(error.to_string().starts_with("toy: its TLS certificates: "), "{error}");
}

#[tokio::test]
async fn what_a_provider_says_to_have_returned_is_what_has_gone_back_and_a_person_looks_at_it() {
    let (shop, toy) = Shop::open_with_toy().await;
    let key = shop.key(&Scope::ALL).await;
    let order = order(&shop).await;
    toy.pay(0);
    shop.advance(5);
    assert_eq!(reconciled(&shop, &order).await, OrderStatus::Paid);
    let path = format!("orders/{}", order.id);
    let refund = async |once: &str, amount: i64| {
        let told = shop.call(&key, "POST", &format!("{path}/refunds"), Some((once, json!({ "amount": amount })))).await;
        assert_eq!(told.status, 201, "{}", told.text);
        told.json()["refund"].clone()
    };
    toy.return_always(3_000);
    let first = refund("first", 5_000).await;
    assert_eq!((&first["status"], &first["amount"]), (&json!("done"), &json!(3_000)));
    assert_eq!(refund("first", 5_000).await, first, "the same once more is the same");
    let account = shop.call(&key, "GET", &path, None).await.json();
    assert_eq!((&account["order"]["status"], &account["refundable"]), (&json!("partly_refunded"), &json!(5_000)));
    let why: Vec<&Value> = account["attention"].as_array().unwrap().iter().map(|why| &why["reason"]).collect();
    assert_eq!(why, ["refund-amount"]);
    let told = account["ledger"].as_array().unwrap().iter().find(|entry| entry["kind"] == "refund-amount").unwrap();
    assert_eq!(told["detail"], json!({ "refund": first["id"], "returned": 3_000 }));
    // More than was asked for, and than is left.
    toy.return_always(5_500);
    assert_eq!(refund("second", 4_000).await["amount"], 5_500);
    let account = shop.call(&key, "GET", &path, None).await.json();
    assert_eq!((&account["order"]["status"], &account["refundable"]), (&json!("refunded"), &json!(0)));
    let books = shop.call(&key, "GET", "export?format=jsonl", None).await.text;
    let books: Vec<Value> = books.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let moved: Vec<(&str, i64)> = books.iter().map(|row| (row["kind"].as_str().unwrap(), row["amount"].as_i64().unwrap())).collect();
    assert_eq!(moved, [("sale", 8_000), ("refund", -3_000), ("refund", -5_500)]);
    assert_eq!(shop.call(&key, "POST", &format!("{path}/attention/refund-amount/settle"), Some(("s", json!({})))).await.status, 200);
    assert_eq!(shop.call(&key, "GET", &path, None).await.json()["attention"], json!([]));
}

fn refused(toy: &Toy) -> usize {
    toy.count("401 ")
}
