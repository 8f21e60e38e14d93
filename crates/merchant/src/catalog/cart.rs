//! A cart and the discount code with it, who sells it, and the price that it is given.

use protocol::base64::{Alphabet, encode};
use protocol::{ClientReference, Digest, DiscountCode, Item, MerchantId, Method, Quote, Ways};

use super::text::Text;
use crate::order_record::References;
use crate::store::{Reservation, Supply};

/// What a shopper wants to know the price of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cart<'a> {
    /// The things, each once.
    pub items: &'a [Item],
    /// The discount code that the shopper wrote.
    pub code: Option<Code<'a>>,
    /// What the page says that it is about.
    pub client_reference: Option<&'a ClientReference>,
    /// Where it goes, ISO 3166-1 alpha-2, if that is known.
    pub country: Option<&'a str>,
    /// The part of that country, if that is known.
    pub region: Option<&'a str>,
    /// The id of the delivery that the shopper chose.
    pub delivery: Option<&'a str>,
    /// Whether the shopper has it in hand already, at a counter: nothing of it goes anywhere, and nothing is asked.
    pub is_taken_along: bool,
}

/// A discount code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code<'a> {
    /// As the shopper wrote it.
    Offered(&'a str),
    /// The same, when all its uses are taken.
    UsedUp(&'a str),
}

/// How a discount code fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// Its discount is taken off.
    Applied,
    /// There is no such code.
    Unknown,
    /// Its time has not come.
    TooEarly,
    /// Its time is over.
    Ended,
    /// The cart is too small for it.
    BelowMinimum,
    /// It was used as often as it may be.
    UsedUp,
}

/// Who sells, and when: what a quote needs beside the catalog.
#[derive(Clone, Copy, Debug)]
pub struct Selling<'a> {
    /// The merchant's id.
    pub merchant: &'a MerchantId,
    /// The merchant's name.
    pub name: &'a Text,
    /// Before relative addresses of pictures.
    pub public_url: &'a str,
    /// The shopper's language.
    pub locale: &'a str,
    /// The time, unix seconds.
    pub now: i64,
    /// Until when the price stands, unix seconds.
    pub expires_at: i64,
}

/// A price, with what an order at it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// What the shopper is told; without a name and methods until they are offered.
    pub quote: Quote,
    /// What an order takes of things of which there are only so many.
    pub holds: Vec<Reservation>,
    /// How many there are, as far as it was told with this price; of all else the store has counted.
    pub supplies: Vec<Supply>,
    /// By which names the shop will know an order at it; what the page says is not among them.
    pub references: References,
}

impl CodeState {
    /// The state that a word is for.
    pub fn parse(word: &str) -> Option<CodeState> {
        use CodeState::{Applied, BelowMinimum, Ended, TooEarly, Unknown, UsedUp};
        [Applied, Unknown, TooEarly, Ended, BelowMinimum, UsedUp].into_iter().find(|state| state.as_str() == word)
    }

    /// The word for it in a quote.
    pub fn as_str(self) -> &'static str {
        match self {
            CodeState::Applied => "applied",
            CodeState::Unknown => "unknown",
            CodeState::TooEarly => "too-early",
            CodeState::Ended => "ended",
            CodeState::BelowMinimum => "below-minimum",
            CodeState::UsedUp => "used-up",
        }
    }
}

impl<'a> Code<'a> {
    /// As the shopper wrote it.
    pub fn text(self) -> &'a str {
        match self {
            Code::Offered(text) | Code::UsedUp(text) => text,
        }
    }

    /// What a quote tells of it.
    pub(super) fn told(self, state: CodeState) -> DiscountCode {
        DiscountCode { code: plain(self.text()), state: state.as_str().to_owned() }
    }
}

impl Priced {
    /// With the payment methods that are offered for it. Stateless: the same price of the same cart has the same name.
    #[must_use]
    pub fn offering(mut self, methods: Vec<Method>, ways: Vec<Ways>, is_test: bool) -> Priced {
        self.quote.methods = methods;
        self.quote.ways = ways;
        self.quote.is_test = is_test;
        let digest = Digest::of(self.quote.to_json().to_string().as_bytes());
        self.quote.id = format!("quo_{}", encode(Alphabet::Url, &digest.as_bytes()[..16]));
        self
    }
}

/// A code as it is compared: without blanks around it, in capitals.
pub(super) fn plain(code: &str) -> String {
    code.trim().to_uppercase()
}
