//! Paying on the phone itself: what a jump into the wallet leads to, and how long.

use protocol::{Backend, Currency, Digest, Expected, IdempotencyKey, Item, Method, NewOrder, Nonce, Sku, Surface, Way};
use sandbox::Faults;
use serde_json::Value;

use crate::shop::ShopOptions;
use crate::stage::{Stage, TEA};

const PAGE: &str = "https://shop.example/tea";

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_counts_down_the_five_minutes_that_it_works() {
    let mut stage = Stage::open_with_methods().await;
    stage.visit_on(Surface::App, PAGE);
    let jump = stage.reach_code_by("wechat_pay").await;
    assert!(jump.contains("/checkmweb?prepay_id=") && jump.ends_with("&redirect_url=https%3A%2F%2Fshop.example%2Ftea"), "{jump}");
    stage.pass(300);
    stage.shopper.comes_to("expired").await;
    assert!(stage.shop.sandbox.pay(&jump).is_err(), "the wallet still takes money by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_without_a_jump_has_its_code_on_a_phone_too() {
    let mut stage = Stage::open_with_methods().await;
    stage.visit_on(Surface::App, PAGE);
    let code = stage.reach_code_by("fps").await;
    assert!(code.starts_with("000201"), "{code}");
    assert_eq!(stage.shopper.order().payment.as_ref().unwrap().surface, Surface::Qr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_changes_its_network_after_an_answer_was_lost_still_gets_its_jump() {
    let stage = Stage::open_as(ShopOptions { behind_proxy: true, ..ShopOptions::default() }).await;
    stage.faults(Faults { server_error_after_effect: 2, ..Faults::default() });
    let (items, method) = ([Item { sku: Sku::parse("tea-100g").unwrap(), quantity: 2 }], Method::parse("wechat_pay").unwrap());
    let expected = Expected { total: TEA, currency: Currency::parse("CNY").unwrap(), quote_digest: Digest::of(b"a quote") };
    let way = Way { method: &method, surface: Surface::App, return_url: Some(PAGE) };
    let wish = NewOrder { items: &items, way, locale: "en", code: "", expected };
    let backend = Backend::parse(&stage.shop.url()).unwrap();
    let mut told = Vec::new();
    // The second time under the same key; for the provider it has to be the same payment to the letter.
    for (nonce, address) in [(1, "203.0.113.7"), (2, "198.51.100.9")] {
        let request = backend.create_order(&wish, Nonce::from_random([nonce; 16]), IdempotencyKey::from_random([7; 16]));
        let body = request.body.unwrap();
        let sending = reqwest::Client::builder().no_proxy().build().unwrap().post(&request.url).header("x-forwarded-for", address);
        let sending = sending.header("content-type", "application/json").header("content-digest", &body.digest);
        let reply = sending.header("idempotency-key", body.key.as_str()).body(body.text).send().await.unwrap();
        told.push((reply.status().as_u16(), serde_json::from_str::<Value>(&reply.text().await.unwrap()).unwrap()));
    }
    assert_eq!(told[0].0, 503, "{told:?}");
    assert_eq!((told[1].0, told[1].1["payment"]["status"].as_str()), (201, Some("waiting")), "{told:?}");
    let payload = told[1].1["payment"]["payload"].as_str().expect("a jump");
    assert!(payload.contains("/checkmweb?prepay_id="), "{payload}");
}
