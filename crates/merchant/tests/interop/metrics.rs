//! Figures as Prometheus' own library reads them, and the alerts that we hand out: each asks for something that there is.

use merchant::api_keys::{self, Scope};
use serde_json::{Value, json};
use testing::backend::{Receiver, Shop};
use testing::judges::judge;

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
    let folder = testing::Folder::new("merchant");
    let section = receiver.section(folder.path(), "");
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
    let refused = shop.wish(&[testing::backend::item("tea", 1)], testing::backend::key()).await;
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
        wanted("store_answers", json!({}), 1),
    ];
    let alerts = std::fs::read_to_string(testing::root().join("operations/alerts.yml")).unwrap();
    judge("metrics/judge.py", &["judge"], &json!({ "text": text, "alerts": alerts, "expected": expected }).to_string());
}

#[tokio::test]
async fn figures_go_on_while_the_store_is_away_for_whoever_could_read_them_before() {
    let shop = Shop::open().await;
    let store = shop.merchant().store();
    let (_, reader) = api_keys::create(store, "prometheus", &[Scope::Read], shop.now()).await.unwrap();
    let (_, other) = api_keys::create(store, "other", &[Scope::Refunds], shop.now()).await.unwrap();
    let (revoked, former) = api_keys::create(store, "former", &[Scope::Read], shop.now()).await.unwrap();
    let (_, new) = api_keys::create(store, "new", &[Scope::Read], shop.now()).await.unwrap();
    shop.order_tea().await;
    assert_eq!([told(&shop, &reader).await.0, told(&shop, &other).await.0, told(&shop, &former).await.0], [200, 403, 200]);
    assert!(store.revoke_api_key(&revoked.id, shop.now()).await.unwrap());
    assert_eq!(told(&shop, &former).await.0, 401);
    store.close().await;
    let (status, text) = told(&shop, &reader).await;
    assert_eq!(status, 200, "{text}");
    assert!(text.contains("qr_checkout_store_answers 0\n"), "{text}");
    assert!(!text.contains("pending_orders"), "what is not known is not 0: {text}");
    let expected = [
        wanted("facts_total", json!({ "kind": "created" }), 1),
        wanted("provider_calls_total", json!({ "provider": "wechat_pay", "call": "create", "outcome": "ok" }), 1),
        wanted("alarm_lines_total", json!({ "kind": "wrong-amount" }), 0),
    ];
    judge("metrics/judge.py", &["judge"], &json!({ "text": text, "alerts": "", "expected": expected, "silent": true }).to_string());
    assert_eq!(told(&shop, &other).await.0, 403, "a key that may not read");
    for stranger in [&former, &new, "qrk_guessed"] {
        assert_eq!(told(&shop, stranger).await.0, 500, "nobody can tell whether it is good");
    }
    let listed = shop.client.get(shop.url("/admin/v1/orders")).bearer_auth(&reader).send().await.unwrap();
    assert_eq!(listed.status(), 500, "what is remembered opens the figures alone");
}

#[tokio::test]
async fn money_and_refunds_of_payments_that_nobody_made_and_wrong_amounts_are_counted() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "prometheus", &[Scope::Read], shop.now()).await.unwrap();
    let count = async |kind: &str| -> u64 {
        let (_, text) = told(&shop, &key).await;
        let begin = format!("qr_checkout_alarm_lines_total{{kind=\"{kind}\"}} ");
        text.lines().find_map(|line| line.strip_prefix(&begin)).unwrap().parse().unwrap()
    };
    assert_eq!((count("wrong-amount").await, count("unknown-payment").await), (0, 0), "a first one has to be an increase");
    let payment = shop.order_tea().await.payment.unwrap().id;
    let wrong = shop.provider.notice_of(payment.as_str(), "EV-1", 1);
    assert_eq!(shop.deliver(&wrong).await, 204);
    let known = payment.as_str().to_owned();
    shop.provider.pay(&known);
    let mut records = shop.records().await;
    // The records were restored from a copy that is older than the payment.
    for forget in ["PRAGMA foreign_keys = OFF", "DELETE FROM payments"] {
        sqlx::Executor::execute(&mut records, forget).await.unwrap();
    }
    assert_eq!(shop.deliver(&shop.provider.notice(&known, "EV-2")).await, 204);
    assert_eq!((count("wrong-amount").await, count("unknown-payment").await), (1, 1));
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
