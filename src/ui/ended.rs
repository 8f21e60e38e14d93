//! An order or its code that came to an end without money: expired, refused, canceled. Late money still turns each into "paid",
//! so none of them says that nothing was paid, and each can be asked again.

use checkout::{Action, Following, Notice, OrderOutcome, Screen, Task};
use protocol::OrderStatus;

use super::View;
use super::awaiting::{doing, news_of, told};
use super::element::{Attr, Element, element};
use super::pieces::{
    Icon, Tone, Weight, actions, amount_due, button, contact, fact, facts, headline, order_number, other_methods, para, screen,
};

/// The code or the order ran out.
pub(super) fn expired(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let hint = match is_open(following) {
        true if is_sold_out(following) => words.order_sold_out(),
        true => words.code_expired_hint(),
        false => words.order_expired_hint(),
    };
    ended(view, following, headline(Icon::Clock, expired_title(view, following), hint.to_owned()))
}

/// What ran out; also announced.
pub(super) fn expired_title(view: &View<'_>, following: &Following) -> &'static str {
    if is_open(following) { view.messages.code_expired() } else { view.messages.order_expired() }
}

/// The provider refused the payment.
pub(super) fn refused(view: &View<'_>, following: &Following) -> Element {
    let words = view.messages;
    let hint = if is_sold_out(following) { words.order_sold_out() } else { words.refused_hint() };
    ended(view, following, headline(Icon::Cross, words.refused(), hint.to_owned()))
}

/// The order was given up.
pub(super) fn canceled(view: &View<'_>, following: &Following) -> Element {
    ended(view, following, headline(Icon::Cross, view.messages.canceled(), view.messages.canceled_hint().to_owned()))
}

fn ended(view: &View<'_>, following: &Following, headline: Element) -> Element {
    let words = view.messages;
    let order = &following.order;
    let told = told(view, following).filter(|_| !is_sold_out(following));
    let told = told.or_else(|| Some((Tone::Calm, doing(view, &following.task)?)));
    // A payment that the wallet has declined does not come late.
    let late = !matches!(view.state.screen(), Screen::Order { outcome: OrderOutcome::Refused, .. });
    screen(view)
        .child(headline.maybe(asks_shop(view, following).then(|| para(words.ask_shop().to_owned()))))
        .maybe(is_open(following).then(|| amount_due(view, order, None)))
        .maybe(news_of(view, following, told))
        .child(if is_open(following) { open_choices(view, following) } else { closed_choices(view) })
        .child(
            facts([order_number(view, order)])
                .maybe((!is_open(following)).then(|| fact(words.total(), view.money(order.amount, order.currency)))),
        )
        .maybe(asks_shop(view, following).then(contact))
        .maybe(late.then(|| element("p").attr(Attr::Class, "small").text(words.late_hint())))
}

/// Whether what was ordered is gone, so that there is no other code for it.
fn is_sold_out(following: &Following) -> bool {
    matches!(&following.notice, Some(Notice::Refused(code)) if code == "out-of-stock")
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
    let check = button(Weight::Secondary, words.check_now().to_owned(), view.act(Action::CheckNow));
    if is_sold_out(following) {
        return actions([Some(button(Weight::Primary, leave.to_owned(), view.act(act))), Some(check)]);
    }
    actions([Some(new_code)]).children(other_methods(view, &following.order, Weight::Secondary)).child(check).child(button(
        Weight::Quiet,
        leave.to_owned(),
        view.act(act),
    ))
}

/// The order is over: a new one, unless the shop made it; then only the shop can make another.
fn closed_choices(view: &View<'_>) -> Element {
    let words = view.messages;
    let again = || button(Weight::Primary, words.back().to_owned(), view.act(Action::StartOver));
    let check = button(Weight::Quiet, words.check_now().to_owned(), view.act(Action::CheckNow));
    actions([Some(again()).filter(|_| !view.is_given_order()), Some(check)])
}

fn is_open(following: &Following) -> bool {
    following.order.status == OrderStatus::Pending
}
