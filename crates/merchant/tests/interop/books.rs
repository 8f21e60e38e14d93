//! Exports as somebody else reads them: Python's own csv and json, openpyxl, and calamine.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use merchant::api_keys::Scope;
use protocol::base64::{Alphabet, encode};
use serde_json::json;
use testing::backend::Shop;
use testing::judges::judge;

/// What people write into texts.
const WORDS: [&str; 7] = ["plain", "=1+1", "-5", "@x", "a \"quoted\", word", "春茶; 1 x tea", "1.50"];

#[tokio::test(flavor = "multi_thread")]
async fn three_readers_of_three_forms_agree_row_by_row() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let mut rows = 0;
    for (word, at) in WORDS.into_iter().zip(1..) {
        let wish = json!({
            "lines": [{ "name": word, "sku": format!("sku-{at}"), "unit_price": 1_000 + at, "quantity": at }], "currency": "CNY",
            "taxes": [{ "label": word, "amount": at, "included": true }, { "label": "MwSt", "rate": "19", "amount": 7, "included": true }],
            "rounding": at % 2, "reference": word, "metadata": { "note": word },
        });
        let made = shop.call(&key, "POST", "orders", Some((word.split_once('春').map_or(word, |_| "tea"), wish))).await.json();
        let payment = made["order"]["payment"]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
        shop.provider.pay(payment);
        assert_eq!(shop.deliver(&shop.provider.notice(payment, &format!("EV-{at}"))).await, 204);
        let back = json!({ "amount": 333 + at, "by_hand": true });
        let order = made["order"]["id"].as_str().unwrap();
        assert_eq!(shop.call(&key, "POST", &format!("orders/{order}/refunds"), Some((order, back))).await.status, 201);
        rows += 2 + at % 2;
    }
    let read = async |format: &str| {
        let request = shop.client.get(shop.url(&format!("/admin/v1/export?format={format}"))).bearer_auth(&key);
        request.send().await.unwrap().bytes().await.unwrap().to_vec()
    };
    let [csv, jsonl] = [read("csv").await, read("jsonl").await].map(|bytes| String::from_utf8(bytes).unwrap());
    let sheet = read("xlsx").await;
    let case = json!({ "csv": csv, "jsonl": jsonl, "xlsx": encode(Alphabet::Standard, &sheet), "rows": rows });
    let said = judge("books/judge.py", &["judge"], &case.to_string());
    assert!(said.contains(&format!("{rows} rows")), "{said}");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(sheet)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let cells = range.rows().skip(1).map(|row| (row[4].clone(), row[8].clone()));
    let lines = jsonl.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let told = lines.map(|row| {
        let cents = i32::try_from(row["amount"].as_i64().unwrap()).unwrap();
        (Data::Float(f64::from(cents) / 100.0), Data::String(row["reference"].as_str().unwrap().to_owned()))
    });
    assert_eq!(cells.collect::<Vec<_>>(), told.collect::<Vec<_>>());
}
