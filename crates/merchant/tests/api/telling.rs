//! Webhooks: the shop's own server is told of what happens to orders, again and again until it has heard, in the order in which it
//! happened.

use merchant::api_keys::{self, Scope};
use merchant::store::Webhook;
use protocol::{Order, OrderId};
use serde_json::{Value, json};
use testing::Folder;
use testing::backend::receiver::Arrival;
use testing::backend::{Receiver, Shop};

/// The pauses of the table in docs/webhooks.md, seconds; each may be a tenth longer.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

async fn open(receiver: &Receiver, more: &str) -> Shop {
    let secrets = Folder::new("merchant");
    // Read once, when the shop opens.
    Shop::open_with(|config| config + &receiver.section(secrets.path(), more)).await
}

fn payment(order: &Order) -> &str {
    order.payment.as_ref().unwrap().id.as_str()
}

async fn pays(shop: &Shop) -> Order {
    let order = shop.order_tea().await;
    shop.provider.pay(payment(&order));
    assert_eq!(shop.deliver(&shop.provider.notice(payment(&order), payment(&order))).await, 204);
    order
}

/// The only event, once that many attempts are written down: that is after the answer has been read, and the clock moves only then.
async fn written(shop: &Shop, attempts: i64) -> Webhook {
    loop {
        let page = shop.merchant().store().webhooks(None, i64::MAX, 1).await.unwrap();
        if page[0].attempts == attempts {
            return page[0].clone();
        }
        tokio::task::yield_now().await;
    }
}

async fn admin(shop: &Shop, method: &str, path: &str) -> (u16, Value) {
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let request = shop.client.request(method.parse().unwrap(), shop.url(&format!("/admin/v1/{path}"))).bearer_auth(key);
    let reply = request.send().await.unwrap();
    (reply.status().as_u16(), serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap())
}

async fn expires(shop: &Shop) -> Order {
    let order = shop.order_tea().await;
    shop.advance(2_000);
    shop.merchant().reconcile().await.unwrap();
    order
}

#[tokio::test]
async fn the_shop_hears_once_that_an_order_is_paid_and_reads_the_order() {
    let receiver = Receiver::start().await;
    let shop = open(&receiver, "").await;
    let order = pays(&shop).await;
    let heard = receiver.hears(1).await;
    let [arrival] = heard.as_slice() else { panic!("{heard:?}") };
    assert_eq!((&arrival.body["type"], &arrival.body["timestamp"]), (&json!("order.paid"), &json!(shop.now())));
    assert_eq!((arrival.timestamp.as_str(), arrival.id.starts_with("evt_")), (shop.now().to_string().as_str(), true));
    let data = &arrival.body["data"];
    assert_eq!((&data["order"]["id"], &data["order"]["status"]), (&json!(order.id.as_str()), &json!("paid")));
    assert_eq!((&data["payments"][0]["amount"], data["follower"].is_null()), (&json!(8_000), true));
    // The same event from the provider again tells nothing new.
    assert_eq!(shop.deliver(&shop.provider.notice(payment(&order), "EV-2")).await, 204);
    // The receiver has its delivery a moment before the records know how it ended.
    let mut listed = admin(&shop, "GET", "webhooks?state=delivered").await.1;
    while listed["webhooks"] == json!([]) {
        listed = admin(&shop, "GET", "webhooks?state=delivered").await.1;
    }
    assert_eq!((listed["webhooks"].as_array().unwrap().len(), &listed["webhooks"][0]["outcome"]), (1, &json!("204")), "{listed}");
}

#[tokio::test]
async fn what_did_not_arrive_is_sent_again_for_days_under_one_id_and_can_be_replayed() {
    let receiver = Receiver::start().await;
    let shop = open(&receiver, "").await;
    receiver.answers(500, None);
    pays(&shop).await;
    receiver.hears(1).await;
    for (tries, pause) in (1..).zip(PAUSES) {
        let waiting = written(&shop, tries).await;
        let next = waiting.next_at.unwrap() - shop.now();
        assert!((pause..=pause + pause / 10 + 1).contains(&next), "{next} instead of {pause}");
        shop.advance(next);
        receiver.hears(usize::try_from(tries).unwrap() + 1).await;
    }
    let failed = written(&shop, 10).await;
    assert_eq!((failed.state(), failed.outcome.as_deref()), ("failed", Some("500")));
    receiver.answers(200, None);
    assert_eq!(admin(&shop, "POST", &format!("webhooks/{}/replay", failed.id)).await.0, 202);
    assert_eq!(admin(&shop, "POST", "webhooks/evt_unknown/replay").await.0, 404);
    let heard = receiver.hears(11).await;
    assert!(heard.iter().all(|arrival| arrival.id == failed.id && arrival.text == heard[0].text));
    let times: std::collections::BTreeSet<&str> = heard.iter().map(|arrival| arrival.timestamp.as_str()).collect();
    assert_eq!(times.len(), 10, "each attempt is signed for its own time; the replay came in the second of the last one");
}

#[tokio::test]
async fn events_of_one_order_arrive_as_they_happened_and_do_not_wait_for_another_order() {
    let receiver = Receiver::start().await;
    let shop = open(&receiver, "").await;
    receiver.answers(503, None);
    let first = expires(&shop).await;
    receiver.hears(1).await;
    // Money that is late after all: its event waits behind the one that has not arrived.
    assert_eq!(shop.deliver(&shop.provider.notice(payment(&first), "EV-1")).await, 204);
    receiver.answers(204, None);
    let second = pays(&shop).await;
    let kinds = |heard: &[Arrival], order: &OrderId| {
        let of = heard.iter().filter(|arrival| arrival.body["data"]["order"]["id"] == order.as_str());
        of.map(|arrival| arrival.body["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let heard = receiver.hears(2).await;
    assert_eq!((kinds(&heard, &first.id), kinds(&heard, &second.id)), (vec!["order.expired".to_owned()], vec!["order.paid".to_owned()]));
    shop.advance(6);
    assert_eq!(kinds(&receiver.hears(4).await, &first.id), ["order.expired", "order.expired", "order.paid"]);
}

#[tokio::test]
async fn a_server_that_asks_for_a_pause_gets_it_and_one_that_is_gone_is_left_alone() {
    let receiver = Receiver::start().await;
    let shop = open(&receiver, "").await;
    receiver.answers(429, Some("4000"));
    pays(&shop).await;
    receiver.hears(1).await;
    let next = written(&shop, 1).await.next_at.unwrap() - shop.now();
    assert_eq!(next, 4_000);
    receiver.answers(410, None);
    shop.advance(next);
    receiver.hears(2).await;
    let failed = written(&shop, 2).await;
    assert_eq!((failed.state(), failed.outcome.as_deref()), ("failed", Some("410")));
}

#[tokio::test]
async fn only_what_was_chosen_is_told() {
    let receiver = Receiver::start().await;
    let shop = open(&receiver, r#"events = ["order.expired"]"#).await;
    pays(&shop).await;
    let order = expires(&shop).await;
    let heard = receiver.hears(1).await;
    assert_eq!((heard[0].body["type"].as_str(), receiver.number()), (Some("order.expired"), 1));
    assert_eq!(heard[0].body["data"]["order"]["id"], order.id.as_str());
    let (_, listed) = admin(&shop, "GET", "webhooks").await;
    assert_eq!(listed["webhooks"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_section_that_cannot_work_is_refused_by_its_key() {
    let receiver = Receiver::start().await;
    let shop = open(&receiver, "").await;
    let good = receiver.section(shop.folder.path(), "");
    for (from, to, key) in [
        ("http://127.0.0.1", "http://shop.example", "webhooks.url"),
        ("webhooks.secret", "nowhere", "webhooks.secret_file"),
        ("secret_file", "events = [\"order.lost\"]\nsecret_file", "webhooks.events"),
    ] {
        let file =
            testing::backend::shop::configuration(&shop.folder, "http://127.0.0.1:1", "http://127.0.0.1:1") + &good.replace(from, to);
        let error = merchant::Config::parse(&file).unwrap().check_selling().unwrap_err().to_string();
        assert!(error.starts_with(key), "{error}");
    }
}
