//! What the shop learns: takings by when the money moved and what it was for, what became of codes, and who came again.

use std::process::Command;

use merchant::api_keys::Scope;
use serde_json::{Value, json};
use testing::backend::{Shop, nonce, text};

/// A shop in whose zone the first day is over after eight hours: it opens at four in the afternoon.
async fn open() -> Shop {
    Shop::open_with(|config| config.replace("[merchant]\n", "[merchant]\ntime_zone = \"Asia/Shanghai\"\n")).await
}

/// Pays an order of one tea, 80.00 with its shipping.
async fn buy(shop: &Shop, event: &str) -> String {
    let order = shop.order_tea().await;
    let payment = order.payment.unwrap().id;
    shop.advance(20);
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), event)).await, 204);
    order.id.to_string()
}

async fn rows(shop: &Shop, key: &str, by: &str) -> Value {
    let answer = shop.call(key, "GET", &format!("insights?by={by}"), None).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    assert_eq!((&body["by"], &body["time_zone"]), (&json!(by), &json!("Asia/Shanghai")));
    let columns = body["columns"].as_array().unwrap();
    for row in body["rows"].as_array().unwrap() {
        let has_all = columns.iter().all(|name| row.get(name.as_str().unwrap()).is_some());
        assert!(has_all && row.as_object().unwrap().len() == columns.len(), "{row}");
    }
    body["rows"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn takings_count_on_the_day_on_which_the_money_moved() {
    let shop = open().await;
    let key = shop.key(&Scope::ALL).await;
    let first = buy(&shop, "EV-1").await;
    shop.advance(8 * 3_600);
    buy(&shop, "EV-2").await;
    shop.advance(86_400);
    let by_hand = json!({ "amount": 1_000, "by_hand": true });
    assert_eq!(shop.call(&key, "POST", &format!("orders/{first}/refunds"), Some(("once", by_hand))).await.status, 201);
    let taken = |day: &str, orders: i64, sales: i64, refunds: i64| json!({ "day": day, "currency": "CNY", "orders": orders, "sales": sales, "refunds": refunds, "net": sales - refunds });
    let days = [taken("2027-01-15", 1, 8_000, 0), taken("2027-01-16", 1, 8_000, 0), taken("2027-01-17", 0, 0, 1_000)];
    assert_eq!(rows(&shop, &key, "day").await, json!(days));
    let all = json!({ "method": "wechat_pay", "currency": "CNY", "orders": 2, "sales": 16_000, "refunds": 1_000, "net": 15_000 });
    assert_eq!(rows(&shop, &key, "method").await, json!([all]));
    let row = |product: Value, orders: i64, quantity: i64, sales: i64, refunds: i64| {
        json!({ "product": product, "currency": "CNY", "orders": orders, "quantity": quantity, "sales": sales, "refunds": refunds,
            "net": sales - refunds })
    };
    let products = [row(Value::Null, 0, 0, 2_400, 1_000), row(json!("tea"), 2, 2, 13_600, 0)];
    assert_eq!(rows(&shop, &key, "product").await, json!(products));
    for by in ["country", "code"] {
        let told = rows(&shop, &key, by).await;
        assert_eq!((&told[0][by], &told[0]["net"], told.as_array().unwrap().len()), (&Value::Null, &json!(15_000), 1), "{by}");
    }
    let csv = shop.call(&key, "GET", "insights?by=day&format=csv&from=2027-01-16&to=2027-01-16", None).await;
    assert_eq!(csv.kind, "text/csv; charset=utf-8");
    assert_eq!(csv.text, "day,currency,orders,sales,refunds,net\r\n2027-01-16,CNY,1,80.00,0.00,80.00\r\n");
    for (query, named) in [("by=colour", "by: day"), ("format=csv", "by: "), ("format=xml", "")] {
        let refused = shop.call(&key, "GET", &format!("insights?{query}"), None).await;
        assert_eq!(refused.code(), (400, "bad-request".to_owned()), "{query}");
        assert!(refused.json()["detail"].as_str().unwrap().starts_with(named), "{query}: {}", refused.text);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.args(["orders", "insights", "--by", "day"]);
    command.env("QR_CHECKOUT_API_KEY", &key).env("QR_CHECKOUT_BACKEND", shop.url(""));
    let told = text(&tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap().stdout);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines,
        [
            "day         currency  orders      sales    refunds         net",
            "2027-01-15  CNY            1  80.00 CNY   0.00 CNY   80.00 CNY",
            "2027-01-16  CNY            1  80.00 CNY   0.00 CNY   80.00 CNY",
            "2027-01-17  CNY            0   0.00 CNY  10.00 CNY  -10.00 CNY",
        ],
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_why_codes_were_not_paid_and_how_long_shoppers_took() {
    let shop = open().await;
    let key = shop.key(&[Scope::Read]).await;
    for event in ["EV-1", "EV-2"] {
        buy(&shop, event).await;
    }
    let left = shop.order_tea().await;
    shop.ask(&shop.backend.close(&left.id, nonce(), testing::backend::key())).await;
    let told = json!({
        "method": "wechat_pay", "surface": "qr", "shown": 3, "paid": 2, "abandoned": 1, "ran_out": 0, "ran_out_after_scan": 0,
        "canceled": 1, "declined": 0, "replaced": 0, "median_seconds_to_paid": 20, "ninetieth_seconds_to_paid": 20,
    });
    assert_eq!(rows(&shop, &key, "surface").await, json!([told]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_again_is_counted_and_nobody_is_named() {
    let shop = open().await;
    let key = shop.key(&[Scope::Read]).await;
    for event in ["EV-1", "EV-2", "EV-3"] {
        buy(&shop, event).await;
    }
    let told = rows(&shop, &key, "shoppers").await;
    let [people, again, orders] = ["people", "people_again", "orders"].map(|name| told[0][name].as_i64().unwrap());
    assert_eq!((people, again, orders), (1, 1, 3), "the wallet that pays is the same each time");
}
