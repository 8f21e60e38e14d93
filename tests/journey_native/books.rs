//! A month of a shop in Berlin, the one in which summer time ends, whose books tie to both providers' bills by transaction and to the cent.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};

use checkout::{Action, PageEvent};
use gateway::{BillEntry, BillKind, Bills, CallContext, HttpRequest, HttpResponse};
use protocol::{Answers, AnswersText, Backend, Method, OrderId, Request, Way};
use sandbox::Faults;
use serde_json::{Value, json};
use testing::backend::{key, nonce};
use testing::shop::ShopOptions;

use crate::stage::Stage;

/// 2026-10-01 00:00 in Berlin, still summer time, unix seconds.
const OCTOBER: i64 = 1_790_805_600;
/// 2026-11-01 00:00 there, winter time: the month has an hour more than 31 days.
const NOVEMBER: i64 = OCTOBER + 31 * DAY + HOUR;
const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// The money and the fee of a payment, or of a refund of it, by the provider's id of the money and ours of the refund.
type Tied = BTreeMap<(String, String), (i64, i64)>;

/// Everything of the month.
struct Month(Stage, AtomicU8);

impl Month {
    /// Goes on to that hour of the month, counted from its first second.
    fn until(&self, day: i64, hour: i64) {
        self.0.until(OCTOBER + (day - 1) * DAY + hour * HOUR);
    }

    /// An order of the shop's own in two rates of tax and with something off: its number, and its code.
    async fn order(&self, reference: &str, method: &str) -> (String, String) {
        let tax = |rate: &str, amount| json!({ "label": "MwSt", "rate": rate, "amount": amount, "included": true });
        let line = |name: &str, unit_price, quantity| json!({ "name": name, "sku": name, "unit_price": unit_price, "quantity": quantity });
        let wish = json!({
            "lines": [line("mug", 1_999, 3), line("tea", 501, 1)], "discounts": [{ "label": "Autumn", "amount": 333 }],
            "taxes": [tax("7", 31), tax("19", 907)], "currency": "CNY", "method": method, "reference": reference,
        });
        let (status, made) = self.0.admin("POST", "orders", Some(wish)).await;
        assert_eq!(status, 201, "{made}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&made["order"]["number"]), text(&made["order"]["payment"]["payload"]))
    }

    /// Such an order, paid; the merchant has heard of it.
    async fn sale(&self, reference: &str, method: &str) -> String {
        let (number, code) = self.order(reference, method).await;
        self.0.pay(&code);
        self.comes_to(&number, "paid").await;
        number
    }

    /// Asks until the notification is there.
    async fn comes_to(&self, order: &str, status: &str) {
        for _ in 0..2_000 {
            if self.0.admin("GET", &format!("orders/{order}"), None).await.1["order"]["status"] == status {
                return;
            }
        }
        panic!("{order} is not {status}");
    }

    /// Asks until the ledger of an order has a fact of that kind.
    async fn tells(&self, order: &str, kind: &str) {
        for _ in 0..2_000 {
            let told = self.0.admin("GET", &format!("orders/{order}"), None).await.1;
            if told["ledger"].as_array().unwrap().iter().any(|entry| entry["kind"] == kind) {
                return;
            }
        }
        panic!("{order} does not tell of {kind}");
    }

    /// Money of a price that other answers have changed since: it pays nothing.
    async fn odd_money(&self, reference: &str) {
        let delivery = |id: &str, amount| json!({ "id": id, "label": id, "amount": amount });
        let wish = json!({
            "lines": [{ "name": "Teapot", "unit_price": 20_000 }], "currency": "CNY", "reference": reference, "asks": ["email"],
            "countries": ["DE"], "deliveries": [delivery("post", 500), delivery("courier", 1_500)],
        });
        let made = self.0.admin("POST", "orders", Some(wish)).await.1;
        let order = OrderId::parse(made["order"]["id"].as_str().unwrap_or_else(|| panic!("{made}"))).unwrap();
        let shop = Backend::parse(&self.0.shop.url()).unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let ask = async |request: Request| -> Value {
            let text = testing::sending(&client, &request).send().await.unwrap().text().await.unwrap();
            serde_json::from_str(&text).unwrap()
        };
        let answer = |delivery: &str| {
            let given = [("email".to_owned(), "lin@example.org".to_owned())].into();
            let delivery = Some(delivery.to_owned());
            let answers = AnswersText::of(Answers { salt: [7; 16], country: Some("DE".to_owned()), region: None, delivery, given });
            shop.answer(&order, answers.text(), "en", nonce(), key())
        };
        ask(answer("courier")).await;
        let method = Method::parse("wechat_pay").unwrap();
        let paying = ask(shop.new_payment(&order, &Way::qr(&method), nonce(), key())).await;
        let code = paying["payment"]["payload"].as_str().unwrap_or_else(|| panic!("{paying}")).to_owned();
        ask(shop.cancel(&order, nonce(), key())).await;
        ask(answer("post")).await;
        self.0.pay(&code);
        self.tells(order.as_str(), "wrong-amount").await;
        self.settle().await;
    }

    async fn refund(&self, order: &str, body: Value) {
        let (status, told) = self.0.admin("POST", &format!("orders/{order}/refunds"), Some(body)).await;
        assert_eq!(status, 201, "{told}");
        self.settle().await;
    }

    /// Lets what is under way come to its end.
    async fn settle(&self) {
        for _ in 0..4 {
            self.0.pass(70);
            self.0.reconcile().await;
        }
    }

    /// The rows of an export, as JSON.
    async fn rows(&self, query: &str) -> Vec<Value> {
        match self.0.admin("GET", &format!("export?format=jsonl&{query}"), None).await.1 {
            Value::String(lines) => lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
            Value::Null => Vec::new(),
            one => vec![one],
        }
    }

    async fn compare_all(&self) {
        self.0.shop.merchant().unwrap().compare_bills().await.unwrap();
    }

    fn at(&self) -> CallContext {
        CallContext { now: self.0.now(), nonce: [self.1.fetch_add(1, Ordering::SeqCst); 16] }
    }

    /// What a provider's bill of a day says, by a client of its own.
    async fn bill(&self, provider: &dyn Bills, day: i64) -> Vec<BillEntry> {
        let offer = send(&provider.trade_bill(day, &self.at()).into_request()).await;
        let Some(ticket) = provider.trade_bill(day, &self.at()).read(&offer, &self.at()).unwrap() else { return Vec::new() };
        let file = send(&provider.download_bill(&ticket, &self.at()).into_request()).await;
        provider.download_bill(&ticket, &self.at()).read(&file, &self.at()).unwrap().entries
    }

    /// What both providers have of the month, from the bills of all days of Beijing that it touches.
    async fn billed(&self) -> Tied {
        let sandbox = &self.0.shop.sandbox;
        let wechat = gateway::wechat_pay::WechatPay::new(gateway::wechat_pay::Config::parse(&sandbox.wechat_pay_settings()).unwrap());
        let alipay = gateway::alipay::Alipay::new(gateway::alipay::Config::parse(&sandbox.alipay_settings()).unwrap());
        let mut tied = Tied::new();
        for provider in [&wechat as &dyn Bills, &alipay] {
            for day in 0..32 {
                for entry in self.bill(provider, OCTOBER + day * DAY).await {
                    let (refund, amount) = match &entry.kind {
                        BillKind::Paid { amount } => (String::new(), *amount),
                        BillKind::Refunded { refund_id, amount, .. } => (refund_id.clone(), -amount),
                        BillKind::Other { state } => panic!("{state}"),
                    };
                    if (OCTOBER..NOVEMBER).contains(&entry.at) {
                        tied.insert((entry.transaction_id, refund), (amount, -entry.fee));
                    }
                }
            }
        }
        tied
    }
}

async fn send(request: &HttpRequest) -> HttpResponse {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let sent =
        request.headers.iter().fold(client.request(request.method.clone(), &request.url), |sent, (name, value)| sent.header(*name, value));
    let reply = sent.body(request.body.clone()).send().await.unwrap();
    let (status, headers) = (reply.status(), reply.headers().clone());
    HttpResponse { status, headers, body: reply.bytes().await.unwrap().to_vec() }
}

/// The same by our rows.
fn booked(rows: &[Value]) -> Tied {
    let mut tied = Tied::new();
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let of = tied.entry((text("transaction"), text("refund"))).or_default();
        let amount = row["amount"].as_i64().unwrap();
        if row["kind"] == "fee" { of.1 += amount } else { of.0 += amount }
    }
    tied
}

fn kinds(rows: &[Value]) -> BTreeMap<&str, usize> {
    rows.iter().fold(BTreeMap::new(), |mut kinds, row| {
        *kinds.entry(row["kind"].as_str().unwrap()).or_default() += 1;
        kinds
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_sales_refunds_fees_and_late_money_ties_to_both_bills_to_the_cent() {
    let options = ShopOptions { offers_more: true, time_zone: "Europe/Berlin", ..ShopOptions::default() };
    let mut month = Month(Stage::open_as(options).await, AtomicU8::new(0));
    // The last evening of September in Berlin is the first morning of October in Beijing.
    month.until(0, 23);
    month.sale("A-0", "wechat_pay").await;
    month.until(5, 10);
    let first = month.sale("A-1", "wechat_pay").await;
    let second = month.sale("A-2", "alipay").await;
    month.until(6, 10);
    for amount in [1_001, 2_002] {
        month.refund(&first, json!({ "amount": amount })).await;
    }
    month.refund(&first, json!({ "reason": "all that is left" })).await;
    month.refund(&second, json!({ "amount": 777 })).await;
    month.compare_all().await;
    // Both codes of one cart are paid; the second payment goes back by itself.
    month.until(14, 12);
    let old = month.0.reach_code().await;
    month.0.shopper.does(Action::NewCode);
    month.0.shopper.hears(1, |event| matches!(event, PageEvent::StatusChanged(_))).await;
    month.0.faults(Faults { pay_after_close: true, ..Faults::default() });
    month.0.pay(&month.0.shopper.code());
    month.0.shopper.comes_to("paid").await;
    month.0.pay(&old);
    let (stage, cart) = (&month.0, month.0.shopper.order().id.clone());
    month.tells(cart.as_str(), "second-payment").await;
    month.settle().await;
    month.until(16, 12);
    month.odd_money("A-O").await;
    // Money that a notification tells wrongly, and the provider's own answer puts right.
    month.until(20, 9);
    stage.faults(Faults { wrong_amount_notification: true, ..Faults::default() });
    let (odd, code) = month.order("A-3", "wechat_pay").await;
    stage.pay(&code);
    month.tells(&odd, "wrong-amount").await;
    stage.faults(Faults::default());
    month.settle().await;
    month.comes_to(&odd, "paid").await;
    // The second half past two of the night in which summer time ends.
    month.until(25, 3);
    stage.pass(HOUR / 2);
    month.sale("A-4", "alipay").await;
    // The last evening: one that is told, and one that nobody tells of until the month is closed.
    month.until(31, 24);
    month.sale("A-5", "wechat_pay").await;
    stage.faults(Faults { missing_notification: true, ..Faults::default() });
    let (late, code) = month.order("A-6", "alipay").await;
    stage.pass(600);
    stage.pay(&code);
    stage.until(NOVEMBER + 8 * HOUR);
    month.compare_all().await;
    let before = month.rows("from=2026-10&to=2026-10").await;
    let (status, closed) = stage.admin("POST", "export/close", Some(json!({ "month": "2026-09" }))).await;
    assert_eq!((status, &closed["to"]), (200, &json!(OCTOBER)), "{closed}");
    let (status, closed) = stage.admin("POST", "export/close", Some(json!({ "month": "2026-10" }))).await;
    assert_eq!((status, &closed["from"], &closed["to"]), (200, &json!(OCTOBER), &json!(NOVEMBER)), "{closed}");
    stage.faults(Faults::default());
    month.settle().await;
    month.comes_to(&late, "paid").await;
    stage.until(NOVEMBER + 2 * DAY);
    month.compare_all().await;
    // The closed month is what it was, and what came later says of which day it is.
    let october = month.rows("from=2026-10&to=2026-10").await;
    assert_eq!(october, before, "a closed month stays as it is");
    let november = month.rows("from=2026-11&to=2026-11").await;
    let later: Vec<Value> =
        november.into_iter().filter(|row| row["belongs_to"].as_str().is_some_and(|day| day.starts_with("2026-10"))).collect();
    assert!(later.iter().all(|row| row["booked_on"] == "2026-11-01" && row["belongs_to"] == "2026-10-31"), "{later:#?}");
    assert_eq!(kinds(&later), BTreeMap::from([("fee", 2), ("sale", 1)]));
    assert_eq!(
        kinds(&october),
        BTreeMap::from([("fee", 12), ("odd-money", 3), ("refund", 5), ("sale", 6), ("second-payment", 1)]),
        "{october:#?}"
    );
    let night = october.iter().find(|row| row["at"].as_str().unwrap().starts_with("2026-10-25"));
    assert_eq!(night.unwrap()["at"], "2026-10-25T02:30:00+01:00");
    let all = [october, later].concat();
    assert_eq!(booked(&all), month.billed().await, "by transaction, to the cent, fees included");
    // What the three refunds of one sale return of its taxes is all of them.
    let number = json!(first);
    let taxes: i64 = all.iter().filter(|row| row["number"] == number).map(|row| row["tax"].as_i64().unwrap()).sum();
    assert_eq!(taxes, 0, "{all:#?}");
    let told = stage.admin("GET", "books/2026-10", None).await.1;
    for provider in told["providers"].as_array().unwrap() {
        let none = json!({ "sales": 0, "refunds": 0, "fees": 0, "net": 0 });
        assert_eq!((&provider["totals"][0]["difference"], &provider["missing_days"]), (&none, &json!([])), "{told:#}");
        assert_eq!(provider["in_books_alone"], json!([]), "{told:#}");
    }
    // Over the midnights of Beijing: the evening before the month, and what is told in the next.
    let over: Vec<_> = told["providers"].as_array().unwrap().iter().flat_map(|it| it["in_bills_alone"].as_array().unwrap()).collect();
    let of = |date: &str| over.iter().filter(|line| line["date"] == date).count();
    assert_eq!((over.len(), of("2026-10-01"), of("2026-11-01")), (5, 2, 3), "{told:#}");
    let cart = stage.admin("GET", &format!("orders/{cart}"), None).await.1;
    assert_eq!(cart["order"]["status"], "paid");
}
