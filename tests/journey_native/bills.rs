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
    assert_eq!((status, told), (200, json!({ "date": "2026-01-01", "entries": 2, "differences": [] })));
    let (status, problem) = stage.admin("GET", &TODAY.replace("wechat_pay", "alipay"), None).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("no-bills")));
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
