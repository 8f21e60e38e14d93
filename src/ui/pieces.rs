//! The small pieces that screens share: the screen itself, headings, buttons, notices, facts, icons.

use checkout::Action;
use protocol::{Method, Order};
use yew::{Callback, MouseEvent};

use super::View;
use super::element::{Attr, Element, element, named};
use crate::browser;
use crate::i18n::put;

/// How loud a button is.
#[derive(Clone, Copy)]
pub(super) enum Weight {
    /// The one thing to do next.
    Primary,
    /// Another good choice.
    Secondary,
    /// A way out.
    Quiet,
}

/// What an icon shows.
#[derive(Clone, Copy)]
pub(super) enum Icon {
    Check,
    Clock,
    Cross,
    Cart,
    Question,
    Bubbles,
    Wallet,
    Bank,
    Phone,
    Lock,
    Info,
}

/// A screen: the place that is busy or not, and that the journey tests know by its state.
pub(super) fn screen(view: &View<'_>) -> Element {
    let name = view.state.name();
    // A priced cart keeps its fields and their focus while it is priced again; any other change of screen starts afresh.
    let key = if matches!(name, "quoting" | "quoted") { "cart" } else { name };
    named("section", "screen").key(key).attr(Attr::DataScreen, name)
}

/// The one heading of a screen; focus goes here when the screen changes.
pub(super) fn heading(text: &'static str) -> Element {
    title(text).attr(Attr::DataFocus, "")
}

/// The same where something else takes the focus.
pub(super) fn title(text: &'static str) -> Element {
    blank_title().text(text)
}

fn blank_title() -> Element {
    named("h2", "heading").attr(Attr::Id, "heading").attr(Attr::Tabindex, "-1")
}

/// An icon above a heading above a sentence.
pub(super) fn headline(sign: Icon, title: &'static str, hint: String) -> Element {
    element("div")
        .attr(Attr::Class, "headline")
        .child(element("span").attr(Attr::Class, "sign").child(icon(sign)))
        .child(heading(title))
        .child(para(hint))
}

/// The heading of a screen that belongs to one method: its mark beside the words.
pub(super) fn marked_heading(method: &Method, text: String) -> Element {
    blank_title().attr(Attr::DataFocus, "").child(mark(method)).child(element("span").text_owned(text))
}

/// A method's mark, drawn by us and never a provider's logo: recognised by its colour and its sign.
pub(super) fn mark(method: &Method) -> Element {
    let (name, sign) = match method.as_str() {
        "wechat_pay" => ("mark green", Icon::Bubbles),
        "alipay" => ("mark blue", Icon::Wallet),
        _ => ("mark", Icon::Bank),
    };
    named("span", name).child(icon(sign))
}

/// The headline of a screen where the shopper can only wait.
pub(super) fn waiting(title: &'static str, hint: &'static str) -> Element {
    element("div")
        .attr(Attr::Class, "headline")
        .child(element("span").attr(Attr::Class, "spinner").attr(Attr::AriaHidden, "true"))
        .child(heading(title))
        .child(element("p").text(hint))
}

pub(super) fn para(text: String) -> Element {
    element("p").text_owned(text)
}

/// How much a notice wants to be seen.
#[derive(Clone, Copy)]
pub(super) enum Tone {
    /// Good to know.
    Calm,
    /// Not as expected.
    Alert,
}

/// Something to be noticed.
pub(super) fn notice((tone, text): (Tone, &'static str)) -> Element {
    news((tone, text.to_owned()))
}

/// The same with a text of the moment.
pub(super) fn news((tone, text): (Tone, String)) -> Element {
    let name = match tone {
        Tone::Calm => "notice calm",
        Tone::Alert => "notice",
    };
    named("p", name).child(icon(Icon::Info)).child(element("span").text_owned(text))
}

pub(super) fn button(weight: Weight, label: String, on_click: Callback<MouseEvent>) -> Element {
    named("button", weight.name()).attr(Attr::Type, "button").on_click(on_click).text_owned(label)
}

impl Weight {
    fn name(self) -> &'static str {
        match self {
            Weight::Primary => "button primary",
            Weight::Secondary => "button",
            Weight::Quiet => "button quiet",
        }
    }
}

/// The big button in its place, which stays in sight below what is long.
pub(super) fn paying(button: Element) -> Element {
    element("div").attr(Attr::Class, "paying").child(button)
}

/// How to reach the shop, as its page says: whatever the page has put into the element for the moments in which only the shop can help.
pub(super) fn contact() -> Element {
    element("slot").attr(Attr::Name, "contact")
}

/// Buttons side by side, or below each other where it is narrow.
pub(super) fn actions(buttons: impl IntoIterator<Item = Option<Element>>) -> Element {
    buttons.into_iter().fold(named("div", "actions"), Element::maybe)
}

/// A button for each method of the order but the current one: a new code by that method.
pub(super) fn other_methods(view: &View<'_>, order: &Order, weight: Weight) -> Vec<Element> {
    let current = order.payment.as_ref().map(|payment| &payment.method);
    let others = view.state.order_methods(order).into_iter().filter(|method| Some(method) != current);
    let offer = |method: Method| {
        let label = view.by(view.messages.use_method(), &method);
        by_method(view, weight, label, method)
    };
    others.map(offer).collect()
}

/// A button that gets something to pay by, by that method.
pub(super) fn by_method(view: &View<'_>, weight: Weight, label: String, method: Method) -> Element {
    let dispatch = view.dispatch.clone();
    let (of, choose) = (method.clone(), Action::Choose(method));
    let switch = Callback::from(move |_| {
        dispatch.emit(choose.clone());
        dispatch.emit(Action::NewCode);
    });
    named("button", weight.name()).attr(Attr::Type, "button").on_click(switch).child(mark(&of)).child(element("span").text_owned(label))
}

/// A list of names and values.
pub(super) fn facts(rows: impl IntoIterator<Item = Element>) -> Element {
    named("dl", "facts").children(rows)
}

pub(super) fn fact(label: &'static str, value: String) -> Element {
    element("div").child(element("dt").text(label)).child(element("dd").text_owned(value))
}

/// The order number, with a button that copies it. Copying changes no state, so the browser is asked directly;
/// it marks the button only when the clipboard has really taken the text.
pub(super) fn order_number(view: &View<'_>, order: &Order) -> Element {
    number(view, order.number.as_deref().unwrap_or(order.id.as_str()))
}

/// The same where nothing but an id is known.
pub(super) fn number(view: &View<'_>, number: &str) -> Element {
    let words = view.messages;
    // Five characters at a time are easier to read out than ten.
    let (first, second) = number.split_at_checked(5).filter(|_| number.len() == 10).unwrap_or((number, ""));
    let halves = [first, second].map(|half| element("span").text_owned(half.to_owned()));
    let button = marked(view, named("button", "copy").attr(Attr::Type, "button"), words.copy()).on_click(copies(number.to_owned()));
    let value = element("dd").attr(Attr::Class, "number").child(element("code").children(halves)).child(button);
    element("div").child(element("dt").text(words.order_number())).child(value)
}

/// A big button that copies something and says so.
pub(super) fn marked_copy(view: &View<'_>, label: &'static str, weight: Weight) -> Element {
    marked(view, named("button", weight.name()).attr(Attr::Type, "button"), label)
}

/// What puts that text on the clipboard.
pub(super) fn copies(text: String) -> Callback<MouseEvent> {
    Callback::from(move |event: MouseEvent| browser::copy_text(&event, &text))
}

/// What puts the page's own address there, for another browser.
pub(super) fn copies_link() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| browser::copy_text(&event, &browser::page_address().unwrap_or_default()))
}

/// Two texts, of which the browser shows the second once the text is on the clipboard.
fn marked(view: &View<'_>, button: Element, label: &'static str) -> Element {
    button
        .child(element("span").attr(Attr::Class, "todo").text(label))
        .child(element("span").attr(Attr::Class, "done").attr(Attr::AriaLive, "polite").text(view.messages.copied()))
}

/// The amount in large type, and who gets it; below a title where the screen has none above.
pub(super) fn amount_due(view: &View<'_>, order: &Order, title: Option<Element>) -> Element {
    let to = put(view.messages.to_merchant(), &order.merchant_name);
    element("div")
        .attr(Attr::Class, "due")
        .maybe(title)
        .child(named("p", "amount").text_owned(view.money(order.amount, order.currency)))
        .child(element("p").attr(Attr::Class, "to").text_owned(to))
}

/// A line drawing, 24 units square, in the colour of the text. Methods have signs of our own, never a provider's logo.
pub(super) fn icon(icon: Icon) -> Element {
    let path = match icon {
        Icon::Check => "M5 12.5l4.5 4.5L19 7.5",
        Icon::Clock => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 7v5l3.5 2",
        Icon::Cross => "M6.5 6.5l11 11M17.5 6.5l-11 11",
        Icon::Cart => "M3 4h2.5l2.2 11h10.4l1.9-8H6.5M9 19.5h.01M17 19.5h.01",
        Icon::Question => "M9 9.2a3 3 0 1 1 4.6 2.5c-1 .7-1.6 1.2-1.6 2.5M12 17.8h.01",
        Icon::Bubbles => {
            "M15.5 8.4A6.6 5.4 0 0 0 2.4 9.9c0 1.6.9 3.1 2.3 4.1l-.4 2.3 2.4-1.3q.8.2 1.7.3M8.9 14.3a6.3 5 0 1 1 10.4 3.5l.4 2-2.1-1.1a6.3 5 0 0 1-8.7-4.4z"
        }
        Icon::Wallet => "M5 7h14a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zM4.5 7.2L15 4v3M16.5 13h.01",
        Icon::Bank => "M4 9.5L12 5l8 4.5zM6.5 12v5M10.2 12v5M13.8 12v5M17.5 12v5M4.5 19.5h15",
        Icon::Phone => "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2",
        Icon::Lock => "M7 11V8a5 5 0 0 1 10 0v3M6 11h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1z",
        Icon::Info => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 11v5.5M12 7.7h.01",
    };
    element("svg")
        .attr(Attr::Class, "icon")
        .attr(Attr::ViewBox, "0 0 24 24")
        .attr(Attr::Width, "24")
        .attr(Attr::Height, "24")
        .attr(Attr::AriaHidden, "true")
        .child(element("path").attr(Attr::D, path))
}
