//! The state: where a checkout stands. One screen at a time; connection facts lie over any of them.

use protocol::{
    Cart, Currency, Fault, Item, Line, MerchantId, Method, Nonce, Opened, Order, OrderId, OwnerKey, PayBy, Quote, Request, ServerClock,
    Sku, Surface, Verified, Ways,
};

use crate::screen::{Connection, Doubt, Notice, OrderOutcome, Screen, Trouble};
use crate::{Config, OwnCode, Saved, Ticket};

/// How the address of a page ends that tells who pays, and leads back to the browser alone that says which it is between the two.
pub(crate) const PLACE: &str = "x#wechat_redirect";

/// A checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub(crate) config: Config,
    pub(crate) items: Vec<Item>,
    pub(crate) screen: Screen,
    pub(crate) connection: Connection,
    pub(crate) choice: Option<Method>,
    /// Where the cart goes, as the shopper said, or nothing.
    pub(crate) country: String,
    /// The part of that country, or nothing.
    pub(crate) region: String,
    /// The id of the delivery that the shopper chose, or nothing.
    pub(crate) delivery: String,
    /// What is asked besides, and what was answered.
    pub(crate) details: Details,
    pub(crate) merchant: Option<MerchantId>,
    pub(crate) clock: ServerClock,
    pub(crate) flight: Option<Flight>,
    pub(crate) tickets: u32,
    /// When to try or ask again.
    pub(crate) again_at: Option<i64>,
    /// The last wish told to the shell.
    pub(crate) wake_at: Option<i64>,
    /// Nonces of the latest requests, to tell a replay from a mix-up.
    pub(crate) earlier: Vec<Nonce>,
    /// The order to come back to after a reload.
    pub(crate) remembered: Option<OrderId>,
    /// Whether the host page has been told that it is paid.
    pub(crate) told_paid: bool,
    /// What storage holds, so that only changes are saved.
    pub(crate) saved: Saved,
    /// Where the shopper stood when the attempt under way began: a repetition of it says the same.
    pub(crate) return_url: Option<String>,
    /// What to tell beside the next price.
    pub(crate) coming_notice: Option<Notice>,
    /// Whether this page is shown by an app that does not open its wallet, although it looks like one that would.
    pub(crate) bridge_failed: bool,
    /// What the cart held when the screen stopped showing it without knowing an order: what is more has come since.
    pub(crate) set_aside: Vec<Item>,
    /// What the shopper has just put into the cart, until the next thing is done.
    pub(crate) added: Option<Sku>,
    /// The last price, which knows what things are called while there is no price.
    pub(crate) last_quote: Option<Verified<Quote>>,
    /// How the discount code of the cart stands.
    pub(crate) discount: Discount,
    /// What of the order is for its buyer alone.
    pub(crate) own: Own,
}

/// What of the order is for its buyer alone, and the key to it.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Own {
    /// The key, where this browser has it.
    pub(crate) key: Option<OwnerKey>,
    /// What it opened last.
    pub(crate) opened: Option<Verified<Opened>>,
    /// The `seq` of the order that it was asked about last.
    pub(crate) asked_at: i64,
    /// The file that could not be had when it was asked for last, by the thing's SKU.
    pub(crate) unloaded: Option<String>,
    /// How often the paid order was asked about since it changed.
    pub(crate) quiet: u32,
}

impl std::fmt::Debug for Own {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Own")
    }
}

/// How the discount code of the cart stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Discount {
    /// What the shopper did about it.
    pub(crate) own: OwnCode,
    /// Whether the shopper has opened the field for one.
    pub(crate) is_open: bool,
    /// Why the code that stands is left out of prices: a problem code.
    pub(crate) refused: Option<String>,
    /// Whether the last price tells of the code that stands.
    pub(crate) is_told: bool,
}

/// What is asked besides the price, and what was answered.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Details {
    /// Name and text of each, as it was typed. Not only of what is asked now: who chooses another country and then the first again finds
    /// what was typed for it.
    pub(crate) given: Vec<(String, String)>,
    /// What was wrong with them when they were told last.
    pub(crate) faults: Vec<Fault>,
    /// The digest of the answers that this browser gave to the order, or nothing.
    pub(crate) told: String,
    /// Whether the order is to be asked with the shopper's language and country, for it has questions.
    pub(crate) is_localized: bool,
    /// Whether the shopper wants to answer anew what was answered.
    pub(crate) is_anew: bool,
}

impl std::fmt::Debug for Details {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Details")
    }
}

/// The one request in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flight {
    pub(crate) ticket: Ticket,
    pub(crate) request: Request,
    pub(crate) purpose: Purpose,
    pub(crate) sent_ms: i64,
}

/// What a request is for, which decides what its reply may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Quote,
    Create,
    Order,
    Open,
    /// The address of a file, by the thing's SKU.
    Load(String),
}

impl State {
    /// A checkout before [`crate::Event::Started`].
    pub fn new(config: Config) -> State {
        State {
            config,
            items: Vec::new(),
            screen: Screen::Cart(None),
            connection: Connection::Good,
            choice: None,
            country: String::new(),
            region: String::new(),
            delivery: String::new(),
            details: Details::default(),
            merchant: None,
            clock: ServerClock::default(),
            flight: None,
            tickets: 0,
            again_at: None,
            wake_at: None,
            earlier: Vec::new(),
            remembered: None,
            told_paid: false,
            saved: Saved::default(),
            return_url: None,
            coming_notice: None,
            bridge_failed: false,
            set_aside: Vec::new(),
            added: None,
            last_quote: None,
            discount: Discount::default(),
            own: Own::default(),
        }
    }

    /// Those things as a cart, with all that its price depends on.
    pub(crate) fn cart<'a>(&'a self, items: &'a [Item]) -> Cart<'a> {
        let Config { locale, client_reference, .. } = &self.config;
        let client_reference = client_reference.as_ref();
        let (country, region, delivery) = (&self.country, &self.region, &self.delivery);
        Cart { items, locale, code: self.asked_code(), client_reference, country, region, delivery }
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What the shopper sees.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// The cart.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// What of the cart belongs to what is on the screen, where that is not the cart: what is more waits for a later order.
    pub fn spoken_for(&self) -> Vec<&Item> {
        let lines: &[Line] = match &self.screen {
            Screen::Creating(attempt) | Screen::Unsure { doubt: Doubt::Creation(attempt), .. } => &attempt.quote.price.lines,
            // What was paid is out of the cart.
            Screen::Paid { .. } => &[],
            // On the screen is the cart itself.
            Screen::Cart(_) | Screen::Quoting(_) | Screen::Quoted { .. } | Screen::Details { .. } => return self.items.iter().collect(),
            Screen::Resuming(_) | Screen::Order { .. } | Screen::Unsure { doubt: Doubt::Order { .. }, .. } | Screen::Outdated => {
                match self.order() {
                    Some(order) => &order.price.lines,
                    None => return self.set_aside.iter().collect(),
                }
            }
        };
        lines.iter().map(|line| &line.item).collect()
    }

    /// How the line to the backend is.
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// Whether a request is under way.
    pub fn is_busy(&self) -> bool {
        self.flight.is_some()
    }

    /// The backend's time in unix seconds, once known; countdowns use this and nothing else.
    pub fn server_now(&self, monotonic_ms: i64) -> Option<i64> {
        self.clock.now(monotonic_ms)
    }

    /// What of the paid order is for its buyer alone, once it is known.
    pub fn opened(&self) -> Option<&Verified<Opened>> {
        self.own.opened.as_ref()
    }

    /// The key to that, where this browser has it.
    pub fn owner(&self) -> Option<&OwnerKey> {
        self.own.key.as_ref()
    }

    /// The address at which a payment on this device begins. Where it leads back to the browser that made the payment alone, that says which
    /// it is (docs/spec/http.md §4.9).
    pub fn way_to(&self, payload: &str) -> String {
        match (payload.strip_suffix(PLACE), self.owner()) {
            (Some(start), Some(key)) => [start, "x", &key.mark(), &PLACE[1..]].concat(),
            _ => payload.to_owned(),
        }
    }

    /// The thing whose file was asked for last and could not be had, by its SKU.
    pub fn unloaded(&self) -> Option<&str> {
        self.own.unloaded.as_deref()
    }

    /// The payment methods to offer for a quote: of those that can be paid on this device the host page's choice, where it leaves any.
    pub fn methods(&self, quote: &Quote) -> Vec<Method> {
        self.offered(&quote.methods, &quote.ways)
    }

    /// The same for an order.
    pub fn order_methods(&self, order: &Order) -> Vec<Method> {
        self.offered(&order.methods, &order.ways)
    }

    /// How a method of an order is paid on this device.
    pub fn way(&self, order: &Order, method: &Method) -> PayBy {
        self.way_of(&order.ways, method)
    }

    fn way_of(&self, ways: &[Ways], method: &Method) -> PayBy {
        let way = Ways::find(ways, method, self.config.surface);
        if way == PayBy::Bridge && self.bridge_failed { PayBy::Nothing } else { way }
    }

    fn offered(&self, methods: &[Method], ways: &[Ways]) -> Vec<Method> {
        let surface = self.config.surface;
        let chosen: Vec<&Method> = self.config.methods.iter().filter(|method| methods.contains(method)).collect();
        let chosen = if chosen.is_empty() { methods.iter().collect() } else { chosen };
        let payable = chosen.into_iter().filter(|method| self.way_of(ways, method) != PayBy::Nothing).cloned();
        // A code that this very phone would have to scan is for the shopper who has no other way.
        let is_last = |method: &Method| surface != Surface::Qr && self.way_of(ways, method) == PayBy::Scan;
        let (last, mut offered): (Vec<Method>, Vec<Method>) = payable.partition(is_last);
        offered.extend(last);
        offered
    }

    /// What a thing in the cart is called and costs, as far as a verified answer has told, and in which currency.
    pub fn known_line<'a>(&'a self, sku: &Sku) -> Option<(&'a Line, Currency)> {
        let find = |lines: &'a [Line], currency| Some((lines.iter().find(|line| line.item.sku == *sku)?, currency));
        let refused = if let Screen::Cart(Some(Trouble::Refused(problem))) = &self.screen {
            problem.currency.and_then(|currency| find(&problem.lines, currency))
        } else {
            None
        };
        refused.or_else(|| self.last_quote.as_ref().and_then(|quote| find(&quote.price.lines, quote.price.currency)))
    }

    /// What the shopper has just put into the cart.
    pub fn added(&self) -> Option<&Sku> {
        self.added.as_ref()
    }

    /// The payment method that "Pay" would use.
    pub fn method(&self, quote: &Quote) -> Option<Method> {
        let methods = self.methods(quote);
        let choice = self.choice.as_ref().filter(|choice| methods.contains(choice));
        choice.or(methods.first()).cloned()
    }

    /// The last verified state of the order on the screen.
    pub fn order(&self) -> Option<&Verified<Order>> {
        match &self.screen {
            Screen::Order { following, .. } => Some(&following.order),
            Screen::Paid { order, .. } => Some(order),
            Screen::Unsure { doubt: Doubt::Order { last, .. }, .. } => last.as_ref(),
            Screen::Unsure { doubt: Doubt::Creation(_), .. }
            | Screen::Cart(_)
            | Screen::Quoting(_)
            | Screen::Quoted { .. }
            | Screen::Details { .. }
            | Screen::Creating(_)
            | Screen::Resuming(_)
            | Screen::Outdated => None,
        }
    }

    /// Whether what is on the screen is about the cart, with a price or without; no order is being made yet.
    pub fn is_cart(&self) -> bool {
        matches!(self.screen, Screen::Cart(_) | Screen::Quoting(_) | Screen::Quoted { .. } | Screen::Details { .. })
    }

    /// What can be done with the order on the screen, if its money is not here.
    pub fn outcome(&self) -> Option<OrderOutcome> {
        if let Screen::Order { outcome, .. } = &self.screen { Some(*outcome) } else { None }
    }

    /// The word for the screen, as the host page reads it.
    pub fn name(&self) -> &'static str {
        match &self.screen {
            Screen::Cart(_) => "cart",
            Screen::Quoting(_) => "quoting",
            Screen::Quoted { .. } => "quoted",
            Screen::Details { .. } => "details",
            Screen::Creating(_) => "creating",
            Screen::Resuming(_) => "resuming",
            Screen::Order { outcome, .. } => outcome.name(),
            Screen::Paid { .. } => "paid",
            Screen::Unsure { .. } => "unsure",
            Screen::Outdated => "outdated",
        }
    }
}
