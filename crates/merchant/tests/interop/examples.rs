//! The examples as a shopper's widget meets them: every answer verified by `protocol::verify` and judged by the description.

use protocol::verify::{Answer, Authentic, Context, Known, authenticate};
use protocol::{Backend, Cart, Digest, Item, NewOrder, OrderStatus, Pins, Request, Way};

use crate::recorded::{self, PIN, SEED};
use testing::backend::client::wechat_pay;
use testing::backend::{description, item, key, nonce};
use testing::examples::{Example, Running};

/// What shoppers see; the example itself listens elsewhere, as behind a proxy.
const PUBLIC_URL: &str = "https://pay.shop.example";

/// An example at work, and a widget's view of it.
struct Shop {
    running: Running,
    backend: Backend,
    pins: Pins,
    client: reqwest::Client,
}

impl Shop {
    fn open(example: Example) -> Shop {
        Shop {
            running: example.start(SEED, PUBLIC_URL, 0),
            backend: Backend::parse(PUBLIC_URL).unwrap(),
            pins: Pins::parse_any(PIN).unwrap(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    async fn send(&self, request: &Request) -> Answer {
        self.send_saying(request, &[]).await
    }

    /// Sends with what a browser says of the page.
    async fn send_saying(&self, request: &Request, said: &[(&str, &str)]) -> Answer {
        let target = request.url.strip_prefix(PUBLIC_URL).unwrap();
        let url = format!("http://{}{target}", self.running.address);
        let sending = testing::carrying(self.client.request(request.method.parse().unwrap(), url), request);
        let sending = said.iter().fold(sending, |sending, (name, value)| sending.header(*name, *value));
        let reply = sending.send().await.unwrap();
        let headers = reply.headers().clone();
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let answer = Answer { cross_origin: true, ..Answer::of(reply.status().as_u16(), text, reply.bytes().await.unwrap().to_vec()) };
        if answer.signature.is_some() {
            description::judge(request.method, target, answer.status, &headers, &answer.body);
        }
        answer
    }

    /// Steps 1 to 13, by the clock of this machine.
    fn judge(&self, request: &Request, answer: &Answer) -> Authentic {
        let now = testing::now();
        let context = Context { pins: &self.pins, elapsed_ms: 0, server_now: Some(now), last_created: None, earlier: &[] };
        authenticate(request, answer, &context).unwrap_or_else(|code| panic!("{}: {answer:?}", code.as_str()))
    }

    async fn ask(&self, request: &Request) -> Authentic {
        self.judge(request, &self.send(request).await)
    }

    async fn refusal(&self, request: &Request) -> (i64, String) {
        let problem = self.ask(request).await.problem(None).unwrap();
        (problem.status, problem.code.clone())
    }

    fn order_of(&self, items: &[Item], price_digest: Digest, key: protocol::IdempotencyKey) -> Request {
        let method = wechat_pay();
        let order = NewOrder {
            cart: Cart { items, locale: "en", ..Cart::default() },
            way: Way::qr(&method),
            price_digest,
            answers: None,
            owner: None,
        };
        self.backend.create_order(&order, nonce(), key)
    }
}

/// From the price to the poll, and what is refused on the way.
async fn sells_tea(example: Example) {
    let shop = Shop::open(example);
    let items = [item("tea-100g", 2), item("gaiwan", 1)];
    let quote = shop.ask(&shop.backend.quote(&items, "en", nonce())).await.quote(None, &items).unwrap();
    assert_eq!((quote.price.total, quote.merchant_name.as_str()), (26_400, "Mountain Tea"));

    let (agreed, key) = (quote.price.digest(), key());
    let request = shop.order_of(&items, agreed, key.clone());
    let answer = shop.send(&request).await;
    let authentic = shop.judge(&request, &answer);
    let known = Known { merchant: Some(&quote.merchant), price_digest: Some(agreed), ..Known::default() };
    let order = authentic.order(known, &shop.pins).unwrap().order;
    assert_eq!((answer.status, order.status, order.price.lines.len()), (201, OrderStatus::Pending, 2));
    recorded::compare(example.name(), &request, &answer, agreed, order.created());

    let again = shop.ask(&shop.order_of(&items, agreed, key.clone())).await.order(known, &shop.pins).unwrap().order;
    assert_eq!(*again, *order, "the same attempt counts once");
    let known = Known { order: Some(&order.id), last: Some(&order), ..known };
    let poll = shop.backend.order(&order.id, order.seq, 1, nonce());
    assert_eq!(*shop.ask(&poll).await.order(known, &shop.pins).unwrap().order, *order);

    let other = shop.order_of(&items[..1], agreed, key);
    assert_eq!(shop.refusal(&other).await, (409, "idempotency-conflict".to_owned()));
}

/// Refusals are signed like everything else, and what cannot be bound is not signed at all.
async fn refuses_in_writing(example: Example) {
    let shop = Shop::open(example);
    let items = [item("tea-100g", 1)];
    let quote = shop.ask(&shop.backend.quote(&items, "en", nonce())).await.quote(None, &items).unwrap();
    let cheap = Digest::of(quote.price.text().replace("6800", "1").as_bytes());
    for (request, status, code) in [
        (shop.backend.quote(&[], "en", nonce()), 400, "cart-empty"),
        (shop.backend.quote(&[item("coffee", 1)], "en", nonce()), 404, "unknown-sku"),
        (shop.backend.order(&protocol::OrderId::from_random([9; 16]), 0, 0, nonce()), 404, "unknown-order"),
        (shop.order_of(&items, cheap, key()), 409, "price-changed"),
    ] {
        assert_eq!(shop.refusal(&request).await, (status, code.to_owned()));
    }
    let other = Request { body: Some("{}".to_owned()), ..shop.order_of(&items, quote.price.digest(), key()) };
    assert_eq!(shop.refusal(&other).await, (400, "digest-mismatch".to_owned()));
    let mut keyless = shop.order_of(&items, quote.price.digest(), key());
    keyless.url = keyless.url.replace("?k=", "?x=");
    assert_eq!(shop.refusal(&keyless).await, (400, "idempotency-key-missing".to_owned()));
    let order = shop.order_of(&items, quote.price.digest(), key());
    for (name, value, status) in [
        ("origin", "null", 403),
        ("sec-fetch-mode", "navigate", 403),
        ("origin", PUBLIC_URL, 201),
        ("origin", "https://shop.example", 201),
        ("sec-fetch-mode", "cors", 201),
    ] {
        assert_eq!(shop.send_saying(&order, &[(name, value)]).await.status, status, "{name}: {value}");
    }
    let mut request = shop.backend.quote(&items, "en", nonce());
    request.url = request.url.split_once("&n=").unwrap().0.to_owned();
    let answer = shop.send(&request).await;
    assert_eq!((answer.status, answer.signature_input, answer.signature), (400, None, None));
}

#[tokio::test]
async fn the_shop_in_python_sells_tea() {
    sells_tea(Example::Python).await;
}

#[tokio::test]
async fn the_shop_in_python_refuses_in_writing() {
    refuses_in_writing(Example::Python).await;
}

#[tokio::test]
async fn the_shop_in_node_sells_tea() {
    sells_tea(Example::Node).await;
}

#[tokio::test]
async fn the_shop_in_node_refuses_in_writing() {
    refuses_in_writing(Example::Node).await;
}

#[tokio::test]
async fn the_shop_in_node_with_a_library_sells_tea() {
    sells_tea(Example::NodeLibrary).await;
}

#[tokio::test]
async fn the_shop_in_node_with_a_library_refuses_in_writing() {
    refuses_in_writing(Example::NodeLibrary).await;
}

#[tokio::test]
async fn the_shop_in_php_sells_tea() {
    sells_tea(Example::Php).await;
}

#[tokio::test]
async fn the_shop_in_php_refuses_in_writing() {
    refuses_in_writing(Example::Php).await;
}

/// Signs one price and one order, and its refusals, and turns away whoever may not ask.
async fn signs_what_is_fixed(example: Example) {
    let shop = Shop::open(example);
    let items = [item("tea-100g", 1)];
    let quote = shop.ask(&shop.backend.quote(&items, "en", nonce())).await.quote(None, &items).unwrap();
    let agreed = quote.price.digest();
    let request = shop.order_of(&items, agreed, key());
    let answer = shop.send(&request).await;
    let known = Known { merchant: Some(&quote.merchant), price_digest: Some(agreed), ..Known::default() };
    let order = shop.judge(&request, &answer).order(known, &shop.pins).unwrap().order;
    assert_eq!((answer.status, order.status, order.amount), (201, OrderStatus::Pending, 6_800));
    let known = Known { order: Some(&order.id), last: Some(&order), ..known };
    assert_eq!(*shop.ask(&shop.backend.order(&order.id, 0, 0, nonce())).await.order(known, &shop.pins).unwrap().order, *order);

    let unknown = shop.backend.order(&protocol::OrderId::from_random([9; 16]), 0, 0, nonce());
    assert_eq!(shop.refusal(&unknown).await.0, 404);
    let other = Request { body: Some("{}".to_owned()), ..shop.order_of(&items, agreed, key()) };
    assert_eq!(shop.refusal(&other).await.0, 400);
    for (name, value, status) in [("origin", "null", 403), ("sec-fetch-mode", "navigate", 403), ("origin", "https://shop.example", 201)] {
        assert_eq!(shop.send_saying(&request, &[(name, value)]).await.status, status, "{name}: {value}");
    }
    let mut nameless = shop.backend.quote(&items, "en", nonce());
    nameless.url = nameless.url.split_once("&n=").unwrap().0.to_owned();
    let answer = shop.send(&nameless).await;
    assert_eq!((answer.status, answer.signature_input, answer.signature), (400, None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_in_java_signs_what_is_fixed() {
    signs_what_is_fixed(Example::Java).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_in_go_signs_what_is_fixed() {
    signs_what_is_fixed(Example::Go).await;
}

#[test]
fn the_servers_that_sign_what_is_fixed_have_sixty_lines_at_most() {
    for source in [include_str!("../../../../examples/signers/java/Server.java"), include_str!("../../../../examples/signers/go/server.go")]
    {
        assert!(source.lines().count() <= 60, "{}", source.lines().count());
    }
}
