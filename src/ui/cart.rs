//! The cart: empty, being priced, priced, or without a price and the reason why.

use checkout::{Action, Notice, Trouble, can_ask, is_to_be_asked};
use protocol::{Code, Method, Problem, Quote};
use yew::Callback;

use super::View;
use super::destination::{Destination, destination};
use super::discount::discount_code;
use super::element::{Attr, Element, element, named};
use super::lines::{about_thing, blank, blank_lines, cart_lines};
use super::pieces::{
    Icon, Tone, Weight, actions, button, contact, copies_link, heading, headline, mark, marked_copy, news, notice, paying, screen,
};
use super::price::totals;

/// Whether the price on the screen is of the cart on the screen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Current,
    Coming,
}

/// Nothing in it.
pub(super) fn empty(view: &View<'_>) -> Element {
    let words = view.messages;
    screen(view).child(headline(Icon::Cart, words.cart_empty(), words.cart_empty_hint().to_owned()))
}

/// No price, and why. The lines stay, so that the shopper can change what the backend did not like.
pub(super) fn troubled(view: &View<'_>, trouble: &Trouble) -> Element {
    let words = view.messages;
    let why = match trouble {
        Trouble::Unverified(Code::TimeQuote) => words.price_refused(),
        Trouble::Unverified(_) => words.price_unverified(),
        Trouble::Refused(problem) if is_about_lines(problem) => words.faulty_cart_hint(),
        Trouble::Refused(_) => words.price_refused(),
    };
    let again = button(Weight::Primary, words.try_again().to_owned(), view.act(Action::CheckNow));
    screen(view)
        .child(heading(trouble_title(view, trouble)))
        .child(notice((Tone::Alert, why)))
        .child(cart_lines(view, None))
        .child(actions([Some(again)]))
}

/// What is wrong; also announced.
pub(super) fn trouble_title(view: &View<'_>, trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Refused(problem) if is_about_lines(problem) => view.messages.faulty_cart(),
        _ => view.messages.no_price(),
    }
}

fn is_about_lines(problem: &Problem) -> bool {
    problem.faults.iter().any(|fault| fault.sku.is_some())
}

/// Being priced; the last price is drawn meanwhile, dimmed, and before the first the outline of one.
pub(super) fn quoting(view: &View<'_>, last: Option<&Quote>) -> Element {
    let Some(quote) = last else {
        let columns = element("div").attr(Attr::Class, "columns").child(blank_lines(view)).child(blank_summary(view));
        return screen(view).busy(true).child(heading(view.messages.cart())).child(columns);
    };
    priced(view, quote, Standing::Coming, None)
}

/// With its price.
pub(super) fn quoted(view: &View<'_>, quote: &Quote, about: Option<&Notice>) -> Element {
    priced(view, quote, Standing::Current, about.map(|about| news((Tone::Alert, told(view, about)))))
}

/// The summary before there is a price: as high as a plain one.
fn blank_summary(view: &View<'_>) -> Element {
    let row = |name| element("div").attr(Attr::Class, name).child(blank("dt")).child(blank("dd"));
    let totals = named("dl", "totals blank").attr(Attr::AriaHidden, "true").child(row("")).child(row("total"));
    named("div", "summary").child(totals).child(paying(unpayable(view, view.messages.pay_later().to_owned())))
}

/// What to tell about a price; also announced.
pub(super) fn told(view: &View<'_>, about: &Notice) -> String {
    let text = match about {
        Notice::PriceChanged | Notice::NotPaidYet => view.messages.price_changed(),
        Notice::Refused(_) => view.messages.order_refused(),
        Notice::MethodGone(method) => return view.by(view.messages.method_gone(), method),
        Notice::CartFull(sku) => return about_thing(view, sku, view.messages.cart_full()),
        Notice::NotDelivered => view.messages.not_delivered(),
    };
    text.to_owned()
}

fn priced(view: &View<'_>, quote: &Quote, price: Standing, told: Option<Element>) -> Element {
    let Quote { asks, deliveries, price: agreed, .. } = quote;
    let delivery = agreed.delivery.as_ref().and_then(|delivery| delivery.id.as_deref());
    let chosen = [agreed.country.as_deref(), agreed.region.as_deref(), delivery];
    let summary = named("div", "summary")
        .maybe(destination(view, &Destination { asks, deliveries, currency: agreed.currency, chosen }))
        .child(totals(view, &quote.price, quote.unanswered().is_some()))
        .child(discount_code(view, quote))
        .maybe(methods(view, quote))
        .child(pay(view, quote, price));
    let is_stuck = quote.methods.is_empty() || !can_ask(&quote.asks);
    let summary = summary.maybe(is_stuck.then(contact));
    let columns = element("div").attr(Attr::Class, "columns").child(cart_lines(view, Some(quote))).child(summary);
    screen(view).busy(price == Standing::Coming).child(heading(view.messages.cart())).maybe(told).child(columns)
}

/// A choice where there is one, a sentence where there is not.
fn methods(view: &View<'_>, quote: &Quote) -> Option<Element> {
    let words = view.messages;
    let methods = view.state.methods(quote);
    let chosen = view.state.method(quote);
    if !can_ask(&quote.asks) {
        return Some(notice((Tone::Alert, words.cannot_ask())));
    }
    match methods.as_slice() {
        [] if quote.methods.is_empty() => Some(notice((Tone::Alert, words.no_method()))),
        [] => Some(notice((Tone::Alert, words.leave_app()))),
        [only] => {
            let sentence = view.by(words.pay_by(), only);
            Some(named("p", "method").child(mark(only)).child(element("span").text_owned(sentence)))
        }
        several => {
            let choices = several.iter().map(|method| choice(view, method, chosen.as_ref() == Some(method)));
            Some(named("fieldset", "methods").child(element("legend").text(words.method())).children(choices))
        }
    }
}

fn choice(view: &View<'_>, method: &Method, chosen: bool) -> Element {
    let dispatch = view.dispatch.clone();
    let action = Action::Choose(method.clone());
    let radio = element("input")
        .attr(Attr::Type, "radio")
        .attr(Attr::Name, "method")
        .attr_owned(Attr::Value, method.as_str().to_owned())
        .checked(chosen)
        .on_change(Callback::from(move |_| dispatch.emit(action.clone())));
    let name = element("span").text_owned(view.messages.method_name(method).to_owned());
    named("label", "method").child(radio).child(mark(method)).child(name)
}

/// The big button. While the price is on its way it keeps its focus and its place, and does nothing.
fn pay(view: &View<'_>, quote: &Quote, price: Standing) -> Element {
    let words = view.messages;
    let is_asked = quote.unanswered().is_some();
    let payable = price == Standing::Current && view.state.method(quote).is_some() && !is_asked && can_ask(&quote.asks);
    let label = match price {
        Standing::Current if is_asked => words.where_to().to_owned(),
        Standing::Current if is_to_be_asked(&quote.asks) => words.go_on().to_owned(),
        Standing::Current => view.priced(words.pay(), quote.price.total, quote.price.currency),
        Standing::Coming => words.pay_later().to_owned(),
    };
    if !quote.methods.is_empty() && view.state.methods(quote).is_empty() && can_ask(&quote.asks) {
        return paying(marked_copy(view, words.copy_link(), Weight::Primary).on_click(copies_link()));
    }
    paying(if payable { button(Weight::Primary, label, view.act(Action::Pay)) } else { unpayable(view, label) })
}

fn unpayable(view: &View<'_>, label: String) -> Element {
    button(Weight::Primary, label, view.act(Action::Pay)).attr(Attr::AriaDisabled, "true")
}
