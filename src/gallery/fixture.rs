//! The make-believe shop of the gallery: it drives a checkout by events and signs answers with a test key.
//! Not here: which scenes there are, what the shop says in its answers (`shop`), and what things are called (`words`).

use checkout::{Action, Config, Effect, Env, Event, Reply, Saved, State, Ticket};
use protocol::json::Value;
use protocol::signature::Signer;
use protocol::verify::Answer;
use protocol::{
    Backend, Code, Fault, Fulfilled, FulfilmentKind, Item, LicenceKeys, LinePart, MerchantId, Method, Opened, OpenedFile, OpenedTicket,
    OrderId, OrderStatus, PaymentStatus, Pins, Problem, Request, Shipment, Sku, Surface,
};

use super::words::{self, Words};

/// When the gallery plays, unix seconds: 2026-11-22 10:00:00 UTC.
pub(super) const START: i64 = 1_795_341_600;
/// How long a code can be paid, seconds.
pub(super) const CODE_SECONDS: i64 = 900;
/// What is in the cart, with unit prices in fen.
pub(super) const GOODS: [(&str, u32, i64); 3] = [("tea-100g", 2, 6800), ("gaiwan", 1, 12_800), ("oolong-50g", 1, 5200)];

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
    pub(super) seq: i64,
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
    /// Whether no money moves.
    pub(super) is_test: bool,
    /// Whether the quote asks where the cart goes.
    pub(super) asks: bool,
    /// Whether it, or an order of the shop's own, asks besides.
    pub(super) details: bool,
    /// … and what this widget has never heard of.
    pub(super) strange: bool,
    /// Where an order goes, if that is known.
    pub(super) country: Option<&'static str>,
    /// Whether somebody has answered the order.
    pub(super) is_answered: bool,
    /// What the next "no" is about.
    pub(super) faults: Vec<Fault>,
    /// What became of the things of the order.
    pub(super) fulfilment: Vec<Fulfilled>,
    /// The code to follow the shop by.
    pub(super) follow: Option<&'static str>,
    pub(super) words: &'static Words,
    pub(super) signer: Signer,
    pins: Pins,
    pub(super) state: Option<State>,
    pub(super) sent: Option<(Ticket, Request)>,
    /// Seconds since the start.
    pub(super) elapsed: i64,
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
            is_test: false,
            asks: false,
            details: false,
            strange: false,
            country: None,
            is_answered: false,
            faults: Vec::new(),
            fulfilment: Vec::new(),
            follow: None,
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
            salt: random,
            owner: random,
            jitter: 0,
            fits: |_, text| text.bytes().all(|byte| byte.is_ascii_digit()),
            return_url: None,
            early: None,
        };
        let (state, effects) = state.step(event, &env);
        self.state = Some(state);
        for effect in effects {
            match effect {
                Effect::Send { ticket, request, .. } => self.sent = Some((ticket, request)),
                Effect::Claim => self.on(Event::Claimed(Saved::default())),
                Effect::Abort(_)
                | Effect::WakeAt(_)
                | Effect::Save(_)
                | Effect::KeepAnswers(_)
                | Effect::Load(_)
                | Effect::Release
                | Effect::Emit(_) => {}
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

    /// A priced cart that goes to Germany, and what is asked besides.
    pub(super) fn asked(&mut self) {
        (self.asks, self.details) = (true, true);
        self.priced();
        self.act(Action::SendTo("DE".to_owned()));
        self.answer_quote();
        self.act(Action::Pay);
    }

    /// Types an answer.
    pub(super) fn type_in(&mut self, name: &str, text: &str) {
        self.act(Action::Answer(name.to_owned(), text.to_owned()));
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

    /// Part of what was paid is on its way, and the rest can be picked up.
    pub(super) fn shipped(&mut self) {
        self.paid();
        self.fulfilment = vec![
            Fulfilled { kind: FulfilmentKind::Shipped, at: START + 7_200, lines: vec![LinePart { line: 0, quantity: 1 }] },
            Fulfilled { kind: FulfilmentKind::ReadyForPickup, at: START + 9_000, lines: vec![LinePart { line: 1, quantity: 1 }] },
        ];
        // First what is for the buyer alone is told, then what changed, then that anew.
        self.open(Vec::new());
        self.answer_order();
        let link = Some("https://carrier.example/4711".to_owned());
        self.open(vec![Shipment { at: START + 7_200, carrier: Some("DHL".to_owned()), tracking: Some("00340434161094".to_owned()), link }]);
    }

    /// A ticket as doors read it.
    fn ticket(&self) -> OpenedTicket {
        let signed = protocol::Ticket {
            is_test: self.is_test,
            merchant: merchant(),
            number: "7Q2M4-KX9T".to_owned(),
            sku: "oolong-50g".to_owned(),
            event: "tea-2027".to_owned(),
            starts: Some("2027-03-21 18:00".to_owned()),
            place: None,
            issued_at: START,
        };
        let ticket = Some(signed.sign(&self.signer));
        let protocol::Ticket { number, sku, event, starts, place, .. } = signed;
        OpenedTicket { sku, number, event, starts, place, state: "good".to_owned(), ticket }
    }

    pub(super) fn open(&mut self, shipments: Vec<Shipment>) {
        let is_sent = !self.fulfilment.is_empty();
        let goods = is_sent.then(|| self.ticket());
        let opened = Opened {
            merchant: merchant(),
            order: order_id(),
            destination: if is_sent { ["Lin Wei", "Teestraße 4", "10115 Berlin"].map(str::to_owned).into() } else { Vec::new() },
            country: is_sent.then(|| "DE".to_owned()),
            shipments,
            follow: self.follow.map(str::to_owned),
            downloads: goods.iter().map(|_| OpenedFile { sku: "guide".to_owned(), name: "guide.pdf".to_owned(), left: 20 }).collect(),
            licence_keys: goods
                .iter()
                .map(|_| LicenceKeys { sku: "guide".to_owned(), keys: vec!["T4KQ-9MZX-22PB".to_owned()], owed: 0 })
                .collect(),
            tickets: goods.into_iter().collect(),
        };
        self.answer(200, opened.to_json());
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

    fn place(&self) -> Surface {
        self.place.unwrap_or(self.order.surface)
    }
}

fn config(words: &Words, order: Option<OrderId>, surface: Surface) -> Config {
    let backend = Backend::parse("https://pay.example.com").expect("a fixed address");
    Config {
        backend,
        order,
        methods: Vec::new(),
        locale: words.locale.to_owned(),
        code: String::new(),
        client_reference: None,
        surface,
        owner: None,
    }
}

pub(super) fn items() -> Vec<Item> {
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

pub(super) fn merchant() -> MerchantId {
    MerchantId::parse("mountain-tea").expect("a fixed id")
}
