//! A shopper's client: sends what the protocol says, verifies every answer as the widget does, and has the description judge it.

use std::sync::atomic::{AtomicU64, Ordering};

use protocol::verify::{Answer, Authentic, Context, Known, authenticate};
use protocol::{
    Cart, Code, Digest, IdempotencyKey, Item, Method, NewOrder, Nonce, Opened, Order, OrderId, OwnerKey, Pins, Problem, Quote, Request,
    Sku, Verified, Way,
};
use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;

use super::description;
use super::shop::Shop;
use crate::carrying;

static DRAWN: AtomicU64 = AtomicU64::new(1);

/// Sixteen bytes that no other call got.
fn fresh() -> [u8; 16] {
    let mut bytes = [0x5a; 16];
    bytes[..8].copy_from_slice(&DRAWN.fetch_add(1, Ordering::SeqCst).to_be_bytes());
    bytes
}

pub fn nonce() -> Nonce {
    Nonce::from_random(fresh())
}

pub fn key() -> IdempotencyKey {
    IdempotencyKey::from_random(fresh())
}

/// The key by which this client opens what of its orders is for the buyer alone.
pub fn owner_key() -> OwnerKey {
    OwnerKey::from_random([0x6b; 16])
}

pub fn item(sku: &str, quantity: u32) -> Item {
    Item { sku: Sku::parse(sku).unwrap(), quantity }
}

pub fn wechat_pay() -> Method {
    Method::parse("wechat_pay").unwrap()
}

/// The same POST with another body, whose digest its address names.
pub fn with_body(mut request: Request, text: String) -> Request {
    let named = |text: &str| format!("d={}", protocol::Digest::of(text.as_bytes()).to_url_base64());
    request.url = request.url.replace(&named(request.body.as_deref().unwrap()), &named(&text));
    request.body = Some(text);
    request
}

/// An answer whose signature, freshness and digest hold.
pub struct Told {
    pub status: u16,
    pub bytes: Vec<u8>,
    pub headers: HeaderMap,
    authentic: Authentic,
}

impl Told {
    pub fn problem(self) -> Verified<Problem> {
        self.authentic.problem(None).unwrap()
    }

    /// Status and code of a problem.
    pub fn code(self) -> (u16, String) {
        let status = self.status;
        (status, self.problem().code.clone())
    }
}

impl Shop {
    /// Sends a request as it is.
    pub async fn ask(&self, request: &Request) -> Told {
        self.ask_as(request, |sending| carrying(sending, request)).await
    }

    /// Sends whatever the test makes of it; the answer has to be bound to `request`.
    pub async fn ask_as(&self, request: &Request, dress: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Told {
        let (answer, headers) = self.hear(request, dress).await;
        let authentic = authenticate(request, &answer, &self.context(&self.pins)).unwrap();
        Told { status: answer.status, bytes: answer.body, headers, authentic }
    }

    /// What a page that pins those keys makes of the answer to `request`: an order or the code of the first step that fails.
    pub async fn order_by(&self, pins: &Pins, request: &Request) -> Result<Order, Code> {
        let (answer, _) = self.hear(request, |sending| sending).await;
        let order = authenticate(request, &answer, &self.context(pins))?.order(Known::default(), pins)?;
        Ok((*order.order).clone())
    }

    fn context<'a>(&self, pins: &'a Pins) -> Context<'a> {
        Context { pins, elapsed_ms: 0, server_now: Some(self.now()), last_created: None, earlier: &[] }
    }

    /// Sends and has the description judge; nothing is verified yet.
    async fn hear(&self, request: &Request, dress: impl FnOnce(RequestBuilder) -> RequestBuilder) -> (Answer, HeaderMap) {
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).unwrap();
        let reply = dress(self.client.request(method, &request.url)).send().await.unwrap();
        let status = reply.status().as_u16();
        let headers = reply.headers().clone();
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let answer = Answer::of(status, text, reply.bytes().await.unwrap().to_vec());
        let path = request.url.strip_prefix(self.backend.as_str()).unwrap();
        description::judge(request.method, path, status, &headers, &answer.body);
        (answer, headers)
    }

    /// A verified quote.
    pub async fn quote(&self, items: &[Item]) -> Verified<Quote> {
        let told = self.ask(&self.backend.quote(items, "en", nonce())).await;
        told.authentic.quote(None, items).unwrap()
    }

    /// The same of a cart of which more is known.
    pub async fn quote_of(&self, cart: &Cart<'_>) -> Verified<Quote> {
        let told = self.ask(&self.backend.quote_of(cart, nonce())).await;
        told.authentic.quote(None, cart.items).unwrap()
    }

    /// The request that orders those items at the price of now.
    pub async fn wish(&self, items: &[Item], key: IdempotencyKey) -> Request {
        let quote = self.quote(items).await;
        self.wish_at(items, quote.price.digest(), key)
    }

    /// The request that orders those items at that price.
    pub fn wish_at(&self, items: &[Item], price_digest: Digest, key: IdempotencyKey) -> Request {
        let method = wechat_pay();
        let (cart, owner) = (Cart { items, locale: "en", ..Cart::default() }, Some(owner_key().digest()));
        let order = NewOrder { cart, way: Way::qr(&method), price_digest, answers: None, owner };
        self.backend.create_order(&order, nonce(), key)
    }

    /// Sends a request whose answer is an order.
    pub async fn order(&self, request: &Request) -> (u16, Order) {
        let told = self.ask(request).await;
        let order = told.authentic.order(Known::default(), &self.pins).unwrap();
        (told.status, (*order.order).clone())
    }

    /// Orders a tea and answers the order, whose code is shown.
    pub async fn order_tea(&self) -> Order {
        let (status, order) = self.order(&self.wish(&[item("tea", 1)], key()).await).await;
        assert_eq!(status, 201);
        order
    }

    /// How the order stands in the backend's records, without asking the provider.
    pub async fn stored(&self, id: &OrderId) -> Order {
        self.merchant().store().order(id).await.unwrap()
    }

    /// The same with what is told beside the records: its number, and how it can be paid where.
    pub async fn told(&self, id: &OrderId) -> Order {
        let stored = self.stored(id).await;
        let number = merchant::OrderNumber::of(id).to_string();
        let told = self.look(id).await;
        assert_eq!(told.number, Some(number.clone()));
        Order { number: Some(number), ways: told.ways, ..stored }
    }

    /// What of an order is for its buyer alone, by that key; the status and code of the refusal, if there is one.
    pub async fn open_order(&self, order: &Order, owner: &OwnerKey) -> Result<Opened, (u16, String)> {
        let told = self.ask(&self.backend.open(&order.id, owner, nonce(), key())).await;
        match told.status {
            200 => Ok((*told.authentic.opened(&order.merchant, &order.id).unwrap()).clone()),
            _ => Err(told.code()),
        }
    }

    /// How the order stands, as a shopper sees it now.
    pub async fn look(&self, id: &OrderId) -> Order {
        let (status, order) = self.order(&self.backend.order(id, 0, 0, nonce())).await;
        assert_eq!(status, 200);
        order
    }
}
