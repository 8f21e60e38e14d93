//! What is kept of a provider's bill, and what of a month stands in the books or in the bills alone.

use gateway::wechat_pay::server::{BillRow, bill_file};
use merchant::api_keys::Scope;
use serde_json::{Value, json};
use testing::backend::Shop;

/// What the tea with its delivery costs.
const TEA: i64 = 8_000;

/// Compares the day with a bill of these rows: the provider's part of the month.
async fn month_with(shop: &Shop, key: &str, payment: &str, rows: impl for<'a> Fn(BillRow<'a>) -> Vec<BillRow<'a>>) -> Value {
    let file = shop.provider.with_row(payment, |row| bill_file(&rows(row), "", "").0);
    shop.provider.set_bill(String::from_utf8(file).unwrap());
    shop.advance(2 * 86_400);
    let compared = shop.call(key, "GET", "reconciliation?method=wechat_pay&date=2027-01-15", None).await;
    assert_eq!(compared.status, 200, "{}", compared.text);
    shop.call(key, "GET", "books/2027-01", None).await.json()["providers"][0].clone()
}

#[tokio::test]
async fn a_refund_that_is_under_way_by_the_bill_is_kept_and_one_that_failed_is_not() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let payment = shop.order_tea().await.payment.unwrap().id.to_string();
    shop.provider.pay(&payment);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment, "EV-1")).await, 204);
    let month = month_with(&shop, &key, &payment, |row| {
        let under_way = BillRow { refund: Some(("5030001", "rfd_under_way", 1_000, "PROCESSING")), ..row };
        let failed = BillRow { refund: Some(("5030002", "rfd_failed", 2_000, "FAIL")), ..row };
        vec![row, under_way, failed]
    });
    let month = month.await;
    let bills = &month["totals"][0]["bills"];
    assert_eq!((&bills["sales"], &bills["refunds"]), (&json!(TEA), &json!(-1_000)), "{month:#}");
    let alone: Vec<&Value> = month["in_bills_alone"].as_array().unwrap().iter().filter(|line| line["kind"] == "refund").collect();
    assert_eq!((alone.len(), &alone[0]["refund"]), (1, &json!("rfd_under_way")), "{month:#}");
}

#[tokio::test]
async fn odd_money_that_was_returned_by_hand_stands_in_the_books_alone_though_the_bill_has_its_payment() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let order = shop.order_tea().await;
    let payment = order.payment.unwrap().id.to_string();
    assert_eq!(shop.deliver(&shop.provider.notice_of(&payment, "EV-1", TEA + 1_000)).await, 204);
    let path = format!("orders/{}", order.id);
    let odd = shop.call(&key, "GET", &path, None).await.json()["odd_money"][0]["transaction"].as_str().unwrap().to_owned();
    let by_hand = json!({ "how": "return", "by_hand": true });
    let resolved = shop.call(&key, "POST", &format!("{path}/odd-money/{odd}/resolve"), Some(("k", by_hand))).await;
    assert_eq!(resolved.status, 200, "{}", resolved.text);
    let month = month_with(&shop, &key, &payment, |row| vec![BillRow { total: TEA + 1_000, ..row }]).await;
    let alone: Vec<(&Value, &Value)> =
        month["in_books_alone"].as_array().unwrap().iter().map(|line| (&line["kind"], &line["amount"])).collect();
    assert_eq!(alone, [(&json!("refund"), &json!(-TEA - 1_000))], "{month:#}");
    assert_eq!(month["in_bills_alone"], json!([]), "{month:#}");
}
