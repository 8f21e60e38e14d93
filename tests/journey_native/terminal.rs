//! The second shell: performs what the mind asks, over real HTTP, and shows nothing. It judges as little as the first.

use std::collections::VecDeque;
use std::time::Duration;

use checkout::{Action, Config, Effect, Env, Event, OrderOutcome, PageEvent, Reply, Saved, Screen, State, Ticket};
use protocol::verify::Answer;
use protocol::{Backend, Code, Item, Opened, Order, Pins, Quote, Request, Sku, Surface, Verified};
use testing::Clock;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;

/// How long real servers may take for an answer that is due. Reached only when a journey goes wrong.
const PATIENCE: Duration = Duration::from_secs(20);
/// While the backend holds a poll, an alarm as near as this is waited for, milliseconds.
const NEAR_MS: i64 = 2_000;

type Answers = (UnboundedSender<(Ticket, Reply)>, UnboundedReceiver<(Ticket, Reply)>);

/// A request under way; dropping it ends it.
struct Call {
    ticket: Ticket,
    /// Whether the backend may hold it.
    is_held: bool,
    gives_up_at: i64,
    abort: AbortHandle,
}

/// A checkout without a screen.
pub struct Terminal {
    state: Option<State>,
    pins: Pins,
    clock: Clock,
    client: reqwest::Client,
    call: Option<Call>,
    answers: Answers,
    alarm: Option<i64>,
    saved: Saved,
    told: Vec<PageEvent>,
    return_url: Option<String>,
}

impl Terminal {
    /// A widget on a page that has seen nothing before.
    pub fn open(backend: &str, pin: &str, clock: &Clock) -> Terminal {
        Terminal::resume(backend, pin, clock, Saved::default())
    }

    /// A widget on a page whose storage holds that.
    pub fn resume(backend: &str, pin: &str, clock: &Clock, saved: Saved) -> Terminal {
        Terminal::resume_on(Surface::Qr, None, backend, pin, clock, saved)
    }

    /// The same where the shopper would pay on that surface, and comes back to that page.
    pub fn resume_on(surface: Surface, return_url: Option<String>, backend: &str, pin: &str, clock: &Clock, saved: Saved) -> Terminal {
        let config = Config {
            backend: Backend::parse(backend).unwrap(),
            order: None,
            methods: Vec::new(),
            locale: "en".to_owned(),
            code: String::new(),
            client_reference: None,
            surface,
            owner: None,
        };
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut terminal = Terminal {
            state: Some(State::new(config)),
            pins: Pins::parse(pin).unwrap(),
            clock: clock.clone(),
            client,
            call: None,
            answers: unbounded_channel(),
            alarm: None,
            saved: saved.clone(),
            told: Vec::new(),
            return_url,
        };
        terminal.handle(Event::Started(saved));
        terminal
    }

    pub fn add(&mut self, sku: &str, quantity: u32) {
        self.does(Action::Add(Sku::parse(sku).unwrap(), quantity));
    }

    /// The shopper does something.
    pub fn does(&mut self, action: Action) {
        self.handle(Event::Shopper(action));
    }

    /// Takes in an event, and those that follow from it at once.
    pub fn handle(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.step(event) {
                events.extend(self.perform(effect));
            }
        }
    }

    /// Lets the world go on until the screen has that name.
    pub async fn comes_to(&mut self, name: &str) {
        while self.state().name() != name {
            self.go_on().await;
        }
    }

    /// Lets the world go on until the page has heard something so many times.
    pub async fn hears(&mut self, times: usize, what: impl Fn(&PageEvent) -> bool) {
        while self.count(&what) < times {
            self.go_on().await;
        }
    }

    /// Lets the world go on until what is for the buyer alone is told.
    pub async fn is_opened(&mut self) -> Opened {
        loop {
            if let Some(opened) = self.state().opened() {
                return Opened::clone(opened);
            }
            self.go_on().await;
        }
    }

    /// Lets the world go on until nothing is under way but a poll that the backend holds.
    pub async fn comes_to_rest(&mut self) {
        while !self.call.as_ref().is_some_and(|call| call.is_held) {
            self.go_on().await;
        }
    }

    pub fn state(&self) -> &State {
        self.state.as_ref().unwrap()
    }

    pub fn order(&self) -> &Verified<Order> {
        self.state().order().unwrap()
    }

    /// The price on the screen.
    pub fn quote(&self) -> &Verified<Quote> {
        match self.state().screen() {
            Screen::Quoted { quote, .. } => quote,
            _ => panic!("no price on {}", self.state().name()),
        }
    }

    /// What the code on the screen encodes, or where its link leads; panics when there is none.
    pub fn code(&self) -> String {
        assert!(self.state().outcome() == Some(OrderOutcome::Awaiting), "no code on {}", self.state().name());
        self.state().way_to(self.order().payment.as_ref().unwrap().payload.as_ref().unwrap())
    }

    pub fn items(&self) -> &[Item] {
        self.state().items()
    }

    /// What a reload would find.
    pub fn saved(&self) -> Saved {
        self.saved.clone()
    }

    /// Every order that the page was told to be paid: id, minor units, currency.
    pub fn paid(&self) -> Vec<(String, i64, String)> {
        let paid = self.told.iter().filter_map(|event| match event {
            PageEvent::Paid(order, receipt) => {
                assert_eq!((order.id.as_str(), order.money()), (receipt.order.as_str(), receipt.money));
                Some((order.id.to_string(), order.amount, order.currency.as_str().to_owned()))
            }
            _ => None,
        });
        paid.collect()
    }

    /// Codes of what went wrong so far, in order.
    pub fn troubles(&self) -> Vec<String> {
        let code = |event: &PageEvent| match event {
            PageEvent::Error(code) => Some(code.as_str().to_owned()),
            PageEvent::Refusal { code, .. } => Some(code.clone()),
            _ => None,
        };
        self.told.iter().filter_map(code).collect()
    }

    /// How many events the page has heard of a kind.
    pub fn count(&self, what: impl Fn(&PageEvent) -> bool) -> usize {
        self.told.iter().filter(|event| what(event)).count()
    }

    /// One thing happens: an answer comes in, a time-out or an alarm is due, or, when nothing else is left, time passes.
    async fn go_on(&mut self) {
        if let Ok(answer) = self.answers.1.try_recv() {
            return self.answered(answer);
        }
        let now = self.clock.now_ms();
        let gives_up_at = self.call.as_ref().map(|call| call.gives_up_at).filter(|at| *at <= now);
        match (self.alarm.filter(|at| *at <= now), gives_up_at) {
            (Some(alarm), Some(limit)) if limit < alarm => self.give_up(),
            (None, Some(_)) => self.give_up(),
            (Some(_), _) => self.wake(),
            (None, None) => self.wait().await,
        }
    }

    async fn wait(&mut self) {
        let near = match &self.call {
            None => i64::MAX,
            Some(call) if call.is_held => self.clock.now_ms() + NEAR_MS,
            Some(_) => i64::MIN,
        };
        match self.alarm.filter(|at| *at <= near) {
            Some(alarm) => self.clock.reach(alarm),
            None => {
                let answer = tokio::time::timeout(PATIENCE, self.answers.1.recv()).await;
                match answer {
                    Ok(answer) => self.answered(answer.unwrap()),
                    Err(_) => panic!("nothing happens any more on {:?}; heard {:?}", self.state().screen(), self.told),
                }
            }
        }
    }

    fn answered(&mut self, (ticket, reply): (Ticket, Reply)) {
        _ = self.call.take_if(|call| call.ticket == ticket);
        self.handle(Event::Replied(ticket, reply));
    }

    fn give_up(&mut self) {
        if let Some(call) = self.call.take() {
            self.handle(Event::Replied(call.ticket, Reply::Failed(Code::NetTimeout)));
        }
    }

    fn wake(&mut self) {
        self.alarm = None;
        self.handle(Event::Woke);
    }

    fn step(&mut self, event: Event) -> Vec<Effect> {
        let env = Env {
            monotonic_ms: self.clock.now_ms(),
            pins: &self.pins,
            nonce: chance(),
            key: chance(),
            salt: chance(),
            owner: chance(),
            jitter: chance::<1>()[0],
            fits: |_, _| true,
            return_url: self.return_url.as_deref(),
            early: None,
        };
        let (state, effects) = self.state.take().unwrap().step(event, &env);
        self.state = Some(state);
        effects
    }

    /// Returns what happens at once.
    fn perform(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Send { ticket, request, timeout_ms } => self.send(ticket, request, timeout_ms),
            Effect::Abort(ticket) => drop(self.call.take_if(|call| call.ticket == ticket)),
            Effect::WakeAt(at) => self.alarm = at,
            Effect::Save(saved) => self.saved = saved,
            // There is no other tab.
            Effect::Claim => return Some(Event::Claimed(self.saved.clone())),
            Effect::Release | Effect::KeepAnswers(_) | Effect::Load(_) => {}
            Effect::Emit(event) => self.told.push(event),
        }
        None
    }

    fn send(&mut self, ticket: Ticket, request: Request, timeout_ms: u32) {
        let (client, answers) = (self.client.clone(), self.answers.0.clone());
        let is_held = request.wait > 0;
        let exchange = tokio::spawn(async move {
            let reply = exchange(&client, request).await.unwrap_or(Reply::Failed(Code::NetFailed));
            // The terminal may be gone; then nobody waits for this.
            _ = answers.send((ticket, reply));
        });
        let gives_up_at = self.clock.now_ms() + i64::from(timeout_ms);
        self.call = Some(Call { ticket, is_held, gives_up_at, abort: exchange.abort_handle() });
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

/// One request exactly as the mind made it, and its answer untouched; none if the line broke.
async fn exchange(client: &reqwest::Client, request: Request) -> Option<Reply> {
    let incoming = testing::sending(client, &request).send().await.ok()?;
    let header = |name: &str| {
        let values: Vec<&str> = incoming.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    };
    let retry_after = header("retry-after").and_then(|seconds| seconds.parse().ok());
    let answer = Answer::of(incoming.status().as_u16(), header, Vec::new());
    let body = incoming.bytes().await.ok()?.to_vec();
    Some(Reply::Answer { answer: Answer { body, ..answer }, retry_after })
}

fn chance<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    bytes
}
