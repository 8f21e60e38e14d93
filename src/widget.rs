//! One widget on a page: its settings and its looks, a session to draw, and the page to tell. No decisions about money or status.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use checkout::{Action, Config, Event, OrderOutcome, PageEvent, State};
use protocol::json::Value;
use protocol::{Code, Pins, Sku};
use yew::html::Scope;
use yew::{Callback, Html};

use crate::browser::{self, Dialog, EarlyCall, Host, Intl, Page, Shown, Storage, Timer};
use crate::canvas::{Drawing, Mount, Root};
use crate::config::{Attributes, Fault, NO_CART, UNSEEN, storage_key};
use crate::facts;
use crate::i18n::Messages;
use crate::runtime::{Session, SessionListener};
use crate::ui::{self, View};

/// How often a countdown is drawn, milliseconds.
const TICK_MS: i64 = 1_000;

/// A widget at work.
pub(crate) struct Widget {
    host: Host,
    page: Page,
    dialog: Dialog,
    /// Read once: who can change an attribute later cannot change whom to trust (docs/spec/signing.md §1).
    pins: Result<Pins, Fault>,
    /// What browsers are to check by themselves; read once like the pins that it repeats.
    integrity: String,
    /// What the loader has asked already, for the first session.
    early: Cell<Option<EarlyCall>>,
    session: RefCell<Option<Rc<Session>>>,
    storage: RefCell<Option<Rc<Storage>>>,
    /// What the attributes say, or what is wrong with them.
    wanted: RefCell<Result<Config, Fault>>,
    look: RefCell<Look>,
    dispatch: Callback<Action>,
    close: Callback<()>,
    canvas: RefCell<Option<Scope<Root>>>,
    tick: RefCell<Option<Timer>>,
    /// Whether the shopper has used the widget; before that it never takes the focus.
    is_engaged: Cell<bool>,
    /// The scene drawn last.
    scene: Cell<&'static str>,
    /// What was drawn last of the discount code, and whether it was that what the shopper used last.
    code_entry: Cell<&'static str>,
    is_about_code: Cell<bool>,
}

/// How it is shown.
struct Look {
    messages: &'static Messages,
    intl: Intl,
    /// `None`: inline; else whether the dialog is open.
    dialog: Option<bool>,
}

/// A widget on the page and the stage it is drawn on.
pub(crate) struct Mounted {
    pub(crate) widget: Rc<Widget>,
    stage: Option<Mount>,
}

impl Mounted {
    /// Puts a widget on the page and starts it.
    pub(crate) fn new(host: Host, page: Page, attributes: &Attributes, early: Option<EarlyCall>) -> Mounted {
        let widget = Widget::new(host, page, attributes, early);
        widget.configure(attributes);
        let stage = Mount::enter(&widget.host, widget.clone());
        widget.canvas.replace(stage.as_ref().map(Mount::canvas));
        // When the loader has its handle, so that whoever hears "ready" may use the element at once; and before anything else is told,
        // also of a question that was answered before there was a widget.
        let ready = Rc::downgrade(&widget);
        browser::soon(move || Widget::with(&ready, |widget| widget.page.emit("ready", &Value::object([]))));
        Mounted { widget, stage }
    }

    /// Takes it off the page. Nothing of it is left.
    pub(crate) fn unmount(self) {
        self.widget.session.take();
        self.widget.tick.take();
        self.widget.canvas.take();
        if let Some(stage) = self.stage {
            stage.leave();
        }
    }
}

impl Widget {
    fn new(host: Host, page: Page, attributes: &Attributes, early: Option<EarlyCall>) -> Rc<Widget> {
        Rc::new_cyclic(|this: &Weak<Widget>| {
            let (on_act, on_close, on_closed) = (this.clone(), this.clone(), this.clone());
            Widget {
                dialog: host.dialog(move || Widget::with(&on_closed, |widget| widget.open(false))),
                host,
                page,
                pins: attributes.pins(),
                integrity: attributes.integrity.clone().unwrap_or_default(),
                early: Cell::new(early),
                session: RefCell::default(),
                storage: RefCell::default(),
                wanted: RefCell::new(Err(Code::PinMissing.into())),
                look: RefCell::new(Look { messages: Messages::of(None), intl: Intl::new(""), dialog: None }),
                dispatch: Callback::from(move |action| Widget::with(&on_act, |widget| widget.engage(action))),
                close: Callback::from(move |()| Widget::with(&on_close, |widget| widget.open(false))),
                canvas: RefCell::default(),
                tick: RefCell::default(),
                is_engaged: Cell::default(),
                scene: Cell::default(),
                code_entry: Cell::default(),
                is_about_code: Cell::default(),
            }
        })
    }

    /// Takes in the attributes, at first and when they change; `merchant-key` only at first.
    pub(crate) fn configure(self: &Rc<Self>, attributes: &Attributes) {
        let was_open = self.look.borrow().dialog.unwrap_or_default();
        let dialog = attributes.is_dialog().then_some(was_open);
        let intl = Intl::new(attributes.locale.as_deref().unwrap_or_default());
        self.look.replace(Look { messages: Messages::of(attributes.texts.as_deref()), intl, dialog });
        let able = browser::random::<1>().map(drop).ok_or(Fault::from(Code::EnvNoRandom));
        let wanted = able.and(self.pins.as_ref().map(drop).map_err(|fault| *fault)).and_then(|()| attributes.config());
        if let Err(fault) = &wanted {
            self.complain(*fault);
        }
        *self.wanted.borrow_mut() = wanted;
        self.settle();
        self.draw();
    }

    /// What an element method asks for.
    pub(crate) fn act(&self, action: Action) {
        let session = self.session.borrow().clone();
        if let Some(session) = session {
            session.handle(Event::Shopper(action));
        }
    }

    /// Puts something into the cart, if there is one.
    pub(crate) fn add(&self, sku: Sku, quantity: u32) {
        let session = self.session.borrow().clone();
        let Some(session) = session else { return };
        if session.state().config().order.is_some() {
            return self.complain(NO_CART);
        }
        session.handle(Event::Shopper(Action::Add(sku, quantity)));
    }

    /// Makes it that many in the cart.
    pub(crate) fn set_quantity(&self, sku: Sku, quantity: u32) {
        self.act(Action::SetQuantity(sku, quantity));
    }

    /// Opens or closes the dialog.
    pub(crate) fn open(&self, open: bool) {
        let was_open = self.look.borrow().dialog;
        if was_open.is_none_or(|was_open| was_open == open) {
            return;
        }
        self.look.borrow_mut().dialog = Some(open);
        self.is_engaged.set(open);
        self.draw();
        if !open {
            self.page.emit("closed", &Value::object([]));
        }
    }

    /// Tells the merchant's developer what to mend on the page.
    pub(crate) fn complain(&self, fault: Fault) {
        self.page.emit("error", &facts::misconfigured(fault.0));
    }

    /// The element's `state`.
    pub(crate) fn name(&self) -> &'static str {
        self.session.borrow().as_ref().map_or("misconfigured", |session| session.state().name())
    }

    /// The element's `items`.
    pub(crate) fn items(&self) -> Value {
        self.session.borrow().as_ref().map_or(Value::List(Vec::new()), |session| facts::items(session.state().items()))
    }

    /// The element's `order`.
    pub(crate) fn order(&self) -> Value {
        self.session.borrow().as_ref().and_then(|session| session.state().order().map(|order| facts::order(order))).into()
    }

    fn engage(&self, action: Action) {
        self.is_engaged.set(true);
        // What is wrong with the answers is where the shopper goes on, also if something was wrong before.
        if matches!(action, Action::Pay) && self.scene.get() == "details" {
            self.scene.set("");
        }
        self.is_about_code.set(matches!(action, Action::EnterCode | Action::ApplyCode(_) | Action::RemoveCode));
        self.act(action);
    }

    /// Works by the settings that are wanted. While an order is under way only another backend or order interrupts it.
    fn settle(self: &Rc<Self>) {
        let wanted = self.wanted.borrow().clone();
        let (Ok(config), Ok(pins)) = (wanted, self.pins.clone()) else {
            self.session.take();
            return;
        };
        if self.session.borrow().as_ref().is_some_and(|session| fits(session, &config)) {
            return;
        }
        self.session.take();
        let storage = self.storage_of(&config);
        let session = Session::new(config, pins, self.integrity.clone(), self.early.take(), storage, Box::new(Rc::downgrade(self)));
        self.session.replace(Some(Rc::clone(&session)));
        session.start();
    }

    /// The same storage for the same checkout, so that a browser without storage keeps the cart when a setting changes.
    fn storage_of(&self, config: &Config) -> Rc<Storage> {
        let key = storage_key(config);
        let mut kept = self.storage.borrow_mut();
        match &*kept {
            Some(storage) if storage.key() == key => storage.clone(),
            _ => kept.insert(Rc::new(Storage::new(key))).clone(),
        }
    }

    fn draw(&self) {
        if let Some(canvas) = &*self.canvas.borrow() {
            canvas.send_message(());
        }
    }

    fn with(this: &Weak<Widget>, act: impl FnOnce(&Rc<Widget>)) {
        if let Some(widget) = this.upgrade() {
            act(&widget);
        }
    }
}

impl Drawing for Widget {
    fn html(&self) -> Html {
        let look = self.look.borrow();
        let session = self.session.borrow();
        let Some(session) = &*session else { return ui::misconfigured(look.messages, look.dialog, &self.close) };
        let state = session.state();
        ui::view(&View {
            state: &state,
            messages: look.messages,
            format: &look.intl,
            now: state.server_now(browser::now_ms()),
            dialog: look.dialog,
            dispatch: &self.dispatch,
            close: &self.close,
        })
    }

    fn drawn(self: Rc<Self>) {
        let dialog = self.look.borrow().dialog;
        let shown = dialog.map_or(Shown::Same, |open| self.dialog.show(open));
        if shown == Shown::Unseen {
            self.complain(UNSEEN);
        }
        let (scene, code_entry, is_counting) = match &*self.session.borrow() {
            Some(session) => {
                let state = session.state();
                (scene(&state), state.code_entry_name(), state.outcome() == Some(OrderOutcome::Awaiting))
            }
            None => ("misconfigured", "", false),
        };
        let is_changed = self.scene.replace(scene) != scene;
        if self.is_engaged.get() && (is_changed || shown == Shown::Opened) {
            self.host.focus_heading();
        }
        if self.code_entry.replace(code_entry) != code_entry && self.is_about_code.get() {
            self.host.focus_instead(ui::CODE_PLACE);
        }
        self.host.keep_code_readable();
        let this = Rc::downgrade(&self);
        let next_ms = (browser::now_ms() / TICK_MS + 1) * TICK_MS;
        let tick = || Timer::at(next_ms, move || Widget::with(&this, |widget| widget.draw()));
        self.tick.replace((is_counting && dialog != Some(false)).then(tick));
    }
}

impl SessionListener for Weak<Widget> {
    fn tell(&self, event: &PageEvent) {
        let Some(widget) = self.upgrade() else { return };
        let (name, detail) = facts::event(event);
        widget.page.emit(name, &detail);
    }

    fn complain(&self, fault: Fault) {
        Widget::with(self, |widget| widget.complain(fault));
    }

    fn changed(&self) {
        Widget::with(self, |widget| {
            widget.settle();
            widget.draw();
        });
    }
}

/// Whether a session may go on under these settings.
fn fits(session: &Session, wanted: &Config) -> bool {
    let state = session.state();
    let config = state.config();
    config == wanted || (!state.is_cart() && config.backend == wanted.backend && config.order == wanted.order)
}

/// Screens between which the focus stays where it is are one scene.
fn scene(state: &State) -> &'static str {
    match state.name() {
        "details" if state.is_telling() => "telling",
        "details" => "details",
        _ if state.is_cart() => "cart",
        name => name,
    }
}
