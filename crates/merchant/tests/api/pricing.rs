//! The shop's own server prices the cart: good answers sell, all others are refused, and nothing is sold at a price from memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use futures_util::future::join_all;
use protocol::{Answers, AnswersText, Cart, NewOrder, Way};
use serde_json::{Value, json};
use testing::backend::client::wechat_pay;
use testing::backend::{Shop, item, key, nonce};
use tokio::net::TcpListener;

/// What the shop's server does next.
#[derive(Clone)]
enum Behaviour {
    Answers(u16, String),
    IsSilent,
    /// Sends the beginning of a good answer, and nothing after it.
    Stops,
}

/// The shop's server, what it was asked last, and how often.
#[derive(Clone)]
struct Pricing {
    behaviour: Arc<Mutex<Behaviour>>,
    asked: Arc<Mutex<Value>>,
    times: Arc<AtomicUsize>,
    url: String,
}

impl Pricing {
    async fn start() -> Pricing {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/price?shop=1", listener.local_addr().unwrap());
        let behaviour = Arc::new(Mutex::new(Behaviour::Answers(200, answer(2))));
        let pricing = Pricing { behaviour, asked: Arc::default(), times: Arc::default(), url };
        let server = pricing.clone();
        let app = Router::new().fallback(move |body: String| async move {
            server.times.fetch_add(1, Ordering::SeqCst);
            *server.asked.lock().unwrap() = serde_json::from_str(&body).unwrap();
            let behaviour = server.behaviour.lock().unwrap().clone();
            match behaviour {
                Behaviour::Answers(status, body) => {
                    Response::builder().status(status).header("location", "/elsewhere").body(Body::from(body)).unwrap()
                }
                Behaviour::Stops => {
                    let begin = Ok::<_, std::convert::Infallible>(answer(2)[..20].to_owned());
                    let rest = futures_util::stream::pending();
                    Response::new(Body::from_stream(futures_util::StreamExt::chain(futures_util::stream::iter([begin]), rest)))
                }
                Behaviour::IsSilent => std::future::pending().await,
            }
        });
        tokio::spawn(axum::serve(listener, app).into_future());
        pricing
    }

    /// A backend that asks it.
    async fn shop(&self) -> Shop {
        Shop::open_priced_by(&self.url, "CNY", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").await
    }

    fn now_answers(&self, status: u16, body: impl Into<String>) {
        *self.behaviour.lock().unwrap() = Behaviour::Answers(status, body.into());
    }
}

/// The price of so many teas, of which there are five.
fn answer(quantity: i64) -> String {
    let total = quantity * 6800;
    let line = json!({ "sku": "tea", "quantity": quantity, "name": "Tea", "unit_price": 6800, "total": total, "stock": 5 });
    json!({ "currency": "CNY", "lines": [line], "subtotal": total, "discounts": [], "taxes": [], "total": total,
            "reference": "S-7", "metadata": { "lot": "9" } })
    .to_string()
}

#[tokio::test]
async fn the_shop_is_asked_each_time_and_its_price_is_ordered() {
    let pricing = Pricing::start().await;
    let shop = pricing.shop().await;
    let two = [item("tea", 2)];
    let quote = shop.quote(&two).await;
    assert_eq!((quote.price.total, quote.merchant_name.as_str(), quote.methods.len()), (13_600, "Mountain Tea", 1));
    let asked = pricing.asked.lock().unwrap().clone();
    let items = json!([{ "sku": "tea", "quantity": 2 }]);
    assert_eq!(
        asked,
        json!({ "merchant": "mountain-tea", "currency": "CNY", "locale": "en", "code": null, "client_reference": null, "country": null, "region": null, "delivery": null, "items": items })
    );
    let (status, order) = shop.order(&shop.wish(&two, key()).await).await;
    assert_eq!((status, order.amount), (201, 13_600));
    let known = shop.merchant().store().record(&order.id).await.unwrap().references;
    assert_eq!((known.reference.as_deref(), known.metadata["lot"].as_str()), (Some("S-7"), "9"));
    let request = shop.wish(&two, key()).await;
    pricing.now_answers(200, answer(2).replace("13600", "13602").replace("6800", "6801"));
    assert_eq!(shop.ask(&request).await.code(), (409, "price-changed".to_owned()));
}

#[tokio::test]
async fn of_ten_same_orders_at_once_one_is_priced() {
    let pricing = Pricing::start().await;
    let shop = pricing.shop().await;
    let request = shop.wish(&[item("tea", 2)], key()).await;
    let told = join_all((0..10).map(|_| shop.order(&request))).await;
    assert!(told.iter().all(|(status, order)| *status == 201 && *order == told[0].1));
    assert_eq!(pricing.times.load(Ordering::SeqCst), 2, "for the quote and for the order");
}

#[tokio::test]
async fn an_answer_that_cannot_be_a_price_is_refused_and_nothing_is_ordered() {
    let pricing = Pricing::start().await;
    let shop = pricing.shop().await;
    let two = [item("tea", 2)];
    let order = shop.wish(&two, key()).await;
    let good = answer(2);
    let long = format!("{good}{}", " ".repeat(300_000));
    for (status, body) in [
        (200, "<html>".to_owned()),
        (200, good.replace("CNY", "EUR")),
        (200, good.replace("13600", "13601")),
        (200, answer(3)),
        (200, long),
        (302, good.clone()),
        (404, good.clone()),
        (401, good.clone()),
    ] {
        pricing.now_answers(status, body);
        for request in [&shop.backend.quote(&two, "en", nonce()), &order] {
            assert_eq!(shop.ask(request).await.code(), (502, "pricing-invalid".to_owned()), "{status}");
        }
    }
    assert_eq!(shop.provider.calls("create"), 0);
    assert!(shop.merchant().look_at_catalog().await.is_some_and(|fault| fault.contains("401")), "readiness can tell");
    pricing.now_answers(200, good);
    shop.quote(&two).await;
    assert_eq!(shop.merchant().look_at_catalog().await, None);
}

#[tokio::test]
async fn without_an_answer_the_shopper_is_asked_to_wait() {
    let pricing = Pricing::start().await;
    let shop = pricing.shop().await;
    let unavailable = async || {
        let told = shop.ask(&shop.backend.quote(&[item("tea", 2)], "en", nonce())).await;
        assert!(told.headers.contains_key("retry-after"));
        assert_eq!(told.code(), (503, "pricing-unavailable".to_owned()));
    };
    pricing.now_answers(500, answer(2));
    unavailable().await;
    pricing.now_answers(429, answer(2));
    unavailable().await;
    for behaviour in [Behaviour::IsSilent, Behaviour::Stops] {
        *pricing.behaviour.lock().unwrap() = behaviour;
        unavailable().await;
    }
}

#[tokio::test]
async fn what_the_shop_says_is_left_is_less_what_waits_for_payment() {
    let pricing = Pricing::start().await;
    let shop = pricing.shop().await;
    pricing.now_answers(200, answer(6));
    let told = shop.ask(&shop.backend.quote(&[item("tea", 6)], "en", nonce())).await;
    let body: Value = serde_json::from_slice(&told.bytes).unwrap();
    assert_eq!((told.status, &body["stock"]), (409, &json!({ "sku": "tea", "left": 5 })));
    pricing.now_answers(200, answer(2));
    for _ in 0..2 {
        let (status, _) = shop.order(&shop.wish(&[item("tea", 2)], key()).await).await;
        assert_eq!(status, 201);
    }
    let third = shop.wish(&[item("tea", 2)], key()).await;
    let told = shop.ask(&third).await;
    let body: Value = serde_json::from_slice(&told.bytes).unwrap();
    assert_eq!((told.status, &body["code"], &body["stock"]["left"]), (409, &json!("out-of-stock"), &json!(1)));
    pricing.now_answers(200, json!({ "refused": "unknown-sku" }).to_string());
    assert_eq!(shop.ask(&shop.backend.quote(&[item("tea", 2)], "en", nonce())).await.code(), (404, "unknown-sku".to_owned()));
}

#[tokio::test]
async fn what_the_shops_server_asks_is_asked_and_answered_with_the_order() {
    let pricing = Pricing::start().await;
    let shop = pricing.shop().await;
    let mut told: Value = serde_json::from_str(&answer(1)).unwrap();
    told["asks"] = json!([
        { "name": "country", "kind": "country", "required": true, "label": "Land", "options": ["DE"] },
        { "name": "email", "kind": "email", "required": true, "label": "E-Mail" },
        { "name": "address", "kind": "address", "required": true, "label": "Anschrift" },
    ]);
    pricing.now_answers(200, told.to_string());
    let one = [item("tea", 1)];
    let cart = Cart { items: &one, locale: "de", country: "DE", ..Cart::default() };
    let quote = shop.quote_of(&cart).await;
    assert_eq!((quote.price.country.as_deref(), quote.asks[2].form.len()), (Some("DE"), 4));
    let method = wechat_pay();
    let order = |answers| {
        let order = NewOrder { cart, way: Way::qr(&method), price_digest: quote.price.digest(), answers, owner: None };
        shop.backend.create_order(&order, nonce(), key())
    };
    assert_eq!(shop.ask(&order(None)).await.code(), (400, "answers-refused".to_owned()));
    let given = [("email", "lin@example.org"), ("address.line1", "Weg 1"), ("address.postal_code", "12345"), ("address.city", "Ort")];
    let given = given.map(|(name, answer)| (name.to_owned(), answer.to_owned())).to_vec();
    let given = AnswersText::of(Answers { salt: [7; 16], country: Some("DE".to_owned()), region: None, delivery: None, given });
    let (status, made) = shop.order(&order(Some(given.text()))).await;
    assert_eq!((status, made.answers_digest), (201, Some(given.digest())));
    assert!(!pricing.asked.lock().unwrap().to_string().contains("lin@"), "the shop's server is told where to alone");
    told["asks"][1]["kind"] = json!("password");
    pricing.now_answers(200, told.to_string());
    assert_eq!(shop.ask(&shop.backend.quote_of(&cart, nonce())).await.code(), (502, "pricing-invalid".to_owned()));
}
