//! Where a cart goes: the country, if the quote asks for it, and a choice of deliveries, if there is one. Drawn is what is asked, and nothing else.

use checkout::Action;
use protocol::{Ask, DeliveryOption, Quote};
use yew::{Callback, Event};

use super::View;
use super::element::{Attr, Element, element, named};
use crate::browser;
use crate::i18n::fill;

/// The questions of a quote; nothing where there are none.
pub(super) fn destination(view: &View<'_>, quote: &Quote) -> Option<Element> {
    let country = quote.asks.iter().find(|ask| ask.kind == "country").map(|ask| country(view, quote, ask));
    let deliveries = (!quote.deliveries.is_empty()).then(|| deliveries(view, quote));
    let is_asked = country.is_some() || deliveries.is_some();
    is_asked.then(|| named("div", "destination").maybe(country).maybe(deliveries))
}

/// A list of countries by their names in the shopper's language.
fn country(view: &View<'_>, quote: &Quote, ask: &Ask) -> Element {
    let chosen = quote.price.country.as_deref().unwrap_or_default();
    let mut named: Vec<(String, &str)> =
        ask.options.iter().map(|choice| (view.format.country(&choice.value), choice.value.as_str())).collect();
    named.sort_unstable();
    let none = (view.messages.choose_from().to_owned(), "");
    let first = [none].into_iter().filter(|_| chosen.is_empty());
    let options = first.chain(named).map(|(name, code)| {
        let option = element("option").attr_owned(Attr::Value, code.to_owned()).text_owned(name);
        if code == chosen { option.attr(Attr::Selected, "") } else { option }
    });
    let dispatch = view.dispatch.clone();
    let send = Callback::from(move |event: Event| {
        let code = browser::chosen_value(&event).unwrap_or_default();
        if !code.is_empty() {
            dispatch.emit(Action::SendTo(code));
        }
    });
    // `country` is HTML's own word for the code, by which browsers fill it in.
    let list = element("select").attr(Attr::Autocomplete, "country").on_change(send).children(options);
    element("label").attr(Attr::Class, "field").child(element("span").text_owned(ask.label.clone())).child(list)
}

fn deliveries(view: &View<'_>, quote: &Quote) -> Element {
    let chosen = quote.price.delivery.as_ref().and_then(|delivery| delivery.id.as_deref());
    let choices = quote.deliveries.iter().map(|option| choice(view, quote, option, chosen == Some(option.id.as_str())));
    named("fieldset", "methods").child(element("legend").text(view.messages.delivery())).children(choices)
}

fn choice(view: &View<'_>, quote: &Quote, option: &DeliveryOption, chosen: bool) -> Element {
    let (dispatch, action) = (view.dispatch.clone(), Action::Deliver(option.id.clone()));
    let radio = element("input")
        .attr(Attr::Type, "radio")
        .attr(Attr::Name, "delivery")
        .attr_owned(Attr::Value, option.id.clone())
        .checked(chosen)
        .on_change(Callback::from(move |_| dispatch.emit(action.clone())));
    let name = element("span").attr(Attr::Class, "what").child(element("span").text_owned(option.label.clone()));
    let days = option.days.map(|days| element("span").attr(Attr::Class, "days").text_owned(time(view, days)));
    let amount = element("span").attr(Attr::Class, "cost").text_owned(view.money(option.amount, quote.price.currency));
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
