//! Bills that say otherwise: what is told names the order, and the order stands among those that a person has to look at.

use gateway::wechat_pay::server::bill_file;
use merchant::api_keys::Scope;
use serde_json::{Value, json};
use testing::backend::Shop;

const TODAY: &str = "reconciliation?method=wechat_pay&date=2027-01-15";

/// A shop with a paid order, the next noon: the key, the order's number, its payment.
async fn paid() -> (Shop, String, String, String) {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let order = shop.order_tea().await;
    let payment = order.payment.unwrap().id.to_string();
    shop.provider.pay(&payment);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment, "EV-1")).await, 204);
    (shop, key, order.number.unwrap(), payment)
}

/// The bill of that payment, as the test changes it.
fn bill(shop: &Shop, payment: &str, change: impl Fn(String) -> String) {
    let file = shop.provider.with_row(payment, |row| bill_file(&[row], "", "").0);
    shop.provider.set_bill(change(String::from_utf8(file).unwrap()));
}

/// What the comparison tells, and why which orders need a person.
async fn compared(shop: &Shop, key: &str) -> (Value, Value) {
    let told = shop.call(key, "GET", TODAY, None).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let listed = shop.call(key, "GET", "orders?attention=true", None).await.json();
    let orders = listed["orders"].as_array().unwrap().iter();
    (told.json()["differences"].clone(), orders.map(|it| json!([it["order"]["number"], it["attention"][0]["reason"]])).collect())
}

#[tokio::test]
async fn a_difference_that_is_settled_is_not_raised_anew_in_other_words() {
    let (mut shop, key, number, payment) = paid().await;
    bill(&shop, &payment, |file| file.replace("`80.00", "`80.01"));
    shop.advance(2 * 86_400);
    // The next day, too, whose bill is the same here.
    shop.merchant().compare_bills().await.unwrap();
    assert_eq!(compared(&shop, &key).await.1, json!([[number, "bill-difference"]]));
    let settle = format!("orders/{payment}/attention/bill-difference/settle");
    assert_eq!(shop.call(&key, "POST", &settle, Some(("s", json!({})))).await.status, 200);
    shop.close().await;
    let mut records = shop.records().await;
    // As an older program wrote it.
    for change in [
        "DROP TRIGGER ledger_is_never_changed",
        "UPDATE ledger SET detail = replace(detail, '80.01 CNY where 80.00 CNY', '8001 where 8000') WHERE kind = 'bill-difference'",
    ] {
        sqlx::query(change).execute(&mut records).await.unwrap();
    }
    drop(records);
    shop.open_again().await;
    let (differences, attention) = compared(&shop, &key).await;
    assert_eq!((&differences[0]["kind"], attention), (&json!("amount"), json!([])));
}

#[tokio::test]
async fn a_day_that_somebody_has_compared_is_compared() {
    let (shop, key, _, payment) = paid().await;
    bill(&shop, &payment, |file| file);
    shop.advance(2 * 86_400);
    let doctor = async || shop.call(&key, "GET", "doctor", None).await.text;
    assert!(doctor().await.contains("bills-uncompared"));
    assert_eq!(compared(&shop, &key).await, (json!([]), json!([])));
    assert!(!doctor().await.contains("bills-uncompared"), "{}", doctor().await);
}

#[tokio::test]
async fn a_bill_that_says_the_same_is_no_difference() {
    let (shop, key, _, payment) = paid().await;
    bill(&shop, &payment, |file| file);
    shop.advance(2 * 86_400);
    assert_eq!(compared(&shop, &key).await, (json!([]), json!([])));
}

#[tokio::test]
async fn what_a_bill_lacks_or_tells_otherwise_is_told_by_the_orders_number_once() {
    for (kind, change) in [
        ("not-in-bill", None),
        ("amount", Some(("`80.00", "`80.01"))),
        ("amount", Some(("`CNY", "`USD"))),
        ("state", Some(("`SUCCESS", "`REVOKED"))),
    ] {
        let (shop, key, number, payment) = paid().await;
        if let Some((from, to)) = change {
            bill(&shop, &payment, |file| file.replace(from, to));
        }
        shop.advance(2 * 86_400);
        for _ in 0..2 {
            let (differences, attention) = compared(&shop, &key).await;
            let first = &differences[0];
            assert_eq!((&first["kind"], &first["order"], &first["payment"]), (&json!(kind), &json!(number), &json!(payment)));
            assert_eq!(attention, json!([[number, "bill-difference"]]), "{kind}");
        }
        let told = shop.call(&key, "GET", &format!("orders/{payment}"), None).await.json();
        let kinds: Vec<_> = told["ledger"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["created", "code", "money", "paid", "bill-difference"], "{kind}");
    }
}
