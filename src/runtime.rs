//! The event loop, the only one: event → `State::step` → effects. It performs what the state machine asks and judges nothing.
//! Events that arrive meanwhile wait in a queue, so that nobody ever finds a half-made step.

use std::cell::{Cell, Ref, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use checkout::{Config, Effect, Env, Event, PageEvent, Reply, Saved, State, Ticket};
use protocol::{Code, Pins};

use crate::browser::{self, Call, Claim, EarlyCall, Signals, Storage, Tabs, Timer};
use crate::config::{Fault, LOCK};

/// One checkout at work: its state and what is under way for it. Dropping it ends all of that.
pub(crate) struct Session {
    pins: Pins,
    integrity: String,
    storage: Rc<Storage>,
    outside: Box<dyn SessionListener>,
    /// Taken out during a step only, and a step calls nobody.
    state: RefCell<Option<State>>,
    events: RefCell<VecDeque<Event>>,
    is_working: Cell<bool>,
    call: RefCell<Option<(Ticket, Call)>>,
    early: RefCell<Option<EarlyCall>>,
    alarm: RefCell<Option<Timer>>,
    claim: RefCell<Option<Claim>>,
    tabs: Tabs,
    _signals: Signals,
}

/// Who hears of a session.
pub(crate) trait SessionListener {
    /// The page is to be told.
    fn tell(&self, event: &PageEvent);
    /// The page's developer is to be told what the browser denies.
    fn complain(&self, fault: Fault);
    /// All that happened has been taken in: draw.
    fn changed(&self);
}

impl Session {
    /// A session before its first event; it can be kept before it begins to speak. `integrity` goes with every request; `early` has left already.
    pub(crate) fn new(
        config: Config,
        pins: Pins,
        integrity: String,
        early: Option<EarlyCall>,
        storage: Rc<Storage>,
        outside: Box<dyn SessionListener>,
    ) -> Rc<Session> {
        Rc::new_cyclic(|this: &Weak<Session>| {
            let (on_save, on_signal) = (this.clone(), this.clone());
            Session {
                tabs: Tabs::new(storage.key(), move |saved| Session::with(&on_save, |session| session.saved_elsewhere(saved))),
                _signals: Signals::new(move |event| Session::with(&on_signal, |session| session.handle(event))),
                pins,
                integrity,
                storage,
                outside,
                state: RefCell::new(Some(State::new(config))),
                events: RefCell::default(),
                is_working: Cell::default(),
                call: RefCell::default(),
                early: RefCell::new(early),
                alarm: RefCell::default(),
                claim: RefCell::default(),
            }
        })
    }

    /// Begins, or goes on where storage left off.
    pub(crate) fn start(self: &Rc<Self>) {
        self.handle(Event::Recalled(self.storage.answers()));
        self.handle(Event::Started(self.storage.load()));
        if !browser::is_online() {
            self.handle(Event::Online(false));
        }
    }

    /// Where the checkout stands after the last whole step.
    pub(crate) fn state(&self) -> Ref<'_, State> {
        Ref::map(self.state.borrow(), |state| state.as_ref().expect("a state is back after each step"))
    }

    /// Takes in an event now, or right after the one being worked on.
    pub(crate) fn handle(self: &Rc<Self>, event: Event) {
        self.events.borrow_mut().push_back(event);
        if self.is_working.replace(true) {
            return;
        }
        while let Some(event) = self.next_event() {
            for effect in self.step(event) {
                self.perform(effect);
            }
        }
        self.is_working.set(false);
        self.outside.changed();
    }

    fn next_event(&self) -> Option<Event> {
        self.events.borrow_mut().pop_front()
    }

    fn step(&self, event: Event) -> Vec<Effect> {
        let (Some(nonce), Some(key), Some(salt), Some(owner), Some([jitter])) =
            (browser::random(), browser::random(), browser::random(), browser::random(), browser::random())
        else {
            // The widget does not start without randomness, so this is a page that took it away.
            return vec![Effect::Emit(PageEvent::Error(Code::EnvNoRandom))];
        };
        let page = browser::page_address();
        let early = self.early.borrow();
        let early = early.as_ref().map(|early| &early.request);
        let (pins, fits) = (&self.pins, browser::fits);
        let env = Env { monotonic_ms: browser::now_ms(), pins, nonce, key, salt, owner, jitter, fits, return_url: page.as_deref(), early };
        let before = self.state.take().expect("a state is back after each step");
        let (after, effects) = before.step(event, &env);
        self.state.replace(Some(after));
        effects
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        let this = Rc::downgrade(self);
        match effect {
            Effect::Send { ticket, request, timeout_ms } => {
                #[cfg(feature = "unverified-for-tests")]
                let asked = request.clone();
                let done = move |reply| {
                    #[cfg(feature = "unverified-for-tests")]
                    let reply = crate::unverified::believe(&asked, reply);
                    Session::with(&this, |session| session.replied(ticket, reply));
                };
                let early = self.early.borrow_mut().take_if(|early| early.request.url == request.url);
                let call = Call::send(&request, &self.integrity, early, timeout_ms, done);
                self.call.replace(Some((ticket, call)));
            }
            Effect::Abort(ticket) => self.forget_call(ticket),
            Effect::WakeAt(at) => {
                let woke = move || Session::with(&this, |session| session.handle(Event::Woke));
                self.alarm.replace(at.map(|at| Timer::at(at, woke)));
            }
            Effect::Save(saved) => {
                self.tabs.tell(&saved);
                self.storage.save(saved);
            }
            Effect::KeepAnswers(text) => self.storage.keep_answers(&text),
            Effect::Claim => {
                let granted = move |is_in_time| Session::with(&this, |session| session.claimed(is_in_time));
                self.claim.replace(Some(Claim::new(self.storage.key(), granted)));
            }
            Effect::Release => drop(self.claim.take()),
            Effect::Load(url) => browser::load_file(&url),
            Effect::Emit(event) => self.outside.tell(&event),
        }
    }

    /// Another tab may have made the order meanwhile; storage knows.
    fn claimed(self: &Rc<Self>, is_in_time: bool) {
        if !is_in_time {
            self.outside.complain(LOCK);
        }
        self.handle(Event::Claimed(self.storage.load()));
    }

    fn replied(self: &Rc<Self>, ticket: Ticket, reply: Reply) {
        self.forget_call(ticket);
        self.handle(Event::Replied(ticket, reply));
    }

    fn forget_call(&self, ticket: Ticket) {
        drop(self.call.borrow_mut().take_if(|(known, _)| *known == ticket));
    }

    /// Kept too, for browsers that forbid storage.
    fn saved_elsewhere(self: &Rc<Self>, saved: Saved) {
        self.storage.keep(saved.clone());
        self.handle(Event::SavedElsewhere(saved));
    }

    /// What comes from the browser later finds the session or nothing.
    fn with(this: &Weak<Session>, act: impl FnOnce(&Rc<Session>)) {
        if let Some(session) = this.upgrade() {
            act(&session);
        }
    }
}
