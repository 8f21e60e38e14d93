//! Money goes back: whole, in parts, once, and however long the provider takes.

use sandbox::Faults;
use serde_json::{Value, json};

use crate::stage::{Stage, TEA};

/// Tea is paid by that method; answers where its refunds are asked for.
async fn paid(stage: &mut Stage, method: &str) -> String {
    let code = stage.reach_code_by(method).await;
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    format!("orders/{}/refunds", stage.shopper.order().id)
}

async fn account(stage: &Stage) -> Value {
    stage.admin("GET", &format!("orders/{}", stage.shopper.order().id), None).await.1
}

/// Lets time pass and the backend ask, until nothing is under way.
async fn settled(stage: &Stage) -> Value {
    for _ in 0..5 {
        stage.pass(70);
        stage.reconcile().await;
    }
    account(stage).await
}

#[tokio::test(flavor = "multi_thread")]
async fn money_goes_back_in_parts_and_never_more_than_came() {
    for method in ["wechat_pay", "alipay"] {
        let mut stage = Stage::open_with_methods().await;
        let refunds = paid(&mut stage, method).await;
        let (status, _) = stage.admin("POST", &refunds, Some(json!({ "amount": 4_800, "reason": "Too much tea" }))).await;
        assert_eq!(status, 201, "{method}");
        let after = settled(&stage).await;
        assert_eq!(
            (after["order"]["status"].as_str(), after["refundable"].as_i64()),
            (Some("partly_refunded"), Some(TEA - 4_800)),
            "{method}: {after}"
        );
        let (status, problem) = stage.admin("POST", &refunds, Some(json!({ "amount": TEA - 4_799 }))).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("refund-too-much")), "{method}");
        stage.admin("POST", &refunds, Some(json!({ "reason": "the rest" }))).await;
        let after = settled(&stage).await;
        assert_eq!(after["order"]["status"], "refunded", "{method}: {after}");
        assert!(after["refunds"].as_array().unwrap().iter().all(|refund| refund["status"] == "done"), "{method}: {after}");
        stage.reload();
        stage.shopper.comes_to("paid").await;
        assert_eq!(stage.shopper.order().status.as_str(), "refunded", "the shopper sees it, too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_returns_the_same_money_once() {
    let mut stage = Stage::open_with_methods().await;
    let refunds = paid(&mut stage, "wechat_pay").await;
    let wish = json!({ "amount": 1_000 });
    let first = stage.admin("POST", &refunds, Some(wish.clone())).await.1;
    let again = stage.admin("POST", &refunds, Some(wish)).await.1;
    assert_eq!(first["refund"]["id"], again["refund"]["id"]);
    assert_eq!(settled(&stage).await["refundable"].as_i64(), Some(TEA - 1_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_could_not_be_sent_is_sent_later_under_the_same_id() {
    let mut stage = Stage::open_with_methods().await;
    let refunds = paid(&mut stage, "wechat_pay").await;
    stage.faults(Faults { server_error: 2, ..Faults::default() });
    let (status, reply) = stage.admin("POST", &refunds, Some(json!({}))).await;
    assert_eq!((status, reply["refund"]["status"].as_str()), (201, Some("pending")));
    let after = settled(&stage).await;
    assert_eq!((after["refunds"].as_array().unwrap().len(), after["order"]["status"].as_str()), (1, Some("refunded")), "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_back_that_never_came_and_nobody_without_a_key_returns_it() {
    let mut stage = Stage::open_with_methods().await;
    stage.reach_code().await;
    let path = format!("orders/{}/refunds", stage.shopper.order().id);
    let (status, problem) = stage.admin("POST", &path, Some(json!({}))).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("not-paid")));
    let (status, _) = stage.admin("POST", "orders/ord_nobody/refunds", Some(json!({}))).await;
    assert_eq!(status, 404);
    for key in [None, Some("qrk_guessed")] {
        let mut request = reqwest::Client::new().post(format!("{}/admin/v1/{path}", stage.shop.url())).body("{}");
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_the_provider_tells_of_is_not_asked_for() {
    let mut stage = Stage::open_with_methods().await;
    let refunds = paid(&mut stage, "wechat_pay").await;
    let (_, reply) = stage.admin("POST", &refunds, Some(json!({ "amount": 300 }))).await;
    assert_eq!(reply["refund"]["status"], "pending");
    stage.pass(70);
    // The first notification told of the money that came, the second of the money that went back.
    stage.all_accepted(2).await;
    assert_eq!(account(&stage).await["order"]["status"], "partly_refunded");
}

fn refusing(code: &str, times: u32) -> Faults {
    Faults { named_error: times, named_error_code: code.to_owned(), ..Faults::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_the_provider_refuses_is_for_a_person_and_ends_by_hand() {
    for (method, code) in [("wechat_pay", "TRADE_OVERDUE"), ("alipay", "ACQ.TRADE_NOT_ALLOW_REFUND"), ("alipay", "ACQ.TRADE_HAS_FINISHED")]
    {
        let mut stage = Stage::open_with_methods().await;
        let refunds = paid(&mut stage, method).await;
        stage.faults(refusing(code, 1));
        let (status, reply) = stage.admin("POST", &refunds, Some(json!({ "amount": 1_000 }))).await;
        assert_eq!((status, reply["refund"]["status"].as_str()), (201, Some("stuck")), "{code}: {reply}");
        stage.faults(Faults::default());
        assert_eq!(settled(&stage).await["refunds"][0]["status"], "stuck", "{code}: it is not sent by itself again");
        let done = format!("{refunds}/{}/done", reply["refund"]["id"].as_str().unwrap());
        assert_eq!(stage.admin("POST", &done, Some(json!({}))).await.1["order"]["status"], "partly_refunded", "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_the_balance_does_not_cover_goes_on_when_money_has_come() {
    for (method, code) in [("wechat_pay", "NOT_ENOUGH"), ("alipay", "ACQ.SELLER_BALANCE_NOT_ENOUGH")] {
        let mut stage = Stage::open_with_methods().await;
        let refunds = paid(&mut stage, method).await;
        // A call that may be repeated is, once.
        stage.faults(refusing(code, 2));
        let (_, reply) = stage.admin("POST", &refunds, Some(json!({}))).await;
        assert_eq!(reply["refund"]["status"], "pending", "{code}: {reply}");
        assert_eq!(settled(&stage).await["order"]["status"], "refunded", "{code}");
    }
}
