//! An order is found by whatever a person has in hand, by the admin API and at a terminal.

use std::process::{Command, Output};

use merchant::api_keys::Scope;
use serde_json::{Value, json};
use testing::backend::bank::FPS;
use testing::backend::{Shop, text};

async fn run(shop: &Shop, key: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.arg("orders").args(arguments).env("QR_CHECKOUT_API_KEY", key).env("QR_CHECKOUT_BACKEND", shop.url(""));
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

async fn made(shop: &Shop, key: &str, reference: &str, currency: &str, price: i64) -> Value {
    let lines = json!([{ "name": "Tea", "unit_price": price }]);
    let wish = json!({ "reference": reference, "currency": currency, "lines": lines });
    let answer = shop.call(key, "POST", "orders", Some((reference, wish))).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

async fn references(shop: &Shop, key: &str, query: &str) -> Vec<String> {
    let page = shop.call(key, "GET", &format!("orders?{query}"), None).await;
    assert_eq!(page.status, 200, "{query}: {}", page.text);
    page.json()["orders"].as_array().unwrap().iter().map(|one| one["reference"].as_str().unwrap().to_owned()).collect()
}

fn word<'a>(account: &'a Value, pointer: &str) -> &'a str {
    account.pointer(pointer).unwrap().as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_found_by_whatever_a_person_has_of_it() {
    let shop = Shop::open_with(|config| config.replace("[merchant]\n", "[merchant]\ntime_zone = \"Asia/Shanghai\"\n") + FPS).await;
    let key = shop.key(&Scope::ALL).await;
    let first = made(&shop, &key, "A-1", "CNY", 12_000).await;
    shop.advance(86_400);
    let second = made(&shop, &key, "A-2", "HKD", 12_000).await;
    let payment = word(&first, "/payments/0/id");
    assert_eq!(shop.deliver(&shop.provider.notice(payment, "EV-1")).await, 204);
    let id = word(&first, "/order/id");
    let returned = shop.call(&key, "POST", &format!("orders/{id}/refunds"), Some(("once", json!({ "amount": 100 })))).await.json();
    let account = shop.call(&key, "GET", &format!("orders/{id}"), None).await.json();
    let (reference, other) = (word(&second, "/payments/0/reference"), word(&second, "/order/id"));
    for (what, found) in [
        (word(&first, "/order/number"), "A-1"),
        (&word(&first, "/order/number").to_lowercase(), "A-1"),
        (id, "A-1"),
        (&id[..12], "A-1"),
        (payment, "A-1"),
        (word(&returned, "/refund/id"), "A-1"),
        (word(&account, "/payments/0/transaction"), "A-1"),
        ("A-1", "A-1"),
        ("A-2", "A-2"),
        (other, "A-2"),
        (reference, "A-2"),
        (&reference.to_lowercase(), "A-2"),
        ("120.00 CNY", "A-1"),
        ("120.00 HKD", "A-2"),
        ("2027-01-15", "A-1"),
        ("yesterday", "A-1"),
        ("today", "A-2"),
    ] {
        let output = run(&shop, &key, &["find", what]).await;
        let told = text(&output.stdout);
        assert!(
            output.status.success() && told.lines().count() == 1 && told.trim_end().ends_with(found),
            "{what}: {told}{}",
            text(&output.stderr)
        );
    }
    for (query, found) in [
        (format!("find={}", &id[..8]), vec!["A-1"]),
        (format!("find={}", &id[..7]), vec![]),
        ("amount=12000&currency=CNY".to_owned(), vec!["A-1"]),
        ("amount=12001&currency=CNY".to_owned(), vec![]),
        ("currency=HKD".to_owned(), vec!["A-2"]),
        ("method=wechat_pay".to_owned(), vec!["A-1"]),
        ("method=fps&status=pending".to_owned(), vec!["A-2"]),
        ("find=A-1&method=fps".to_owned(), vec![]),
        ("from=2027-01-15&to=2027-01-16".to_owned(), vec!["A-2", "A-1"]),
    ] {
        assert_eq!(references(&shop, &key, &query).await, found, "{query}");
    }
    for (query, named) in [("amount=12000", "currency"), ("find=%20", "find"), ("currency=eur", "currency"), ("method=%2F", "method")] {
        let refused = shop.call(&key, "GET", &format!("orders?{query}"), None).await;
        assert_eq!(refused.code(), (400, "bad-request".to_owned()), "{query}");
        assert!(refused.json()["detail"].as_str().unwrap().starts_with(named), "{query}: {}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_not_is_said_and_times_are_those_of_the_shop() {
    let shop = Shop::open_with(|config| config.replace("[merchant]\n", "[merchant]\ntime_zone = \"Asia/Shanghai\"\n")).await;
    let key = shop.key(&Scope::ALL).await;
    made(&shop, &key, "A-1", "CNY", 12_000).await;
    for (arguments, complaint) in [
        (&["find", "A-7"][..], "nothing is known by \"A-7\""),
        (&["find", "120.00"], "nothing is known by \"120.00\"; an amount has its currency beside it, as in \"120.00 EUR\""),
        (&["find", "120", "CNY"], "\"120\": write 120.00"),
        (&["find", "--amount", "120.00"], "\"120.00\": name the currency, as in \"120.00 EUR\""),
        (&["find", "--amount", "120.00 CNY", "--currency", "EUR"], "--amount names another currency than EUR"),
        (&["find", "120.01", "--currency", "CNY"], "there is no such order of 120.01 CNY"),
        (&["find", "yesterday"], "there is no such order of yesterday"),
        (&["find", "15.1.2027"], "nothing is known by \"15.1.2027\"; a day is written as in 2026-11-27"),
        (&["find", "today", "--status", "done"], "bad-request: status: pending, paid, expired, canceled, partly_refunded or refunded"),
        (&["find", "--status", "paid"], "there is no such order"),
        (&["find"], "say what you have of it, such as a number, an id, a reference, \"120.00 EUR\" or 2026-11-27"),
        (&["find", "A-7", "--json"], "nothing is known by \"A-7\""),
        (&["find", "INV 2027"], "nothing is known by \"INV 2027\""),
    ] {
        let output = run(&shop, &key, arguments).await;
        assert_eq!((output.status.code(), text(&output.stderr).trim_end()), (Some(1), complaint), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
    for amount in [&["find", "120.00", "--currency", "CNY"][..], &["find", "CNY", "120.00"]] {
        assert!(text(&run(&shop, &key, amount).await.stdout).contains("120.00 CNY  A-1"), "{amount:?}");
    }
    for reference in ["INV 2026", "CNY 9.50"] {
        made(&shop, &key, reference, "CNY", 700).await;
        let found = run(&shop, &key, &["find", reference]).await;
        assert!(text(&found.stdout).contains(reference), "{reference}: {}", text(&found.stderr));
    }
    let none = run(&shop, &key, &["list", "--status", "paid"]).await;
    assert_eq!(
        (none.status.success(), text(&none.stdout), text(&none.stderr)),
        (true, String::new(), "there are no such orders\n".to_owned())
    );
    let found = text(&run(&shop, &key, &["find", "--amount", "120.00 CNY"]).await.stdout);
    assert!(found.contains("2027-01-15T16:00:00+08:00") && found.contains("120.00 CNY  A-1"), "{found}");
    let shown = text(&run(&shop, &key, &["show", "A-1"]).await.stdout);
    assert!(shown.contains("  2027-01-15T16:00:00+08:00  created  by key_"), "{shown}");
    assert_eq!(shop.call(&key, "GET", "orders", None).await.json()["time_zone"], "Asia/Shanghai");
}
