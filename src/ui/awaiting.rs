//! The code to pay, or the way into the wallet, and everything a shopper with a phone in hand wants beside it.

use checkout::{Action, Following, Notice, Task};
use protocol::{Order, Payment, PaymentStatus};

use super::View;
use super::countdown::{countdown, seconds_left};
use super::element::{Element, element, named};
use super::lines::order_details;
use super::pieces::{Tone, Weight, actions, amount_due, button, facts, heading, notice, order_number, other_methods, screen};
use super::{qr, wallet};
use crate::i18n::fill;

/// The code can be paid.
pub(super) fn awaiting(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let order = &following.order;
    let payment = order.payment.as_ref();
    let scanned = payment.is_some_and(|payment| payment.status == PaymentStatus::Scanned);
    let left = payment.and_then(|payment| seconds_left(view, payment.expires_at));
    let beside = element("div")
        .is("class", "beside")
        .maybe(left.map(|left| countdown(view, left)))
        .child(told(view, following).map_or_else(|| element("p").is("class", "waiting").say(words.waiting()), notice))
        .maybe(payment.filter(|_| !scanned).map(|payment| if wallet::is_here(order) { wallet::hint(view) } else { steps(view, payment) }))
        .child(facts([order_number(view, order.id.as_str())]))
        .maybe(Some(order_details(view, order)).filter(|_| !order.lines.is_empty()))
        .child(choices(view, following));
    let title = heading(if scanned { words.scanned() } else { title(view, order) });
    let columns = named("div", "pay").child(amount_due(view, order, Some(title))).child(code(view, following, left)).child(beside);
    screen(view).child(columns)
}

/// What there is to do.
fn title(view: &View<'_>, order: &Order) -> &'static str {
    if wallet::is_here(order) { view.messages.pay_here() } else { view.messages.scan() }
}

/// What to tell beside the code; also announced.
pub(super) fn told(view: &View<'_>, following: &Following) -> Option<(Tone, &'static str)> {
    let words = view.messages;
    let scanned = following.order.payment.as_ref().is_some_and(|payment| payment.status == PaymentStatus::Scanned);
    match &following.notice {
        Some(Notice::NotPaidYet) => Some((Tone::Calm, words.not_paid_yet())),
        Some(Notice::Refused(_) | Notice::PriceChanged) => Some((Tone::Alert, words.action_refused())),
        None => scanned.then_some((Tone::Calm, words.scanned_hint())),
    }
}

/// What is being done for the shopper; also announced.
pub(super) fn doing(view: &View<'_>, task: &Task) -> Option<&'static str> {
    match task {
        Task::Watch => None,
        Task::Check => Some(view.messages.checking()),
        Task::Renew(..) => Some(view.messages.renewing()),
        Task::Cancel(_) => Some(view.messages.canceling()),
    }
}

/// The code or the way into the wallet, veiled as soon as it should not be used any more.
fn code(view: &View<'_>, following: &Following, left: Option<i64>) -> Element {
    let words = view.messages;
    let order = &following.order;
    let veil = match &following.task {
        Task::Watch | Task::Check => (left == Some(0)).then_some(words.checking()),
        task => doing(view, task),
    };
    let here = wallet::is_here(order);
    // Neither the keyboard nor a reader finds what is veiled.
    let way_in = |payment| wallet::way_in(view, order, payment).map(|way| if veil.is_some() { way.is("inert", "") } else { way });
    let drawn = order.payment.as_ref().and_then(|payment| if here { way_in(payment) } else { draw(view, order, payment) });
    let spinner = || element("span").is("class", "spinner").is("aria-hidden", "true");
    let coming = || named("div", "no-code").child(spinner()).child(element("p").say(words.code_coming()));
    let veil = veil.map(|text| element("div").is("class", "veil").child(spinner()).child(element("p").say(text)));
    named("div", if here { "code wallet" } else { "code" })
        .is("role", "group")
        .is("aria-label", if here { words.method() } else { words.code() })
        .busy(veil.is_some())
        .child(drawn.unwrap_or_else(coming))
        .maybe(veil)
}

fn draw(view: &View<'_>, order: &Order, payment: &Payment) -> Option<Element> {
    let amount = view.money(order.amount, order.currency);
    let method = view.messages.method_name(&payment.method);
    let name = fill(view.messages.code_of(), &[("amount", &amount), ("merchant", &order.merchant_name), ("method", method)]);
    qr::code(payment.payload.as_ref()?, name)
}

fn steps(view: &View<'_>, payment: &Payment) -> Element {
    let steps = view.messages.method_steps(&payment.method).into_iter().map(|step| element("li").say(step));
    let title = element("p").is("class", "label").is("id", "steps").say(view.messages.how_to_pay());
    element("div").is("class", "how").child(title).child(named("ol", "steps").is("aria-labelledby", "steps").children(steps))
}

fn choices(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let checking = following.task == Task::Check;
    let check = if checking { words.checking() } else { words.check_now() };
    actions([
        Some(button(Weight::Secondary, check.to_owned(), view.act(Action::CheckNow)).busy(checking)),
        Some(button(Weight::Secondary, words.new_code().to_owned(), view.act(Action::NewCode)))
            .filter(|_| !wallet::fits(view, &following.order)),
    ])
    .children(other_methods(view, &following.order))
    .child(button(Weight::Quiet, words.cancel().to_owned(), view.act(Action::Cancel)))
}
