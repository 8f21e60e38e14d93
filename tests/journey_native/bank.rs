//! A bank's code: nobody can be asked, the merchant's bank feed confirms.

use checkout::Saved;
use protocol::OrderStatus;
use serde_json::json;

use crate::stage::{Stage, TEA};
use testing::shop::ShopOptions;

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_the_merchants_own_is_paid_when_the_bank_feed_says_so() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code_by("fps").await;
    assert!(code.starts_with("000201"), "{code}");
    let order = stage.shopper.order().id.clone();
    let account = stage.admin("GET", &format!("orders/{order}"), None).await.1;
    let reference = account["payments"][0]["reference"].as_str().unwrap();
    assert!(code.contains(reference), "the statement's reference {reference} is in {code}");
    let booking = json!({ "amount": TEA, "currency": "CNY", "transaction": "FRN20261123", "paid_at": 1_700_000_000 });
    let path = format!("payments/{reference}/confirm");
    assert_eq!(stage.admin("POST", &path, Some(booking.clone())).await.0, 200);
    stage.shopper.comes_to("paid").await;
    assert_eq!(stage.shopper.paid()[0].1, TEA);
    // The feed repeats itself, and then speaks of other money.
    assert_eq!(stage.admin("POST", &path, Some(booking)).await.0, 200);
    let other = json!({ "amount": TEA, "currency": "CNY", "transaction": "FRN20261124" });
    let (status, problem) = stage.admin("POST", &path, Some(other)).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("already-paid")));
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_is_not_what_was_asked_for_is_written_down_and_pays_nothing() {
    let mut stage = Stage::open_with_methods().await;
    stage.reach_code_by("fps").await;
    let id = stage.shopper.order().payment.as_ref().unwrap().id.clone();
    for (amount, currency) in [(TEA - 1, "CNY"), (TEA, "HKD")] {
        let booking = json!({ "amount": amount, "currency": currency, "transaction": "FRN1" });
        let (status, problem) = stage.admin("POST", &format!("payments/{id}/confirm"), Some(booking)).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("wrong-amount")));
    }
    assert_eq!(stage.ledger().await.iter().filter(|kind| *kind == "wrong-amount").count(), 2);
    let order = stage.shop.merchant().unwrap().store().order(&stage.shopper.order().id).await.unwrap();
    assert_eq!(order.status, OrderStatus::Pending);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_tells_itself_nobody_else_confirms() {
    let mut stage = Stage::open_with_methods().await;
    stage.reach_code().await;
    let id = stage.shopper.order().payment.as_ref().unwrap().id.clone();
    let booking = json!({ "amount": TEA, "currency": "CNY", "transaction": "x" });
    let (status, problem) = stage.admin("POST", &format!("payments/{id}/confirm"), Some(booking)).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("confirmed-by-provider")));
}

#[tokio::test(flavor = "multi_thread")]
async fn money_returned_by_hand_is_written_down_and_no_other_money_goes_back() {
    let mut stage = Stage::open_with_methods().await;
    stage.reach_code_by("fps").await;
    let (order, id) = (stage.shopper.order().id.clone(), stage.shopper.order().payment.as_ref().unwrap().id.clone());
    let booking = json!({ "amount": TEA, "currency": "CNY", "transaction": "FRN1" });
    stage.admin("POST", &format!("payments/{id}/confirm"), Some(booking)).await;
    // Without a provider that could send it, a refund is for a person.
    let (status, reply) = stage.admin("POST", &format!("orders/{order}/refunds"), Some(json!({ "amount": 100 }))).await;
    assert_eq!((status, reply["refund"]["status"].as_str()), (201, Some("stuck")));
    let done = format!("orders/{order}/refunds/{}/done", reply["refund"]["id"].as_str().unwrap());
    assert_eq!(stage.admin("POST", &done, Some(json!({}))).await.1["order"]["status"], "partly_refunded");
    let (_, reply) = stage.admin("POST", &format!("orders/{order}/refunds"), Some(json!({ "by_hand": true }))).await;
    assert_eq!((reply["refund"]["amount"].as_i64(), reply["order"]["status"].as_str()), (Some(TEA - 100), Some("refunded")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_money_of_the_bank_does_not_pay_two_orders() {
    let mut stage = Stage::open_with_methods().await;
    let mut payments = Vec::new();
    for _ in 0..2 {
        stage.visit(Saved::default());
        stage.reach_code_by("fps").await;
        payments.push((stage.shopper.order().id.clone(), stage.shopper.order().payment.as_ref().unwrap().id.clone()));
    }
    let booking = json!({ "amount": TEA, "currency": "CNY", "transaction": "FRN1" });
    let [(_, first), (order, second)] = &payments[..] else { unreachable!() };
    assert_eq!(stage.admin("POST", &format!("payments/{first}/confirm"), Some(booking.clone())).await.0, 200);
    let (status, problem) = stage.admin("POST", &format!("payments/{second}/confirm"), Some(booking.clone())).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("transaction-used")));
    let store = stage.shop.merchant().unwrap().store();
    assert_eq!(store.order(order).await.unwrap().status, OrderStatus::Pending);
    assert_eq!(stage.admin("POST", &format!("payments/{first}/confirm"), Some(booking)).await.0, 200, "the feed may repeat itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_of_another_age_of_the_world_is_refused() {
    let mut stage = Stage::open_with_methods().await;
    stage.reach_code_by("fps").await;
    let id = stage.shopper.order().payment.as_ref().unwrap().id.clone();
    for paid_at in [-1, 10_000_000_000_i64, i64::MAX] {
        let booking = json!({ "amount": TEA, "currency": "CNY", "transaction": "FRN1", "paid_at": paid_at });
        assert_eq!(stage.admin("POST", &format!("payments/{id}/confirm"), Some(booking)).await.0, 400, "{paid_at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_without_references_gets_codes_without_any_and_money_is_confirmed_by_the_payment() {
    let mut stage = Stage::open_as(ShopOptions {
        more: "[bank]\nname = \"TEA\"\ncity = \"HK\"\n[bank.fps]\nid = \"1234567\"\nreference = false\n",
        ..ShopOptions::default()
    })
    .await;
    let code = stage.reach_code_by("fps").await;
    let order = stage.shopper.order().id.clone();
    let account = stage.admin("GET", &format!("orders/{order}"), None).await.1;
    let (id, reference) = (account["payments"][0]["id"].as_str().unwrap(), &account["payments"][0]["reference"]);
    // Country, name and city are the last; behind them a reference would stand.
    assert!(reference.is_null() && code.contains("5802HK5902NA6002HK6304"), "{code}");
    let booking = json!({ "amount": TEA, "currency": "CNY", "transaction": "FRN20261123" });
    assert_eq!(stage.admin("POST", &format!("payments/{id}/confirm"), Some(booking)).await.0, 200);
    stage.shopper.comes_to("paid").await;
}
