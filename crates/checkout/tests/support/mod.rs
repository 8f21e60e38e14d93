//! A checkout under test: a shell that performs nothing, a clock that is moved by hand, and a backend that signs what it is told.
#![allow(dead_code, reason = "each test file uses its part")]

use checkout::{Action, Config, EarlyRequest, Effect, Env, Event, PageEvent, Reply, Saved, State, Ticket};
use protocol::signature::Signer;
use protocol::verify::Answer;
use protocol::{
    Backend, Channel, Currency, Fault, Item, Line, MerchantId, Method, Order, OrderId, OrderStatus, Payment, PaymentId, PaymentStatus,
    Pins, Price, PriceText, Problem, Quote, Receipt, Request, Sku, Surface,
};

/// Backend's time when the monotonic clock says 0, unix seconds.
pub const EPOCH: i64 = 1_800_000_000;
pub const PAYLOAD: &str = "weixin://wxpay/bizpayurl?pr=p4lpSuKzz";

/// A widget without a browser.
pub struct Shell {
    pub state: State,
    pub now_ms: i64,
    pub signer: Signer,
    pins: Pins,
    chance: u8,
    /// Requests neither answered nor aborted.
    pub open: Vec<(Ticket, Request)>,
    pub wake_at: Option<i64>,
    pub emitted: Vec<PageEvent>,
    /// Addresses of files that were bought.
    pub loaded: Vec<String>,
    pub saves: Vec<Saved>,
    /// What this tab keeps of what was typed.
    pub kept: String,
    pub sent: usize,
    pub claims: usize,
    pub return_url: Option<&'static str>,
    pub early: Option<EarlyRequest>,
    pub releases: usize,
}

pub fn config() -> Config {
    Config {
        backend: Backend::parse("https://pay.example.com").unwrap(),
        order: None,
        methods: vec![],
        locale: "en".into(),
        code: String::new(),
        client_reference: None,
        surface: Surface::Qr,
        owner: None,
    }
}

impl Shell {
    pub fn new(config: Config) -> Shell {
        let signer = Signer::from_seed([7; 32]).unwrap();
        let pins = Pins::parse(&signer.pin().token()).unwrap();
        Shell {
            state: State::new(config),
            now_ms: 0,
            signer,
            pins,
            chance: 0,
            open: vec![],
            wake_at: None,
            emitted: vec![],
            loaded: vec![],
            saves: vec![],
            kept: String::new(),
            sent: 0,
            claims: 0,
            return_url: None,
            early: None,
            releases: 0,
        }
    }

    /// A widget whose storage was empty.
    pub fn started() -> Shell {
        let mut shell = Shell::new(config());
        shell.happen(Event::Started(Saved::default()));
        shell
    }

    /// … with a priced cart.
    pub fn quoted() -> Shell {
        let mut shell = Shell::started();
        shell.act(Action::Add(sku("tea"), 2));
        shell.answer_quote();
        shell
    }

    /// … with an order whose code is on the screen and whose poll is held.
    pub fn awaiting() -> Shell {
        let mut shell = Shell::quoted();
        shell.act(Action::Pay);
        shell.grant();
        let order = shell.order(1);
        shell.answer_order(201, &order);
        shell
    }

    pub fn happen(&mut self, event: Event) {
        self.chance = self.chance.wrapping_add(1);
        let env = Env {
            monotonic_ms: self.now_ms,
            pins: &self.pins,
            nonce: [self.chance; 16],
            key: [self.chance; 16],
            salt: [self.chance; 16],
            owner: [self.chance; 16],
            jitter: 255,
            fits: |pattern, text| pattern == r"\d{5}" && text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()),
            return_url: self.return_url,
            early: self.early.as_ref(),
        };
        let (state, effects) = self.state.clone().step(event, &env);
        self.state = state;
        for effect in effects {
            match effect {
                Effect::Send { ticket, request, .. } => {
                    self.sent += 1;
                    self.open.push((ticket, request));
                }
                Effect::Abort(ticket) => self.open.retain(|(open, _)| *open != ticket),
                Effect::WakeAt(at) => self.wake_at = at,
                Effect::Save(saved) => self.saves.push(saved),
                Effect::KeepAnswers(text) => self.kept = text,
                Effect::Claim => self.claims += 1,
                Effect::Release => self.releases += 1,
                Effect::Load(url) => self.loaded.push(url),
                Effect::Emit(event) => self.emitted.push(event),
            }
        }
        assert!(self.open.len() <= 1, "one request in flight");
    }

    pub fn act(&mut self, action: Action) {
        self.happen(Event::Shopper(action));
    }

    /// Grants the claim with what was saved last.
    pub fn grant(&mut self) {
        self.happen(Event::Claimed(self.saves.last().cloned().unwrap_or_default()));
    }

    /// Lets time pass; wakes the widget when it asked for it.
    pub fn pass(&mut self, ms: i64) {
        let end = self.now_ms + ms;
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            self.now_ms = self.now_ms.max(at);
            self.wake_at = None;
            self.happen(Event::Woke);
        }
        self.now_ms = end;
    }

    pub fn server_now(&self) -> i64 {
        EPOCH + self.now_ms / 1000
    }

    pub fn request(&self) -> &Request {
        &self.open.last().expect("a request is in flight").1
    }

    pub fn signed(&self, request: &Request, status: u16, body: &str) -> Answer {
        let signed = self.signer.sign_answer(request, status, body.as_bytes(), self.server_now()).unwrap();
        Answer { cross_origin: true, ..signed.received(status, body.as_bytes().to_vec()) }
    }

    /// Answers the request in flight with a signed body.
    pub fn answer(&mut self, status: u16, body: &str) {
        let answer = self.signed(&self.request().clone(), status, body);
        self.reply(Reply::Answer { answer, retry_after: None });
    }

    pub fn reply(&mut self, reply: Reply) {
        let (ticket, _) = self.open.pop().expect("a request is in flight");
        self.happen(Event::Replied(ticket, reply));
    }

    pub fn fail(&mut self, code: protocol::Code) {
        self.reply(Reply::Failed(code));
    }

    pub fn answer_quote(&mut self) {
        let quote = quote(self.state.items(), self.server_now());
        self.answer(200, &quote.to_json().to_string());
    }

    pub fn answer_order(&mut self, status: u16, order: &Order) {
        self.answer(status, &order.to_json().to_string());
    }

    pub fn answer_problem(&mut self, status: u16, code: &str) {
        self.answer_faults(status, code, &[]);
    }

    /// A signed "no" to answers: names of asks, each with what is wrong.
    pub fn refuse_answers(&mut self, wrong: &[(&str, &str)]) {
        let fault = |(field, code): &(&str, &str)| Fault { code: (*code).into(), field: Some((*field).into()), ..Fault::default() };
        self.answer_no(400, "answers-refused", wrong.iter().map(fault).collect());
    }

    /// A signed "no" that is about lines: their SKUs, and how many of each are left.
    pub fn answer_faults(&mut self, status: u16, code: &str, lines: &[(&str, Option<i64>)]) {
        let fault = |(sku, left): &(&str, Option<i64>)| Fault { code: code.into(), sku: Some((*sku).into()), field: None, left: *left };
        self.answer_no(status, code, lines.iter().map(fault).collect());
    }

    fn answer_no(&mut self, status: u16, code: &str, faults: Vec<Fault>) {
        let problem = Problem {
            merchant: MerchantId::parse("demo").unwrap(),
            id: "req_1".into(),
            code: code.into(),
            status: status.into(),
            detail: "No.".into(),
            faults,
            lines: Vec::new(),
            currency: None,
            more: None,
        };
        self.answer(status, &problem.to_json().to_string());
    }

    /// The order the backend would make of the quote on the screen.
    pub fn order(&self, seq: i64) -> Order {
        order(self.state.items(), seq, self.server_now())
    }

    pub fn paid(&self, seq: i64) -> Order {
        let last = self.state.order().expect("an order is on the screen");
        self.paid_from(last, seq)
    }

    pub fn paid_from(&self, last: &Order, seq: i64) -> Order {
        let receipt = Receipt {
            is_test: false,
            merchant: last.merchant.clone(),
            order: last.id.clone(),
            money: last.money(),
            method: method(),
            transaction: "4200".into(),
            paid_at: self.server_now(),
            number: None,
            price: Some(last.price.clone()),
        };
        let mut order = Order { seq, status: OrderStatus::Paid, receipt: Some(receipt.sign(&self.signer)), ..last.clone() };
        if let Some(payment) = &mut order.payment {
            payment.status = PaymentStatus::Paid;
        }
        order
    }

    pub fn count(&self, wanted: fn(&PageEvent) -> bool) -> usize {
        self.emitted.iter().filter(|event| wanted(event)).count()
    }

    pub fn errors(&self) -> Vec<&'static str> {
        let code = |event: &PageEvent| if let PageEvent::Error(code) = event { Some(code.as_str()) } else { None };
        self.emitted.iter().filter_map(code).collect()
    }
}

pub fn is_paid(event: &PageEvent) -> bool {
    matches!(event, PageEvent::Paid(..))
}

pub fn sku(text: &str) -> Sku {
    Sku::parse(text).unwrap()
}

pub fn method() -> Method {
    Method::parse("wechat_pay").unwrap()
}

pub fn line(item: &Item) -> Line {
    let total = 1250 * i64::from(item.quantity);
    Line { item: item.clone(), name: "Tea".into(), options: None, image: None, unit_price: 1250, total }
}

pub fn price(items: &[Item]) -> PriceText {
    PriceText::of(Price::of_lines(Currency::parse("CNY").unwrap(), items.iter().map(line).collect()))
}

pub fn quote(items: &[Item], now: i64) -> Quote {
    Quote {
        merchant: MerchantId::parse("demo").unwrap(),
        merchant_name: "Mountain Tea".into(),
        id: "quo_1".into(),
        expires_at: now + 600,
        is_test: false,
        price: price(items),
        methods: vec![method()],
        ways: vec![],
        asks: vec![],
        deliveries: vec![],
    }
}

pub fn order(items: &[Item], seq: i64, now: i64) -> Order {
    let price = price(items);
    Order {
        merchant: MerchantId::parse("demo").unwrap(),
        merchant_name: "Mountain Tea".into(),
        id: OrderId::parse("ord_1").unwrap(),
        number: None,
        seq,
        status: OrderStatus::Pending,
        amount: price.total,
        currency: price.currency,
        channel: Channel::Cart,
        is_test: false,
        price,
        expires_at: now + 1800,
        methods: vec![method()],
        ways: vec![],
        payment: Some(payment("pay_1", now + 900)),
        fulfilment: vec![],
        receipt: None,
        follow: None,
        asks: Vec::new(),
        deliveries: Vec::new(),
        answers_digest: None,
    }
}

pub fn payment(id: &str, expires_at: i64) -> Payment {
    Payment {
        id: PaymentId::parse(id).unwrap(),
        method: method(),
        surface: Surface::Qr,
        status: PaymentStatus::Waiting,
        payload: Some(PAYLOAD.into()),
        expires_at,
    }
}
