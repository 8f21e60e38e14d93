//! The counter as its page asks: scopes, the PIN and the two sides of the screen, sales that count once, and what a key may do afterwards.

use std::time::Instant;

use gateway::wechat_pay::server::bill_file;
use merchant::api_keys::{self, NewKey, Scope};
use merchant::order_record::RefundStatus;
use protocol::{Currency, Money, OrderId};
use serde_json::{Value, json};
use testing::backend::Shop;

use crate::staff::{Staff, body, cookie, with_staff};

const CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "tea"
name = { en = "Tea", zh-Hans = "茶" }
price = 6800
stock = 2
[[item]]
sku = "cup"
name = "Cup"
price = 1201
[[discount]]
label = "Spring"
percent = 10
minimum = 10000
[[delivery]]
id = "post"
label = "Post"
countries = ["CN"]
amount = 1200
[[ask]]
kind = "name"
[tax]
label = "VAT"
percent = 13
included = true
"#;
const PIN: &str = "2468";

/// A counter at work, with somebody logged in.
pub(crate) struct Counter<'a> {
    staff: Staff<'a>,
    session: String,
    pub(crate) key: String,
    secret: String,
}

async fn shop() -> Shop {
    Shop::open_as(CATALOG, with_staff).await
}

impl Counter<'_> {
    /// Logged in with a key that returns so much of an order, minor units.
    async fn before(shop: &Shop, limit: Option<i64>) -> Counter<'_> {
        let limit = limit.map(|amount| Money { amount, currency: Currency::parse("CNY").unwrap() });
        let new = NewKey { name: "till 1", scopes: &[Scope::Counter], role: None, expires_at: None, refund_limit: limit };
        let (key, secret) = api_keys::make(shop.merchant().store(), new, shop.now()).await.unwrap();
        let staff = Staff::at(shop);
        let session = cookie(&staff.log_in(&secret).await);
        Counter { staff, session, key: key.id, secret }
    }

    pub(crate) async fn open(shop: &Shop, limit: Option<i64>) -> Counter<'_> {
        let counter = Counter::before(shop, limit).await;
        assert_eq!(counter.post("/staff/counter/pin", json!({ "pin": PIN })).await, (204, Value::Null));
        counter
    }

    /// The same counter on another day.
    async fn open_again(&mut self) {
        self.session = cookie(&self.staff.log_in(&self.secret).await);
        assert_eq!(self.post("/staff/counter/pin", json!({ "pin": PIN })).await.0, 204);
    }

    pub(crate) async fn post(&self, path: &str, wish: Value) -> (u16, Value) {
        self.tell(self.staff.ask(path, &self.session, Some(&self.staff.origin), Some(wish)).await).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.tell(self.staff.ask(path, &self.session, None, None).await).await
    }

    async fn tell(&self, reply: reqwest::Response) -> (u16, Value) {
        let status = reply.status().as_u16();
        (status, serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default())
    }

    /// Sells, and answers the order; the screen is the customer's then.
    pub(crate) async fn sell(&self, sale: Value) -> String {
        let (status, told) = self.post("/staff/counter/orders", sale).await;
        assert_eq!(status, 200, "{told}");
        told["order"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn turn_back(&self) {
        assert_eq!(self.post("/staff/counter/back", json!({ "pin": PIN })).await.0, 204);
    }
}

fn code((status, told): (u16, Value)) -> (u16, String) {
    (status, told["code"].as_str().unwrap_or_default().to_owned())
}

pub(crate) fn sale(once: &str, amount: i64) -> Value {
    json!({ "once": format!("{once}-0123456789abcdef"), "amount": amount })
}

pub(crate) async fn paid(shop: &Shop, order: &str) {
    let order = shop.stored(&protocol::OrderId::parse(order).unwrap()).await;
    let payment = order.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), &format!("EV-{}", payment.as_str()))).await, 204);
}

#[tokio::test]
async fn a_counter_opens_by_its_key_and_a_pin() {
    let shop = shop().await;
    let staff = Staff::at(&shop);
    // A door opens no counter, and a counter is no admin.
    let door = cookie(&staff.log_in(&shop.key(&[Scope::Doors]).await).await);
    for path in ["/staff/counter/orders", "/staff/counter/wares", "/staff/counter/closing"] {
        assert_eq!(staff.ask(path, &door, None, None).await.status(), 403, "{path}");
    }
    let chosen = staff.ask("/staff/counter/pin", &door, Some(&staff.origin), Some(json!({ "pin": PIN }))).await;
    assert_eq!(chosen.status(), 403);
    let secret = shop.key(&[Scope::Counter]).await;
    let wish = json!({ "amount": 1, "currency": "CNY", "transaction": "T-1", "paid_at": 1 });
    for (method, path, body) in [
        ("GET", "orders", None),
        ("POST", "orders", Some(("k", json!({ "currency": "CNY", "lines": [], "amount": 100 })))),
        ("POST", "payments/pay_AAAAAAAAAAAAAAAAAAAAAA/confirm", Some(("k", wish))),
    ] {
        assert_eq!(shop.call(&secret, method, path, body).await.code(), (403, "scope".to_owned()), "{path}");
    }
    let counter = Counter::before(&shop, None).await;
    assert_eq!(code(counter.get("/staff/counter/orders").await), (409, "pin-missing".to_owned()));
    for pin in ["", "123", "123456789", "12a4", "１２３４"] {
        assert_eq!(code(counter.post("/staff/counter/pin", json!({ "pin": pin })).await), (400, "pin-malformed".to_owned()), "{pin}");
    }
    assert_eq!(counter.post("/staff/counter/pin", json!({ "pin": PIN })).await.0, 204);
    assert_eq!(code(counter.post("/staff/counter/pin", json!({ "pin": "1111" })).await), (409, "pin-chosen".to_owned()));
    let (_, told) = counter.get("/staff/session").await;
    assert_eq!((&told["is_open"], &told["sells"], &told["refund_limit"]), (&json!(true), &json!(true), &Value::Null));
    // It lets people in by their tickets, too.
    assert_eq!(counter.get("/staff/tickets").await.0, 200);
    // The PIN lies nowhere, nor what could be tried out without the cookie.
    let kept: Option<String> =
        sqlx::query_scalar("SELECT pin FROM staff_sessions WHERE pin IS NOT NULL").fetch_one(&mut shop.records().await).await.unwrap();
    assert_eq!(kept.unwrap().len(), 43);
    for origin in [None, Some("null"), Some("https://evil.example"), Some(shop.url("").as_str())] {
        for path in ["/staff/counter/orders", "/staff/counter/pin", "/staff/counter/back", "/staff/session/end"] {
            let refused = counter.staff.ask(path, &counter.session, origin, Some(sale("a", 100))).await;
            assert_eq!(refused.status(), 403, "{path} {origin:?}");
        }
    }
}

#[tokio::test]
async fn a_sale_counts_once_and_is_seen_by_the_customer() {
    let shop = shop().await;
    let counter = Counter::open(&shop, None).await;
    let wish = json!({ "once": "a-0123456789abcdef", "amount": 1250, "words": "Lunch", "locale": "en" });
    let (first, second) =
        tokio::join!(counter.post("/staff/counter/orders", wish.clone()), counter.post("/staff/counter/orders", wish.clone()));
    // Whichever comes second finds the screen turned, or the order that is there.
    let order = [&first, &second].into_iter().find(|told| told.0 == 200).unwrap().1["order"].as_str().unwrap().to_owned();
    for (status, told) in [first, second] {
        assert!((status, told["order"].as_str()) == (200, Some(order.as_str())) || told["code"] == "customer-side", "{told}");
    }
    let kept = shop.stored(&protocol::OrderId::parse(&order).unwrap()).await;
    assert_eq!((kept.amount, kept.price.lines[0].name.as_str(), kept.payment.unwrap().surface.as_str()), (1250, "Lunch", "qr"));
    counter.turn_back().await;
    assert_eq!(counter.sell(wish.clone()).await, order, "a lost answer sells nothing twice");
    counter.turn_back().await;
    let mut other = wish;
    other["amount"] = json!(1300);
    assert_eq!(code(counter.post("/staff/counter/orders", other).await), (409, "idempotency-conflict".to_owned()));
    let (_, listed) = counter.get("/staff/counter/orders").await;
    let orders = listed["orders"].as_array().unwrap();
    assert_eq!(
        (orders.len(), &orders[0]["order"], &orders[0]["status"], &orders[0]["method"]),
        (1, &json!(order), &json!("pending"), &json!("WeChat Pay"))
    );
    // Another counter neither lists nor touches it.
    let elsewhere = Counter::open(&shop, Some(1000)).await;
    assert_eq!(elsewhere.get("/staff/counter/orders").await.1["orders"], json!([]));
    for path in ["show", "cancel"] {
        assert_eq!(elsewhere.post(&format!("/staff/counter/orders/{order}/{path}"), json!(null)).await.0, 404, "{path}");
    }
    // Given up, it is over.
    let (_, told) = counter.post(&format!("/staff/counter/orders/{order}/cancel"), json!(null)).await;
    assert_eq!(told["status"], "canceled");
    for (bad, field) in [
        (json!({ "once": "short", "amount": 100 }), Value::Null),
        (json!({ "once": "b-0123456789abcdef", "amount": 0 }), json!("amount")),
        (json!({ "once": "b-0123456789abcdef", "amount": -5 }), json!("amount")),
        (json!({ "once": "b-0123456789abcdef", "amount": 100, "words": "a\u{202e}b" }), json!("words")),
        (json!({ "once": "b-0123456789abcdef", "amount": 100, "items": [{ "sku": "cup", "quantity": 1 }] }), Value::Null),
        (json!({ "once": "b-0123456789abcdef", "items": [{ "sku": "cup", "quantity": 0 }] }), Value::Null),
        (json!({ "once": "b-0123456789abcdef", "amount": 100, "by": "me" }), Value::Null),
    ] {
        let (status, told) = counter.post("/staff/counter/orders", bad.clone()).await;
        assert_eq!((status, &told["code"], &told["field"]), (400, &json!("bad-request"), &field), "{bad}");
    }
}

#[tokio::test]
async fn things_are_taken_along_and_from_stock() {
    let shop = shop().await;
    let counter = Counter::open(&shop, None).await;
    let (_, told) = counter.get("/staff/counter/wares?locale=zh").await;
    assert_eq!(told["wares"][1], json!({ "sku": "tea", "name": "茶", "options": null, "price": 6800 }));
    let items = json!([{ "sku": "tea", "quantity": 2 }, { "sku": "cup", "quantity": 1 }]);
    let (_, told) = counter.post("/staff/counter/price", json!({ "items": items })).await;
    // Ten per cent off, nothing for the post, and nobody is asked for a name.
    assert_eq!(told["total"], json!({ "amount": 13_321, "currency": "CNY", "exponent": 2 }));
    let order = counter.sell(json!({ "once": "a-0123456789abcdef", "items": items })).await;
    let kept = shop.stored(&protocol::OrderId::parse(&order).unwrap()).await;
    assert_eq!((kept.amount, kept.price.delivery.is_none(), kept.asks.len(), kept.price.taxes[0].amount), (13_321, true, 0, 1533));
    counter.turn_back().await;
    let again = json!({ "once": "b-0123456789abcdef", "items": [{ "sku": "tea", "quantity": 1 }, { "sku": "none", "quantity": 1 }] });
    let (status, told) = counter.post("/staff/counter/orders", again).await;
    assert_eq!((status, &told["code"]), (409, &json!("cart")));
    let faults: Vec<&str> = told["faults"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap()).collect();
    assert_eq!(faults, ["unknown-sku", "out-of-stock"]);
    // Given up, its pieces are there again.
    counter.post(&format!("/staff/counter/orders/{order}/cancel"), json!(null)).await;
    counter.sell(json!({ "once": "c-0123456789abcdef", "items": [{ "sku": "tea", "quantity": 2 }] })).await;
}

#[tokio::test]
async fn the_customers_side_answers_nothing_else_until_the_pin_is_given() {
    let shop = shop().await;
    let counter = Counter::open(&shop, Some(100_000)).await;
    let order = counter.sell(sale("a", 1250)).await;
    let (_, told) = counter.get("/staff/session").await;
    assert_eq!((&told["faces"]["order"], &told["faces"]["money"]["amount"]), (&json!(order), &json!(1250)));
    assert!(
        told["merchant_key"].as_str().unwrap().starts_with("ed25519") && told.get("name").is_none() && told.get("sells").is_none(),
        "{told}"
    );
    for path in [
        "/staff/counter/orders",
        "/staff/counter/wares",
        "/staff/counter/closing",
        "/staff/tickets",
        &format!("/staff/counter/orders/{order}"),
    ] {
        assert_eq!(code(counter.get(path).await), (403, "customer-side".to_owned()), "{path}");
    }
    for path in [
        "/staff/session/end",
        "/staff/counter/pin",
        "/staff/counter/orders",
        "/staff/counter/price",
        "/staff/tickets/admit",
        "/staff/tickets/marks",
    ] {
        assert_eq!(code(counter.post(path, json!({ "pin": "1111" })).await), (403, "customer-side".to_owned()), "{path}");
    }
    for path in ["show", "cancel", "refund"] {
        let path = format!("/staff/counter/orders/{order}/{path}");
        assert_eq!(code(counter.post(&path, sale("r", 1)).await), (403, "customer-side".to_owned()), "{path}");
    }
    for left in [4, 3] {
        let (status, told) = counter.post("/staff/counter/back", json!({ "pin": "1111" })).await;
        assert_eq!((status, &told["code"], &told["left"]), (403, &json!("pin-wrong"), &json!(left)));
    }
    counter.turn_back().await;
    assert_eq!(counter.get("/staff/session").await.1.get("faces"), None);
    counter.post(&format!("/staff/counter/orders/{order}/show"), json!(null)).await;
    // Many at once are no more than five, and then the session is over.
    let guess = |pin: u32| counter.post("/staff/counter/back", json!({ "pin": format!("{pin:04}") }));
    let told = futures_util::future::join_all((1000..1040).map(guess)).await;
    let wrong = told.iter().filter(|(status, _)| *status == 403).count();
    assert_eq!((wrong, told.iter().filter(|(status, _)| *status == 401).count()), (4, 36));
    assert_eq!(counter.post("/staff/counter/back", json!({ "pin": PIN })).await.0, 401);
    assert_eq!(counter.get("/staff/session").await.0, 401);
}

#[tokio::test]
async fn a_lost_key_closes_an_open_page_at_once() {
    let shop = shop().await;
    let counter = Counter::open(&shop, None).await;
    let order = counter.sell(sale("a", 1250)).await;
    let (watched, begun) = (format!("/staff/watch?faces={order}"), Instant::now());
    let held = counter.get(&watched);
    let revoke = async {
        // The page has asked by then; a revocation before that is found at once.
        tokio::task::yield_now().await;
        shop.merchant().store().revoke_api_key(&counter.key, shop.now()).await.unwrap()
    };
    let ((status, _), revoked) = tokio::join!(held, revoke);
    assert!(revoked && status == 401 && begun.elapsed().as_secs() < 15, "{status} after {:?}", begun.elapsed());
    assert_eq!(counter.get("/staff/session").await.0, 401);
    assert_eq!(counter.post("/staff/counter/back", json!({ "pin": PIN })).await.0, 401);
    // Another tab hears of another side.
    let counter = Counter::open(&shop, None).await;
    let (told, _) = tokio::join!(counter.get("/staff/watch?faces="), counter.sell(sale("b", 100)));
    assert_eq!(told, (200, json!({ "changed": true })));
}

#[tokio::test]
async fn money_goes_back_up_to_the_limit_of_the_key() {
    let shop = shop().await;
    let (counter, stingy) = (Counter::open(&shop, Some(1000)).await, Counter::open(&shop, None).await);
    let order = counter.sell(sale("a", 1250)).await;
    counter.turn_back().await;
    let back = format!("/staff/counter/orders/{order}/refund");
    assert_eq!(code(counter.post(&back, sale("r", 100)).await), (409, "not-paid".to_owned()));
    paid(&shop, &order).await;
    assert_eq!(counter.get(&format!("/staff/counter/orders/{order}")).await.1["refundable"], 1000);
    assert_eq!(code(counter.post(&back, sale("r", 1001)).await), (403, "refund-limit".to_owned()));
    for _ in 0..2 {
        assert_eq!(counter.post(&back, sale("s", 600)).await.0, 200, "once");
    }
    assert_eq!(counter.get(&format!("/staff/counter/orders/{order}")).await.1["refundable"], 400);
    assert_eq!(code(counter.post(&back, sale("t", 401)).await), (403, "refund-limit".to_owned()));
    let id = OrderId::parse(&order).unwrap();
    let failed = shop.merchant().store().record(&id).await.unwrap().refunds[0].id.clone();
    let change = shop.merchant().store().change(&id, shop.now(), |record| record.refund_stands(failed.as_str(), RefundStatus::Failed));
    change.await.unwrap();
    assert_eq!(counter.get(&format!("/staff/counter/orders/{order}")).await.1["refundable"], 1000, "nothing was returned");
    assert!(shop.provider.returns().iter().all(|sent| sent["amount"]["refund"] == 600), "{:?}", shop.provider.returns());
    // A key without a limit returns nothing, not even of its own orders.
    let order = stingy.sell(sale("b", 500)).await;
    stingy.turn_back().await;
    paid(&shop, &order).await;
    assert_eq!(code(stingy.post(&format!("/staff/counter/orders/{order}/refund"), sale("u", 1)).await), (403, "refund-limit".to_owned()));
    assert_eq!(code(stingy.post(&back, sale("v", 1)).await), (404, "not-found".to_owned()));
    // Money that was faster than a person.
    assert_eq!(code(stingy.post(&format!("/staff/counter/orders/{order}/cancel"), json!(null)).await), (409, "paid-meanwhile".to_owned()));
}

#[tokio::test]
async fn a_day_is_closed_by_method_and_counts_this_counter_alone() {
    let shop = shop().await;
    let (counter, other) = (Counter::open(&shop, Some(10_000)).await, Counter::open(&shop, None).await);
    for (seller, once, amount) in [(&counter, "a", 1250), (&counter, "b", 2000), (&other, "c", 700)] {
        let order = seller.sell(sale(once, amount)).await;
        seller.turn_back().await;
        paid(&shop, &order).await;
    }
    let (_, told) = counter.get("/staff/counter/closing?locale=de").await;
    let row = json!({ "method": "wechat_pay", "currency": "CNY", "orders": 2, "sales": 3250, "refunds": 0, "net": 3250 });
    assert_eq!((&told["rows"], &told["names"]["wechat_pay"], &told["exponents"]["CNY"]), (&json!([row]), &json!("WeChat Pay"), &json!(2)));
    assert_eq!(told["bills"]["wechat_pay"]["state"], "later");
    assert_eq!(counter.get("/staff/counter/closing?date=yesterday").await.1["rows"], json!([]));
    for no_day in ["soon", "2027-01", "2027-01-15T12:00", "9999-12-31"] {
        let (status, told) = counter.get(&format!("/staff/counter/closing?date={no_day}")).await;
        assert_eq!((status, &told["field"]), (400, &json!("date")), "{no_day}");
    }
}

#[tokio::test]
async fn a_day_stands_beside_its_bill_once_that_is_there() {
    let shop = shop().await;
    let (mut counter, mut other) = (Counter::open(&shop, None).await, Counter::open(&shop, None).await);
    let mut orders = Vec::new();
    for (seller, once) in [(&counter, "a"), (&other, "b")] {
        let order = seller.sell(sale(once, 1250)).await;
        paid(&shop, &order).await;
        orders.push(shop.stored(&protocol::OrderId::parse(&order).unwrap()).await);
    }
    // The bill has what one of them took, and not what the other did.
    let payment = orders[0].payment.as_ref().unwrap().id.to_string();
    let file = shop.provider.with_row(&payment, |row| bill_file(&[row], "", "").0);
    shop.provider.set_bill(String::from_utf8(file).unwrap());
    shop.advance(2 * 86_400);
    for counter in [&mut counter, &mut other] {
        counter.open_again().await;
    }
    let bill = async |of: &Counter<'_>| of.get("/staff/counter/closing?date=2027-01-15").await.1["bills"]["wechat_pay"].clone();
    assert_eq!(bill(&counter).await, json!({ "state": "same", "differences": [] }));
    let number = other.get("/staff/counter/closing?date=2027-01-15").await.1["bills"]["wechat_pay"]["differences"][0]["order"].clone();
    assert_eq!(bill(&other).await, json!({ "state": "differs", "differences": [{ "order": number, "kind": "not-in-bill" }] }));
    assert!(shop.merchant().store().orders_found(number.as_str().unwrap()).await.unwrap().contains(&orders[1].id));
}

#[tokio::test]
async fn the_widget_at_the_counter_may_ask_and_nobody_frames_it() {
    let shop = shop().await;
    let counter = Counter::open(&shop, None).await;
    let page = counter.staff.ask("/counter", "", None, None).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    let widget = format!("script-src 'self' {} 'wasm-unsafe-eval'", shop.url(""));
    assert!(policy.contains(&widget) && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    let order = counter.sell(sale("a", 1250)).await;
    let asked =
        shop.client.get(shop.url(&format!("/v1/orders/{order}?n=AAAAAAAAAAAAAAAAAAAAAA&r=1"))).header("origin", &counter.staff.origin);
    assert_eq!(asked.send().await.unwrap().headers()["access-control-allow-origin"], counter.staff.origin.as_str());
    assert_eq!(body(counter.staff.ask("/staff/session", &counter.session, None, None).await).await["backend"], shop.url("").as_str());
}
