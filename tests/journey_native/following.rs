//! The Official Account: what whoever follows is told.

use checkout::PageEvent;
use protocol::{OrderId, OrderStatus};
use sandbox::{CallbackMode, Faults};
use serde_json::{Value, json};

use crate::stage::Stage;
use testing::shop::ShopOptions;

/// A shop whose account calls back.
pub(crate) async fn open() -> Stage {
    let stage = Stage::open_with_methods().await;
    let callback = format!("{}/notify/official_account", stage.shop.url());
    stage.shop.sandbox.set_callback(&callback, CallbackMode::Safe).await.unwrap();
    stage
}

/// Tea is paid; answers the code to follow the order by.
async fn paid(stage: &mut Stage) -> String {
    let code = stage.reach_code().await;
    let order = stage.shopper.order().id.clone();
    // The code to follow by is on its way while the shopper looks at the code to pay by.
    let store = stage.shop.merchant().unwrap().store().clone();
    while store.record(&order).await.unwrap().follow.is_none() {
        tokio::task::yield_now().await;
    }
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.order().follow, None, "it is for the buyer alone");
    stage.shopper.is_opened().await.follow.unwrap()
}

/// What the phone was sent: title, and the text behind each name.
fn messages(stage: &Stage) -> Vec<(String, Vec<String>)> {
    let messages = stage.shop.sandbox.official_account().messages.into_iter();
    messages.map(|message| (message.title, message.lines.into_iter().map(|(_, text)| text).collect())).collect()
}

/// A part of the money goes back.
async fn refund(stage: &Stage) {
    let order = &stage.shopper.order().id;
    stage.admin("POST", &format!("orders/{order}/refunds"), Some(json!({ "amount": 4_800 }))).await;
    until_returned(stage).await;
}

/// The provider returns it in its own time.
async fn until_returned(stage: &Stage) {
    for _ in 0..3 {
        stage.pass(70);
        stage.reconcile().await;
    }
    assert_eq!(stage.shop.merchant().unwrap().store().order(&stage.shopper.order().id).await.unwrap().status, OrderStatus::PartlyRefunded);
}

async fn linked(stage: &Stage) -> Value {
    stage.admin("GET", "insights?from=0&to=9999999999", None).await.1["linked_shoppers"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_by_the_code_on_the_paid_screen_is_told_that_it_is_paid_and_later_that_money_went_back() {
    let mut stage = open().await;
    let follow = paid(&mut stage).await;
    stage.tell().await.unwrap();
    assert_eq!(messages(&stage), [], "nobody is told who does not follow");
    assert_eq!(linked(&stage).await, 0);
    stage.shop.sandbox.scan_account(&follow).unwrap();
    stage.shop.sandbox.follow();
    let order = stage.shopper.order().id.clone();
    let store = stage.shop.merchant().unwrap().store().clone();
    while store.record(&order).await.unwrap().follower.is_none() {
        tokio::task::yield_now().await;
    }
    stage.reconcile().await;
    assert_eq!(messages(&stage), [], "money does not wait for messages");
    stage.tell().await.unwrap();
    let told = messages(&stage);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains(&order.to_string()) && told[0].1.contains(&"¥148.00".to_owned()), "{told:?}");
    assert_eq!(linked(&stage).await, 1);
    stage.tell().await.unwrap();
    assert_eq!(messages(&stage).len(), 1, "told once");
    refund(&stage).await;
    stage.tell().await.unwrap();
    let told = messages(&stage);
    assert!(told.len() == 2 && told[0].1.contains(&"¥48.00".to_owned()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_who_follows_already_is_told_without_another_step() {
    let mut stage = open().await;
    stage.shop.sandbox.follow();
    paid(&mut stage).await;
    stage.tell().await.unwrap();
    assert_eq!(messages(&stage).len(), 1, "WeChat Pay tells who paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_a_test_says_that_it_is_one() {
    let mut stage = Stage::open_as(ShopOptions { has_official_account: true, is_test: true, ..ShopOptions::default() }).await;
    stage.shop.sandbox.follow();
    let code = stage.reach_code().await;
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    let order = stage.shopper.order().id.clone();
    stage.admin("POST", &format!("orders/{order}/fulfilments"), Some(json!({ "kind": "shipped" }))).await;
    refund(&stage).await;
    stage.tell().await.unwrap();
    let told = messages(&stage);
    assert_eq!(told.len(), 3, "paid, sent and returned: {told:?}");
    for (title, lines) in told {
        assert!(lines.iter().any(|line| line.starts_with("[测试]") || line.starts_with("TEST-ord_")), "{title}: {lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_is_told_what_was_sent_once_and_led_to_the_orders_page() {
    let mut stage = open().await;
    let follow = paid(&mut stage).await;
    let order = stage.shopper.order().id.clone();
    let path = format!("orders/{order}/fulfilments");
    stage.admin("POST", &path, Some(json!({ "kind": "shipped", "carrier": "DHL", "tracking": "JJD01" }))).await;
    stage.tell().await.unwrap();
    assert_eq!(messages(&stage), [], "nobody is told who does not follow");
    stage.shop.sandbox.scan_account(&follow).unwrap();
    stage.shop.sandbox.follow();
    let store = stage.shop.merchant().unwrap().store().clone();
    while store.record(&order).await.unwrap().follower.is_none() {
        tokio::task::yield_now().await;
    }
    for _ in 0..2 {
        stage.tell().await.unwrap();
    }
    let told: Vec<_> = stage.shop.sandbox.official_account().messages.into_iter().filter(|one| one.title == "商品已发出通知").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].url.contains(&format!("/o/{order}#")), "{told:?}");
    let row = store.messages(None, i64::MAX, 9).await.unwrap().remove(0);
    assert_eq!((row.channel.as_str(), row.template.as_str(), row.outcome.as_deref()), ("wechat", "shipped", Some("sent")));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_paid_is_told_what_was_sent_and_gets_no_key_of_the_buyer() {
    let mut stage = open().await;
    stage.shop.sandbox.follow();
    paid(&mut stage).await;
    let order = stage.shopper.order().id.clone();
    stage.admin("POST", &format!("orders/{order}/fulfilments"), Some(json!({ "kind": "shipped" }))).await;
    stage.tell().await.unwrap();
    let told: Vec<_> = stage.shop.sandbox.official_account().messages.into_iter().filter(|one| one.title == "商品已发出通知").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].url.ends_with(&format!("/o/{order}")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_wechat_refuses_for_good_is_given_up_and_the_next_one_is_told() {
    let mut stage = open().await;
    stage.shop.sandbox.follow();
    paid(&mut stage).await;
    stage.faults(Faults { account_error: 1, account_errcode: 40003, ..Faults::default() });
    stage.tell().await.unwrap();
    refund(&stage).await;
    stage.tell().await.unwrap();
    stage.pass(3_600);
    stage.tell().await.unwrap();
    let told = messages(&stage);
    assert!(told.len() == 1 && told[0].1.contains(&"¥48.00".to_owned()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_ends_with_the_first_message_that_wechat_is_too_busy_for_and_all_are_told_later() {
    let mut stage = open().await;
    stage.shop.sandbox.follow();
    paid(&mut stage).await;
    refund(&stage).await;
    stage.faults(Faults { account_error: 1_000, account_errcode: 45009, ..Faults::default() });
    stage.tell().await.unwrap_err();
    assert_eq!(stage.faults_left("account_error").await, 998, "one message was tried twice");
    stage.reconcile().await;
    assert_eq!(stage.faults_left("account_error").await, 998, "money does not wait for messages");
    stage.faults(Faults::default());
    stage.pass(3_600);
    stage.tell().await.unwrap();
    assert_eq!(messages(&stage).len(), 2);
}

/// The account's own affair, in a call for a message and in one for a token; the last is a number that nobody documents.
const OF_THE_ACCOUNT: [(i64, bool); 9] = [
    (48001, false),
    (48004, false),
    (50002, false),
    (50004, false),
    (40243, true),
    (61004, true),
    (40164, true),
    (50002, true),
    (99_999, true),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_accounts_affair_keeps_messages_for_days_and_is_told_to_the_merchant_once() {
    for (errcode, at_token) in OF_THE_ACCOUNT {
        let mut stage = open().await;
        stage.shop.sandbox.follow();
        paid(&mut stage).await;
        refund(&stage).await;
        if at_token {
            stage.pass(7_200);
        }
        stage.faults(Faults { account_error: 1_000, account_errcode: errcode, ..Faults::default() });
        for _ in 0..3 {
            stage.tell().await.unwrap_err();
            stage.pass(18 * 3_600);
        }
        assert_eq!(stage.figure("alarm_lines_total{kind=\"account-refused\"}").await, Some(1), "{errcode}");
        stage.faults(Faults::default());
        stage.tell().await.unwrap();
        assert_eq!(messages(&stage).len(), 2, "{errcode}: both are told after two days");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_is_at_fault_keeps_its_messages_and_no_others() {
    let mut stage = open().await;
    stage.shop.sandbox.follow();
    paid(&mut stage).await;
    refund(&stage).await;
    stage.faults(Faults { account_error: 1, account_errcode: 40037, ..Faults::default() });
    stage.tell().await.unwrap();
    assert_eq!(messages(&stage).len(), 1, "the other template's");
    stage.pass(3_600);
    stage.tell().await.unwrap();
    assert_eq!(messages(&stage).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_could_not_be_had_keeps_the_next_message_waiting_for_nobody() {
    let mut stage = open().await;
    stage.shop.sandbox.follow();
    paid(&mut stage).await;
    refund(&stage).await;
    // By then the token of before is over.
    stage.pass(7_200);
    stage.faults(Faults { account_error: 2, ..Faults::default() });
    stage.tell().await.unwrap_err();
    stage.tell().await.unwrap();
    assert_eq!(messages(&stage).len(), 1, "at the same time, by another token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_took_three_days_is_told_when_it_is_done() {
    let mut stage = open().await;
    stage.shop.sandbox.follow();
    paid(&mut stage).await;
    stage.tell().await.unwrap();
    stage.faults(Faults { server_error: 1_000, ..Faults::default() });
    let order = stage.shopper.order().id.clone();
    stage.admin("POST", &format!("orders/{order}/refunds"), Some(json!({ "amount": 4_800 }))).await;
    stage.pass(3 * 86_400);
    stage.faults(Faults::default());
    until_returned(&stage).await;
    stage.tell().await.unwrap();
    let told = messages(&stage);
    assert!(told.len() == 2 && told[0].1.contains(&"¥48.00".to_owned()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_shop_made_has_a_code_to_follow_by() {
    let stage = open().await;
    let wish = json!({ "currency": "CNY", "lines": [{ "name": "Tea", "unit_price": 6_800 }] });
    let (status, made) = stage.admin("POST", "orders", Some(wish)).await;
    assert_eq!(status, 201, "{made}");
    let order = OrderId::parse(made["order"]["id"].as_str().unwrap()).unwrap();
    let store = stage.shop.merchant().unwrap().store();
    while store.record(&order).await.unwrap().follow.is_none() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_to_follow_by_that_could_not_be_had_is_fetched_once_the_order_is_paid() {
    let mut stage = open().await;
    stage.faults(Faults { account_error: 2, ..Faults::default() });
    let code = stage.reach_code().await;
    while stage.faults_left("account_error").await > 0 {
        tokio::task::yield_now().await;
    }
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.is_opened().await.follow, None);
    stage.tell().await.unwrap();
    let store = stage.shop.merchant().unwrap().store();
    let follow = store.order(&stage.shopper.order().id).await.unwrap().follow.unwrap();
    stage.shop.sandbox.scan_account(&follow).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_is_not_wechats_changes_nothing() {
    let mut stage = open().await;
    paid(&mut stage).await;
    let order = stage.shopper.order().id.clone();
    let forged = format!(
        "<xml><FromUserName>oEvil</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>SCAN</Event><EventKey>{order}</EventKey></xml>"
    );
    let url = format!("{}/notify/official_account?signature=x&timestamp=1&nonce=2", stage.shop.url());
    assert_eq!(reqwest::Client::new().post(url).body(forged).send().await.unwrap().status(), 401);
    assert_eq!(stage.shop.merchant().unwrap().store().record(&order).await.unwrap().follower, None);
    assert_eq!(stage.shopper.count(|event| matches!(event, PageEvent::Paid(..))), 1);
}
