//! What the shop asks besides, before a cart is ordered or an order of its own is paid; beside it what is to be paid, and where it goes.

use checkout::{Action, Following, Task, asked_fields, can_ask};
use protocol::{Ask, Price, Quote};
use yew::{Callback, InputEvent, KeyboardEvent, MouseEvent};

use super::View;
use super::awaiting::{doing, news_of, told};
use super::destination::{Destination, alone, destination};
use super::element::{Attr, Element, element, named};
use super::field::{fault, hint, id, label, question};
use super::pieces::{Tone, Weight, button, heading, paying, screen, title};
use super::price::{country, totals};
use crate::browser;

/// Before a cart is ordered.
pub(super) fn of_cart(view: &View<'_>, quote: &Quote) -> Element {
    let words = view.messages;
    let pay = view.priced(words.pay(), quote.price.total, quote.price.currency);
    let back = button(Weight::Quiet, words.back().to_owned(), view.act(Action::Back));
    let summary = summary(view, &quote.price, false, None).child(paying(button(Weight::Primary, pay, view.act(Action::Pay)))).child(back);
    let form = form(view, &quote.asks, quote.price.delivery.is_some(), None);
    begun(view, &quote.asks, screen(view)).child(columns(form, summary))
}

/// Before an order of the shop's own is paid, which says besides where it goes.
pub(super) fn of_order(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let order = &following.order;
    let is_telling = view.state.is_telling();
    let chosen = view.state.destination(order);
    let asks: &[Ask] = if view.state.is_picked_up(order) { &[] } else { &order.asks };
    let asked = Destination { asks, deliveries: &order.deliveries, currency: order.currency, chosen };
    let label = if is_telling { words.telling() } else { words.go_on() };
    let tell = button(Weight::Primary, label.to_owned(), view.act(Action::Pay)).busy(is_telling);
    let is_possible = can_ask(&order.asks);
    let tell = if is_possible { tell } else { tell.attr(Attr::AriaDisabled, "true") };
    let keep = || button(Weight::Quiet, words.keep_details().to_owned(), view.act(Action::Back));
    let is_open = !order.deliveries.is_empty() && order.price.delivery.is_none();
    // Signed is what the chosen delivery costs, and not yet a total with it.
    let to_come = order.deliveries.iter().find(|option| is_open && chosen[2] == Some(&*option.id)).map(|option| {
        let amount = element("dd").text_owned(view.money(option.amount, order.currency));
        element("div").child(element("dt").text_owned(option.label.clone())).child(amount)
    });
    let summary = summary(view, &order.price, is_open, to_come).child(paying(tell)).maybe(view.state.is_answered_anew().then(keep));
    let form = form(view, &order.asks, !order.deliveries.is_empty(), destination(view, &asked));
    let impossible = (!is_possible).then(|| (Tone::Alert, words.cannot_ask()));
    let told = impossible.or_else(|| told(view, following)).or_else(|| Some((Tone::Calm, doing(view, &following.task)?)));
    let screen = screen(view).busy(!matches!(following.task, Task::Watch));
    begun(view, &order.asks, screen).maybe(news_of(view, following, told)).child(columns(form, summary))
}

/// What is wrong, if anything is, and the heading; the first of the two has the focus.
fn begun(view: &View<'_>, asks: &[Ask], screen: Element) -> Element {
    let text = view.messages.details();
    match faults(view, asks) {
        Some(faults) => screen.child(faults).child(title(text)),
        None => screen.maybe(None).child(heading(text)),
    }
}

fn columns(form: Element, summary: Element) -> Element {
    element("div").attr(Attr::Class, "columns").child(form).child(summary)
}

/// What is to be paid, and where it goes; below it what is not in the total yet.
fn summary(view: &View<'_>, price: &Price, is_open: bool, to_come: Option<Element>) -> Element {
    let country = country(view, price).map(|fact| named("dl", "totals").child(fact));
    named("div", "summary").maybe(country).child(totals(view, price, is_open).maybe(to_come))
}

/// The questions in their order. What is typed is heard here for all of them, and Enter goes on from each.
fn form(view: &View<'_>, asks: &[Ask], is_sent: bool, destination: Option<Element>) -> Element {
    let (on_input, on_enter) = (view.dispatch.clone(), view.dispatch.clone());
    let mut fields = named("div", "fields")
        .on_input(Callback::from(move |event: InputEvent| {
            if let Some((name, text)) = browser::answer_of(&event) {
                on_input.emit(Action::Answer(name, text));
            }
        }))
        .on_key(Callback::from(move |event: KeyboardEvent| {
            if browser::entered(&event).is_some() {
                on_enter.emit(Action::Pay);
            }
        }));
    let mut open: Option<(&str, Element)> = None;
    for field in asked_fields(asks) {
        let of = group_of(field.of);
        if open.as_ref().is_some_and(|(name, _)| Some(*name) != of) {
            fields = fields.maybe(open.take().map(|(_, group)| group));
        }
        let question = question(view, asks, &field, is_sent);
        match of {
            None => fields = fields.child(question),
            Some(name) => {
                let group = open.take().map_or_else(|| group(view, field.of), |(_, group)| group);
                open = Some((name, group.child(question)));
            }
        }
    }
    element("div").attr(Attr::Class, "form").maybe(destination).child(fields.maybe(open.map(|(_, group)| group)))
}

/// The group of a question: the parts of an address, and whatever says who the shopper is; the others stand alone. No question's name
/// has a space.
fn group_of(ask: &Ask) -> Option<&str> {
    if !ask.form.is_empty() {
        return Some(&ask.name);
    }
    matches!(&*ask.kind, "email" | "phone" | "name").then_some(" ")
}

fn group(view: &View<'_>, ask: &Ask) -> Element {
    let group = named("fieldset", "group");
    let legend = element("legend");
    if ask.form.is_empty() {
        return group.key(" ").child(legend.text(view.messages.contact()));
    }
    let hint = ask.hint.clone().map(|text| hint(&ask.name, text));
    group.key(&ask.name).child(legend.text_owned(label(view, ask))).maybe(hint)
}

/// What is wrong, above everything: each with a way to its field. It has the focus as soon as it is there.
fn faults(view: &View<'_>, asks: &[Ask]) -> Option<Element> {
    let mut fields = Vec::new();
    for ask in asks {
        if ask.is_of_price() {
            fields.push(alone(ask));
        }
    }
    fields.extend(asked_fields(asks));
    let mut list = element("ul");
    let mut is_wrong = false;
    for field in fields {
        if let Some(fault) = fault(view, asks, &field) {
            is_wrong = true;
            let id = id(&field.name);
            let show = Callback::from(move |click: MouseEvent| browser::focus_on(&click, &id));
            let is_named = field.ask.or.is_some() && fault.as_bytes().starts_with(field.ask.label.as_bytes());
            let text = if is_named { fault } else { [&*field.ask.label, ": ", &fault].concat() };
            list = list.child(element("li").child(named("button", "link").attr(Attr::Type, "button").on_click(show).text_owned(text)));
        }
    }
    let group = || {
        named("div", "faults")
            .attr(Attr::Role, "group")
            .attr(Attr::AriaLabelledby, "faults")
            .attr(Attr::Tabindex, "-1")
            .attr(Attr::DataFocus, "")
            .child(element("p").attr(Attr::Id, "faults").text(view.messages.faults()))
    };
    is_wrong.then(|| group().child(list))
}
