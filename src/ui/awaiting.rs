//! The code to pay, or the way into the wallet, and everything a shopper with a phone in hand wants beside it.

use checkout::{Action, Following, Notice, Task};
use protocol::{Order, PayBy, Payment, PaymentStatus, Surface};

use super::View;
use super::countdown::{countdown, seconds_left};
use super::element::{Attr, Element, element, named};
use super::pieces::{Tone, Weight, actions, amount_due, button, facts, heading, notice, order_number, other_methods, screen};
use super::price::{answered, order_details};
use super::{connection, qr, takeaway, wallet};
use crate::i18n::fill;

/// The code can be paid.
pub(super) fn awaiting(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let order = &following.order;
    let payment = order.payment.as_ref();
    let scanned = payment.is_some_and(|payment| payment.status == PaymentStatus::Scanned);
    let left = payment.and_then(|payment| seconds_left(view, payment.expires_at));
    let beside = element("div")
        .attr(Attr::Class, "beside")
        .maybe(left.map(|left| countdown(view, left)))
        .maybe(told(view, following).map(notice).or_else(|| waiting(view, following)))
        .maybe(
            payment
                .filter(|_| !scanned)
                .map(|payment| if wallet::is_here(order) { wallet::hint(view) } else { steps(view, order, payment) }),
        )
        .child(answered(view, order, facts([order_number(view, order)])))
        .maybe(order_details(view, order))
        .child(choices(view, following));
    let title = heading(if scanned { words.scanned() } else { title(view, order) });
    let taken = payment.and_then(|payment| takeaway::buttons(view, order, payment)).filter(|_| matches!(following.task, Task::Watch));
    let shown = element("div").attr(Attr::Class, "shown").child(code(view, following, left)).maybe(taken);
    let columns = named("div", "pay").child(amount_due(view, order, Some(title))).child(shown).child(beside);
    screen(view).child(columns)
}

/// That nothing is to be done but paying; not while something else is being done, or nothing can be.
fn waiting(view: &View<'_>, following: &Following) -> Option<Element> {
    let is_busy = doing(view, &following.task).is_some() || connection::told(view).is_some();
    (!is_busy).then(|| element("p").attr(Attr::Class, "waiting").text(view.messages.waiting()))
}

/// What there is to do.
fn title(view: &View<'_>, order: &Order) -> &'static str {
    let words = view.messages;
    match (wallet::is_here(order), takeaway::is_wanted(view, order)) {
        (true, _) => words.pay_here(),
        (_, true) => words.pay_bank(),
        _ => words.scan(),
    }
}

/// What to tell beside the code; also announced.
pub(super) fn told(view: &View<'_>, following: &Following) -> Option<(Tone, &'static str)> {
    let words = view.messages;
    let scanned = following.order.payment.as_ref().is_some_and(|payment| payment.status == PaymentStatus::Scanned);
    match &following.notice {
        Some(Notice::NotPaidYet) => Some((Tone::Calm, words.not_paid_yet())),
        Some(Notice::MethodGone) => Some((Tone::Alert, words.method_gone())),
        // Another code wanted what the order had given back when its last one ended.
        Some(Notice::Refused(code)) if code == "out-of-stock" => Some((Tone::Alert, words.sold_out())),
        Some(Notice::Refused(_) | Notice::PriceChanged | Notice::CartFull | Notice::NotDelivered) => {
            Some((Tone::Alert, words.action_refused()))
        }
        None => scanned.then_some((Tone::Calm, words.scanned_hint())),
    }
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
    let way_in = |payment| wallet::way_in(view, order, payment).map(|way| if veil.is_some() { way.attr(Attr::Inert, "") } else { way });
    let drawn = order.payment.as_ref().and_then(|payment| if here { way_in(payment) } else { draw(view, order, payment) });
    let spinner = || element("span").attr(Attr::Class, "spinner").attr(Attr::AriaHidden, "true");
    let coming = || named("div", "no-code").child(spinner()).child(element("p").text(words.code_coming()));
    let veil = veil.map(|text| element("div").attr(Attr::Class, "veil").child(spinner()).child(element("p").text(text)));
    named("div", if here { "code wallet" } else { "code" })
        .attr(Attr::Role, "group")
        .attr(Attr::AriaLabel, if here { words.method() } else { words.code() })
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

fn steps(view: &View<'_>, order: &Order, payment: &Payment) -> Element {
    let words = view.messages;
    let scan = || words.method_steps(&payment.method).map(|step| element("li").text(step));
    let steps = takeaway::steps(view, order, payment).unwrap_or_else(scan);
    let title = element("p").attr(Attr::Class, "label").attr(Attr::Id, "steps").text(words.how_to_pay());
    // A wallet's own code belongs to the first phone that reads it; a bank's can be read again and again.
    let is_wallets = matches!(payment.method.as_str(), "wechat_pay" | "alipay");
    let own_screen = view.state.config().surface != Surface::Qr && view.state.way(order, &payment.method) == PayBy::Scan;
    let caution = if own_screen { Some(words.other_phone()) } else { is_wallets.then_some(words.one_phone()) };
    element("div")
        .attr(Attr::Class, "how")
        .child(title)
        .child(named("ol", "steps").attr(Attr::AriaLabelledby, "steps").children(steps))
        .maybe(caution.map(|text| element("p").attr(Attr::Class, "label").text(text)))
}

fn choices(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let checking = matches!(following.task, Task::Check);
    let check = if checking { words.checking() } else { words.check_now() };
    actions([
        Some(button(Weight::Secondary, check.to_owned(), view.act(Action::CheckNow)).busy(checking)),
        Some(button(Weight::Secondary, words.new_code().to_owned(), view.act(Action::NewCode)))
            .filter(|_| !wallet::fits(view, &following.order)),
    ])
    .children(other_methods(view, &following.order))
    .child(button(Weight::Quiet, words.cancel().to_owned(), view.act(Action::Cancel)))
}
