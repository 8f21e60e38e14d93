//! What the page of a cart shows: what it costs, what goes into that, what is asked, and the ways to order it; or why it has no price.

use maud::{Markup, html};
use protocol::{Ask, Currency, DeliveryOption, DiscountCode, Fault, Money, Quote, Surface};

use super::amount::AskedAmount;
use super::bill::{bill, money};
use super::document::fill;
use super::form::token;
use super::paying::payable;
use super::questions::Questions;
use super::wanted::{PLACE, Wanted};
use crate::cart_fault::CartFault;
use crate::catalog::CodeState;
use crate::i18n::{PageWords, Words};
use crate::places::Place;

/// What the form that prices a cart asks for.
const PRICED_BY: [&str; 5] = ["amount", "code", PLACE[0], PLACE[1], PLACE[2]];

/// A cart that has a price.
pub(super) struct Basket<'a> {
    pub(super) words: &'a Words,
    pub(super) shop: &'a str,
    pub(super) wanted: &'a Wanted,
    pub(super) quote: &'a Quote,
    /// Whether its discount code was not looked at, for too many were none.
    pub(super) has_tried_too_often: bool,
    /// Where the shopper is.
    pub(super) surface: Surface,
    /// What went wrong just now.
    pub(super) said: Option<&'a str>,
    /// What was typed already.
    pub(super) typed: &'a [(String, String)],
    /// And what is wrong with it.
    pub(super) faults: &'a [Fault],
    /// Where its forms are sent.
    pub(super) action: &'a str,
    /// Whether a link sells it: then nobody changes it.
    pub(super) is_link: bool,
    /// At which place it is ordered, and from the page to that.
    pub(super) place: Option<(&'a Place, &'a str)>,
    /// The amount that the shopper names.
    pub(super) amount: Option<AskedAmount<'a>>,
}

impl Basket<'_> {
    pub(super) fn content(&self) -> Markup {
        let (texts, quote) = (&self.words.pages, self.quote);
        let total = if quote.unanswered().is_some() { texts.so_far } else { self.words.messages.total };
        html! {
            article {
                @if quote.is_test { p.test { strong { (texts.test_band) } } }
                h1 { (self.shop) }
                @if let Some((place, root)) = self.place { p { a href={ (root) "at/" (place.id) } { (place.name) } } }
                @if let Some(said) = self.said { p.fault role="alert" { (said) } }
                @if let Some(summary) = self.questions().summary() { (summary) }
                @if !self.is_link { h2 { (texts.cart) } }
                (bill(self.words, &quote.price, total))
                (self.code_state())
                (self.pricing())
                @if quote.unanswered().is_some() { p role="status" { (texts.price_first) } } @else { (self.ordering()) }
                p.small { (texts.plain) }
            }
        }
    }

    fn questions(&self) -> Questions<'_> {
        let is_sent = self.quote.price.delivery.is_some();
        let (texts, lang, asks) = (&self.words.pages, self.words.lang, &self.quote.asks);
        Questions { texts, lang, asks, faults: self.faults, typed: self.typed, is_sent }
    }

    /// What became of the discount code.
    fn code_state(&self) -> Markup {
        let texts = &self.words.pages;
        let told = self.quote.price.discount_code.as_ref().map(|DiscountCode { code, state }| (code.as_str(), state_text(texts, state)));
        let untold = self.wanted.get("code").filter(|_| self.has_tried_too_often).map(|code| (code, texts.code_tries));
        html! {
            @if let Some((code, state)) = told.or(untold) {
                p role="status" { (fill(texts.discount_code, &[("code", code)])) ": " (state) }
            }
        }
    }

    /// The form that asks for what goes into the price. It is sent by GET, and holds nothing that names a person.
    fn pricing(&self) -> Markup {
        let (texts, quote, wanted) = (&self.words.pages, self.quote, self.wanted);
        let questions = self.questions();
        let chosen = quote.price.delivery.as_ref().and_then(|delivery| delivery.id.as_deref());
        let is_asked = quote.asks.iter().any(Ask::is_of_price) || quote.deliveries.len() > 1;
        if self.is_link && !is_asked && self.amount.is_none() {
            return html! {};
        }
        html! {
            form method="get" action=(self.action) {
                (wanted.hidden(&PRICED_BY))
                @if let Some(amount) = &self.amount { (amount.field()) }
                @for ask in quote.asks.iter().filter(|ask| ask.is_of_price()) { (questions.list(ask, wanted.get(&ask.name))) }
                @if quote.deliveries.len() > 1 {
                    fieldset { legend { (texts.delivery) } @for option in &quote.deliveries { (delivery_choice(self.words, option, quote.price.currency, chosen)) } }
                }
                @if !self.is_link {
                    div.field {
                        label for="code" { (texts.have_code) }
                        input id="code" name="code" value=(wanted.get("code").unwrap_or_default()) autocomplete="off" maxlength="64";
                    }
                }
                button { (texts.show_price) }
            }
        }
    }

    /// The form that orders it, by a button for each method. Its token and its salt are random, and nothing has kept them.
    fn ordering(&self) -> Markup {
        let (texts, quote) = (&self.words.pages, self.quote);
        let here = payable(&quote.methods, &quote.ways, self.surface);
        if here.is_empty() {
            return html! { p role="status" { (if self.surface == Surface::Qr { texts.no_method } else { texts.leave_app }) } };
        }
        let pay = fill(texts.pay, &[("amount", &self.words.isolated(&money(quote.money())))]);
        html! {
            form method="post" action=(self.action) {
                input type="hidden" name="token" value=(token());
                input type="hidden" name="salt" value=(token());
                input type="hidden" name="price" value=(quote.price.digest().to_base64());
                (self.wanted.hidden(&[]))
                @if quote.asks_details() { h2 { (texts.details) } (self.questions().fields()) }
                h2 { (texts.choose) }
                @for method in here {
                    button.go name="method" value=(method) { (pay) " · " bdi { (texts.method(method)) } }
                }
            }
        }
    }
}

/// A delivery to choose.
pub(super) fn delivery_choice(words: &Words, option: &DeliveryOption, currency: Currency, chosen: Option<&str>) -> Markup {
    let cost = money(Money { amount: option.amount, currency });
    let days = option.days.map(|(least, most)| if least < most { format!("{least}–{most}") } else { least.to_string() });
    html! {
        label.choice {
            input type="radio" name="delivery" value=(option.id) checked[chosen == Some(&*option.id)];
            span {
                (option.label) " · " bdi { (cost) }
                @if let Some(days) = days { br; span.small { (fill(words.pages.days, &[("days", &days)])) } }
            }
        }
    }
}

/// What is said of a cart without a price: what is wrong with which line, and what can be done about that.
pub(super) fn refused(words: &Words, shop: &str, wanted: &Wanted, cart: &CartFault) -> Markup {
    let texts = &words.pages;
    html! {
        article {
            h1 { (shop) }
            div role="alert" { h2 { (texts.faulty_cart) } }
            ul {
                @for fault in &cart.faults {
                    li {
                        @if let Some(sku) = &fault.sku { bdi { (name_of(cart, sku)) } ": " }
                        (fault_text(texts, fault))
                        @if let Some((text, changed)) = cure(texts, cart, wanted, fault) { br; a href=(changed.link()) { (text) } }
                    }
                }
            }
        }
    }
}

fn name_of(cart: &CartFault, sku: &str) -> String {
    cart.lines.iter().find(|line| line.item.sku.as_str() == sku).map_or_else(|| sku.to_owned(), protocol::Line::title)
}

fn fault_text(texts: &PageWords, fault: &Fault) -> String {
    let text = match (fault.code.as_str(), fault.left) {
        ("out-of-stock", Some(left)) if left > 0 => return fill(texts.only_left, &[("count", &left.to_string())]),
        ("out-of-stock", _) => texts.sold_out,
        ("unknown-sku", _) => texts.not_sold,
        ("quantity", _) => texts.wrong_quantity,
        ("not-delivered", _) => texts.not_delivered,
        _ => texts.price_refused,
    };
    text.to_owned()
}

/// A cart without the fault, and what a link to it says.
fn cure(texts: &PageWords, cart: &CartFault, wanted: &Wanted, fault: &Fault) -> Option<(String, Wanted)> {
    let Some(sku) = &fault.sku else {
        return (fault.code == "not-delivered").then(|| (texts.back.to_owned(), wanted.clone().without(&PLACE)));
    };
    if let Some(left) = fault.left.filter(|left| *left > 0) {
        return Some((fill(texts.take_left, &[("count", &left.to_string())]), wanted.with(sku, left)));
    }
    let rest = wanted.with(sku, 0);
    (!rest.is_empty()).then(|| (fill(texts.remove_of, &[("name", &name_of(cart, sku))]), rest))
}

fn state_text(texts: &PageWords, state: &str) -> &'static str {
    match CodeState::parse(state) {
        Some(CodeState::Applied) => texts.code_applied,
        Some(CodeState::Unknown) => texts.code_unknown,
        Some(CodeState::TooEarly) => texts.code_early,
        Some(CodeState::Ended) => texts.code_ended,
        Some(CodeState::BelowMinimum) => texts.code_minimum,
        Some(CodeState::UsedUp) => texts.code_used_up,
        None => texts.code_refused,
    }
}
