//! The pages for staff: a host of their own, sessions that die with their key, and nothing for pages of anybody else.

use merchant::api_keys::{self, Scope};
use merchant::store::{Gives, Promise, TicketWords};
use reqwest::Response;
use serde_json::{Value, json};
use testing::backend::{Shop, item, key};

const CATALOG: &str = "currency = \"CNY\"\n[[item]]\nsku = \"seat\"\nname = \"Workshop\"\nprice = 3000\ndigital = true\nticket = true\nevent = \"workshop\"\n";

/// The configuration with a host for staff, at the shop's own port.
pub(crate) fn with_staff(config: String) -> String {
    let url = config.split("public_url = \"").nth(1).unwrap().split('"').next().unwrap().replace("127.0.0.1", "staff.localhost");
    config + &format!("[staff]\nurl = \"{url}\"\n")
}

pub(crate) struct Staff<'a> {
    shop: &'a Shop,
    pub(crate) origin: String,
}

impl Staff<'_> {
    pub(crate) fn at(shop: &Shop) -> Staff<'_> {
        Staff { shop, origin: shop.url("").replace("127.0.0.1", "staff.localhost") }
    }

    /// A call by a page of this host, or of whatever origin is named.
    pub(crate) async fn ask(&self, path: &str, cookie: &str, origin: Option<&str>, body: Option<Value>) -> Response {
        let host = self.origin.strip_prefix("http://").unwrap();
        let request = match body {
            Some(body) => self.shop.client.post(self.shop.url(path)).body(body.to_string()),
            None => self.shop.client.get(self.shop.url(path)),
        };
        let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
        request.header("host", host).header("cookie", cookie).send().await.unwrap()
    }

    pub(crate) async fn log_in(&self, key: &str) -> Response {
        self.ask("/staff/session", "", Some(&self.origin), Some(json!({ "key": key }))).await
    }
}

pub(crate) async fn body(reply: Response) -> Value {
    serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap()
}

pub(crate) fn cookie(reply: &Response) -> String {
    reply.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn each_host_has_its_pages_and_none_of_the_other() {
    let shop = Shop::open_as(CATALOG, with_staff).await;
    let staff = Staff::at(&shop);
    let page = staff.ask("/door", "", None, None).await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self'"), "{policy}");
    for (name, value) in
        [("cache-control", "no-store"), ("x-robots-tag", "noindex, nofollow, noarchive"), ("x-content-type-options", "nosniff")]
    {
        assert_eq!(page.headers()[name], value);
    }
    let text = page.text().await.unwrap();
    assert!(!text.contains("<style") && !text.contains("style=") && !text.contains("//cdn"), "nothing inline, and nothing of others");
    for path in ["/door.js", "/door-words.js", "/door.css", "/counter", "/counter.js", "/staff.js", "/staff-worker.js"] {
        assert_eq!(staff.ask(path, "", None, None).await.status(), 200, "{path}");
        assert_eq!(shop.client.get(shop.url(path)).send().await.unwrap().status(), 404, "{path}");
    }
    assert_eq!(staff.ask("/", "", None, None).await.headers()["location"], "/door");
    for path in
        ["/v1/quote?item=seat:1&n=AAAAAAAAAAAAAAAAAAAAAA", "/admin/v1/orders", "/healthz", "/metrics", "/qr-checkout.js", "/nothing"]
    {
        assert_eq!(staff.ask(path, "", None, None).await.status(), 404, "{path}");
    }
    for path in ["/door", "/counter", "/staff/session", "/staff/tickets", "/staff/counter/orders", "/staff/watch"] {
        assert_eq!(shop.client.get(shop.url(path)).send().await.unwrap().status(), 404, "{path}");
    }
}

#[tokio::test]
async fn no_file_but_the_workers_becomes_a_worker() {
    let shop = Shop::open_as(CATALOG, with_staff).await;
    let host = Staff::at(&shop).origin.strip_prefix("http://").unwrap().to_owned();
    for (path, status) in [("/staff-worker.js", 200), ("/counter.js", 404), ("/door.js", 404), ("/staff/session", 404), ("/door", 404)] {
        let asked = shop.client.get(shop.url(path)).header("host", &host).header("service-worker", "script");
        assert_eq!(asked.send().await.unwrap().status(), status, "{path}");
    }
}

#[tokio::test]
async fn a_session_comes_from_a_key_and_ends_with_it() {
    let shop = Shop::open_as(CATALOG, with_staff).await;
    let (staff, store) = (Staff::at(&shop), shop.merchant().store());
    let (made, door) = api_keys::create(store, "north", &[Scope::Doors], shop.now()).await.unwrap();
    for (key, status) in [("", 401), ("qrk_none", 401), (shop.key(&[Scope::Read]).await.as_str(), 403)] {
        let refused = staff.log_in(key).await;
        assert_eq!((refused.status().as_u16(), refused.headers().get("set-cookie")), (status, None), "{key}");
    }
    for origin in [None, Some("null"), Some("https://evil.example"), Some(shop.url("").as_str())] {
        let refused = staff.ask("/staff/session", "", origin, Some(json!({ "key": door }))).await;
        assert_eq!(refused.status(), 403, "{origin:?}");
    }
    let begun = staff.log_in(&door).await;
    let line = begun.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(line.starts_with("staff=") && line.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"), "{line}");
    let session = cookie(&begun);
    assert_eq!(body(begun).await["name"], "north");
    let told = async |cookie: &str| staff.ask("/staff/session", cookie, None, None).await.status().as_u16();
    assert_eq!((told(&session).await, told("").await, told("staff=AAAA").await), (200, 401, 401));
    // Neither the cookie nor the key lies in the records.
    let file = std::fs::read(shop.folder.path().join("merchant.sqlite-wal")).unwrap_or_default();
    let token = session.strip_prefix("staff=").unwrap();
    assert!(!file.windows(token.len()).any(|window| window == token.as_bytes()));
    // It ends by itself, when somebody leaves, and with its key.
    let other = cookie(&staff.log_in(&door).await);
    assert_eq!(staff.ask("/staff/session/end", &other, Some(&staff.origin), Some(json!(null))).await.status(), 204);
    assert_eq!((told(&other).await, told(&session).await), (401, 200));
    shop.advance(12 * 3600);
    assert_eq!(told(&session).await, 401);
    let last = cookie(&staff.log_in(&door).await);
    assert!(store.revoke_api_key(&made.id, shop.now()).await.unwrap());
    assert_eq!(told(&last).await, 401);
}

#[tokio::test]
async fn a_page_at_the_door_admits_loads_its_list_and_tells_its_marks() {
    let shop = Shop::open_as(CATALOG, with_staff).await;
    let staff = Staff::at(&shop);
    let session = cookie(&staff.log_in(&shop.key(&[Scope::Doors]).await).await);
    let (_, order) = shop.order(&shop.wish(&[item("seat", 2)], key()).await).await;
    let words = TicketWords { event: "workshop".to_owned(), starts: None, place: None };
    let promised = shop.merchant().store().promised(&order.id).await.unwrap();
    assert_eq!(promised[0].promise, Promise { sku: "seat".to_owned(), pieces: 2, gives: Gives::Ticket(words) });
    let payment = order.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
    let listed = body(staff.ask("/staff/tickets?event=workshop", &session, None, None).await).await;
    let numbers: Vec<&str> = listed["tickets"].as_array().unwrap().iter().map(|ticket| ticket["number"].as_str().unwrap()).collect();
    assert_eq!(numbers.len(), 2);
    let own = Some(staff.origin.as_str());
    let mark = |number: &str, once: &str| json!({ "number": number, "door": "north", "event": "workshop", "at": shop.now(), "once": once });
    let admit = async |number: &str, once: &str| {
        let told = staff.ask("/staff/tickets/admit", &session, own, Some(mark(number, once))).await;
        body(told).await["outcome"].clone()
    };
    assert_eq!((admit(numbers[0], "a").await, admit(numbers[0], "a").await), (json!("admitted"), json!("admitted")));
    assert_eq!((admit(numbers[0], "b").await, admit("000000000", "c").await), (json!("already"), json!("unknown")));
    let marks = json!([mark(numbers[1], "d"), mark(numbers[0], "e")]);
    let told = body(staff.ask("/staff/tickets/marks", &session, own, Some(marks)).await).await;
    assert_eq!((&told["marks"][0]["outcome"], &told["marks"][1]["outcome"]), (&json!("admitted"), &json!("already")));
    let listed = body(staff.ask("/staff/tickets?event=workshop", &session, None, None).await).await;
    assert_eq!((listed["doubles"].as_array().unwrap().len(), &listed["doubles"][0]["ticket"]["number"]), (1, &json!(numbers[0])));
    // Nobody else's page, and nobody without a session.
    let evil = staff.ask("/staff/tickets/admit", &session, Some("https://evil.example"), Some(mark(numbers[1], "f"))).await;
    assert_eq!(evil.status(), 403);
    assert_eq!(staff.ask("/staff/tickets/admit", "", own, Some(mark(numbers[1], "g"))).await.status(), 401);
    for body in [json!({}), json!({ "number": "A", "door": "", "at": 0, "once": "x" }), json!([1])] {
        assert_eq!(staff.ask("/staff/tickets/admit", &session, own, Some(body.clone())).await.status(), 400, "{body}");
    }
    assert_eq!(staff.ask("/staff/picture?width=9000&height=2", &session, own, Some(json!(1))).await.status(), 400);
}

#[tokio::test]
async fn a_host_for_staff_is_judged_with_the_configuration() {
    let shop = Shop::open().await;
    let text = testing::backend::shop::configuration(&shop.folder, "https://pay.shop.example", "http://127.0.0.1:1");
    let judged =
        |url: &str| merchant::Config::parse(&format!("{text}[staff]\nurl = \"{url}\"\n")).map(drop).map_err(|fault| fault.to_string());
    for good in
        ["https://staff.shop.example", "https://staff.shop.example:8443/", "http://staff.localhost:8080", "https://pay.shop.example:8443"]
    {
        assert_eq!(judged(good), Ok(()), "{good}");
    }
    for bad in [
        "https://pay.shop.example",
        "http://staff.shop.example",
        "https://Staff.shop.example",
        "https://staff.shop.example/door",
        "staff",
        "ftp://localhost",
    ] {
        assert!(judged(bad).unwrap_err().starts_with("staff.url: "), "{bad}");
    }
}
