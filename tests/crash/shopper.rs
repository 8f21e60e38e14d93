//! A shopper who follows a script or whose mind is chance, and the merchant's hand that makes some of the orders, tells what the bank has and returns money: orders,
//! repeats, looks, asks for other codes, pays them once or more, gives up. A request that got no answer is made again under the same key, in this life of the server or the next.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use protocol::{Answers, AnswersText, Cart, IdempotencyKey, Item, Method, NewOrder, Nonce, OrderId, OwnerKey, Request, Sku, Way};
use reqwest::{RequestBuilder, StatusCode};
use sandbox::{PayProblem, Sandbox};
use serde_json::{Value, json};

use crate::world::Street;
use testing::Chance;

/// What tea costs with shipping, minor units.
const PRICE: i64 = 8_000;
const METHODS: [&str; 3] = ["wechat_pay", "wechat_pay", "alipay"];
/// The method whose money no provider knows of.
pub const BANK: &str = "fps";
/// The reason of refunds that the provider has no part in.
pub const BY_HAND: &str = "by hand";
/// For how long an order of the shop can be paid, seconds.
const LIFE: i64 = 1_800;

/// What a hand does with a code.
type Act = fn(&Sandbox, &str) -> Result<(), PayProblem>;

/// The server is down.
pub struct Down;

#[derive(Clone, PartialEq)]
enum Wish {
    Create,
    NewCode(&'static str),
    Cancel,
    Close,
    Refund(Value),
    /// The bank has money: of that payment, in that booking.
    Confirm(String, Value),
    /// What a refund could not return went back by other means.
    Returned(String),
    /// That became of the things.
    Fulfil(&'static str),
    /// What lies behind the owner key.
    Open,
    /// Somebody comes to a door with that ticket.
    Admit(String),
}

/// What a shopper does next.
#[derive(Clone)]
enum Deed {
    Look,
    /// Does something with a phone, by chance.
    HoldPhone,
    Pay,
    /// Waits until the shop knows of the money.
    SeePaid,
    Ask(Wish),
}

/// Who makes the order, and who has its money.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A cart, paid by a wallet.
    Cart,
    /// The shop makes it, and it is paid by a wallet.
    Shop,
    /// The shop makes it, and it is paid by a bank.
    Bank,
}

/// One in three orders is the shop's own.
const KINDS: [Kind; 6] = [Kind::Cart, Kind::Cart, Kind::Cart, Kind::Cart, Kind::Shop, Kind::Bank];

/// The number of the parcel of a wish with that key.
fn tracking(key: [u8; 16]) -> String {
    IdempotencyKey::from_random(key).as_str().to_owned()
}

pub struct Shopper {
    chance: Chance,
    /// What is still to do, if chance has no say.
    script: Option<VecDeque<Deed>>,
    /// What has not been answered yet, with its key.
    wish: Option<(Wish, [u8; 16])>,
    kind: Kind,
    method: &'static str,
    /// All orders that answers named: one, if all is well.
    pub orders: BTreeSet<String>,
    codes: Vec<String>,
    payments: Vec<String>,
    /// What the bank told: the payment, the bank's id of the money, and whether that was acknowledged.
    pub bookings: Vec<(String, String, bool)>,
    /// Refunds that a person has to end.
    stuck: Vec<String>,
    /// Numbers of parcels that the shop was told of, and whether that was acknowledged.
    pub parcels: BTreeMap<String, bool>,
    tickets: Vec<String>,
    /// Tickets, and doors that were told to let somebody in by them.
    pub let_in: Vec<(String, String)>,
    /// What the owner key is made of.
    owner: [u8; 16],
    steps: u64,
}

impl Shopper {
    pub fn new(mut chance: Chance) -> Shopper {
        let (key, kind, steps) = (chance.bytes(), chance.one_of(&KINDS), chance.below(9) + 2);
        let method = if kind == Kind::Bank { BANK } else { chance.one_of(&METHODS) };
        Shopper::who(chance, None, key, kind, method, steps)
    }

    /// Shoppers whose story passes every fault point: one pays and is paid back, one gives up what the shop has ordered for them, one forgets,
    /// one asks for other codes.
    pub fn of_the_script() -> Vec<Shopper> {
        let pays = [Deed::Pay, Deed::SeePaid, Deed::Ask(Wish::Refund(json!({}))), Deed::Look];
        let turns = [Deed::Ask(Wish::NewCode("alipay")), Deed::Ask(Wish::Cancel), Deed::Ask(Wish::NewCode("wechat_pay"))];
        let scripts =
            [(Kind::Cart, &pays[..]), (Kind::Shop, &[Deed::Ask(Wish::Cancel)]), (Kind::Cart, &[Deed::Look]), (Kind::Cart, &turns)];
        let shoppers = scripts.into_iter().zip(1..).map(|((kind, deeds), number)| {
            let mut chance = Chance::new(number);
            let (key, script) = (chance.bytes(), Some(deeds.iter().cloned().collect()));
            Shopper::who(chance, script, key, kind, "wechat_pay", deeds.len().try_into().unwrap())
        });
        shoppers.collect()
    }

    fn who(chance: Chance, script: Option<VecDeque<Deed>>, key: [u8; 16], kind: Kind, method: &'static str, steps: u64) -> Shopper {
        let wish = Some((Wish::Create, key));
        let (orders, codes, payments, bookings, stuck) = Default::default();
        let (parcels, tickets, let_in, owner) = (BTreeMap::new(), Vec::new(), Vec::new(), key);
        Shopper { chance, script, wish, kind, method, orders, codes, payments, bookings, stuck, parcels, tickets, let_in, owner, steps }
    }

    /// Goes on until nothing more is wanted. Answers whether that is so, or the server went down before.
    pub async fn shop(mut self, street: Street) -> (Shopper, bool) {
        while self.wish.is_some() || self.steps > 0 {
            if self.step(&street).await.is_err() {
                return (self, false);
            }
            if self.script.is_none() {
                street.passed_by(&mut self.chance);
            }
        }
        (self, true)
    }

    async fn step(&mut self, street: &Street) -> Result<(), Down> {
        if let Some((wish, key)) = self.wish.clone() {
            return self.wishes(street, &wish, key).await;
        }
        let deed = match &self.script {
            Some(script) => script[script.len() - usize::try_from(self.steps).unwrap()].clone(),
            None => self.thinks_of_something(),
        };
        match deed {
            Deed::Look => _ = self.looks(street).await?,
            Deed::HoldPhone => self.holds_phone(street),
            Deed::Pay => street.sandbox.pay(self.codes.last().expect("the code comes first")).unwrap(),
            Deed::SeePaid => while self.looks(street).await? != "paid" {},
            Deed::Ask(wish) => self.wish = Some((wish, self.chance.bytes())),
        }
        self.steps = self.steps.saturating_sub(1);
        Ok(())
    }

    fn thinks_of_something(&mut self) -> Deed {
        let wish = match self.chance.below(120) {
            0..=9 => return Deed::Look,
            10..=19 if self.kind == Kind::Cart && self.tickets.is_empty() => Wish::Open,
            10..=19 => return Deed::Look,
            20..=59 if self.kind == Kind::Bank => self.books(),
            20..=59 => return Deed::HoldPhone,
            60..=74 if self.kind == Kind::Bank => Wish::NewCode(BANK),
            60..=74 => Wish::NewCode(self.chance.one_of(&METHODS)),
            75..=78 => Wish::Cancel,
            79..=82 => Wish::Close,
            83..=88 => Wish::Refund(json!({})),
            89..=91 if self.kind == Kind::Bank && !self.stuck.is_empty() => Wish::Returned(self.stuck.remove(0)),
            89..=91 => Wish::Refund(json!({ "amount": self.part(), "by_hand": true, "reason": BY_HAND })),
            92..=99 => Wish::Refund(json!({ "amount": self.part() })),
            100..=109 => Wish::Fulfil(self.chance.one_of(&["shipped", "shipped", "ready_for_pickup", "handed_over", "returned"])),
            _ if self.kind != Kind::Cart => return Deed::Look,
            _ if self.tickets.is_empty() => Wish::Open,
            _ => Wish::Admit(self.tickets[0].clone()),
        };
        Deed::Ask(wish)
    }

    /// Some of the money, minor units.
    fn part(&mut self) -> i64 {
        i64::try_from(self.chance.below(5_000)).unwrap() + 1
    }

    /// The bank's feed has money for a payment of now or of before: for the first time, once more, or other money.
    fn books(&mut self) -> Wish {
        let again = self.bookings.last().filter(|_| self.chance.percent(40)).cloned();
        let payment = if self.chance.percent(70) { self.payments.last() } else { self.payments.first() };
        let payment = payment.expect("the order comes first").clone();
        let (payment, transaction) = match again {
            Some((payment, transaction, _)) => (payment, transaction),
            // A feed that names the same money for several payments.
            None if self.chance.percent(30) => (payment, format!("bank-{}", self.chance.below(8))),
            None => (payment, format!("bank-{}", self.chance.below(u64::MAX))),
        };
        let amount = if self.chance.percent(10) { PRICE - 1 } else { PRICE };
        Wish::Confirm(payment, json!({ "amount": amount, "currency": "HKD", "transaction": transaction }))
    }

    /// Makes a request until it is answered, sometimes twice at once. Of refunds sometimes two at once are two.
    async fn wishes(&mut self, street: &Street, wish: &Wish, key: [u8; 16]) -> Result<(), Down> {
        if let Wish::Confirm(payment, booking) = wish {
            self.bookings.push((payment.clone(), booking["transaction"].as_str().unwrap().to_owned(), false));
        }
        if *wish == Wish::Fulfil("shipped") {
            self.parcels.entry(tracking(key)).or_default();
        }
        let twin = match wish {
            _ if self.script.is_some() => None,
            Wish::Refund(_) if self.chance.percent(20) => Some(self.chance.bytes()),
            // At two doors.
            Wish::Admit(_) if self.chance.percent(50) => Some(self.chance.bytes()),
            _ => Some(key).filter(|_| self.chance.percent(15)),
        };
        let (status, body) = if let Some(twin) = twin {
            let (one, other) = (self.request(street, wish, key), self.request(street, wish, twin));
            let (one, other) = tokio::join!(street.ask(one), street.ask(other));
            self.hear(&other?.1);
            one?
        } else {
            let request = self.request(street, wish, key);
            street.ask(request).await?
        };
        self.hear(&body);
        // Nothing that these shoppers order is ever out of reach.
        assert!(!matches!(wish, Wish::Create) || !status.is_client_error(), "an order was refused with {status}: {body}");
        if let (Wish::Confirm(..), true) = (wish, status.is_success()) {
            self.bookings.last_mut().expect("it was made").2 = true;
        }
        if *wish == Wish::Fulfil("shipped") && status.is_success() {
            self.parcels.insert(tracking(key), true);
        }
        // What failed at the provider's, or inside, is asked for again; everything else is an answer.
        let tries_again = status.is_server_error() && (self.script.is_some() || self.orders.is_empty() || self.chance.percent(80));
        if !tries_again {
            // Whoever has a ticket goes to the door with it.
            let ticket = self.tickets.first().filter(|_| *wish == Wish::Open).cloned();
            self.wish = ticket.map(|number| (Wish::Admit(number), self.chance.bytes()));
        }
        Ok(())
    }

    fn request(&mut self, street: &Street, wish: &Wish, key: [u8; 16]) -> RequestBuilder {
        let (nonce, key) = (Nonce::from_random(self.chance.bytes()), IdempotencyKey::from_random(key));
        let backend = &street.backend;
        let request = match wish {
            Wish::Create if self.kind != Kind::Cart => {
                let currency = if self.kind == Kind::Bank { "HKD" } else { "CNY" };
                let lines = json!([{ "name": "Made by the shop", "unit_price": PRICE }]);
                let order = json!({ "currency": currency, "method": self.method, "lines": lines, "expires_in": LIFE });
                return street.by_merchant("/admin/v1/orders", key.as_str(), &order);
            }
            Wish::Create => {
                let items = [Item { sku: Sku::parse("tea-100g").unwrap(), quantity: 1 }];
                let price_digest = testing::price_digest(&crate::goods::catalog(), backend.as_str(), &[("tea-100g", 1)], None);
                let method = Method::parse(self.method).unwrap();
                // The same at every attempt, and another shopper's is another one.
                let address = format!("{}@example.org", key.as_str().to_lowercase());
                let given = vec![("email".to_owned(), address)];
                let answers = AnswersText::of(Answers { salt: [7; 16], country: None, region: None, delivery: None, given });
                backend.create_order(
                    &NewOrder {
                        cart: Cart { items: &items, locale: "en", ..Cart::default() },
                        way: Way::qr(&method),
                        price_digest,
                        answers: Some(answers.text()),
                        owner: Some(OwnerKey::from_random(self.owner).digest()),
                    },
                    nonce,
                    key,
                )
            }
            Wish::NewCode(method) => backend.new_payment(&self.order(), &Way::qr(&Method::parse(method).unwrap()), nonce, key),
            Wish::Cancel => backend.cancel(&self.order(), nonce, key),
            Wish::Close => backend.close(&self.order(), nonce, key),
            Wish::Refund(refund) => {
                let path = format!("/admin/v1/orders/{}/refunds", self.order());
                return street.by_merchant(&path, key.as_str(), refund);
            }
            Wish::Confirm(payment, booking) => {
                return street.by_merchant(&format!("/admin/v1/payments/{payment}/confirm"), key.as_str(), booking);
            }
            Wish::Fulfil(kind) => {
                let path = format!("/admin/v1/orders/{}/fulfilments", self.order());
                let parcel = json!({ "kind": kind, "carrier": "DHL", "tracking": key.as_str() });
                let wish = if *kind == "shipped" { parcel } else { json!({ "kind": kind }) };
                return street.by_merchant(&path, key.as_str(), &wish);
            }
            Wish::Open => backend.open(&self.order(), &OwnerKey::from_random(self.owner), nonce, key),
            Wish::Admit(number) => {
                let door = json!({ "door": format!("door of {}", key.as_str()) });
                return street.by_merchant(&format!("/admin/v1/tickets/{number}/admit"), key.as_str(), &door);
            }
            Wish::Returned(refund) => {
                let path = format!("/admin/v1/orders/{}/refunds/{refund}/done", self.order());
                return street.by_merchant(&path, key.as_str(), &json!({}));
            }
        };
        street.by_shopper(&request)
    }

    /// Answers the order's status.
    async fn looks(&mut self, street: &Street) -> Result<String, Down> {
        let request: Request = street.backend.order(&self.order(), 0, 0, Nonce::from_random(self.chance.bytes()));
        let (status, body) = street.ask(street.by_shopper(&request)).await?;
        assert_ne!(status, StatusCode::NOT_FOUND, "an order is lost: {body}");
        self.hear(&body);
        Ok(body["status"].as_str().unwrap_or_default().to_owned())
    }

    /// Remembers an order, its payment and its code, its tickets, who was let in, and a refund that is stuck. Answers of the admin API hold the order as a member.
    fn hear(&mut self, body: &Value) {
        let order = if body["order"].is_object() { &body["order"] } else { body };
        if let (Some("order"), Some(id)) = (order["type"].as_str(), order["id"].as_str()) {
            self.orders.insert(id.to_owned());
            let payment = |member: &str| order["payment"][member].as_str().map(str::to_owned);
            self.codes.extend(payment("payload").filter(|code| !self.codes.contains(code)));
            self.payments.extend(payment("id").filter(|id| !self.payments.contains(id)));
        }
        let tickets = body["tickets"].as_array().into_iter().flatten().filter_map(|ticket| ticket["number"].as_str());
        self.tickets.extend(tickets.map(str::to_owned));
        if body["outcome"] == "admitted" {
            let text = |name: &str| body["ticket"][name].as_str().unwrap().to_owned();
            self.let_in.push((text("number"), text("door")));
        }
        if body["refund"]["status"] == "stuck" {
            self.stuck.extend(body["refund"]["id"].as_str().map(str::to_owned));
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
