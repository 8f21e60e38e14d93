//! The make-believe shop of the gallery: it drives a checkout by events and signs answers with a test key.
//! Not here: which scenes there are, and what things are called (`words`).

use checkout::{Action, Config, Effect, Env, Event, Reply, Saved, State, Ticket};
use protocol::json::Value;
use protocol::signature::Signer;
use protocol::verify::Answer;
use protocol::{
    Ask, Backend, Channel, Charge, Choice, Code, Currency, Delivery, DeliveryOption, DiscountCode, Fault, Item, Line, MerchantId, Method,
    Order, OrderId, OrderStatus, Payment, PaymentId, PaymentStatus, Pins, Price, PriceText, Problem, Quote, Receipt, Request, Sku, Surface,
    Tax, Ways,
};

use super::words::{self, Words};

/// When the gallery plays, unix seconds: 2026-11-22 10:00:00 UTC.
const START: i64 = 1_795_341_600;
/// What people call the order.
const NUMBER: &str = "7K3V0QM4TZ";
/// How long a code can be paid, seconds.
pub(super) const CODE_SECONDS: i64 = 900;
/// What is in the cart, with unit prices in fen.
const GOODS: [(&str, u32, i64); 3] = [("tea-100g", 2, 6800), ("gaiwan", 1, 12_800), ("oolong-50g", 1, 5200)];
/// Which of them comes in variants.
const OPTIONED: usize = 1;

/// Pictures that need no server: a leaf and a bowl. The third thing has none, as in many real shops.
const PICTURES: [&str; 2] = [
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Cpath fill='%23e3ecdf' d='M0 0h64v64H0z'/%3E%3Cpath fill='%232f6f4e' d='M14 48C14 24 28 14 50 14 50 38 38 50 18 47z'/%3E%3Cpath fill='none' stroke='%23e3ecdf' stroke-width='2' d='M14 50 40 24'/%3E%3C/svg%3E",
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Cpath fill='%23dde6ee' d='M0 0h64v64H0z'/%3E%3Cpath fill='%23fff' d='M14 26h36c0 14-8 22-18 22s-18-8-18-22z'/%3E%3Cpath fill='%234a6f94' d='M14 26h36v4H14zM24 48h16v4H24z'/%3E%3C/svg%3E",
];

/// A state with the moment it is looked at.
pub struct Scene {
    /// Where the checkout stands.
    pub state: State,
    /// The backend's time, unix seconds.
    pub now: Option<i64>,
    /// The same moment on the clock that the state was driven by, milliseconds.
    pub monotonic_ms: i64,
}

/// The order as the backend would tell it now.
pub(super) struct Told {
    pub(super) status: OrderStatus,
    pub(super) payment: PaymentStatus,
    pub(super) surface: Surface,
    pub(super) payload: Option<&'static str>,
    pub(super) follow: Option<&'static str>,
    seq: i64,
}

/// A checkout and the backend it talks to.
pub(super) struct Fixture {
    pub(super) methods: Vec<Method>,
    pub(super) shipping: i64,
    /// How the discount code fared, if there is one.
    pub(super) code: Option<&'static str>,
    pub(super) order: Told,
    pub(super) given: bool,
    /// Where the shopper is, if not where the payment is made.
    pub(super) place: Option<Surface>,
    /// ISO 4217 code of all amounts.
    pub(super) currency: &'static str,
    /// Whether the quote asks where the cart goes.
    pub(super) asks: bool,
    /// What the next "no" is about.
    pub(super) faults: Vec<Fault>,
    words: &'static Words,
    signer: Signer,
    pins: Pins,
    state: Option<State>,
    sent: Option<(Ticket, Request)>,
    /// Seconds since the start.
    elapsed: i64,
    steps: u8,
}

impl Fixture {
    pub(super) fn new(locale: &str) -> Fixture {
        let signer = Signer::from_seed([42; 32]).expect("an honest seed makes an honest key");
        let pins = Pins::parse(&signer.pin().token()).expect("the token of a pin is a pin");
        let order = Told {
            status: OrderStatus::Pending,
            payment: PaymentStatus::Waiting,
            surface: Surface::Qr,
            payload: Some("weixin://wxpay/bizpayurl?pr=p4lpSuKzz"),
            follow: None,
            seq: 1,
        };
        Fixture {
            methods: vec![method("wechat_pay")],
            shipping: 800,
            code: None,
            order,
            given: false,
            place: None,
            currency: "CNY",
            asks: false,
            faults: Vec::new(),
            words: words::of(locale),
            signer,
            pins,
            state: None,
            sent: None,
            elapsed: 0,
            steps: 0,
        }
    }

    pub(super) fn scene(self) -> Scene {
        let (monotonic_ms, place) = (self.elapsed * 1000, self.place());
        let state = self.state.unwrap_or_else(|| State::new(config(self.words, None, place)));
        Scene { now: state.server_now(monotonic_ms), monotonic_ms, state }
    }

    /// Lets an event happen, and does at once what other tabs would have to agree to.
    pub(super) fn on(&mut self, event: Event) {
        let given = self.given.then(order_id);
        let place = self.place();
        let state = self.state.take().unwrap_or_else(|| State::new(config(self.words, given, place)));
        self.steps += 1;
        let random = [self.steps; 16];
        let env = Env {
            monotonic_ms: self.elapsed * 1000,
            pins: &self.pins,
            nonce: random,
            key: random,
            jitter: 0,
            return_url: None,
            early: None,
        };
        let (state, effects) = state.step(event, &env);
        self.state = Some(state);
        for effect in effects {
            match effect {
                Effect::Send { ticket, request, .. } => self.sent = Some((ticket, request)),
                Effect::Claim => self.on(Event::Claimed(Saved::default())),
                Effect::Abort(_) | Effect::WakeAt(_) | Effect::Save(_) | Effect::Release | Effect::Emit(_) => {}
            }
        }
    }

    pub(super) fn act(&mut self, action: Action) {
        self.on(Event::Shopper(action));
    }

    /// Lets seconds pass.
    pub(super) fn pass(&mut self, seconds: i64) {
        self.elapsed += seconds;
    }

    /// A full cart, not priced yet.
    pub(super) fn start(&mut self) {
        self.on(Event::Started(Saved { items: items(), ..Saved::default() }));
    }

    /// A priced cart.
    pub(super) fn priced(&mut self) {
        self.start();
        self.answer_quote();
    }

    /// An order with its code.
    pub(super) fn ordered(&mut self) {
        self.priced();
        self.act(Action::Pay);
        self.answer(201, self.order_body());
    }

    /// An order that is paid on the shopper's own device.
    pub(super) fn ordered_here(&mut self, surface: Surface, payload: &'static str) {
        self.order.surface = surface;
        self.order.payload = Some(payload);
        self.ordered();
    }

    /// An order known from before a reload, answered as it stands.
    pub(super) fn resumed(&mut self) {
        self.on(Event::Started(Saved { order: Some(order_id()), ..Saved::default() }));
        self.answer(200, self.order_body());
    }

    /// An order whose money has arrived.
    pub(super) fn paid(&mut self) {
        self.ordered();
        self.pass(20);
        self.order.status = OrderStatus::Paid;
        self.order.payment = PaymentStatus::Paid;
        self.answer_order();
    }

    pub(super) fn answer_quote(&mut self) {
        self.answer(200, self.quote().to_json());
    }

    /// Tells that the order has changed.
    pub(super) fn answer_order(&mut self) {
        self.order.seq += 1;
        self.answer_order_again();
    }

    /// Tells how the order stands, changed or not.
    pub(super) fn answer_order_again(&mut self) {
        self.answer(200, self.order_body());
    }

    /// A signed "no".
    pub(super) fn refuse(&mut self, status: u16, code: &str) {
        let problem = Problem {
            merchant: merchant(),
            id: "1".to_owned(),
            code: code.to_owned(),
            status: i64::from(status),
            detail: "The gallery says no.".to_owned(),
            faults: self.faults.clone(),
            lines: if self.faults.is_empty() { Vec::new() } else { self.price(self.cart()).lines.clone() },
            currency: Some(self.currency()),
            more: None,
        };
        self.answer(status, problem.to_json());
    }

    /// An answer that somebody on the way has changed.
    pub(super) fn forge(&mut self) {
        let Some((ticket, mut answer)) = self.signed(200, Value::object([])) else { return };
        answer.body = b"{ }".to_vec();
        self.on(Event::Replied(ticket, Reply::Answer { answer, retry_after: None }));
    }

    /// No answer at all.
    pub(super) fn fail(&mut self, code: Code) {
        if let Some((ticket, _)) = self.sent.take() {
            self.on(Event::Replied(ticket, Reply::Failed(code)));
        }
    }

    fn answer(&mut self, status: u16, body: Value) {
        if let Some((ticket, answer)) = self.signed(status, body) {
            self.on(Event::Replied(ticket, Reply::Answer { answer, retry_after: None }));
        }
    }

    fn signed(&mut self, status: u16, body: Value) -> Option<(Ticket, Answer)> {
        let (ticket, request) = self.sent.take()?;
        let body = body.to_string().into_bytes();
        let signed = self.signer.sign_answer(&request, status, &body, START + self.elapsed).ok()?;
        let answer = signed.received(status, body);
        Some((ticket, answer))
    }

    fn ways(&self) -> Vec<Ways> {
        self.methods.iter().map(Ways::usual).collect()
    }

    fn currency(&self) -> Currency {
        Currency::parse(self.currency).expect("a fixed code")
    }

    fn place(&self) -> Surface {
        self.place.unwrap_or(self.order.surface)
    }

    fn quote(&self) -> Quote {
        Quote {
            merchant: merchant(),
            merchant_name: self.words.merchant.to_owned(),
            id: "quote-1".to_owned(),
            expires_at: START + self.elapsed + 600,
            price: self.price(self.cart()),
            methods: self.methods.clone(),
            ways: self.ways(),
            asks: if self.asks { vec![self.country()] } else { Vec::new() },
            deliveries: if self.asks { self.deliveries() } else { Vec::new() },
        }
    }

    fn country(&self) -> Ask {
        let options = ["AT", "CN", "DE", "JP", "SA"].map(Choice::plain).to_vec();
        let (name, kind) = ("country".to_owned(), "country".to_owned());
        Ask { name, kind, required: true, label: self.words.country.to_owned(), options, ..Ask::default() }
    }

    fn deliveries(&self) -> Vec<DeliveryOption> {
        let option = |id: &str, label: &str, amount, kind: &str, days| DeliveryOption {
            id: id.to_owned(),
            label: label.to_owned(),
            amount,
            kind: kind.to_owned(),
            days,
        };
        let post = self.answered().map(|_| option("post", self.words.shipping, self.shipping, "ship", Some((2, 4))));
        post.into_iter().chain([option("shop", self.words.pickup, 0, "pickup", None)]).collect()
    }

    /// The country that the request under way names.
    fn answered(&self) -> Option<&str> {
        let (_, request) = self.sent.as_ref()?;
        request.url.split(['?', '&']).find_map(|pair| pair.strip_prefix("country="))
    }

    /// What is in the cart now.
    fn cart(&self) -> &[Item] {
        self.state.as_ref().map_or(&[], |state| state.items())
    }

    fn price(&self, items: &[Item]) -> PriceText {
        let lines: Vec<Line> = items.iter().map(|item| self.line(item)).collect();
        let subtotal: i64 = lines.iter().map(|line| line.total).sum();
        let is_delivered = !self.asks || self.answered().is_some();
        let total = subtotal - 2000 + if is_delivered { self.shipping } else { 0 };
        PriceText::of(Price {
            currency: self.currency(),
            lines,
            subtotal,
            discounts: vec![Charge { label: self.words.discount.to_owned(), amount: 2000 }],
            discount_code: self.code.map(|state| DiscountCode { code: "8888".to_owned(), state: state.to_owned() }),
            country: self.answered().map(str::to_owned),
            region: None,
            delivery: is_delivered.then(|| Delivery {
                id: self.asks.then(|| "post".to_owned()),
                label: self.words.shipping.to_owned(),
                amount: self.shipping,
            }),
            taxes: vec![Tax { label: self.words.tax.to_owned(), rate: Some("13".to_owned()), amount: total * 13 / 113, included: true }],
            rounding: 0,
            total,
        })
    }

    fn line(&self, item: &Item) -> Line {
        let at = GOODS.iter().position(|(known, ..)| *known == item.sku.as_str()).unwrap_or(0);
        let (_, _, unit_price) = GOODS[at];
        let image = PICTURES.get(at).map(|&picture| picture.to_owned());
        let total = unit_price * i64::from(item.quantity);
        let options = (at == OPTIONED).then(|| self.words.options.to_owned());
        Line { item: item.clone(), name: self.words.goods[at].to_owned(), options, image, unit_price, total }
    }

    fn order_body(&self) -> Value {
        let price = self.price(&items());
        let money = price.money();
        let receipt = Receipt {
            merchant: merchant(),
            order: order_id(),
            money,
            method: self.methods[0].clone(),
            transaction: "4200002345202611223456789012".to_owned(),
            paid_at: START + self.elapsed - 2,
            number: Some(NUMBER.to_owned()),
            price: Some(price.clone()),
        };
        let payment = Payment {
            id: PaymentId::parse("pay_q83vEjRWeJCrze8SNFZ4kA").expect("a fixed id"),
            method: self.methods[0].clone(),
            surface: self.order.surface,
            status: self.order.payment,
            payload: self.order.payload.map(str::to_owned),
            expires_at: START + CODE_SECONDS,
        };
        let order = Order {
            merchant: merchant(),
            merchant_name: self.words.merchant.to_owned(),
            id: order_id(),
            number: Some(NUMBER.to_owned()),
            seq: self.order.seq,
            status: self.order.status,
            amount: money.amount,
            currency: money.currency,
            channel: Channel::Cart,
            price,
            expires_at: START + 7200,
            methods: self.methods.clone(),
            ways: self.ways(),
            asks: Vec::new(),
            deliveries: Vec::new(),
            answers_digest: None,
            payment: Some(payment),
            receipt: self.order.status.has_money().then(|| receipt.sign(&self.signer)),
            follow: self.order.follow.map(str::to_owned),
        };
        order.to_json()
    }
}

fn config(words: &Words, order: Option<OrderId>, surface: Surface) -> Config {
    let backend = Backend::parse("https://pay.example.com").expect("a fixed address");
    Config { backend, order, methods: Vec::new(), locale: words.locale.to_owned(), code: String::new(), client_reference: None, surface }
}

fn items() -> Vec<Item> {
    GOODS.iter().map(|&(name, quantity, _)| Item { sku: sku(name), quantity }).collect()
}

pub(super) fn sku(name: &str) -> Sku {
    Sku::parse(name).expect("a fixed name")
}

pub(super) fn method(name: &str) -> Method {
    Method::parse(name).expect("a fixed name")
}

pub(super) fn order_id() -> OrderId {
    OrderId::parse("ord_k7Jv0Qm3TzWn5sXbYc2LdA").expect("a fixed id")
}

fn merchant() -> MerchantId {
    MerchantId::parse("mountain-tea").expect("a fixed id")
}
