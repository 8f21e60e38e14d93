//! One step of the state machine: takes an event apart, keeps the one request in flight, and says afterwards what to save and when to wake.
//! What an event means on a screen is in `shopping` (until an order is there) and `following` (from then on).

use protocol::verify::{Authentic, Context, authenticate};
use protocol::{Code, Method, Nonce, Problem, Request, Severity, Surface, Verified, Way};

use crate::state::{Flight, Purpose};
use crate::{Action, Connection, Doubt, Effect, Env, Event, PageEvent, Reply, Saved, Screen, State, Ticket, retry};

/// How long a plain request may take, milliseconds (docs/spec/http.md §1).
const TIMEOUT_MS: u32 = 15_000;
/// How long a held request may take beyond its wait, milliseconds.
const HELD_EXTRA_MS: u32 = 10_000;
/// A request younger than this is not sent again when the page comes back, milliseconds.
const FRESH_MS: i64 = 2_000;
/// The backend's word for a widget whose release it serves no more.
const OUTDATED: &str = "release-revoked";
/// How many earlier nonces are kept to tell a replay.
const EARLIER: usize = 16;

/// The state being changed, and what the change asks for.
pub(crate) struct Step<'a> {
    pub(crate) state: State,
    pub(crate) env: &'a Env<'a>,
    pub(crate) effects: Vec<Effect>,
}

/// What came of a request.
pub(crate) enum Outcome {
    /// The backend's own "yes", not judged further.
    Answer(Authentic),
    /// The backend's own "no".
    Refusal(Verified<Problem>),
    /// A passing failure; the next try is arranged.
    Retry,
    /// The answer cannot be trusted.
    Untrusted(Code),
}

impl State {
    /// Takes in one event. The state comes out changed, with what is to be done.
    pub fn step(self, event: Event, env: &Env<'_>) -> (State, Vec<Effect>) {
        let heard = matches!(event, Event::SavedElsewhere(_));
        let mut step = Step { state: self, env, effects: Vec::new() };
        match event {
            Event::Recalled(kept) => step.recall(&kept),
            Event::Started(saved) => step.started(saved),
            Event::Shopper(action) => step.act(action),
            Event::Replied(ticket, reply) => step.replied(ticket, reply),
            Event::Woke => step.woke(),
            Event::Returned => step.returned(),
            Event::Online(online) => step.online(online),
            Event::Claimed(saved) => step.claimed(saved),
            Event::SavedElsewhere(saved) => step.saved_elsewhere(saved),
        }
        step.save(heard);
        step.wish_to_wake();
        (step.state, step.effects)
    }
}

impl Step<'_> {
    fn started(&mut self, saved: Saved) {
        self.state.items.clone_from(&saved.items);
        self.state.discount.own.clone_from(&saved.code);
        self.take_destination(&saved);
        let given = self.state.config.order.clone();
        let order = given.or_else(|| saved.order.clone());
        self.state.told_paid = saved.paid && saved.order == order;
        self.state.saved = saved.clone();
        match order {
            Some(order) => self.resume(order, &saved),
            None => self.price(None),
        }
    }

    fn act(&mut self, action: Action) {
        self.state.added = None;
        match action {
            Action::Add(sku, quantity) => {
                let is_more = self.change_quantity(sku.clone(), |known| known.saturating_add(quantity));
                self.state.added = Some(sku).filter(|_| is_more);
            }
            Action::SetQuantity(sku, quantity) => {
                self.change_quantity(sku, |_| quantity);
            }
            Action::Clear => self.clear(),
            Action::Choose(method) => self.state.choice = Some(method),
            Action::EnterCode => self.state.discount.is_open = true,
            Action::ApplyCode(typed) => self.apply_code(&typed),
            Action::RemoveCode => self.remove_code(),
            Action::SendTo(country) => self.send_to(country),
            Action::SendToRegion(region) => self.send_to_region(region),
            Action::Deliver(delivery) => self.deliver(delivery),
            Action::Answer(name, text) => self.answer(name, text),
            Action::Pay => self.pay(),
            Action::AnswerAnew => self.answer_anew(),
            Action::Back => self.back(),
            Action::CheckNow => self.check_now(),
            Action::NewCode => self.renew(),
            Action::BridgeFailed => self.bridge_failed(),
            Action::Cancel => self.cancel(),
            Action::CloseOrder => self.close(),
            Action::Load(sku) => self.load(&sku),
            Action::StartOver => self.start_over(),
        }
    }

    fn replied(&mut self, ticket: Ticket, reply: Reply) {
        let Some(flight) = self.state.flight.take_if(|flight| flight.ticket == ticket) else { return };
        let outcome = self.open(&flight, reply);
        if matches!(&outcome, Outcome::Refusal(problem) if problem.code == OUTDATED) {
            return self.outdated();
        }
        match flight.purpose {
            Purpose::Quote => self.quoted(outcome),
            Purpose::Create => self.created(outcome),
            Purpose::Order => self.followed(outcome),
            Purpose::Open => self.opened(outcome),
            Purpose::Load(sku) => self.loaded(sku, outcome),
        }
    }

    /// Nothing that this page asks is answered any more, whatever the question was: it asks no more, and forgets nothing.
    fn outdated(&mut self) {
        if matches!(self.state.screen, Screen::Creating(_)) {
            self.effects.push(Effect::Release);
        }
        self.state.again_at = None;
        if matches!(self.state.screen, Screen::Paid { .. }) {
            // That was proved, and stays; what becomes of it is told by a page of today.
            return;
        }
        self.state.set_aside = self.state.spoken_for().into_iter().cloned().collect();
        self.state.screen = Screen::Outdated;
    }

    fn woke(&mut self) {
        let now = self.env.monotonic_ms;
        self.state.wake_at = None;
        if self.state.again_at.is_some_and(|at| at <= now) {
            self.again();
        } else if self.deadline_ms().is_some_and(|at| at <= now) {
            self.deadline_passed();
        }
    }

    /// The page is looked at again, or the network is back: what waits for its time is tried now, and a held request
    /// that may have died in the background is asked anew.
    fn returned(&mut self) {
        let stale = |flight: &Flight| self.env.monotonic_ms - flight.sent_ms >= FRESH_MS;
        let idle = self.state.flight.as_ref().is_none_or(stale);
        let waiting = self.state.again_at.is_some() || self.state.flight.is_some();
        let doubtful = matches!(self.state.screen, Screen::Unsure { doubt: Doubt::Order { .. }, .. });
        if idle && (waiting || doubtful) {
            self.again();
        }
    }

    fn online(&mut self, online: bool) {
        if !online {
            self.state.connection = Connection::Offline;
            return;
        }
        if self.state.connection == Connection::Offline {
            self.state.connection = Connection::Good;
        }
        self.returned();
    }

    fn saved_elsewhere(&mut self, saved: Saved) {
        let is_other_code = self.take_code(&saved.code);
        let goes_elsewhere = self.take_destination(&saved);
        if self.state.items != saved.items {
            self.state.items.clone_from(&saved.items);
            self.items_changed();
        } else if is_other_code || goes_elsewhere {
            self.price_again();
        }
        let shopping = self.state.is_cart();
        if let Some(order) = saved.order.clone()
            && shopping
            && !saved.paid
            && self.state.config.order.is_none()
        {
            self.resume(order, &saved);
        }
    }

    /// Says whether that is another one.
    fn take_destination(&mut self, saved: &Saved) -> bool {
        let State { country, region, delivery, details, .. } = &mut self.state;
        details.told.clone_from(&saved.answers_digest);
        let is_other = (&*country, &*region, &*delivery) != (&saved.country, &saved.region, &saved.delivery);
        country.clone_from(&saved.country);
        region.clone_from(&saved.region);
        delivery.clone_from(&saved.delivery);
        is_other
    }

    /// Sends whatever the screen is waiting for once more.
    pub(crate) fn again(&mut self) {
        self.state.again_at = None;
        match &self.state.screen {
            Screen::Quoting(shown) => {
                let shown = shown.clone();
                self.price(shown);
            }
            Screen::Details { .. } => self.ask_price(),
            Screen::Creating(attempt) if attempt.claimed => self.send_create(),
            Screen::Resuming(_) | Screen::Order { .. } | Screen::Unsure { doubt: Doubt::Order { .. }, .. } => self.follow(),
            Screen::Paid { .. } => self.watch_paid(),
            Screen::Cart(_)
            | Screen::Quoted { .. }
            | Screen::Creating(_)
            | Screen::Unsure { doubt: Doubt::Creation(_), .. }
            | Screen::Outdated => {}
        }
    }

    /// Sends a request in place of the one in flight.
    pub(crate) fn send(&mut self, purpose: Purpose, mut request: Request) {
        self.abort();
        self.state.again_at = None;
        self.state.tickets = self.state.tickets.wrapping_add(1);
        let ticket = Ticket(self.state.tickets);
        let timeout_ms = if request.wait > 0 { request.wait * 1000 + HELD_EXTRA_MS } else { TIMEOUT_MS };
        let now = self.env.monotonic_ms;
        let mut sent_ms = now;
        let early = self.env.early.filter(|early| now - early.sent_ms < TIMEOUT_MS.into());
        if let Some((early, nonce)) = early.and_then(|early| Some((early, request.left_as(&early.url)?))) {
            (request.url, request.nonce, sent_ms) = (early.url.clone(), nonce, early.sent_ms);
        }
        self.effects.push(Effect::Send { ticket, request: request.clone(), timeout_ms });
        self.state.flight = Some(Flight { ticket, request, purpose, sent_ms });
    }

    pub(crate) fn abort(&mut self) {
        if let Some(flight) = self.state.flight.take() {
            self.effects.push(Effect::Abort(flight.ticket));
        }
    }

    /// Begins an attempt to pay, on the page as it is now.
    pub(crate) fn stand_here(&mut self) {
        // A key in the page's address is nobody's affair but the buyer's.
        let keyless = |address: &str| address.split('#').next().unwrap_or_default().to_owned();
        let has_key = self.state.config.owner.is_some();
        self.state.return_url = self.env.return_url.map(|address| if has_key { keyless(address) } else { address.to_owned() });
    }

    /// How this shopper would pay by that method. Who scans a code stays where he is.
    pub(crate) fn way_by<'b>(&'b self, method: &'b Method) -> Way<'b> {
        let surface = self.state.config.surface;
        Way {
            method,
            surface,
            return_url: self.state.return_url.as_deref().filter(|_| surface != Surface::Qr),
            browser: self.state.own.key.as_ref().filter(|_| surface == Surface::Wechat),
        }
    }

    /// The nonce of this step's request.
    pub(crate) fn nonce(&self) -> Nonce {
        Nonce::from_random(self.env.nonce)
    }

    pub(crate) fn emit(&mut self, event: PageEvent) {
        self.effects.push(Effect::Emit(event));
    }

    /// Verifies a reply and takes in what it says of time and connection.
    fn open(&mut self, flight: &Flight, reply: Reply) -> Outcome {
        let (verdict, retry_after) = match reply {
            Reply::Failed(code) => (Err(code), None),
            Reply::Answer { answer, retry_after } => {
                let context = Context {
                    pins: self.env.pins,
                    elapsed_ms: self.env.monotonic_ms - flight.sent_ms,
                    server_now: self.state.clock.now(self.env.monotonic_ms),
                    last_created: self.state.order().map(Verified::created),
                    earlier: &self.state.earlier,
                };
                (authenticate(&flight.request, &answer, &context), retry_after)
            }
        };
        self.remember_nonce(flight.request.nonce.clone());
        match verdict {
            Ok(authentic) => self.judge(flight, authentic, retry_after),
            Err(code) => self.failed(code, retry_after),
        }
    }

    fn judge(&mut self, flight: &Flight, authentic: Authentic, retry_after: Option<u32>) -> Outcome {
        self.state.clock.learn(authentic.created(), flight.sent_ms, self.env.monotonic_ms);
        if !authentic.is_problem() {
            self.state.connection = Connection::Good;
            return Outcome::Answer(authentic);
        }
        match authentic.problem(self.state.merchant.as_ref()) {
            Ok(problem) if (problem.status >= 500 || problem.status == 429) && !is_about_code(&problem) => {
                self.emit(PageEvent::Refusal { code: problem.code.clone(), faults: problem.faults.clone() });
                self.retry_later(retry_after);
                Outcome::Retry
            }
            Ok(problem) => {
                self.state.connection = Connection::Good;
                self.emit(PageEvent::Refusal { code: problem.code.clone(), faults: problem.faults.clone() });
                Outcome::Refusal(problem)
            }
            Err(code) => self.failed(code, retry_after),
        }
    }

    /// Sorts a failure: what passes is tried again by itself, what cannot be trusted is for the screen to handle.
    fn failed(&mut self, code: Code, retry_after: Option<u32>) -> Outcome {
        self.emit(PageEvent::Error(code));
        if code.severity() == Severity::Transient {
            self.retry_later(retry_after);
            return Outcome::Retry;
        }
        Outcome::Untrusted(code)
    }

    pub(crate) fn retry_later(&mut self, retry_after: Option<u32>) {
        let failures = match self.state.connection {
            Connection::Retrying(failures) => failures.saturating_add(1),
            Connection::Good => 1,
            // The device will say when it is back; until then the longest pause is short enough.
            Connection::Offline => u32::MAX,
        };
        if self.state.connection != Connection::Offline {
            self.state.connection = Connection::Retrying(failures);
        }
        self.state.again_at = Some(self.env.monotonic_ms + retry::pause_ms(failures, retry_after, self.env.jitter));
    }

    fn remember_nonce(&mut self, nonce: Nonce) {
        if self.state.earlier.len() == EARLIER {
            self.state.earlier.remove(0);
        }
        self.state.earlier.push(nonce);
    }

    /// Saves what changed; what another tab saved is only taken note of, so that two tabs never answer each other for ever.
    fn save(&mut self, heard: bool) {
        let State { items, remembered, told_paid, discount, country, region, delivery, details, own, .. } = &self.state;
        let now = Saved {
            items: items.clone(),
            order: remembered.clone(),
            paid: *told_paid,
            code: discount.own.clone(),
            country: country.clone(),
            region: region.clone(),
            delivery: delivery.clone(),
            answers_digest: details.told.clone(),
            owner: own.key.as_ref().map(|key| key.as_str().to_owned()).unwrap_or_default(),
        };
        if now == self.state.saved {
            return;
        }
        if !heard {
            self.effects.push(Effect::Save(now.clone()));
        }
        self.state.saved = now;
    }

    fn wish_to_wake(&mut self) {
        let again = self.state.again_at.filter(|_| self.state.flight.is_none());
        let wish = again.or_else(|| self.deadline_ms());
        if wish != self.state.wake_at {
            self.state.wake_at = wish;
            self.effects.push(Effect::WakeAt(wish));
        }
    }

    /// That server time (unix seconds) on the monotonic clock, milliseconds.
    pub(crate) fn monotonic_of(&self, server_time: i64) -> Option<i64> {
        let server_now_ms = self.state.clock.now_ms(self.env.monotonic_ms)?;
        Some(self.env.monotonic_ms + server_time * 1000 - server_now_ms)
    }
}

/// Whether the discount code is what the backend says no to.
pub(crate) fn is_about_code(problem: &Problem) -> bool {
    problem.faults.iter().any(|fault| fault.field.as_deref() == Some("code"))
}
