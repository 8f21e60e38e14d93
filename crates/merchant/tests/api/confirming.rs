//! The bank feed's door: what can be money is judged, a call counts once, and the same money pays one payment whatever it paid before.

use merchant::api_keys::Scope;
use serde_json::{Value, json};
use testing::backend::Shop;
use testing::backend::admin::Told;
use testing::backend::bank::FPS;

/// A shop whose codes a bank feed confirms.
struct Bank {
    shop: Shop,
    key: String,
}

/// An order of 9.00 by a bank code.
struct Made {
    number: String,
    payment: String,
    reference: Value,
}

impl Bank {
    async fn open(bank: &str) -> Bank {
        let shop = Shop::open_with(|config| config + bank).await;
        let key = shop.key(&Scope::ALL).await;
        Bank { shop, key }
    }

    async fn make(&self, once: &str) -> Made {
        let body = json!({ "currency": "HKD", "lines": [{ "name": "Tea", "unit_price": 900 }], "method": "fps" });
        let made = self.shop.call(&self.key, "POST", "orders", Some((once, body))).await.json();
        let text = |pointer: &str| made.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        Made { number: text("/order/number"), payment: text("/payments/0/id"), reference: made["payments"][0]["reference"].clone() }
    }

    async fn confirm(&self, payment: &str, once: &str, body: Value) -> Told {
        self.shop.call(&self.key, "POST", &format!("payments/{payment}/confirm"), Some((once, body))).await
    }

    /// The kinds in an order's ledger.
    async fn kinds(&self, order: &str) -> Vec<String> {
        let told = self.shop.call(&self.key, "GET", &format!("orders/{order}"), None).await.json();
        told["ledger"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// The orders that need a person, with the reasons.
    async fn attention(&self) -> Vec<(String, String)> {
        let told = self.shop.call(&self.key, "GET", "orders?attention=true", None).await.json();
        let mut listed = Vec::new();
        for order in told["orders"].as_array().unwrap() {
            for why in order["attention"].as_array().unwrap() {
                listed.push((order["order"]["number"].as_str().unwrap().to_owned(), why["reason"].as_str().unwrap().to_owned()));
            }
        }
        listed.sort();
        listed
    }
}

fn money(amount: i64, transaction: &str) -> Value {
    json!({ "amount": amount, "currency": "HKD", "transaction": transaction })
}

#[tokio::test]
async fn what_can_be_no_money_is_refused_by_its_member_and_written_nowhere() {
    let bank = Bank::open(FPS).await;
    let made = bank.make("one").await;
    let later = bank.shop.now() + 8 * 86_400;
    for (member, value) in [
        ("amount", json!(0)),
        ("amount", json!(-900)),
        ("amount", json!(10_000_000_000_000_000_i64)),
        ("amount", json!(9.0)),
        ("currency", json!("")),
        ("currency", json!("hkd")),
        ("currency", json!("HKD\u{202e}")),
        ("currency", json!("\0")),
        ("currency", json!("x".repeat(3000))),
        ("transaction", json!("")),
        ("transaction", json!("   ")),
        ("transaction", json!("W\n2")),
        ("transaction", json!("x".repeat(65))),
        ("paid_at", json!(later)),
    ] {
        let mut body = money(900, "W1");
        body[member] = value.clone();
        let told = bank.confirm(&made.payment, "k", body).await;
        assert_eq!(told.code(), (400, "bad-request".to_owned()), "{member} {value}");
    }
    let keyless = bank.shop.client.post(bank.shop.url(&format!("/admin/v1/payments/{}/confirm", made.payment)));
    assert_eq!(keyless.bearer_auth(&bank.key).body(money(900, "W1").to_string()).send().await.unwrap().status(), 400);
    assert_eq!(bank.kinds(&made.number).await, ["created", "code"]);
}

#[tokio::test]
async fn of_three_bodies_under_one_key_the_first_counts() {
    let bank = Bank::open(FPS).await;
    let made = bank.make("one").await;
    assert_eq!(bank.confirm(&made.payment, "same", money(901, "W1")).await.code(), (409, "wrong-amount".to_owned()));
    assert_eq!(bank.confirm(&made.payment, "same", money(900, "W2")).await.code(), (409, "idempotency-conflict".to_owned()));
    assert_eq!(bank.confirm(&made.payment, "same", money(900, "W3")).await.code(), (409, "idempotency-conflict".to_owned()));
    assert_eq!(bank.confirm(&made.payment, "same", money(901, "W1")).await.code(), (409, "wrong-amount".to_owned()));
    assert_eq!(bank.kinds(&made.number).await, ["created", "code", "wrong-amount"]);
}

#[tokio::test]
async fn money_is_the_same_however_its_id_is_spaced_or_capitalised() {
    let bank = Bank::open(FPS).await;
    let made = bank.make("one").await;
    for (once, transaction) in [("1", "Wxyz 2"), ("2", " Wxyz 2"), ("3", "Wxyz 2 "), ("4", "wxyz 2"), ("5", "WXYZ 2")] {
        let told = bank.confirm(&made.payment, once, money(900, transaction)).await;
        assert_eq!(told.status, 200, "{transaction:?}: {}", told.text);
        assert_eq!(told.json()["payments"][0]["transaction"], "Wxyz 2");
    }
    assert_eq!(bank.kinds(&made.number).await, ["created", "code", "money", "paid"]);
    assert_eq!(bank.attention().await, []);
}

/// Also where codes carry no reference, which the records' own constraint looks for.
#[tokio::test]
async fn money_that_is_another_payments_pays_nothing_and_both_orders_are_named() {
    for bank in [FPS.to_owned(), format!("{FPS}reference = false\n")] {
        let bank = Bank::open(&bank).await;
        let (first, second, third) = (bank.make("one").await, bank.make("two").await, bank.make("three").await);
        assert_eq!(bank.confirm(&first.payment, "1", money(900, "A")).await.status, 200);
        assert_eq!(bank.confirm(&first.payment, "2", money(900, "B")).await.code(), (409, "already-paid".to_owned()));
        assert_eq!(bank.confirm(&third.payment, "3", money(899, "C")).await.code(), (409, "wrong-amount".to_owned()));
        for (once, transaction, owner) in [("4", "A", &first), ("5", "b", &first), ("6", "C", &third), ("7", "A", &first)] {
            let told = bank.confirm(&second.payment, once, money(900, transaction)).await;
            assert!(told.text.contains(&owner.number), "{transaction}: {}", told.text);
            assert_eq!(told.code(), (409, "transaction-used".to_owned()), "{transaction}");
        }
        let kinds = bank.kinds(&second.number).await;
        assert_eq!(kinds, ["created", "code", "transaction-used", "transaction-used", "transaction-used"], "each once");
        let mut listed = vec![(first.number, "paid-twice"), (third.number, "wrong-amount")];
        listed.extend([1, 2, 3].map(|_| (second.number.clone(), "transaction-used")));
        listed.sort_unstable();
        assert_eq!(bank.attention().await, listed.into_iter().map(|(number, why)| (number, why.to_owned())).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_reference_is_found_as_statements_print_it() {
    let bank = Bank::open(FPS).await;
    let made = bank.make("one").await;
    let reference = made.reference.as_str().unwrap();
    let printed = reference.to_uppercase();
    assert_ne!(printed, reference);
    for (once, name) in [("1", &printed), ("2", &reference.to_lowercase()), ("3", &reference.to_owned())] {
        assert_eq!(bank.confirm(name, once, money(900, "A")).await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn of_two_references_that_capitals_alone_tell_apart_the_open_one_is_meant_or_both_are_named() {
    let bank = Bank::open(FPS).await;
    let (first, second) = (bank.make("one").await, bank.make("two").await);
    let mut records = bank.shop.records().await;
    for (payment, reference) in [(&first.payment, "NZfK5"), (&second.payment, "nzFk5")] {
        let update = sqlx::query("UPDATE payments SET reference = $1 WHERE id = $2").bind(reference).bind(payment);
        update.execute(&mut records).await.unwrap();
    }
    let told = bank.confirm("NZFK5", "1", money(900, "A")).await;
    assert!([&first, &second].iter().all(|made| told.text.contains(&made.number) && told.text.contains(&made.payment)), "{}", told.text);
    assert_eq!(told.code(), (409, "ambiguous".to_owned()));
    let told = bank.confirm("nzFk5", "2", money(900, "A")).await.json();
    assert_eq!(told["order"]["number"], second.number.as_str(), "written as it is, it is the one");
    let told = bank.confirm("NZFK5", "3", money(900, "B")).await.json();
    assert_eq!(told["order"]["number"], first.number.as_str(), "the other one is paid");
}

#[tokio::test]
async fn an_order_is_found_by_whatever_an_alarm_a_statement_or_a_bill_says_of_it() {
    let bank = Bank::open(FPS).await;
    let (made, other) = (bank.make("one").await, bank.make("two").await);
    assert_eq!(bank.confirm(&made.payment, "1", money(900, "FRN-1")).await.status, 200);
    assert_eq!(bank.confirm(&made.payment, "2", money(900, "FRN-2")).await.status, 409);
    let refund = bank.shop.call(&bank.key, "POST", &format!("orders/{}/refunds", made.payment), Some(("r", json!({})))).await.json();
    let refund = refund["refund"]["id"].as_str().unwrap().to_owned();
    let reference = made.reference.as_str().unwrap().to_uppercase();
    for name in [&made.number, &made.payment, &reference, "frn-1", "FRN-2", &refund] {
        let told = bank.shop.call(&bank.key, "GET", &format!("orders/{name}"), None).await;
        assert_eq!(told.status, 200, "{name}: {}", told.text);
        assert_eq!(told.json()["order"]["number"], made.number.as_str(), "{name}");
    }
    assert_eq!(bank.shop.call(&bank.key, "GET", "orders/pay_none", None).await.code(), (404, "not-found".to_owned()));
    sqlx::query("UPDATE orders SET reference = 'A-1'").execute(&mut bank.shop.records().await).await.unwrap();
    let told = bank.shop.call(&bank.key, "GET", "orders/A-1", None).await;
    assert!(told.text.contains(&made.number) && told.text.contains(&other.number), "{}", told.text);
    assert_eq!(told.code(), (409, "ambiguous".to_owned()));
}
