//! What a journey leaves behind of the person who made it: nothing in the clear, wherever one looks.

use merchant::Store;
use merchant::api_keys::{self, Scope};
use merchant::sealed::SealedKind;
use protocol::Surface;
use serde_json::json;
use testing::ShopOptions;
use testing::backend::Receiver;

use crate::stage::Stage;

const PAGE: &str = "https://shop.example/tea?leaf=green";
const REASON: &str = "Lin was ill";

/// What the backend's process writes.
async fn records(stage: &Stage) -> Store {
    Store::open(&stage.shop.config_file().with_file_name("merchant.sqlite")).await.unwrap().sealing(testing::details::sealer())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journey_leaves_what_names_a_person_sealed_and_nowhere_else() {
    let (receiver, secrets) = (Receiver::start().await, testing::Folder::new("journey"));
    let more: &'static str = Box::leak(receiver.section(secrets.path(), "").into_boxed_str());
    let options = ShopOptions { serves_widget: false, own_process: true, offers_more: true, more, ..ShopOptions::default() };
    let mut stage = Stage::of(options).await;
    let store = records(&stage).await;
    let (_, key) = api_keys::create(&store, "tests", &Scope::ALL, 0).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let (mut never, mut orders) = (vec!["leaf=green".to_owned(), "leaf%3Dgreen".to_owned(), REASON.to_owned()], Vec::new());
    for (surface, method) in [(Surface::Qr, "wechat_pay"), (Surface::App, "alipay"), (Surface::App, "wechat_pay")] {
        stage.visit(checkout::Saved::default());
        stage.visit_on(surface, PAGE);
        let code = stage.reach_code_by(method).await;
        stage.pay(&code);
        stage.shopper.comes_to("paid").await;
        let order = stage.shopper.order().id.clone();
        let refund = client.post(format!("{}/admin/v1/orders/{order}/refunds", stage.shop.url())).bearer_auth(&key);
        let body = json!({ "amount": 100, "reason": REASON }).to_string();
        let refunded = refund.header("idempotency-key", order.as_str()).body(body).send().await.unwrap();
        assert_eq!(refunded.status().as_u16(), 201);
        assert!(!refunded.text().await.unwrap().contains(REASON));
        orders.push(order);
    }
    for (order, is_on_phone) in orders.iter().zip([false, true, true]) {
        let record = store.record(order).await.unwrap();
        never.push(record.payments[0].payer.clone().expect("both providers tell who paid"));
        assert_eq!(record.refunds[0].reason, REASON);
        assert_eq!(record.payments[0].return_url.as_deref(), is_on_phone.then_some(PAGE));
        assert_eq!(record.payments[0].client_ip.is_some(), is_on_phone);
        let looking = merchant::store::Looking { who: "command", what: "show", now: 0 };
        let seen = store.look_at_details(order, looking).await.unwrap();
        let notified = seen.iter().find(|seen| seen.kind == SealedKind::Notification).expect("the provider told of the money");
        never.push(notified.text.as_ref().unwrap().chars().take(60).collect());
    }
    let asked =
        async |path: &str| client.get(format!("{}{path}", stage.shop.url())).bearer_auth(&key).send().await.unwrap().text().await.unwrap();
    let mut seen = vec![asked("/metrics").await, asked("/admin/v1/export").await, asked("/admin/v1/webhooks").await];
    for order in &orders {
        seen.push(asked(&format!("/admin/v1/orders/{order}")).await);
    }
    seen.extend(receiver.hears(6).await.into_iter().map(|arrival| arrival.text));
    let copy = stage.shop.folder().join("copy.sqlite");
    assert!(store.back_up(&copy).await.unwrap());
    store.close().await;
    stage.shop.kill();
    let mut files: Vec<_> = std::fs::read_dir(stage.shop.folder()).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.is_file());
    assert!(files.contains(&copy) && files.contains(&stage.shop.config_file().with_extension("log")));
    for word in &never {
        let holds = |bytes: &[u8]| bytes.windows(word.len()).any(|some| some == word.as_bytes());
        for file in &files {
            assert!(!holds(&std::fs::read(file).unwrap()), "{word} stands in {}", file.display());
        }
        let told = seen.iter().find(|text| holds(text.as_bytes()));
        assert!(told.is_none(), "{word} stands in {}", told.unwrap());
    }
    let found = std::fs::read(&copy).unwrap();
    assert!(found.windows(10).any(|some| some == &orders[0].as_str().as_bytes()[..10]), "what is looked for is found where it is");
}
