//! The screens: a file per screen, each a plain function from verified state to elements. Views decide nothing about money or
//! status; they only choose words and draw. Not here: the browser, the event loop, the state machine.
//!
//! Accessible names and roles are a contract (docs/spec/embedding.md §6): every screen has one heading, and one status region speaks for all.

mod announcement;
mod awaiting;
mod basket;
mod cart;
mod choosing;
mod codewords;
mod connection;
mod countdown;
mod destination;
mod details;
mod discount;
mod element;
mod ended;
mod field;
mod frame;
mod fulfilment;
mod lines;
mod paid;
mod pieces;
mod price;
mod qr;
mod receipt;
mod style;
mod takeaway;
mod unsure;
mod waiting;
mod wallet;

pub use announcement::announcement;
pub use discount::CODE_PLACE;
pub use frame::{misconfigured, view};
pub use style::CSS;

use checkout::Action;
use protocol::{Currency, Method, Money};
use yew::{Callback, MouseEvent};

use crate::i18n::{Format, Messages, counted, cut, put};

/// Everything a drawing depends on.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Where the checkout stands.
    pub state: &'a checkout::State,
    /// The words.
    pub messages: &'static Messages,
    /// How values are written.
    pub format: &'a dyn Format,
    /// The backend's time, unix seconds; unknown before the first verified answer.
    pub now: Option<i64>,
    /// `None` in inline mode, else whether the dialog is open.
    pub dialog: Option<bool>,
    /// What the shopper does goes here.
    pub dispatch: &'a Callback<Action>,
    /// The dialog's close button.
    pub close: &'a Callback<()>,
}

impl View<'_> {
    /// A click that means that action.
    fn act(&self, action: Action) -> Callback<MouseEvent> {
        let dispatch = self.dispatch.clone();
        Callback::from(move |_| dispatch.emit(action.clone()))
    }

    /// Minor units of a currency, as the shopper reads them; what is taken off has a minus sign and not the hyphen of `Intl`.
    fn money(&self, amount: i64, currency: Currency) -> String {
        let written = self.format.money(Money { amount, currency });
        match cut(&written, b'-') {
            (before, Some(after)) if amount < 0 => [before, "−", after].concat(),
            _ => written,
        }
    }

    /// A text about an amount, minor units.
    fn priced(&self, text: &str, amount: i64, currency: Currency) -> String {
        put(text, &self.money(amount, currency))
    }

    /// A text about a method.
    fn by(&self, text: &str, method: &Method) -> String {
        put(text, self.messages.method_name(method))
    }

    /// A text about so many things.
    fn counted(&self, text: &str, count: i64) -> String {
        counted(text, count, self.format)
    }

    /// Whether the widget pays an order that the shop made: then there is no cart to go back to.
    fn is_given_order(&self) -> bool {
        self.state.config().order.is_some()
    }
}
