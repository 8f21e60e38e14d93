//! The books: what moved, as CSV, as a sheet and as JSON lines, and months that are closed.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use merchant::api_keys::Scope;
use merchant::order_record::RefundStatus;
use protocol::Way;
use serde_json::{Value, json};
use testing::backend::{Shop, key, nonce};

const HEAD: &str = "booked_on,at,belongs_to,kind,amount,currency,number,order,reference,payment,refund,transaction,method,provider,\
    discount_code,country,tax,taxes,lines,client_reference,metadata";

/// A shop in Berlin.
async fn open() -> Shop {
    Shop::open_with(|config| config.replace("[server]", "time_zone = \"Europe/Berlin\"\n[server]")).await
}

/// What the export says, its head taken off.
async fn rows(shop: &Shop, key: &str, query: &str) -> Vec<String> {
    let told = shop.call(key, "GET", &format!("export{query}"), None).await;
    assert_eq!((told.status, told.kind.as_str()), (200, "text/csv; charset=utf-8"), "{}", told.text);
    let mut lines = told.text.split_terminator("\r\n").map(str::to_owned);
    assert_eq!(lines.next().as_deref(), Some(HEAD));
    lines.collect()
}

/// An order of the shop's own, paid, that was delivered somewhere and has words of the shop: its number and its id.
async fn sold(shop: &Shop, reference: &str, event: &str) -> (String, String) {
    let key = shop.key(&Scope::ALL).await;
    let wish = json!({
        "lines": [{ "name": "Mug, blue", "sku": "mug", "unit_price": 500, "quantity": 2 }, { "name": "Tea", "sku": "tea", "unit_price": 99, "quantity": 1 }],
        "taxes": [{ "label": "MwSt", "rate": "7", "amount": 6, "included": true }, { "label": "MwSt", "rate": "19", "amount": 160, "included": true }],
        "rounding": 1, "currency": "CNY", "reference": reference, "metadata": { "table": "7" },
    });
    let made = shop.call(&key, "POST", "orders", Some((reference, wish))).await.json();
    let payment = made["order"]["payment"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    shop.provider.pay(&payment);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment, event)).await, 204);
    (made["order"]["number"].as_str().unwrap().to_owned(), made["order"]["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_row_says_what_moved_and_no_spreadsheet_takes_it_for_a_formula() {
    let shop = open().await;
    let key = shop.key(&Scope::ALL).await;
    let (number, order) = sold(&shop, "=HYPERLINK(\"x\")", "EV-1").await;
    let back = json!({ "amount": 550, "by_hand": true });
    assert_eq!(shop.call(&key, "POST", &format!("orders/{order}/refunds"), Some(("k", back))).await.status, 201);
    let rows = rows(&shop, &key, "").await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    let begin = format!("2027-01-15,2027-01-15T09:00:00+01:00,,sale,10.99,CNY,{number},{order},\"'=HYPERLINK(\"\"x\"\")\",pay_");
    assert!(rows[0].starts_with(&begin), "{}", rows[0]);
    let end = ",wechat_pay,wechat_pay,,,1.66,7%: 0.06; 19%: 1.60,2 x mug; 1 x tea,,\"{\"\"table\"\":\"\"7\"\"}\"";
    assert!(rows[0].ends_with(end), "{}", rows[0]);
    assert!(rows[1].contains(",rounding,0.01,CNY,"), "{}", rows[1]);
    assert!(rows[2].contains(",refund,-5.50,CNY,") && rows[2].contains(",-0.83,7%: -0.03; 19%: -0.80,,"), "{}", rows[2]);
    // In three forms the same.
    let jsonl = shop.call(&key, "GET", "export?format=jsonl", None).await;
    assert_eq!(jsonl.kind, "application/jsonl");
    let lines: Vec<Value> = jsonl.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[2]["amount"], &lines[2]["taxes"][1]["amount"]), (3, &json!(-550), &json!(-80)));
    assert_eq!((&lines[0]["reference"], &lines[0]["metadata"]["table"]), (&json!("=HYPERLINK(\"x\")"), &json!("7")));
    let request = shop.client.get(shop.url("/admin/v1/export?format=xlsx&from=2027-01&to=2027-01")).bearer_auth(&key);
    let reply = request.send().await.unwrap();
    assert_eq!(reply.headers()["content-disposition"], "attachment; filename=\"movements-2027-01-01_2027-01-31.xlsx\"");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(reply.bytes().await.unwrap())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let cell = |row: u32, column: u32| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!((sheet.height(), cell(0, 0), cell(3, 4)), (4, Data::String("booked_on".to_owned()), Data::Float(-5.5)));
    assert_eq!((cell(1, 8), cell(1, 0)), (Data::String("=HYPERLINK(\"x\")".to_owned()), Data::String("2027-01-15".to_owned())));
    assert_eq!(shop.call(&key, "GET", "export?format=pdf", None).await.code(), (400, "bad-request".to_owned()));
}

#[tokio::test]
async fn a_second_payment_and_its_return_are_rows_of_their_own() {
    let shop = Shop::open().await;
    let reader = shop.key(&[Scope::Read]).await;
    let order = shop.order_tea().await;
    let other = shop.backend.new_payment(&order.id, &Way::qr(&order.methods[0]), nonce(), key());
    let other = shop.order(&other).await.1.payment.unwrap().id;
    for (payment, event) in [(order.payment.unwrap().id, "EV-1"), (other, "EV-2")] {
        shop.provider.pay(payment.as_str());
        assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), event)).await, 204);
    }
    let store = shop.merchant().store();
    let refund = store.record(&order.id).await.unwrap().refunds[0].id.clone();
    store.change(&order.id, shop.now(), |account| account.refund_stands(&refund, RefundStatus::Done)).await.unwrap();
    let rows = rows(&shop, &reader, "").await;
    let kinds: Vec<_> = rows.iter().map(|row| row.split(',').skip(3).take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(kinds, ["sale 80.00", "second-payment 80.00", "refund -80.00"]);
    assert!(rows[2].contains(&format!(",{refund},")), "{}", rows[2]);
}

#[tokio::test]
async fn a_month_is_closed_once_it_is_over_and_the_export_says_whether_it_is() {
    let shop = open().await;
    let boss = shop.key(&[Scope::Read, Scope::Refunds]).await;
    let close = async |month: &str| shop.call(&boss, "POST", "export/close", Some(("k", json!({ "month": month })))).await;
    let open_month = async |query: &str| {
        let reply = shop.client.get(shop.url(&format!("/admin/v1/export{query}"))).bearer_auth(&boss).send().await.unwrap();
        reply.headers().get("x-open-month").map(|month| month.to_str().unwrap().to_owned())
    };
    sold(&shop, "A-1", "EV-1").await;
    assert_eq!(close("2027-01").await.code(), (409, "month-open".to_owned()));
    assert_eq!(close("2027-13").await.code(), (400, "bad-request".to_owned()));
    assert_eq!(open_month("?from=2027-01&to=2027-01").await.as_deref(), Some("2027-01"));
    // The last evening in Berlin, an hour before February.
    let midnight = 1_801_436_400;
    shop.advance(midnight - 1 - shop.now());
    assert_eq!(close("2027-01").await.code(), (409, "month-open".to_owned()));
    shop.advance(1);
    let earlier = close("2027-02").await;
    assert_eq!(earlier.code(), (409, "month-open".to_owned()));
    let closed = close("2027-01").await;
    assert_eq!((closed.status, &closed.json()["time_zone"], &closed.json()["to"]), (200, &json!("Europe/Berlin"), &json!(midnight)));
    shop.advance(9);
    assert_eq!(close("2027-01").await.json(), closed.json(), "as it was closed first");
    assert_eq!(open_month("?from=2027-01&to=2027-01").await, None);
    assert_eq!(open_month("").await.as_deref(), Some("2027-02"));
    let reader = shop.key(&[Scope::Read]).await;
    let refused = shop.call(&reader, "POST", "export/close", Some(("k", json!({ "month": "2027-01" })))).await;
    assert_eq!(refused.code(), (403, "scope".to_owned()));
    sold(&shop, "A-2", "EV-2").await;
    assert_eq!(rows(&shop, &boss, "?from=2027-01&to=2027-01").await.len(), 2);
    shop.advance(60 * 86_400);
    assert!(close("2027-03").await.text.contains("2027-02 has movements"), "the month before has movements");
}

#[tokio::test]
async fn an_order_of_before_the_books_is_booked_by_the_next_start() {
    let mut shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    sold(&shop, "A-1", "EV-1").await;
    let before = rows(&shop, &key, "").await;
    shop.close().await;
    for change in ["DELETE FROM movements", "UPDATE orders SET unbooked = 1"] {
        sqlx::query(change).execute(&mut shop.records().await).await.unwrap();
    }
    shop.open_again().await;
    let key = shop.key(&Scope::ALL).await;
    assert_eq!((before.len(), rows(&shop, &key, "").await), (2, before));
}
