//! Figures as Prometheus' own library reads them, and the alerts that we hand out: each asks for something that there is.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed; the line says where")]

#[path = "../../../../tests/interop/judges.rs"]
#[allow(dead_code, reason = "other judges need more of it")]
mod judges;
#[path = "../api/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the stories of the API need more of it")]
mod support;

use merchant::api_keys::{self, Scope};
use serde_json::{Value, json};
use support::{Receiver, Shop};

async fn told(shop: &Shop, key: &str) -> (u16, String) {
    let reply = shop.client.get(shop.url("/metrics")).bearer_auth(key).send().await.unwrap();
    (reply.status().as_u16(), reply.text().await.unwrap())
}

fn wanted(name: &str, labels: Value, least: i64) -> Value {
    json!({ "name": format!("qr_checkout_{name}"), "labels": labels, "least": least })
}

#[tokio::test]
async fn figures_tell_whether_anyone_is_unable_to_pay() {
    let receiver = Receiver::start().await;
    let folder = judges::Folder::new();
    let section = receiver.section(&folder.0, "");
    let shop = Shop::open_with(|config| config + &section).await;
    receiver.answers(500, None);
    let paid = shop.order_tea().await;
    let payment = paid.payment.as_ref().unwrap().id.as_str();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, "EV-1")).await, 204);
    let mut forged = shop.provider.notice(payment, "EV-2");
    forged.body[0] ^= 1;
    shop.deliver(&forged).await;
    receiver.hears(1).await;
    shop.provider.set_down(true);
    let refused = shop.wish(&[support::item("tea", 1)], support::key()).await;
    assert_eq!(shop.ask(&refused).await.status, 503);
    let (_, key) = api_keys::create(shop.merchant().store(), "prometheus", &[Scope::Read], shop.now()).await.unwrap();
    let (status, text) = told(&shop, &key).await;
    assert_eq!(status, 200, "{text}");
    let expected = [
        wanted("facts_total", json!({ "kind": "created" }), 2),
        wanted("facts_total", json!({ "kind": "paid" }), 1),
        wanted("provider_calls_total", json!({ "provider": "wechat_pay", "call": "create", "outcome": "ok" }), 1),
        wanted("provider_calls_total", json!({ "provider": "wechat_pay", "call": "create", "outcome": "failed" }), 1),
        wanted("notifications_total", json!({ "provider": "wechat_pay", "outcome": "refused" }), 1),
        wanted("answers_total", json!({ "route": "/v1/orders", "status": "503" }), 1),
        wanted("answer_seconds_count", json!({ "route": "/v1/orders" }), 2),
        wanted("pending_orders", json!({}), 1),
        wanted("waiting_webhooks", json!({}), 1),
        wanted("held_polls", json!({}), 0),
    ];
    let alerts = std::fs::read_to_string(judges::root().join("operations/alerts.yml")).unwrap();
    judges::judge("metrics/judge.py", &["judge"], &json!({ "text": text, "alerts": alerts, "expected": expected }).to_string());
}

#[tokio::test]
async fn figures_are_for_holders_of_a_key_that_may_read() {
    let shop = Shop::open().await;
    assert_eq!(told(&shop, "qrk_guessed").await.0, 401);
    let (_, key) = api_keys::create(shop.merchant().store(), "other", &[Scope::Refunds], shop.now()).await.unwrap();
    assert_eq!(told(&shop, &key).await.0, 403);
}

#[tokio::test]
async fn a_stranger_adds_no_routes_to_the_figures_by_asking_for_paths() {
    let shop = Shop::open().await;
    let words = ["v1", "quote", "orders", "payments", "notify", "shop", "admin"];
    for (first, second) in words.into_iter().flat_map(|first| words.map(|second| (first, second))) {
        shop.client.get(shop.url(&format!("/{first}/{second}/{first}"))).send().await.unwrap();
    }
    let (_, key) = api_keys::create(shop.merchant().store(), "prometheus", &[Scope::Read], shop.now()).await.unwrap();
    let (_, text) = told(&shop, &key).await;
    let routes = text.lines().filter_map(|line| line.strip_prefix("qr_checkout_answer_seconds_count{route=\"")).count();
    // Those above are all "/…", or an order that there is not, or a file of the shop.
    assert!((1..=3).contains(&routes), "{text}");
}
