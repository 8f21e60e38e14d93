//! An order or its code that came to an end without money: expired, refused, canceled. Late money still turns each into "paid",
//! so none of them says that nothing was paid, and each can be asked again.

use checkout::{Action, Following, Task};
use protocol::OrderStatus;

use super::View;
use super::awaiting::{doing, told};
use super::element::{Attr, Element, element};
use super::pieces::{Icon, Tone, Weight, actions, amount_due, button, facts, headline, notice, order_number, other_methods, para, screen};

/// The code or the order ran out.
pub(super) fn expired(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let hint = if is_open(following) { words.code_expired_hint() } else { words.order_expired_hint() };
    ended(view, following, headline(Icon::Clock, expired_title(view, following), hint.to_owned()))
}

/// What ran out; also announced.
pub(super) fn expired_title(view: &View<'_>, following: &Following) -> &'static str {
    if is_open(following) { view.messages.code_expired() } else { view.messages.order_expired() }
}

/// The provider refused the payment.
pub(super) fn refused(view: &View<'_>, following: &Following) -> Element {
    ended(view, following, headline(Icon::Cross, view.messages.refused(), view.messages.refused_hint().to_owned()))
}

/// The order was given up.
pub(super) fn canceled(view: &View<'_>, following: &Following) -> Element {
    ended(view, following, headline(Icon::Cross, view.messages.canceled(), view.messages.canceled_hint().to_owned()))
}

fn ended(view: &View<'_>, following: &Following, headline: Element) -> Element {
    let words = view.messages;
    let order = &following.order;
    let told = told(view, following).or_else(|| Some((Tone::Calm, doing(view, &following.task)?)));
    screen(view)
        .child(headline.maybe(asks_shop(view, following).then(|| para(words.ask_shop().to_owned()))))
        .child(amount_due(view, order, None))
        .maybe(told.map(notice))
        .child(if is_open(following) { open_choices(view, following) } else { closed_choices(view) })
        .child(facts([order_number(view, order)]))
        .child(element("p").attr(Attr::Class, "small").text(words.late_hint()))
}

/// Whether only the shop can make another order.
fn asks_shop(view: &View<'_>, following: &Following) -> bool {
    view.is_given_order() && !is_open(following)
}

/// The order can still be paid: a new code, another method, or give it up.
fn open_choices(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let renewing = matches!(following.task, Task::Renew(..));
    let label = if renewing { words.renewing() } else { words.new_code() };
    let new_code = button(Weight::Primary, label.to_owned(), view.act(Action::NewCode)).busy(renewing);
    // The attempt has ended already: what can still be given up is the order, unless the shop made it.
    let (leave, act) = if view.is_given_order() { (words.cancel(), Action::Cancel) } else { (words.back(), Action::CloseOrder) };
    actions([Some(new_code)])
        .children(other_methods(view, &following.order))
        .child(button(Weight::Secondary, words.check_now().to_owned(), view.act(Action::CheckNow)))
        .child(button(Weight::Quiet, leave.to_owned(), view.act(act)))
}

/// The order is over: a new one, unless the shop made it; then only the shop can make another.
fn closed_choices(view: &View<'_>) -> Element {
    let words = view.messages;
    let again = || button(Weight::Primary, words.start_again().to_owned(), view.act(Action::StartOver));
    let check = button(Weight::Secondary, words.check_now().to_owned(), view.act(Action::CheckNow));
    actions([Some(again()).filter(|_| !view.is_given_order()), Some(check)])
}

fn is_open(following: &Following) -> bool {
    following.order.status == OrderStatus::Pending
}
