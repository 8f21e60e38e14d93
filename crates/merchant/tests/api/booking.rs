//! The books: what moved, as CSV, as a sheet and as JSON lines, and months that are closed.

use std::io::Cursor;
use std::process::Command;
use std::sync::Arc;

use calamine::{Data, Reader as _, Xlsx};
use gateway::wechat_pay::server::bill_file;
use merchant::api_keys::{self, NewKey, Role, Scope};
use merchant::order_record::RefundStatus;
use merchant::{Config, Merchant};
use protocol::Way;
use serde_json::{Value, json};
use testing::backend::shop::configuration;
use testing::backend::{Shop, key, nonce, text};
use tokio::net::TcpListener;

const HEAD: &str = "booked_on,at,belongs_to,kind,amount,currency,number,order,reference,payment,refund,transaction,method,provider,\
    discount_code,country,tax,taxes,lines,client_reference,metadata,test";

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
    let end = ",wechat_pay,wechat_pay,,,1.66,7%: 0.06; 19%: 1.60,2 x mug; 1 x tea,,\"{\"\"table\"\":\"\"7\"\"}\",";
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
async fn a_line_without_a_sku_is_told_by_its_name() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let lines = json!([
        { "name": "Tea ceremony", "unit_price": 500, "quantity": 2 }, { "name": "Mug", "sku": "mug", "unit_price": 99 },
        { "name": "=Wrapping", "options": "Red", "unit_price": 50 },
    ]);
    let wish = json!({ "lines": lines, "currency": "CNY", "reference": "A-1" });
    let made = shop.call(&key, "POST", "orders", Some(("made", wish))).await.json();
    let payment = made["order"]["payment"]["id"].as_str().unwrap().to_owned();
    shop.provider.pay(&payment);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment, "EV-1")).await, 204);
    let back = json!({ "lines": [{ "line": 2 }], "by_hand": true });
    assert_eq!(shop.call(&key, "POST", "orders/A-1/refunds", Some(("back", back))).await.status, 201);
    let rows = rows(&shop, &key, "").await;
    assert!(rows[0].ends_with(",2 x Tea ceremony; 1 x mug; 1 x =Wrapping – Red,,,"), "{}", rows[0]);
    assert!(rows[1].ends_with(",1 x =Wrapping – Red,,,"), "{}", rows[1]);
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
    let boss = shop.key(Role::Bookkeeper.scopes()).await;
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
    for role in [Role::Cashier, Role::Support] {
        let key = shop.key(role.scopes()).await;
        let refused = shop.call(&key, "POST", "export/close", Some(("k", json!({ "month": "2027-01" })))).await;
        assert_eq!(refused.code(), (403, "scope".to_owned()), "{role:?}");
    }
    sold(&shop, "A-2", "EV-2").await;
    assert_eq!(rows(&shop, &boss, "?from=2027-01&to=2027-01").await.len(), 2);
    shop.advance(60 * 86_400);
    assert!(close("2027-03").await.text.contains("2027-02 has movements"), "the month before has movements");
}

#[tokio::test]
async fn a_key_of_a_role_may_what_the_role_takes_now_whenever_it_was_made() {
    let shop = open().await;
    let made = async |role: Role, scopes: &[Scope]| {
        let new = NewKey { name: "old", scopes, role: Some(role), expires_at: None, refund_limit: None };
        api_keys::make(shop.merchant().store(), new, shop.now()).await.unwrap().1
    };
    // As a program made them that knew no closing.
    let before = Scope::ALL.into_iter().filter(|scope| *scope != Scope::Books).collect::<Vec<_>>();
    let close = async |key: &str| shop.call(key, "POST", "export/close", Some(("k", json!({ "month": "2027-01" })))).await.code().1;
    for key in [made(Role::Owner, &before).await, made(Role::Bookkeeper, &[Scope::Read]).await] {
        assert_eq!(close(&key).await, "month-open");
    }
    assert_eq!(close(&made(Role::Support, &Scope::ALL).await).await, "scope");
}

#[tokio::test]
async fn behind_a_closed_month_the_server_starts_in_the_zone_of_that_alone() {
    let mut shop = open().await;
    let boss = shop.key(Role::Bookkeeper.scopes()).await;
    sold(&shop, "A-1", "EV-1").await;
    shop.advance(31 * 86_400);
    assert_eq!(shop.call(&boss, "POST", "export/close", Some(("k", json!({ "month": "2027-01" })))).await.status, 200);
    shop.close().await;
    let text = configuration(&shop.folder, "http://127.0.0.1:9", &shop.provider.settings_url());
    let config = Config::parse(&text.replace("[server]", "time_zone = \"Asia/Shanghai\"\n[server]")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = Merchant::start_with(&config, listener, Arc::new(|| 1_802_800_000), Vec::new()).await.unwrap_err().to_string();
    assert!(refused.contains("merchant.time_zone: the books are closed up to 2027-01 by the days of Europe/Berlin"), "{refused}");
    shop.open_again_with(|config| config.replace("[server]", "time_zone = \"Europe/Berlin\"\n[server]")).await;
    assert_eq!(shop.call(&boss, "GET", "books/2027-01", None).await.json()["time_zone"], "Europe/Berlin");
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

#[tokio::test]
async fn what_the_provider_took_is_booked_once_and_a_month_stands_beside_its_bills() {
    let shop = open().await;
    let key = shop.key(&Scope::ALL).await;
    let (number, _) = sold(&shop, "A-1", "EV-1").await;
    let payment = rows(&shop, &key, "").await[0].split(',').find(|cell| cell.starts_with("pay_")).unwrap().to_owned();
    let file = shop.provider.with_row(&payment, |row| bill_file(&[row], "", "").0);
    shop.provider.set_bill(String::from_utf8(file).unwrap());
    shop.advance(2 * 86_400);
    for _ in 0..2 {
        let compared = shop.call(&key, "GET", "reconciliation?method=wechat_pay&date=2027-01-15", None).await;
        assert_eq!((compared.status, compared.json()["differences"].clone()), (200, json!([])), "{}", compared.text);
    }
    let rows = rows(&shop, &key, "").await;
    assert!(rows.len() == 3 && rows[2].contains(&format!(",fee,-0.07,CNY,{number},")), "{rows:?}");
    let told = shop.call(&key, "GET", "books/2027-01", None).await.json();
    let sums = json!({ "sales": 1_100, "refunds": 0, "fees": -7, "net": 1_093 });
    let none = json!({ "sales": 0, "refunds": 0, "fees": 0, "net": 0 });
    let provider = &told["providers"][0];
    let total = json!({ "currency": "CNY", "books": sums, "bills": sums, "difference": none });
    assert_eq!((&provider["provider"], &provider["totals"]), (&json!("wechat_pay"), &json!([total])), "{told:#}");
    // From the first evening in Beijing that is of January in Berlin to the last.
    assert_eq!(provider["days"], json!(["2027-01-01", "2027-02-01"]));
    assert_eq!(provider["missing_days"], json!(["2027-01-16", "2027-01-17"]), "since the first payment and until today: {told:#}");
    let next = shop.call(&key, "GET", "books/2027-02", None).await.json();
    assert_eq!(next["providers"][0]["totals"], json!([]), "{next:#}");
    assert_eq!(shop.call(&key, "GET", "books/2027", None).await.code(), (400, "bad-request".to_owned()));
}

#[tokio::test]
async fn an_export_that_breaks_in_the_middle_is_a_broken_answer_and_not_a_short_one() {
    let shop = Shop::open().await;
    let key = shop.key(&Scope::ALL).await;
    let mut records = shop.records().await;
    let insert = "INSERT INTO movements (name, kind, at, booked_at, provider, currency, amount, taxes, lines) \
                  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) \
                  SELECT 'fee ' || i, CASE i WHEN 250 THEN 'what' ELSE 'fee' END, i, i, 'wechat_pay', 'CNY', -1, '[]', '[]' FROM n";
    sqlx::query(insert).execute(&mut records).await.unwrap();
    for format in ["csv", "jsonl"] {
        let request = shop.client.get(shop.url(&format!("/admin/v1/export?format={format}"))).bearer_auth(&key);
        let mut reply = request.send().await.unwrap();
        assert_eq!(reply.status(), 200);
        let mut read = Ok(Some(Vec::new().into()));
        while let Ok(Some(_)) = read {
            read = reply.chunk().await;
        }
        assert!(read.is_err(), "{format}");
    }
    assert_eq!(shop.call(&key, "GET", "export?format=xlsx", None).await.code(), (500, "internal".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_exported_closed_and_compared_at_a_terminal() {
    let shop = open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    sold(&shop, "A-1", "EV-1").await;
    let asked = async |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
        command.arg("orders").args(arguments).env("QR_CHECKOUT_API_KEY", &key).env("QR_CHECKOUT_BACKEND", shop.url(""));
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    let span = ["export", "--from", "2027-01", "--to", "2027-01"];
    let note = "note: 2027-01 is not closed; later facts may still come into it\n";
    let (is_done, told, said) = asked(&span).await;
    assert_eq!((is_done, told.lines().count(), said.as_str()), (true, 3, note), "{told}");
    let file = shop.folder.path().join("january.xlsx");
    let path = file.to_str().unwrap();
    let (is_done, told, said) = asked(&[&span[..], &["--format", "xlsx", "--out", path]].concat()).await;
    assert_eq!((is_done, told.as_str(), said.as_str()), (true, "", note));
    let mut book: Xlsx<_> = calamine::open_workbook(&file).unwrap();
    assert_eq!(book.worksheet_range_at(0).unwrap().unwrap().height(), 3);
    let (is_done, _, said) = asked(&["close", "2027-01"]).await;
    assert!(!is_done && said.starts_with("month-open: "), "{said}");
    shop.advance(30 * 86_400);
    for _ in 0..2 {
        let (is_done, told, said) = asked(&["close", "2027-01"]).await;
        assert!(is_done && told.starts_with("2027-01 is closed (Europe/Berlin)"), "{told}{said}");
    }
    assert_eq!(asked(&span).await.2, "");
    let (_, told, _) = asked(&["books", "2027-01"]).await;
    assert!(told.starts_with("2027-01  Europe/Berlin  closed\nwechat_pay "), "{told}");
    assert!(told.contains("11.00 CNY") && told.contains("not compared yet: 2027-01-15, "), "{told}");
    assert!(told.contains("  only in the books  2027-01-15T09:00:00+01:00  sale  10.99 CNY  "), "{told}");
    // What cannot be had leaves no file.
    let (is_done, _, said) = asked(&["export", "--from", "soon", "--to", "2027-01", "--out", &format!("{path}.no")]).await;
    assert!(!is_done && said.starts_with("bad-request: ") && !shop.folder.path().join("january.xlsx.no.part").exists(), "{said}");
}
