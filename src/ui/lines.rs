//! Lines of a cart, to be changed.

use checkout::{Action, Screen, Trouble};
use protocol::{Currency, Fault, Item, Line, Quote, Sku, decimal};
use yew::{Callback, Event};

use super::View;
use super::element::{Attr, Element, element, named};
use super::pieces::{Icon, Weight, button, icon, para};
use crate::browser;
use crate::i18n::put;

/// The cart, line by line. Quantities are the cart's; names and prices are those of the quote, which may be of an earlier cart, or
/// without one whatever a verified answer has told of a thing.
pub(super) fn cart_lines(view: &View<'_>, quote: Option<&Quote>) -> Element {
    let lines = view.state.items().iter().map(|item| {
        let told = quote.and_then(|quote| Some((quote.price.lines.iter().find(|line| line.item.sku == item.sku)?, quote.price.currency)));
        cart_line(view, item, told.or_else(|| view.state.known_line(&item.sku)), quote.is_some())
    });
    named("ul", "lines").children(lines)
}

fn cart_line(view: &View<'_>, item: &Item, known: Option<(&Line, Currency)>, is_priced: bool) -> Element {
    let words = view.messages;
    let name = known.map_or(item.sku.as_str(), |(line, _)| &line.name);
    let options = known.and_then(|(line, _)| line.options.clone());
    // Variants of one thing have one name: what names a control tells them apart.
    let title = known.map_or_else(|| name.to_owned(), |(line, _)| line.title());
    let unit = known.map(|(line, currency)| para(view.priced(words.each(), line.unit_price, currency)));
    let total = known.filter(|_| is_priced).map(|(line, currency)| {
        let current = line.item.quantity == item.quantity;
        named("p", "line-total").text_owned(if current { view.money(line.total, currency) } else { "…".to_owned() })
    });
    let remove = named("button", "remove")
        .attr(Attr::Type, "button")
        .attr_owned(Attr::AriaLabel, put(words.remove_of(), &title))
        .on_click(view.act(Action::SetQuantity(item.sku.clone(), 0)))
        .text(words.remove());
    let fault = fault_of(view, item);
    let wrong = fault.map(|fault| named("p", "fault").text_owned(what_is_wrong(view, fault)));
    let step = fault.and_then(|fault| take_left(view, item, fault));
    let about = element("div")
        .attr(Attr::Class, "about")
        .child(named("p", "name").text_owned(name.to_owned()))
        .maybe(options.map(|options| named("p", "options").text_owned(options)))
        .maybe(unit)
        .maybe(wrong)
        .maybe(step);
    let is_added = view.state.added() == Some(&item.sku);
    named("li", if is_added { "line added" } else { "line" })
        .key(item.sku.as_str())
        .child(picture(known.and_then(|(line, _)| line.image.as_ref())))
        .child(about)
        .maybe(total)
        .child(element("div").attr(Attr::Class, "change").child(stepper(view, item, &title)).child(remove))
}

/// The cart before anything is known of its things: a line for each, as high as a plain one.
pub(super) fn blank_lines(view: &View<'_>) -> Element {
    let line = |_: &Item| {
        let about = element("div").attr(Attr::Class, "about").child(blank("p").attr(Attr::Class, "name")).child(blank("p"));
        named("li", "line blank").child(picture(None)).child(about).child(blank("p").attr(Attr::Class, "line-total"))
    };
    named("ul", "lines").attr(Attr::AriaHidden, "true").children(view.state.items().iter().map(line))
}

/// A text that is still to come: a bar in its place, by the style sheet.
pub(super) fn blank(tag: &'static str) -> Element {
    element(tag).text("\u{a0}")
}

/// A sentence about a thing: its name before it, if that is known.
pub(super) fn about_thing(view: &View<'_>, sku: &Sku, text: &str) -> String {
    match view.state.known_line(sku) {
        Some((line, _)) => [&line.title(), ": ", text].concat(),
        None => text.to_owned(),
    }
}

/// What the shop has against the lines, each a sentence; announced.
pub(super) fn faults_told(view: &View<'_>) -> String {
    let mut told = String::new();
    for item in view.state.items() {
        if let Some(fault) = fault_of(view, item) {
            told.push_str(". ");
            told.push_str(&about_thing(view, &item.sku, &what_is_wrong(view, fault)));
        }
    }
    told
}

/// What the shop has against a line.
fn fault_of<'a>(view: &View<'a>, item: &Item) -> Option<&'a Fault> {
    let Screen::Cart(Some(Trouble::Refused(problem))) = view.state.screen() else { return None };
    problem.faults.iter().find(|fault| fault.sku.as_deref() == Some(item.sku.as_str()))
}

fn what_is_wrong(view: &View<'_>, fault: &Fault) -> String {
    let words = view.messages;
    match (fault.code.as_str(), fault.left) {
        ("out-of-stock", Some(1..)) => view.counted(words.only_left(), fault.left.unwrap_or_default()),
        ("out-of-stock", _) => words.sold_out().to_owned(),
        ("quantity", _) => words.wrong_quantity().to_owned(),
        _ => words.not_sold().to_owned(),
    }
}

/// Where there are some left, a button that takes those; to take none there is the one that removes.
fn take_left(view: &View<'_>, item: &Item, fault: &Fault) -> Option<Element> {
    let left = u32::try_from(fault.left?).ok().filter(|left| (1..item.quantity).contains(left))?;
    let label = view.counted(view.messages.take_left(), left.into());
    Some(button(Weight::Secondary, label, view.act(Action::SetQuantity(item.sku.clone(), left))))
}

/// A picture says nothing that the name beside it does not, so it has no name of its own.
fn picture(address: Option<&String>) -> Element {
    let frame = named("div", "picture");
    match address {
        None => frame.child(icon(Icon::Cart)),
        Some(address) => {
            let image =
                element("img").attr_owned(Attr::Src, address.clone()).attr(Attr::Alt, "").attr(Attr::Width, "64").attr(Attr::Height, "64");
            frame.child(image.attr(Attr::Loading, "lazy").attr(Attr::Decoding, "async").attr(Attr::Referrerpolicy, "no-referrer"))
        }
    }
}

fn stepper(view: &View<'_>, item: &Item, name: &str) -> Element {
    let words = view.messages;
    let step = |label: &str, sign: &'static str, quantity: u32| {
        element("button")
            .attr(Attr::Type, "button")
            .attr_owned(Attr::AriaLabel, put(label, name))
            .on_click(view.act(Action::SetQuantity(item.sku.clone(), quantity)))
            .text(sign)
    };
    let field = element("input")
        .attr(Attr::Type, "number")
        .attr(Attr::Inputmode, "numeric")
        .attr(Attr::Min, "0")
        .attr(Attr::Max, "999")
        .attr_owned(Attr::AriaLabel, put(words.quantity_of(), name))
        .value(decimal::text(item.quantity.into()))
        .on_change(typed(view, item.sku.clone(), item.quantity));
    let less = step(words.one_less(), "−", item.quantity.saturating_sub(1));
    let more = step(words.one_more(), "+", item.quantity.saturating_add(1));
    named("div", "stepper").child(less).child(field).child(more)
}

/// What was typed becomes the quantity; what is no number leaves it as it was.
fn typed(view: &View<'_>, sku: Sku, quantity: u32) -> Callback<Event> {
    let dispatch = view.dispatch.clone();
    Callback::from(move |event: Event| {
        let typed = browser::input_value(&event).unwrap_or_default();
        let (number, digits) = decimal::leading(typed.trim_ascii().as_bytes());
        let is_number = digits > 0 && digits == typed.trim_ascii().len();
        let quantity = u32::try_from(number).ok().filter(|_| is_number).unwrap_or(quantity);
        dispatch.emit(Action::SetQuantity(sku.clone(), quantity));
    })
}
