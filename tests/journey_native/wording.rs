//! Names that are long, lively, or hold what providers and banks mean something else by: they are sold, paid, returned and told.

use sandbox::Faults;
use serde_json::json;

use crate::stage::Stage;

/// Too many bytes, characters of four of them, a line feed, and the signs that bills are written with.
const LIVELY: [&str; 4] = [
    "明前狮峰龙井茶叶礼盒装（五百克）限量春茶，送茶则与茶巾，附手写贺卡一张，山间茶舍自采自制",
    "Tea \u{1f375}👩‍🍳",
    "a `b`,`c`, d",
    "\u{1f375}",
];

/// Orders one of each through every surface-less door and comes to its code.
async fn code_of(stage: &Stage, method: &str, name: &str) -> (String, String) {
    let wish = json!({ "currency": "CNY", "method": method, "lines": [{ "name": name, "quantity": 1, "unit_price": 5_000 }] });
    let (status, made) = stage.admin("POST", "orders", Some(wish)).await;
    assert_eq!(status, 201, "{made}");
    let payload = made["order"]["payment"]["payload"].as_str().unwrap_or_else(|| panic!("no code for {name}: {made}"));
    (made["order"]["id"].as_str().unwrap().to_owned(), payload.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_thing_is_called_it_is_paid_returned_and_found_in_the_bill() {
    let stage = Stage::open_with_methods().await;
    stage.shop.sandbox.follow();
    let mut paid = 0;
    for method in ["wechat_pay", "alipay"] {
        for name in LIVELY {
            let (order, code) = code_of(&stage, method, name).await;
            stage.pay(&code);
            paid += 1;
            stage.all_accepted(paid).await;
            let refund = json!({ "amount": 100, "reason": "Broken, `wet` and sorry \u{1f62d}, 太多太多太多太多太多太多太多太多太多太多太多太多太多太多" });
            let (status, reply) = stage.admin("POST", &format!("orders/{order}/refunds"), Some(refund)).await;
            assert_eq!((status, reply["refund"]["status"] == "stuck"), (201, false), "{name}: {reply}");
            stage.pass(10);
            stage.reconcile().await;
            paid = stage.shop.sandbox.notifications().len();
            stage.all_accepted(stage.shop.sandbox.notifications().iter().map(|view| view.attempts).sum()).await;
            let account = stage.admin("GET", &format!("orders/{order}"), None).await.1;
            assert_eq!(account["order"]["status"], "partly_refunded", "{name}");
            stage.pass(120);
        }
    }
    stage.faults(Faults::default());
    stage.pass(86_400 + 3 * 3600);
    let (_, told) = stage.admin("GET", "reconciliation?method=wechat_pay&date=2026-01-01", None).await;
    assert_eq!((told["entries"].as_i64(), &told["differences"]), (Some(8), &json!([])), "{told}");
}
