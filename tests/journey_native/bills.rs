//! A day compared with the provider's bill.

use sandbox::Faults;
use serde_json::json;

use crate::stage::{Stage, TEA};

/// The day of every journey, in Beijing.
const TODAY: &str = "reconciliation?method=wechat_pay&date=2026-01-01";

#[tokio::test(flavor = "multi_thread")]
async fn a_day_whose_money_is_all_booked_has_no_difference() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code().await;
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    stage.admin("POST", &format!("orders/{}/refunds", stage.shopper.order().id), Some(json!({ "amount": 100 }))).await;
    stage.pass(86_400 + 3 * 3600);
    stage.reconcile().await;
    let (status, told) = stage.admin("GET", TODAY, None).await;
    assert_eq!((status, told), (200, json!({ "date": "2026-01-01", "days_of": "Beijing", "entries": 2, "others": 0, "differences": [] })));
}

/// The same day of Alipay's.
const ALIPAY: &str = "reconciliation?method=alipay&date=2026-01-01";

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_alipays_is_compared_and_what_its_bill_alone_knows_is_booked() {
    for missing_notification in [false, true] {
        let mut stage = Stage::open_with_methods().await;
        stage.faults(Faults { missing_notification, busy_bill: true, ..Faults::default() });
        let code = stage.reach_code_by("alipay").await;
        let order = stage.shopper.order().id.clone();
        stage.pay(&code);
        if !missing_notification {
            stage.shopper.comes_to("paid").await;
            stage.admin("POST", &format!("orders/{order}/refunds"), Some(json!({ "amount": 100 }))).await;
        }
        stage.pass(86_400 + 3 * 3600);
        let told = stage.admin("GET", ALIPAY, None).await.1;
        let kinds: Vec<_> = told["differences"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
        let (entries, expected): (i64, &[&str]) = if missing_notification { (1, &["not-booked"]) } else { (2, &[]) };
        assert_eq!((told["entries"].as_i64(), told["others"].as_i64(), &*kinds), (Some(entries), Some(3), expected), "{told}");
        let account = stage.admin("GET", &format!("orders/{order}"), None).await.1;
        assert_eq!(account["order"]["amount"].as_i64(), Some(TEA));
        assert_ne!(account["order"]["status"], "pending", "once booked, both agree");
        assert_eq!(stage.admin("GET", ALIPAY, None).await.1["differences"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_only_the_bill_knows_is_told_and_booked() {
    let mut stage = Stage::open_with_methods().await;
    stage.faults(Faults { missing_notification: true, ..Faults::default() });
    let code = stage.reach_code().await;
    let order = stage.shopper.order().id.clone();
    stage.pay(&code);
    stage.pass(86_400 + 3 * 3600);
    let (_, told) = stage.admin("GET", TODAY, None).await;
    assert_eq!((told["entries"].as_i64(), told["differences"][0]["kind"].as_str()), (Some(1), Some("not-booked")), "{told}");
    let account = stage.admin("GET", &format!("orders/{order}"), None).await.1;
    assert_eq!((account["order"]["status"].as_str(), account["order"]["amount"].as_i64()), (Some("paid"), Some(TEA)));
    let (_, told) = stage.admin("GET", TODAY, None).await;
    assert_eq!(told["differences"], json!([]), "once booked, both agree");
}

async fn uncompared(stage: &Stage) -> Option<i64> {
    stage.figure("alarm_lines_total{kind=\"bill-uncompared\"}").await
}

async fn differences(stage: &Stage) -> Option<i64> {
    stage.figure("alarm_lines_total{kind=\"bill-difference\"}").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_book_under_the_same_number_is_counted_apart_and_an_odd_row_hides_no_other() {
    for older_bill in [false, true] {
        let mut stage = Stage::open_with_methods().await;
        let code = stage.reach_code().await;
        stage.pay(&code);
        stage.shopper.comes_to("paid").await;
        stage.faults(Faults { busy_bill: true, older_bill, ..Faults::default() });
        stage.pass(86_400 + 3 * 3600);
        let (status, told) = stage.admin("GET", TODAY, None).await;
        assert_eq!((status, told["entries"].as_i64(), told["others"].as_i64()), (200, Some(1), Some(4)), "{told}");
        let odd: Vec<_> = told["differences"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
        assert!(!odd.is_empty() && odd.iter().all(|kind| *kind == "unreadable-line"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_is_not_made_yet_or_not_kept_any_more_is_said_to_be_so() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code().await;
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    let said = async || {
        let (status, told) = stage.admin("GET", TODAY, None).await;
        (status, told["code"].as_str().unwrap_or_default().to_owned(), told["detail"].as_str().unwrap_or_default().to_owned())
    };
    let not_yet = "the bill of 2026-01-01 is not made yet; ask after 2026-01-02 10:30:00 in Beijing".to_owned();
    assert_eq!(said().await, (409, "bill-not-made".to_owned(), not_yet.clone()), "of today");
    stage.pass(86_400 + 3600);
    assert_eq!(said().await, (409, "bill-not-made".to_owned(), not_yet), "at nine in the morning");
    stage.pass(100 * 86_400);
    assert_eq!(said().await.1, "bill-gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_could_not_be_compared_are_told_once_and_compared_when_they_can_be() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code().await;
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    stage.faults(Faults { server_error: 1_000, ..Faults::default() });
    let compare = async || stage.shop.merchant().unwrap().compare_bills().await.unwrap();
    stage.pass(86_400 + 3 * 3600);
    compare().await;
    assert_eq!(uncompared(&stage).await, Some(0), "it may still be compared today");
    for _ in 0..3 {
        stage.pass(10 * 3600);
        compare().await;
    }
    // Two days are late by now; the second one's bill is a few hours old.
    assert_eq!(uncompared(&stage).await, Some(1), "each day is told once, and the next is not tried before it");
    stage.pass(20 * 86_400);
    stage.faults(Faults::default());
    let calls = async || stage.figure("provider_calls_total{provider=\"wechat_pay\",call=\"bill\",outcome=\"ok\"}").await.unwrap_or(0);
    let before = calls().await;
    compare().await;
    assert_eq!(calls().await - before, 22, "every day since the first payment");
    compare().await;
    assert_eq!((calls().await - before, differences(&stage).await), (22, Some(0)), "each of them once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_the_account_was_not_granted_is_told_as_the_accounts_affair() {
    let mut stage = Stage::open_with_methods().await;
    let code = stage.reach_code().await;
    stage.pay(&code);
    stage.shopper.comes_to("paid").await;
    stage.faults(Faults { named_error: 1_000, named_error_code: "NO_AUTH".to_owned(), ..Faults::default() });
    stage.pass(86_400 + 3 * 3600);
    let (status, told) = stage.admin("GET", TODAY, None).await;
    assert_eq!((status, told["code"].as_str()), (503, Some("provider-unavailable")));
    assert!(told["detail"].as_str().unwrap().contains("refuses the account"), "{told}");
    assert_eq!(stage.figure("account_refused{provider=\"wechat_pay\",what=\"bill\"}").await, Some(1));
    let wrong = stage.admin("GET", "doctor", None).await.1["findings"].clone();
    let told = wrong.as_array().unwrap().iter().find(|finding| finding["code"] == "account-refused").unwrap();
    assert_eq!(told["words"], "wechat_pay refuses the account what it asks for: bill");
}
