//! A shopper whose mind is chance, and the merchant's hand that returns money: orders, repeats, looks, asks for other codes, pays them
//! once or more, gives up. A request that got no answer is made again under the same key, in this life of the server or the next.

use std::collections::BTreeSet;

use protocol::{Currency, Digest, Expected, IdempotencyKey, Item, Method, NewOrder, Nonce, OrderId, Request, Sku, Way};
use reqwest::{RequestBuilder, StatusCode};
use sandbox::{PayProblem, Sandbox};
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::world::Street;

/// What tea costs with shipping, minor units.
const PRICE: i64 = 8_000;
const METHODS: [&str; 3] = ["wechat_pay", "wechat_pay", "alipay"];

/// What a hand does with a code.
type Act = fn(&Sandbox, &str) -> Result<(), PayProblem>;

/// The server is down.
pub struct Down;

#[derive(Clone)]
enum Wish {
    Create,
    NewCode(&'static str),
    Cancel,
    Refund(Option<i64>),
}

pub struct Shopper {
    chance: Chance,
    /// What has not been answered yet, with its key.
    wish: Option<(Wish, [u8; 16])>,
    method: &'static str,
    /// All orders that answers named: one, if all is well.
    pub orders: BTreeSet<String>,
    codes: Vec<String>,
    steps: u64,
}

impl Shopper {
    pub fn new(mut chance: Chance) -> Shopper {
        let (key, method, steps) = (chance.bytes(), chance.one_of(&METHODS), chance.below(9) + 2);
        Shopper { chance, wish: Some((Wish::Create, key)), method, orders: BTreeSet::new(), codes: Vec::new(), steps }
    }

    /// Goes on until nothing more is wanted. Answers whether that is so, or the server went down before.
    pub async fn shop(mut self, street: Street) -> (Shopper, bool) {
        while self.wish.is_some() || self.steps > 0 {
            if self.step(&street).await.is_err() {
                return (self, false);
            }
            street.passed_by(&mut self.chance);
        }
        (self, true)
    }

    async fn step(&mut self, street: &Street) -> Result<(), Down> {
        if let Some((wish, key)) = self.wish.clone() {
            return self.wishes(street, &wish, key).await;
        }
        self.steps = self.steps.saturating_sub(1);
        let wish = match self.chance.below(100) {
            0..=19 => return self.looks(street).await,
            20..=59 => {
                self.holds_phone(street);
                return Ok(());
            }
            60..=74 => Wish::NewCode(self.chance.one_of(&METHODS)),
            75..=84 => Wish::Cancel,
            85..=92 => Wish::Refund(None),
            _ => Wish::Refund(Some(i64::try_from(self.chance.below(5_000)).unwrap() + 1)),
        };
        self.wish = Some((wish, self.chance.bytes()));
        Ok(())
    }

    /// Makes a request until it is answered, sometimes twice at once.
    async fn wishes(&mut self, street: &Street, wish: &Wish, key: [u8; 16]) -> Result<(), Down> {
        let (status, body) = if self.chance.percent(15) {
            let (one, other) = (self.request(street, wish, key), self.request(street, wish, key));
            let (one, other) = tokio::join!(street.ask(one), street.ask(other));
            self.hear(&other?.1);
            one?
        } else {
            let request = self.request(street, wish, key);
            street.ask(request).await?
        };
        self.hear(&body);
        // What failed at the provider's, or inside, is asked for again; everything else is an answer.
        let tries_again = status.is_server_error() && (self.orders.is_empty() || self.chance.percent(80));
        if !tries_again {
            self.wish = None;
        }
        Ok(())
    }

    fn request(&mut self, street: &Street, wish: &Wish, key: [u8; 16]) -> RequestBuilder {
        let (nonce, key) = (Nonce::from_random(self.chance.bytes()), IdempotencyKey::from_random(key));
        let backend = &street.backend;
        let request = match wish {
            Wish::Create => {
                let items = [Item { sku: Sku::parse("tea-100g").unwrap(), quantity: 1 }];
                let quote_digest = Digest::of(b"the quote is not what this is about");
                let expected = Expected { total: PRICE, currency: Currency::parse("CNY").unwrap(), quote_digest };
                let method = Method::parse(self.method).unwrap();
                backend.create_order(&NewOrder { items: &items, way: Way::qr(&method), locale: "en", code: "", expected }, nonce, key)
            }
            Wish::NewCode(method) => backend.new_payment(&self.order(), &Way::qr(&Method::parse(method).unwrap()), nonce, key),
            Wish::Cancel => backend.cancel(&self.order(), nonce, key),
            Wish::Refund(amount) => {
                let path = format!("/admin/v1/orders/{}/refunds", self.order());
                return street.by_merchant(&path, key.as_str(), &amount.map_or(json!({}), |amount| json!({ "amount": amount })));
            }
        };
        street.by_shopper(&request)
    }

    async fn looks(&mut self, street: &Street) -> Result<(), Down> {
        let request: Request = street.backend.order(&self.order(), 0, 0, Nonce::from_random(self.chance.bytes()));
        let (status, body) = street.ask(street.by_shopper(&request)).await?;
        assert_ne!(status, StatusCode::NOT_FOUND, "an order is lost: {body}");
        self.hear(&body);
        Ok(())
    }

    /// Remembers an order and its code. Answers of the admin API hold the order as a member.
    fn hear(&mut self, body: &Value) {
        let order = if body["order"].is_object() { &body["order"] } else { body };
        if let (Some("order"), Some(id)) = (order["type"].as_str(), order["id"].as_str()) {
            self.orders.insert(id.to_owned());
            self.codes.extend(order["payment"]["payload"].as_str().map(str::to_owned).filter(|code| !self.codes.contains(code)));
        }
    }

    /// Pays a code of now or of before, twice if it can be done, or only looks at it. What the wallet says is between the two.
    fn holds_phone(&mut self, street: &Street) {
        let newest = if self.chance.percent(70) { self.codes.last() } else { self.codes.first() };
        let Some(code) = newest else { return };
        let sandbox = &street.sandbox;
        let acts: &[Act] = match self.chance.below(20) {
            0 => &[Sandbox::scan],
            1 => &[Sandbox::decline],
            2 => &[Sandbox::pay, Sandbox::pay],
            _ => &[Sandbox::pay],
        };
        acts.iter().for_each(|act| _ = act(sandbox, code));
    }

    fn order(&self) -> OrderId {
        OrderId::parse(self.orders.first().expect("the order comes first")).unwrap()
    }
}
