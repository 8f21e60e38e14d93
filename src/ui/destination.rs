//! Where a cart or an order goes: the country and its part, if they are asked, and a choice of deliveries, if there is one. Drawn is what is asked, and
//! nothing else.

use checkout::{Action, AskedField};
use protocol::{Ask, Currency, DeliveryOption};
use yew::{Callback, Event};

use super::View;
use super::element::{Attr, Element, element, named};
use super::field::{choice, framed};
use crate::browser;
use crate::i18n::fill;

/// What is asked, and what was answered.
pub(super) struct Destination<'a> {
    pub(super) asks: &'a [Ask],
    pub(super) deliveries: &'a [DeliveryOption],
    /// Of what deliveries cost.
    pub(super) currency: Currency,
    /// Country, region and delivery.
    pub(super) chosen: [Option<&'a str>; 3],
}

/// The questions; nothing where there are none.
pub(super) fn destination(view: &View<'_>, of: &Destination<'_>) -> Option<Element> {
    let mut group = named("div", "destination");
    let mut is_asked = false;
    for ask in of.asks.iter().filter(|ask| ask.is_of_price()) {
        is_asked = true;
        group = group.child(if ask.kind == "country" { country(view, of, ask) } else { region(view, of, ask) });
    }
    let choices = of.deliveries.iter().map(|option| one_of(view, of, option));
    let legend = || element("legend").text(view.messages.delivery());
    let deliveries = (!of.deliveries.is_empty()).then(|| named("fieldset", "methods").child(legend()).children(choices));
    is_asked |= deliveries.is_some();
    is_asked.then(|| group.maybe(deliveries))
}

/// A list of countries by their names in the shopper's language.
fn country(view: &View<'_>, of: &Destination<'_>, ask: &Ask) -> Element {
    let mut named = Vec::new();
    for choice in &ask.options {
        named.push((view.format.country(&choice.value), &*choice.value));
    }
    named.sort_unstable();
    // `country` is HTML's own word for the code, by which browsers fill it in.
    list_of(view, of, ask, choice(view, of.chosen[0].unwrap_or_default(), named).attr(Attr::Autocomplete, "country"), Action::SendTo)
}

fn region(view: &View<'_>, of: &Destination<'_>, ask: &Ask) -> Element {
    let mut named = Vec::new();
    for choice in &ask.options {
        named.push((choice.label.clone(), &*choice.value));
    }
    let list = choice(view, of.chosen[1].unwrap_or_default(), named).attr(Attr::Autocomplete, "address-level1");
    list_of(view, of, ask, list, Action::SendToRegion)
}

fn list_of(view: &View<'_>, of: &Destination<'_>, ask: &Ask, list: Element, action: fn(String) -> Action) -> Element {
    let dispatch = view.dispatch.clone();
    let choose = Callback::from(move |event: Event| {
        let chosen = browser::chosen_value(&event).unwrap_or_default();
        if !chosen.is_empty() {
            dispatch.emit(action(chosen));
        }
    });
    framed(view, of.asks, &alone(ask), list.on_change(choose))
}

/// A question about where something goes.
pub(super) fn alone(ask: &Ask) -> AskedField<'_> {
    AskedField { of: ask, ask, name: ask.name.clone() }
}

fn one_of(view: &View<'_>, of: &Destination<'_>, option: &DeliveryOption) -> Element {
    let (dispatch, action) = (view.dispatch.clone(), Action::Deliver(option.id.clone()));
    let radio = element("input")
        .attr(Attr::Type, "radio")
        .attr(Attr::Name, "delivery")
        .attr_owned(Attr::Value, option.id.clone())
        .checked(of.chosen[2] == Some(&*option.id))
        .on_change(Callback::from(move |_| dispatch.emit(action.clone())));
    let name = element("span").attr(Attr::Class, "what").child(element("span").text_owned(option.label.clone()));
    let days = option.days.map(|days| element("span").attr(Attr::Class, "days").text_owned(time(view, days)));
    let amount = element("span").attr(Attr::Class, "cost").text_owned(view.money(option.amount, of.currency));
    named("label", "method").child(radio).child(name.maybe(days)).child(amount)
}

fn time(view: &View<'_>, (least, most): (i64, i64)) -> String {
    if least < most {
        return between(view, least, most);
    }
    if most == 1 { view.messages.one_day().to_owned() } else { view.counted(view.messages.days(), most) }
}

fn between(view: &View<'_>, least: i64, most: i64) -> String {
    fill(view.messages.days_between(), &[("least", &view.format.number(least)), ("most", &view.format.number(most))])
}
