//! The code to pay, or the way into the wallet, and everything a shopper with a phone in hand wants beside it.

use checkout::{Action, Following, Notice, Task};
use protocol::{Order, PayBy, Payment, PaymentStatus, Surface};

use super::View;
use super::countdown::{LOW, countdown, seconds_left};
use super::element::{Attr, Element, element, named};
use super::pieces::{
    Icon, Tone, Weight, amount_due, button, facts, heading, icon, marked_heading, news, notice, order_number, other_methods, screen,
};
use super::price::{answered, order_details};
use super::{connection, qr, takeaway, wallet};
use crate::i18n::{fill, put};

/// The code can be paid. What is to be done comes first, how and how long beside it, and what is only to be known below.
pub(super) fn awaiting(view: &View<'_>, following: &Following) -> Element {
    let order = &following.order;
    let payment = order.payment.as_ref();
    let left = payment.and_then(|payment| seconds_left(view, payment.expires_at));
    let is_low = left.is_some_and(|left| (1..=LOW).contains(&left));
    let taken = payment.and_then(|payment| takeaway::buttons(view, order, payment)).filter(|_| matches!(following.task, Task::Watch));
    // A code to be scanned is seen at once; where a button is to be pressed, what it pays stands above it.
    let here = wallet::is_here(order);
    let is_code_first = taken.is_none() && !here;
    let due = || amount_due(view, order, None);
    let is_ready = veil(view, following, left).is_none() && payment.is_some_and(|payment| payment.payload.is_some());
    let shown = element("div")
        .attr(Attr::Class, "shown")
        .child(title(view, following, left))
        .maybe((!is_code_first).then(due))
        .maybe(taken)
        .child(code(view, following, left))
        .maybe((here && is_ready).then(|| wallet::hint(view)))
        .maybe(is_code_first.then(due));
    // The next code is paid as this one was.
    let is_read = !here && (is_ready || matches!(following.task, Task::Renew(..)));
    let beside = element("div")
        .attr(Attr::Class, "beside")
        .maybe(how(view, order).filter(|_| is_read))
        .maybe(left.filter(|_| is_ready).map(|left| countdown(view, left)))
        .maybe(news_of(view, following, told(view, following)).or_else(|| standing(view, following, is_ready, is_low)))
        .child(choices(view, following, is_ready));
    let below = element("div")
        .attr(Attr::Class, "below")
        .maybe(phone(view, order).filter(|_| is_ready))
        .child(answered(view, order, facts([order_number(view, order)])))
        .maybe(order_details(view, order));
    // Two columns where there is something in both.
    let name = match (is_read, is_low) {
        (true, false) => "pay",
        (true, true) => "pay low",
        (false, false) => "pay one",
        (false, true) => "pay one low",
    };
    screen(view).child(named("div", name).child(shown).child(beside).child(below))
}

/// The way to a phone, on the screen of a computer: the address of the order, which pays it and opens nothing of it, as a code. Opened, it
/// stands in the place of what is paid here, which goes on.
fn phone(view: &View<'_>, order: &Order) -> Option<Element> {
    let (words, config) = (view.messages, view.state.config());
    let address = [config.backend.as_str(), "/pay/", order.id.as_str()].concat();
    let side = |class, text| element("span").attr(Attr::Class, class).text(text);
    let summary = element("summary").child(side("to", words.phone())).child(side("back", words.phone_back()));
    let hint = element("p").text(words.phone_hint());
    let code = (config.surface == Surface::Qr).then(|| qr::code(&address, words.phone().to_owned()))??;
    let code = element("div").attr(Attr::Class, "code").child(code);
    Some(element("details").attr(Attr::Class, "details phone").child(summary).child(hint).child(code))
}

/// What is to be done, or what is being done.
fn title(view: &View<'_>, following: &Following, left: Option<i64>) -> Element {
    let words = view.messages;
    let order = &following.order;
    if let Some(text) = veil(view, following, left) {
        return heading(text);
    }
    let Some(payment) = order.payment.as_ref().filter(|payment| payment.payload.is_some()) else { return heading(words.code_coming()) };
    if payment.status == PaymentStatus::Scanned {
        return heading(words.scanned());
    }
    let method = &payment.method;
    let text = if wallet::is_here(order) {
        by_wallet(view, order)
    } else if takeaway::is_wanted(view, order) {
        words.pay_bank().to_owned()
    } else {
        put(words.scan_with(), words.app_name(method))
    };
    marked_heading(method, text)
}

/// That it is paid on this device; also announced.
pub(super) fn by_wallet(view: &View<'_>, order: &Order) -> String {
    let method = order.payment.as_ref().map_or("", |payment| view.messages.method_name(&payment.method));
    put(view.messages.pay_with(), method)
}

/// How the line to the shop is, or that nothing is to be done but paying; not while something else is being done.
fn standing(view: &View<'_>, following: &Following, is_ready: bool, is_low: bool) -> Option<Element> {
    let words = view.messages;
    if let Some(text) = connection::told(view) {
        return Some(notice((Tone::Alert, text)));
    }
    let text = match is_low {
        true if wallet::fits(view, &following.order) => words.last_minute_here(),
        true => words.last_minute(),
        false => words.waiting(),
    };
    let is_idle = is_ready && doing(view, &following.task).is_none();
    is_idle.then(|| element("p").attr(Attr::Class, "waiting").text(text))
}

/// What to tell beside the code; also announced.
pub(super) fn told(view: &View<'_>, following: &Following) -> Option<(Tone, &'static str)> {
    let words = view.messages;
    let scanned = following.order.payment.as_ref().is_some_and(|payment| payment.status == PaymentStatus::Scanned);
    Some(match &following.notice {
        Some(Notice::NotPaidYet) => (Tone::Calm, words.not_paid_yet()),
        Some(Notice::MethodGone(_)) => (Tone::Alert, words.method_gone()),
        // Another code wanted what the order had given back when its last one ended.
        Some(Notice::Refused(code)) if code == "out-of-stock" => (Tone::Alert, words.order_sold_out()),
        Some(Notice::Refused(_) | Notice::PriceChanged | Notice::CartFull(_) | Notice::NotDelivered) => {
            (Tone::Alert, words.action_refused())
        }
        None if scanned => (Tone::Calm, words.scanned_hint()),
        None => return None,
    })
}

/// The sentence as it is read: with the method that is where it is about one.
pub(super) fn said(view: &View<'_>, following: &Following, text: &str) -> String {
    let gone = match &following.notice {
        Some(Notice::MethodGone(method)) => Some(method),
        _ => following.order.payment.as_ref().map(|payment| &payment.method),
    };
    fill(text, &[("method", gone.map_or("", |method| view.messages.method_name(method)))])
}

/// The same as a notice.
pub(super) fn news_of(view: &View<'_>, following: &Following, told: Option<(Tone, &'static str)>) -> Option<Element> {
    told.map(|(tone, text)| news((tone, said(view, following, text))))
}

/// What is being done for the shopper; also announced.
pub(super) fn doing(view: &View<'_>, task: &Task) -> Option<&'static str> {
    match task {
        Task::Watch => None,
        Task::Check => Some(view.messages.checking()),
        Task::Renew(..) => Some(view.messages.renewing()),
        Task::Answer(..) => Some(view.messages.telling()),
        Task::Cancel(_) | Task::Close(_) => Some(view.messages.canceling()),
    }
}

/// Why the code should not be used any more, while that is so.
fn veil(view: &View<'_>, following: &Following, left: Option<i64>) -> Option<&'static str> {
    match &following.task {
        Task::Watch | Task::Check => (left == Some(0)).then_some(view.messages.checking()),
        task => doing(view, task),
    }
}

/// The code or the way into the wallet, veiled as soon as it should not be used any more.
fn code(view: &View<'_>, following: &Following, left: Option<i64>) -> Element {
    let words = view.messages;
    let order = &following.order;
    let is_veiled = veil(view, following, left).is_some();
    let is_scanned = order.payment.as_ref().is_some_and(|payment| payment.status == PaymentStatus::Scanned);
    let here = wallet::is_here(order);
    // Neither the keyboard nor a reader finds what is veiled.
    let way_in = |payment| wallet::way_in(view, order, payment).map(|way| if is_veiled { way.attr(Attr::Inert, "") } else { way });
    let drawn = order.payment.as_ref().and_then(|payment| if here { way_in(payment) } else { draw(view, order, payment) });
    let spinner = || element("span").attr(Attr::Class, "spinner").attr(Attr::AriaHidden, "true");
    let over = if is_veiled {
        Some(element("div").attr(Attr::Class, "veil").child(spinner()))
    } else {
        is_scanned.then(|| element("div").attr(Attr::Class, "veil seen").child(icon(Icon::Phone)).child(icon(Icon::Check)))
    };
    named("div", if here { "code wallet" } else { "code" })
        .attr(Attr::Role, "group")
        .attr(Attr::AriaLabel, if here { words.method() } else { words.code() })
        .busy(is_veiled)
        .child(drawn.unwrap_or_else(|| named("div", "no-code").child(spinner())))
        .maybe(over)
}

fn draw(view: &View<'_>, order: &Order, payment: &Payment) -> Option<Element> {
    let amount = view.money(order.amount, order.currency);
    let method = view.messages.method_name(&payment.method);
    let name = fill(view.messages.code_of(), &[("amount", &amount), ("merchant", &order.merchant_name), ("method", method)]);
    qr::code(payment.payload.as_ref()?, name)
}

/// How it is paid; nothing once a wallet has read the code.
fn how(view: &View<'_>, order: &Order) -> Option<Element> {
    let words = view.messages;
    let payment = order.payment.as_ref().filter(|payment| payment.status != PaymentStatus::Scanned)?;
    let scan = || words.method_steps(&payment.method).map(|step| element("li").text(step));
    let steps = takeaway::steps(view, order, payment).unwrap_or_else(scan);
    let title = element("p").attr(Attr::Class, "label").attr(Attr::Id, "steps").text(words.how_to_pay());
    let own_screen = view.state.config().surface != Surface::Qr && view.state.way(order, &payment.method) == PayBy::Scan;
    let how = element("div").attr(Attr::Class, "how").child(title);
    let how = how.child(named("ol", "steps").attr(Attr::AriaLabelledby, "steps").children(steps));
    Some(how.maybe(own_screen.then(|| element("p").attr(Attr::Class, "label").text(words.other_phone()))))
}

/// The likely one, then the quiet ones; while there is nothing to pay by, only the way out of that, and none while it is taken.
fn choices(view: &View<'_>, following: &Following, is_ready: bool) -> Element {
    let words = view.messages;
    let order = &following.order;
    let checking = matches!(following.task, Task::Check);
    let is_ending = matches!(following.task, Task::Cancel(_) | Task::Close(_));
    let check = if checking { words.checking() } else { words.check_now() };
    let check = || button(Weight::Secondary, check.to_owned(), view.act(Action::CheckNow)).busy(checking);
    let new_code = || button(Weight::Quiet, words.new_code().to_owned(), view.act(Action::NewCode));
    let cancel = || button(Weight::Quiet, words.cancel().to_owned(), view.act(Action::Cancel));
    let others = if is_ready { other_methods(view, order, Weight::Quiet) } else { Vec::new() };
    named("div", "choices")
        .maybe((!is_ending).then(check))
        .maybe((is_ready && !wallet::fits(view, order)).then(new_code))
        .children(others)
        .maybe((!is_ending).then(cancel))
}
