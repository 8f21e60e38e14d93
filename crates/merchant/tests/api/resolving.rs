//! What a person says of money that pays nothing, and of what else needed one.

use merchant::api_keys::{self, NewKey, Scope};
use merchant::order_record::RefundStatus;
use protocol::{Currency, Money};
use serde_json::{Value, json};
use testing::backend::admin::Told;
use testing::backend::bank::FPS;
use testing::backend::{Shop, nonce};

/// What the tea with its delivery costs.
const TEA: i64 = 8_000;

/// Money of another amount came for a tea: the order's path and the transaction.
async fn wrong(shop: &Shop, key: &str, amount: i64) -> (String, String) {
    let order = shop.order_tea().await;
    let payment = order.payment.unwrap().id;
    assert_eq!(shop.deliver(&shop.provider.notice_of(payment.as_str(), payment.as_str(), amount)).await, 204);
    let path = format!("orders/{}", order.id);
    let account = shop.call(key, "GET", &path, None).await.json();
    let odd = &account["odd_money"][0];
    assert_eq!((&odd["state"], &odd["reason"], &odd["amount"]), (&json!("open"), &json!("wrong-amount"), &json!(amount)));
    assert_eq!(account["attention"][0]["reason"], "wrong-amount");
    (path, odd["transaction"].as_str().unwrap().to_owned())
}

async fn resolve(shop: &Shop, key: &str, (order, transaction): &(String, String), body: Value) -> Told {
    shop.call(key, "POST", &format!("{order}/odd-money/{transaction}/resolve"), Some(("k", body))).await
}

async fn waiting(shop: &Shop, key: &str) -> usize {
    shop.call(key, "GET", "orders?attention=true", None).await.json()["orders"].as_array().unwrap().len()
}

/// An order of 68.00 HKD that a bank collects: its path, and its payment.
async fn order_by_bank(shop: &Shop, key: &str) -> (String, String) {
    let wish = json!({ "currency": "HKD", "method": "fps", "lines": [{ "name": "Tea", "unit_price": 6_800 }] });
    let made = shop.call(key, "POST", "orders", Some(("made", wish))).await.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (format!("orders/{}", text(&made["order"]["id"])), text(&made["order"]["payment"]["id"]))
}

/// The bank feed tells of money: how that is answered.
async fn confirm(shop: &Shop, key: &str, payment: &str, transaction: &str, amount: i64) -> u16 {
    let booking = json!({ "amount": amount, "currency": "HKD", "transaction": transaction });
    shop.call(key, "POST", &format!("payments/{payment}/confirm"), Some((&format!("{transaction} {amount}"), booking))).await.status
}

fn kinds(account: &Value) -> Vec<&str> {
    account["ledger"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn enough_money_that_is_kept_pays_the_order_and_leaves_the_list() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let odd = wrong(&shop, &key, TEA + 1_000).await;
    assert_eq!(waiting(&shop, &key).await, 1);
    let kept = resolve(&shop, &key, &odd, json!({ "how": "keep" })).await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    let account = shop.call(&key, "GET", &odd.0, None).await.json();
    assert_eq!((&account["order"]["status"], &account["refundable"]), (&json!("paid"), &json!(TEA)));
    assert!(account["order"]["receipt"].is_string());
    assert_eq!((&account["attention"], &account["odd_money"][0]["state"]), (&json!([]), &json!("kept")));
    assert!(kinds(&account).ends_with(&["wrong-amount", "money", "paid", "odd-kept"]), "{account}");
    let last = account["ledger"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["detail"]["amount"], &last["detail"]["paid"]), (&json!(1_000), &json!(TEA)), "what is over, and what pays");
    assert_eq!(last["key"]["name"], "tests", "who kept it");
    assert_eq!(waiting(&shop, &key).await, 0);
    let again = resolve(&shop, &key, &odd, json!({ "how": "return", "by_hand": true })).await;
    assert_eq!(again.code(), (409, "already-resolved".to_owned()));
    assert!(again.text.contains("kept already, and the order is paid"), "{}", again.text);
    let id = protocol::OrderId::parse(odd.0.strip_prefix("orders/").unwrap()).unwrap();
    let (_, order) = shop.order(&shop.backend.order(&id, 0, 0, nonce())).await;
    assert_eq!(order.status.as_str(), "paid", "the shopper sees it, with a receipt that holds");
}

#[tokio::test]
async fn a_canceled_order_is_paid_by_money_that_is_kept_and_too_little_pays_nothing() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let (late, short) = (wrong(&shop, &key, TEA + 1).await, wrong(&shop, &key, TEA - 1).await);
    assert_eq!(shop.call(&key, "POST", &format!("{}/cancel", late.0), Some(("c", json!({})))).await.json()["order"]["status"], "canceled");
    assert_eq!(resolve(&shop, &key, &late, json!({ "how": "keep" })).await.json()["order"]["status"], "paid");
    let account = resolve(&shop, &key, &short, json!({ "how": "keep" })).await.json();
    assert_eq!((&account["order"]["status"], &account["attention"]), (&json!("pending"), &json!([])));
    assert_eq!(waiting(&shop, &key).await, 0);
}

#[tokio::test]
async fn money_goes_back_by_its_provider_as_a_whole_or_by_hand() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let odd = wrong(&shop, &key, TEA + 1_000).await;
    let told = resolve(&shop, &key, &odd, json!({ "how": "return" })).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let account = told.json();
    assert_eq!((&account["odd_money"][0]["state"], &account["order"]["status"]), (&json!("returning"), &json!("pending")));
    assert_eq!((&account["refunds"][0]["amount"], &account["attention"]), (&json!(TEA + 1_000), &json!([])));
    let sent = &shop.provider.returns()[0]["amount"];
    assert_eq!((&sent["refund"], &sent["total"]), (&json!(TEA + 1_000), &json!(TEA + 1_000)));
    assert_eq!(resolve(&shop, &key, &odd, json!({ "how": "keep" })).await.code(), (409, "already-resolved".to_owned()));
    // Money that comes as it should all the same pays, and none of it has gone back.
    let by_hand = wrong(&shop, &key, TEA - 1).await;
    assert_eq!(resolve(&shop, &key, &by_hand, json!({ "how": "return", "by_hand": true })).await.status, 200);
    let account = shop.call(&key, "GET", &by_hand.0, None).await.json();
    assert!(kinds(&account).ends_with(&["wrong-amount", "odd-returned"]) && account["refunds"] == json!([]), "{account}");
    assert_eq!(resolve(&shop, &key, &(by_hand.0, "42".to_owned()), json!({ "how": "keep" })).await.code(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn of_two_people_at_once_one_is_heard() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    for _ in 0..5 {
        let odd = wrong(&shop, &key, TEA + 1_000).await;
        let keep = resolve(&shop, &key, &odd, json!({ "how": "keep" }));
        let back = resolve(&shop, &key, &odd, json!({ "how": "return", "by_hand": true }));
        let (keep, back) = tokio::join!(keep, back);
        let mut statuses = [keep.status, back.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", keep.text, back.text);
        let account = shop.call(&key, "GET", &odd.0, None).await.json();
        let decided = kinds(&account).into_iter().filter(|kind| kind.starts_with("odd-")).count();
        assert_eq!(decided, 1, "{account}");
    }
}

#[tokio::test]
async fn a_banks_money_is_returned_by_hand_and_a_slip_is_settled() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let key = shop.key(&Scope::ALL).await;
    let (order, payment) = order_by_bank(&shop, &key).await;
    let confirm = async |transaction: &str, amount: i64| confirm(&shop, &key, &payment, transaction, amount).await;
    assert_eq!([confirm("T-1", 6_080).await, confirm("T-1", 6_800).await, confirm("T-2", 6_800).await], [409, 200, 409]);
    let slip = (order.clone(), "T-1".to_owned());
    assert_eq!(resolve(&shop, &key, &slip, json!({ "how": "keep" })).await.code(), (409, "already-resolved".to_owned()));
    let settle = async |reason: &str| shop.call(&key, "POST", &format!("{order}/attention/{reason}/settle"), Some(("s", json!({})))).await;
    assert_eq!(settle("paid-twice").await.code(), (409, "resolve-first".to_owned()));
    assert_eq!(settle("bad-weather").await.code(), (400, "bad-request".to_owned()));
    assert_eq!(settle("oversold").await.code(), (409, "already-resolved".to_owned()));
    let account = settle("wrong-amount").await.json();
    assert_eq!(account["attention"].as_array().unwrap().len(), 1, "{account}");
    let twice = (order.clone(), "T-2".to_owned());
    assert_eq!(resolve(&shop, &key, &twice, json!({ "how": "return" })).await.code(), (409, "return-by-hand".to_owned()));
    let limit = Some(Money { amount: 6_799, currency: Currency::parse("HKD").unwrap() });
    let new = NewKey { name: "till", scopes: &Scope::ALL, role: None, expires_at: None, refund_limit: limit };
    let (_, till) = api_keys::make(shop.merchant().store(), new, shop.now()).await.unwrap();
    let by_hand = json!({ "how": "return", "by_hand": true });
    assert_eq!(resolve(&shop, &till, &twice, by_hand.clone()).await.code(), (403, "refund-limit".to_owned()));
    let account = resolve(&shop, &key, &twice, by_hand).await.json();
    assert_eq!((&account["attention"], &account["order"]["status"]), (&json!([]), &json!("paid")));
    assert_eq!(settle("wrong-amount").await.code(), (409, "already-resolved".to_owned()));
}

#[tokio::test]
async fn odd_money_counts_against_the_limit_of_a_key_whichever_way_it_goes_back() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let key = shop.key(&Scope::ALL).await;
    let limit = Some(Money { amount: 7_000, currency: Currency::parse("HKD").unwrap() });
    let new = NewKey { name: "till", scopes: &Scope::ALL, role: None, expires_at: None, refund_limit: limit };
    let (_, till) = api_keys::make(shop.merchant().store(), new, shop.now()).await.unwrap();
    let (order, payment) = order_by_bank(&shop, &key).await;
    let confirm = async |transaction: &str, amount: i64| confirm(&shop, &key, &payment, transaction, amount).await;
    assert_eq!([confirm("T-1", 6_800).await, confirm("T-2", 4_000).await, confirm("T-3", 3_001).await], [200, 409, 409]);
    let by_hand = json!({ "how": "return", "by_hand": true });
    let returned =
        async |key: &str, transaction: &str| resolve(&shop, key, &(order.clone(), transaction.to_owned()), by_hand.clone()).await;
    assert_eq!(returned(&till, "T-2").await.status, 200);
    let over = returned(&till, "T-3").await;
    assert_eq!(over.code(), (403, "refund-limit".to_owned()));
    assert!(over.text.contains("has returned 40.00 HKD"), "{}", over.text);
    let refund = async |key: &str, once: &str, amount: i64| {
        let body = json!({ "amount": amount, "by_hand": true });
        shop.call(key, "POST", &format!("{order}/refunds"), Some((once, body))).await
    };
    assert_eq!(refund(&till, "too-much", 3_001).await.code(), (403, "refund-limit".to_owned()));
    assert_eq!(refund(&till, "all-of-it", 3_000).await.status, 201);
    assert_eq!(refund(&till, "more", 1).await.code(), (403, "refund-limit".to_owned()));
    assert_eq!(returned(&key, "T-3").await.status, 200, "another key has a limit of its own, or none");
    // A provider may write a currency that is none.
    let odd = "INSERT INTO ledger (order_id, at, seq, kind, detail) SELECT order_id, at, seq, kind, \
               replace(replace(replace(detail, 'HKD', 'points'), '4000', '1'), 'T-2', 'T-4') FROM ledger WHERE detail LIKE '%T-2%' LIMIT 1";
    sqlx::query(odd).execute(&mut shop.records().await).await.unwrap();
    let fresh = NewKey { name: "fresh", scopes: &Scope::ALL, role: None, expires_at: None, refund_limit: limit };
    let (_, fresh) = api_keys::make(shop.merchant().store(), fresh, shop.now()).await.unwrap();
    let refused = returned(&fresh, "T-4").await;
    assert_eq!(refused.code(), (403, "refund-limit".to_owned()));
    assert!(refused.text.contains("nothing in another currency"), "{}", refused.text);
    assert_eq!(returned(&key, "T-4").await.status, 200);
}

#[tokio::test]
async fn a_refund_that_is_stuck_and_what_can_only_be_looked_at_are_settled() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let key = shop.key(&Scope::ALL).await;
    let wish = json!({ "currency": "HKD", "method": "fps", "lines": [{ "name": "Tea", "unit_price": 6_800 }] });
    let made = shop.call(&key, "POST", "orders", Some(("made", wish))).await.json();
    let (order, payment) = (format!("orders/{}", made["order"]["id"].as_str().unwrap()), made["order"]["payment"]["id"].as_str().unwrap());
    let booking = json!({ "amount": 6_800, "currency": "HKD", "transaction": "T-1" });
    assert_eq!(shop.call(&key, "POST", &format!("payments/{payment}/confirm"), Some(("b", booking))).await.status, 200);
    assert_eq!(shop.call(&key, "POST", &format!("{order}/refunds"), Some(("r", json!({})))).await.json()["refund"]["status"], "stuck");
    let id = protocol::OrderId::parse(made["order"]["id"].as_str().unwrap()).unwrap();
    let paid = protocol::PaymentId::parse(payment).unwrap();
    let store = shop.merchant().store();
    store.change(&id, shop.now(), |record| record.bill_differs(&paid, "2026-11-27", ("amount", None), "68.00 and 6.80")).await.unwrap();
    assert_eq!(waiting(&shop, &key).await, 1);
    let refund = shop.call(&key, "GET", &order, None).await.json()["refunds"][0]["id"].as_str().unwrap().to_owned();
    for reason in ["refund-stuck", "bill-difference"] {
        let path = format!("{order}/attention/{reason}/settle");
        assert_eq!(shop.call(&key, "POST", &path, Some(("s", json!({})))).await.status, 200, "{reason}");
        assert_eq!(shop.call(&key, "POST", &path, Some(("s", json!({})))).await.code(), (409, "already-resolved".to_owned()), "{reason}");
    }
    assert_eq!(waiting(&shop, &key).await, 0);
    // A refund that fails behind that is another matter, and so is another day's bill.
    store.change(&id, shop.now(), |record| record.refund_stands(&refund, RefundStatus::Failed)).await.unwrap();
    assert_eq!(waiting(&shop, &key).await, 1);
    assert_eq!(shop.call(&key, "POST", &format!("{order}/attention/refund-failed/settle"), Some(("s", json!({})))).await.status, 200);
    assert_eq!(waiting(&shop, &key).await, 0);
    store.change(&id, shop.now(), |record| record.bill_differs(&paid, "2026-11-28", ("amount", None), "68.00 and 6.80")).await.unwrap();
    assert_eq!(waiting(&shop, &key).await, 1);
}

#[tokio::test]
async fn money_that_a_person_has_returned_pays_nothing_though_it_is_told_of_once_more() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let key = shop.key(&Scope::ALL).await;
    let (order, payment) = order_by_bank(&shop, &key).await;
    let confirm = async |transaction: &str, amount: i64| confirm(&shop, &key, &payment, transaction, amount).await;
    assert_eq!(confirm("T-1", 6_080).await, 409);
    let odd = (order.clone(), "T-1".to_owned());
    assert_eq!(resolve(&shop, &key, &odd, json!({ "how": "return", "by_hand": true })).await.status, 200);
    assert_eq!(confirm("T-1", 6_800).await, 409);
    let account = shop.call(&key, "GET", &order, None).await.json();
    assert_eq!((&account["order"]["status"], &account["odd_money"][0]["state"]), (&json!("pending"), &json!("returned")));
    assert_eq!(kinds(&account).last(), Some(&"odd-returned"), "and nothing is written down of it");
    assert_eq!(confirm("T-2", 6_800).await, 200);
}

#[tokio::test]
async fn money_that_its_provider_returns_pays_nothing_though_it_is_told_of_once_more() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let odd = wrong(&shop, &key, TEA + 1_000).await;
    assert_eq!(resolve(&shop, &key, &odd, json!({ "how": "return" })).await.status, 200);
    let before = shop.call(&key, "GET", &odd.0, None).await.json();
    let payment = before["payments"][0]["id"].as_str().unwrap();
    for (event, amount) in [("EV-2", TEA), ("EV-3", TEA + 2)] {
        assert_eq!(shop.deliver(&shop.provider.notice_of(payment, event, amount)).await, 204);
    }
    let account = shop.call(&key, "GET", &odd.0, None).await.json();
    assert_eq!((&account["order"]["status"], &account["attention"]), (&json!("pending"), &json!([])));
    assert_eq!(kinds(&account), kinds(&before), "and nothing is written down of it");
}

#[tokio::test]
async fn odd_money_whose_return_failed_cannot_be_settled_away() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let odd = wrong(&shop, &key, TEA + 1_000).await;
    let account = resolve(&shop, &key, &odd, json!({ "how": "return" })).await.json();
    let refund = account["refunds"][0]["id"].as_str().unwrap();
    let id = protocol::OrderId::parse(odd.0.strip_prefix("orders/").unwrap()).unwrap();
    let fails = |record: &mut merchant::order_record::OrderRecord| record.refund_stands(refund, RefundStatus::Failed);
    shop.merchant().store().change(&id, shop.now(), fails).await.unwrap();
    let settle = async || shop.call(&key, "POST", &format!("{}/attention/refund-failed/settle", odd.0), Some(("s", json!({})))).await;
    assert_eq!(settle().await.code(), (409, "resolve-first".to_owned()));
    assert_eq!(waiting(&shop, &key).await, 1);
    assert_eq!(resolve(&shop, &key, &odd, json!({ "how": "keep" })).await.status, 200);
    assert_eq!(settle().await.status, 200);
    assert_eq!(waiting(&shop, &key).await, 0);
}

#[tokio::test]
async fn no_more_is_settled_than_somebody_has_seen() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let order = shop.order_tea().await;
    let (path, payment) = (format!("orders/{}", order.id), order.payment.unwrap().id);
    let differs = async |day: &str| {
        let change =
            |record: &mut merchant::order_record::OrderRecord| record.bill_differs(&payment, day, ("amount", None), "68.00 and 6.80");
        shop.merchant().store().change(&order.id, shop.now(), change).await.unwrap();
    };
    let settle = async |body: Value| shop.call(&key, "POST", &format!("{path}/attention/bill-difference/settle"), Some(("s", body))).await;
    differs("2027-01-13").await;
    let listed = shop.call(&key, "GET", "orders?attention=true", None).await.json();
    let seen = listed["orders"][0]["attention"][0]["entry"].as_i64().unwrap();
    differs("2027-01-14").await;
    let refused = settle(json!({ "seen": seen })).await;
    assert_eq!(refused.code(), (409, "newer-waits".to_owned()));
    let account = shop.call(&key, "GET", &path, None).await.json();
    let newest = account["attention"][1]["entry"].as_i64().unwrap();
    assert!(newest > seen && refused.text.contains(&format!("the entries {seen}, {newest} of the ledger")), "{}", refused.text);
    assert_eq!(account["attention"].as_array().unwrap().len(), 2, "nothing is settled");
    assert_eq!(settle(json!({ "seen": "all" })).await.code(), (400, "bad-request".to_owned()));
    assert_eq!(settle(json!({ "seen": newest })).await.json()["attention"], json!([]));
    assert_eq!(waiting(&shop, &key).await, 0);
}
