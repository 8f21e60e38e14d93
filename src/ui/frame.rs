//! What stays while screens change: the merchant's name, banners, the dialog, and the one status region.

use checkout::{Doubt, OrderOutcome, Screen};
use yew::{Callback, Html};

use super::element::{Attr, Element, element, named};
use super::pieces::{Icon, Tone, icon};
use super::{View, announcement, awaiting, basket, cart, choosing, connection, details, ended, paid, pieces, unsure, waiting};
use crate::i18n::Messages;

/// The whole content of the shadow root.
pub fn view(view: &View<'_>) -> Html {
    let (name, is_test) = merchant(view).unzip();
    let band = is_test.filter(|is_test| *is_test).map(|_| element("p").attr(Attr::Class, "test").text(view.messages.test_band()));
    let sure = !matches!(view.state.screen(), Screen::Unsure { .. });
    let seal = name.filter(|_| sure).map(|_| seal(view.messages));
    let is_closed = view.dialog == Some(false);
    let inside = frame(view.messages, (!is_closed).then(|| announcement(view)))
        .child(header(view.messages, name, view.dialog.map(|_| view.close)))
        .maybe(band)
        .child(banners(view))
        .child(screen(view))
        .maybe(seal);
    placed(inside, view.dialog, is_closed.then(|| basket::inside(view)))
}

/// In place of everything else when the merchant's set-up is wrong: neutral for the shopper; developers find the cause in the
/// console and in `qr-checkout-error`. `dialog` and `close` are as in [`View`].
pub fn misconfigured(words: &'static Messages, dialog: Option<bool>, close: &Callback<()>) -> Html {
    let headline = pieces::headline(Icon::Info, words.misconfigured(), words.misconfigured_hint().to_owned());
    let screen = named("section", "screen").attr(Attr::DataScreen, "misconfigured").child(headline).child(pieces::contact());
    let inside = frame(words, Some(words.misconfigured().to_owned())).child(header(words, None, dialog.map(|_| close))).child(screen);
    placed(inside, dialog, None)
}

fn banners(view: &View<'_>) -> Element {
    let later = basket::for_later(view).map(|text| pieces::news((Tone::Calm, text)));
    // Beside a code it stands where it moves nothing.
    let is_beside = matches!(view.state.screen(), Screen::Order { outcome: OrderOutcome::Awaiting, .. });
    let told = connection::banner(view).filter(|_| !is_beside);
    element("div").attr(Attr::Class, "banner").maybe(told).maybe(later)
}

/// In the page, or in a dialog and beside it what is said while that is closed. The runtime opens and closes it: a modal needs a
/// call, not an attribute.
fn placed(inside: Element, dialog: Option<bool>, said: Option<String>) -> Html {
    if dialog.is_none() {
        return inside.html();
    }
    let dialog = named("dialog", "dialog").attr(Attr::AriaLabelledby, "heading").child(inside);
    element("div").maybe(said.map(status)).child(dialog).html()
}

/// The box, with the status region in it before any screen, so that it outlives them all.
fn frame(words: &'static Messages, said: Option<String>) -> Element {
    named("div", "frame").attr(Attr::Lang, words.lang()).attr(Attr::Dir, words.dir()).maybe(said.map(status))
}

fn status(said: String) -> Element {
    element("p").attr(Attr::Class, "unseen").attr(Attr::Role, "status").attr(Attr::AriaLive, "polite").text_owned(said)
}

fn header(words: &'static Messages, name: Option<&str>, close: Option<&Callback<()>>) -> Element {
    let button = close.map(|close| {
        let close = close.clone();
        named("button", "close")
            .attr(Attr::Type, "button")
            .attr(Attr::AriaLabel, words.close())
            .on_click(Callback::from(move |_| close.emit(())))
            .child(icon(Icon::Cross))
    });
    // No landmark: the page has a banner of its own.
    let logo = element("slot").attr(Attr::Name, "logo");
    named("div", "header").child(logo).maybe(name.map(|name| named("p", "merchant").text_owned(name.to_owned()))).maybe(button)
}

fn screen(view: &View<'_>) -> Element {
    match view.state.screen() {
        Screen::Cart(None) => cart::empty(view),
        Screen::Cart(Some(trouble)) => cart::troubled(view, trouble),
        Screen::Quoting(last) => cart::quoting(view, last.as_deref()),
        Screen::Quoted { quote, notice } => cart::quoted(view, quote, notice.as_ref()),
        Screen::Details { quote } => details::of_cart(view, quote),
        Screen::Creating(_) => waiting::creating(view),
        Screen::Resuming(_) => waiting::resuming(view),
        Screen::Order { outcome, following } => match outcome {
            OrderOutcome::Awaiting => awaiting::awaiting(view, following),
            OrderOutcome::Choosing => choosing::choosing(view, following),
            OrderOutcome::Asking => details::of_order(view, following),
            OrderOutcome::Expired => ended::expired(view, following),
            OrderOutcome::Refused => ended::refused(view, following),
            OrderOutcome::Canceled => ended::canceled(view, following),
        },
        Screen::Paid { order, receipt } => paid::paid(view, order, receipt),
        Screen::Unsure { code, doubt } => unsure::unsure(view, *code, doubt),
        Screen::Outdated => unsure::outdated(view),
    }
}

/// The merchant's name and whether no money moves, from whatever verified answer is on the screen.
fn merchant<'a>(view: &View<'a>) -> Option<(&'a str, bool)> {
    let quote = match view.state.screen() {
        Screen::Quoting(Some(quote)) | Screen::Quoted { quote, .. } | Screen::Details { quote } => quote,
        Screen::Creating(attempt) | Screen::Unsure { doubt: Doubt::Creation(attempt), .. } => &attempt.quote,
        Screen::Cart(_)
        | Screen::Quoting(None)
        | Screen::Resuming(_)
        | Screen::Order { .. }
        | Screen::Paid { .. }
        | Screen::Unsure { .. }
        | Screen::Outdated => {
            let order = view.state.order()?;
            return Some((&order.merchant_name, order.is_test));
        }
    };
    Some((&quote.merchant_name, quote.is_test))
}

/// Says that what is on the screen was verified. It is shown only where that is so.
fn seal(words: &'static Messages) -> Element {
    named("p", "seal").child(icon(Icon::Lock)).child(element("span").text(words.verified()))
}
